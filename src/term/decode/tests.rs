use super::*;

fn key(code: KeyCode) -> TerminalInput {
    TerminalInput::Key(code.into())
}

fn held(modifiers: KeyModifiers, code: KeyCode) -> TerminalInput {
    TerminalInput::Key(KeyEvent::new(code, modifiers))
}

fn typed(text: &str) -> Vec<TerminalInput> {
    text.chars().map(|c| key(KeyCode::Char(c))).collect()
}

fn paste(text: &str) -> TerminalInput {
    TerminalInput::Paste(text.to_owned())
}

/// Returns the inputs decoded from reads, one after the other.
fn read_in(reads: &[&str], decoder: &mut Decoder) -> Vec<TerminalInput> {
    let mut out = Vec::new();
    reads.iter().for_each(|read| decoder.feed(read.as_bytes(), &mut out));
    out
}

/// Returns the inputs decoded from reads after which nothing more arrives.
fn read(reads: &[&str]) -> Vec<TerminalInput> {
    let mut decoder = Decoder::default();
    let mut out = read_in(reads, &mut decoder);
    if decoder.patience().is_some() {
        decoder.finish(&mut out);
    }
    assert_eq!(decoder.patience(), None);
    out
}

#[test]
fn decoder_reads_all_known_keys() {
    use KeyCode::*;
    let none = KeyModifiers::NONE;
    for (bytes, modifiers, code) in [
        ("a", none, Char('a')),
        ("G", none, Char('G')),
        ("é", none, Char('é')),
        ("日", none, Char('日')),
        ("\r", none, Enter),
        ("\t", none, Tab),
        ("\x7f", none, Backspace),
        ("\x1b", none, Esc),
        ("\x03", KeyModifiers::CONTROL, Char('c')),
        ("\x1a", KeyModifiers::CONTROL, Char('z')),
        ("\x1f", KeyModifiers::CONTROL, Char('7')),
        ("\0", KeyModifiers::CONTROL, Char(' ')),
        ("\x1bb", KeyModifiers::ALT, Char('b')),
        ("\x1bé", KeyModifiers::ALT, Char('é')),
        ("\x1b\x7f", KeyModifiers::ALT, Backspace),
        ("\x1b[", KeyModifiers::ALT, Char('[')),
        ("\x1bO", KeyModifiers::ALT, Char('O')),
        ("\x1b]", KeyModifiers::ALT, Char(']')),
        ("\x1bP", KeyModifiers::ALT, Char('P')),
        ("\x1b[A", none, Up),
        ("\x1b[B", none, Down),
        ("\x1bOC", none, Right),
        ("\x1bOD", none, Left),
        ("\x1b[1;5C", KeyModifiers::CONTROL, Right),
        ("\x1b[1;3D", KeyModifiers::ALT, Left),
        ("\x1b[1;2A", KeyModifiers::SHIFT, Up),
        ("\x1b[H", none, Home),
        ("\x1bOF", none, End),
        ("\x1b[1~", none, Home),
        ("\x1b[3~", none, Delete),
        ("\x1b[8~", none, End),
        ("\x1b[5~", none, PageUp),
        ("\x1b[6;5~", KeyModifiers::CONTROL, PageDown),
        ("\x1b[Z", KeyModifiers::SHIFT, BackTab),
        ("\x1b[97;5u", KeyModifiers::CONTROL, Char('a')),
        ("\x1b[27;5;13~", KeyModifiers::CONTROL, Enter),
    ] {
        assert_eq!(read(&[bytes]), [held(modifiers, code)], "{bytes:?}");
    }
}

#[test]
fn unknown_keys_and_releases_are_ignored() {
    for bytes in ["\x1bOP", "\x1b[[A", "\x1b[15~", "\x1b[2~", "\x1b[97;1:3u", "\x1b[I"] {
        assert_eq!(read(&[bytes, "x"]), typed("x"), "{bytes:?}");
    }
}

#[test]
fn sequence_split_over_reads_is_same_key() {
    for bytes in ["\x1b[A", "\x1b[1;5C", "\x1bOD", "日", "\x1bé", "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1b[<0;10;10M"]
    {
        let whole = read(&[bytes]);
        for cut in (1..bytes.len()).filter(|cut| bytes.is_char_boundary(*cut)) {
            assert_eq!(read(&[&bytes[..cut], &bytes[cut..]]), whole, "{bytes:?} cut at {cut}");
        }
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        bytes.bytes().for_each(|byte| decoder.feed(&[byte], &mut out));
        assert_eq!(out, whole, "{bytes:?} byte by byte");
    }
}

#[test]
fn escape_before_sequence_keeps_both_keys() {
    assert_eq!(read(&["\x1bj"]), [held(KeyModifiers::ALT, KeyCode::Char('j'))]);
    assert_eq!(read(&["\x1b\x1b"]), [key(KeyCode::Esc), key(KeyCode::Esc)]);
    assert_eq!(read(&["\x1b\x1b[A"]), [key(KeyCode::Esc), key(KeyCode::Up)]);
    assert_eq!(read(&["\x1b\x03"]), [held(KeyModifiers::ALT | KeyModifiers::CONTROL, KeyCode::Char('c'))]);
    assert_eq!(read(&["\x1bOx"]), [alt('O'), key(KeyCode::Char('x'))]);
}

#[test]
fn terminal_replies_are_not_typed() {
    for reply in [
        "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
        "\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
        "\x1b]52;c;aGVsbG8=\x1b\\",
        "\x1bP>|xterm(390)\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b^private\x1b\\",
        "\x1b[?62;4;22c",
        "\x1b[>41;390;0c",
        "\x1b[12;40R",
        "\x1b[?2026;2$y",
        "\x1b[8;36;120t",
        "\x1b[?1u",
        "\x1b[M !!",
        "\x1b[I",
    ] {
        assert_eq!(read(&["a", reply, "b"]), typed("ab"), "{reply:?}");
        assert_eq!(read(&[&format!("a{reply}b")]), typed("ab"), "{reply:?} in one read");
    }
}

#[test]
fn unfinished_reply_swallows_no_later_key() {
    assert_eq!(read(&["\x1b]11;rgb:1e1e/"]), []);
    // Neither a key nor the start of the next sequence is part of a reply.
    assert_eq!(read(&["\x1b]11;rgb:1e1e/", "\x03"]), [held(KeyModifiers::CONTROL, KeyCode::Char('c'))]);
    assert_eq!(read(&["\x1b]11;rgb:1e1e/", "\x1b[A"]), [key(KeyCode::Up)]);
    let mut decoder = Decoder::default();
    assert_eq!(read_in(&["\x1bP>|xt"], &mut decoder), []);
    decoder.finish(&mut Vec::new());
    assert_eq!(read_in(&["q"], &mut decoder), typed("q"));
}

#[test]
fn paste_split_over_reads_is_one_paste() {
    let bytes = "\x1b[200~spend > 60 -- why\r\nAND\rplan = 'é'\x1b[201~x";
    let expected = [&[paste("spend > 60 -- why\nAND\nplan = 'é'")], typed("x").as_slice()].concat();
    for cut in (1..bytes.len()).filter(|cut| bytes.is_char_boundary(*cut)) {
        assert_eq!(read(&[&bytes[..cut], &bytes[cut..]]), expected, "cut at {cut}");
    }
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    bytes.bytes().for_each(|byte| decoder.feed(&[byte], &mut out));
    assert_eq!(out, expected);
}

#[test]
fn sequences_inside_paste_are_text() {
    assert_eq!(read(&["\x1b[200~a\x1b[Ab\x1b]0;t\x07\x1b[201~"]), [paste("a\x1b[Ab\x1b]0;t\x07")]);
    assert_eq!(read(&["\x1b[200~\x1b[201~", "\x1b[201~"]), [paste("")]);
}

#[test]
fn unfinished_paste_ends_after_pause() {
    assert_eq!(read(&["\x1b[200~plan = 'pro'"]), [paste("plan = 'pro'")]);
    assert_eq!(read(&["\x1b[200~plan\x1b[20"]), [paste("plan")]);
    let mut decoder = Decoder::default();
    let mut out = read_in(&["\x1b[200~plan", " = 'pro'"], &mut decoder);
    assert_eq!((out.as_slice(), decoder.patience()), (&[][..], Some(PASTE)));
    decoder.finish(&mut out);
    decoder.feed(b"q", &mut out);
    assert_eq!(out, [&[paste("plan = 'pro'")], typed("q").as_slice()].concat());
}

#[test]
fn control_c_interrupts_unfinished_paste() {
    let expected = [paste("plan"), held(KeyModifiers::CONTROL, KeyCode::Char('c'))];
    assert_eq!(read(&["\x1b[200~plan", "\x03"]), expected);
}

#[test]
fn megabyte_paste_takes_under_one_second() {
    let text = "'1234567', ".repeat(100_000);
    let bytes = format!("\x1b[200~{text}\x1b[201~");
    let began = std::time::Instant::now();
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    bytes.as_bytes().chunks(1_000).for_each(|read| decoder.feed(read, &mut out));
    assert_eq!(out, [paste(&text)]);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[test]
fn invalid_utf8_bytes_are_dropped() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"a\xffb\xc3(\xe6\x97\xe6\x97\xa5\x80c", &mut out);
    assert_eq!(out, typed("ab(日c"));
}

#[test]
fn decoder_recovers_from_any_partial_sequence() {
    // After a pause, a key is a key, whatever arrived before.
    let pieces =
        ["\x1b", "[", "O", "]", "P", "200~", "201~", "M", "<", "1;", "~", "\\", "\x07", "a", "\u{e9}", "\x1b[", "0"];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let mut decoder = Decoder::default();
                read_in(&[a, b, c], &mut decoder);
                if decoder.patience().is_some() {
                    decoder.finish(&mut Vec::new());
                }
                assert_eq!(read_in(&["q"], &mut decoder), typed("q"), "{a:?} {b:?} {c:?}");
            }
        }
    }
}

#[test]
fn mouse_presses_and_wheel_are_read_and_other_reports_ignored() {
    let mouse =
        |kind, column, row| TerminalInput::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
    let inputs =
        read(&["\x1b[<0;5;3M\x1b[<0;5;3m\x1b[<2;5;3M\x1b[<35;6;3M\x1b[<64;300;1M\x1b[<81;1;", "200Ma\x1b[<;;M"]);
    let expected = [
        mouse(MouseEventKind::Down(MouseButton::Left), 4, 2),
        mouse(MouseEventKind::ScrollUp, 299, 0),
        mouse(MouseEventKind::ScrollDown, 0, 199),
        key(KeyCode::Char('a')),
    ];
    assert_eq!(inputs, expected);
}
