//! Checks that doc comments begin with what a thing is or does, that comments and messages use plain words, that types have
//! names of their own, and that names of tests are short, without articles and pronouns, and those in the documents exist.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// Words that no doc comment begins with. `So many` has two and is checked apart.
const FIRST_WORDS: [&str; 7] = ["What", "Of", "Who", "Whether", "Where", "How", "As"];

/// Regular expressions of the phrases to avoid in comments and string literals, each with a plain one. A blank also
/// stands for a line break in a comment.
const PHRASES: [(&str, &str); 15] = [
    ("told", "disclosed, reported"),
    ("tells? of", "reports, names"),
    ("so many", "this many, at most N"),
    ("(is|are|was|were) not there", "is missing"),
    ("the one before", "the previous one"),
    ("look(s|ed|ing)? over", "reviewed"),
    ("(left|leaves?|leaving) aside", "ignored"),
    (r"(held|holds?|holding) (\w+ ){0,3}against", "compared with"),
    ("(a (row|line|column|value)|one) a (row|line|column|value|customer|event|respondent|passage)", "one per row"),
    ("stops short", "is incomplete"),
    ("all is well", "OK"),
    ("put (it |them )?right", "fixed"),
    ("faults? of (ours|it|this engine)", "internal error, please report"),
    ("a rule (knows|holds|has) no", "not supported in rules"),
    ("(find|finds|found) (a|no) customers?", "matched a customer"),
];

/// Regular expressions of longer phrases that are plain although they contain one of [`PHRASES`], with the reason.
const EXCEPTIONS: [(&str, &str); 2] = [
    ("told apart", "the usual word for distinguishing two things"),
    ("nobody ever told me", "the words of a respondent"),
];

/// Words of sentences that no test's name needs: it says subject, situation and result.
const NO_TEST_WORDS: [&str; 12] =
    ["a", "an", "the", "it", "so", "they", "them", "those", "who", "whoever", "somebody", "told"];
/// Maximum characters of a test's name.
const MAX_TEST_NAME: usize = 66;

/// Names that say nothing about a type outside of its module: participles, question words and parts of speech.
const VAGUE_NAMES: [&str; 30] = [
    "Around",
    "Before",
    "Chosen",
    "Collected",
    "Done",
    "Exposed",
    "Few",
    "Found",
    "Gathered",
    "Given",
    "Heard",
    "How",
    "Keep",
    "Kept",
    "Leads",
    "Lost",
    "Made",
    "New",
    "Next",
    "Over",
    "Part",
    "Seen",
    "Several",
    "Shown",
    "Sides",
    "Told",
    "Typically",
    "Usual",
    "Wanted",
    "Work",
];

/// Words with one meaning, each with the path of the files whose types may have it in their names.
const RESERVED_NAMES: [(&str, &str); 1] = [("Mask", "src/insight/privacy.rs")];

/// Declaration of a type, with its name.
static TYPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^\s*(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait|type|union) (\w+)").expect("a regular expression")
});

fn regex(phrase: &str) -> Regex {
    let blanks = phrase.replace(' ', r"[\s/!\\]+");
    Regex::new(&format!(r"(?i)\b(?:{blanks})\b")).expect("a regular expression")
}

static AVOIDED: LazyLock<[Regex; PHRASES.len()]> = LazyLock::new(|| PHRASES.map(|(phrase, _)| regex(phrase)));
static PLAIN: LazyLock<[Regex; EXCEPTIONS.len()]> = LazyLock::new(|| EXCEPTIONS.map(|(phrase, _)| regex(phrase)));

/// A comment, with adjacent lines as one, or a literal.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    let tokens = [
        r"//[^\n]*(?:\n\s*//[^\n]*)*",
        r"/\*.*?\*/",
        r#"r"[^"]*""#,
        r##"r#".*?"#"##,
        r###"r##".*?"##"###,
        r#""(?:[^"\\]|\\.)*""#,
        r"'(?:[^'\\]|\\(?:u\{[^}]*\}|x..|.))'",
    ];
    Regex::new(&format!("(?s){}", tokens.join("|"))).expect("a regular expression")
});

/// Phrases to avoid in the comments and string literals of the source text, as lines `path:line: message`.
fn phrases(path: &str, source: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for token in TOKEN.find_iter(source).filter(|token| !token.as_str().starts_with('\'')) {
        let text = token.as_str();
        let exceptions: Vec<_> = PLAIN.iter().flat_map(|plain| plain.find_iter(text)).collect();
        for (phrase, (_, better)) in AVOIDED.iter().zip(PHRASES) {
            for found in phrase.find_iter(text) {
                // The name of a variable, in a placeholder or quoted.
                let is_name = text[..found.start()].ends_with(['{', '`']);
                let is_plain = exceptions.iter().any(|plain| plain.range().contains(&found.start()));
                if !is_name && !is_plain {
                    let line = source[..token.start() + found.start()].matches('\n').count() + 1;
                    wrong.push(format!("{path}:{line}: \"{}\": write {better}", found.as_str()));
                }
            }
        }
    }
    wrong
}

/// Doc comments of the source text that begin with a word to avoid, as lines `path:line: message`.
fn first_words(path: &str, source: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut previous = None;
    for (n, line) in source.lines().enumerate() {
        let line = line.trim_start();
        let mark = ["///", "//!"].into_iter().find(|mark| line.starts_with(*mark));
        if let Some(mark) = mark
            && previous != Some(mark)
        {
            let text = line[mark.len()..].trim();
            let first = text.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ':', '.', '?']);
            if FIRST_WORDS.contains(&first) || text.starts_with("So many") {
                wrong.push(format!("{path}:{}: a doc comment begins with what the thing is or does: {text}", n + 1));
            }
        }
        previous = mark;
    }
    wrong
}

/// Types of the source text with a vague or reserved name, as lines `path:line: message`.
fn type_names(path: &str, source: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for found in TYPE.captures_iter(source) {
        let name = &found[1];
        let reserved = RESERVED_NAMES.iter().find(|(word, _)| name.contains(word));
        let problem = match reserved.filter(|(_, home)| !path.starts_with(home)) {
            Some((word, home)) => format!("{word} is for {home} alone"),
            None if VAGUE_NAMES.contains(&name) => "say what the type is without its module".to_owned(),
            None => continue,
        };
        let line = source[..found.get(1).expect("a name").start()].matches('\n').count() + 1;
        wrong.push(format!("{path}:{line}: {name}: {problem}"));
    }
    wrong
}

/// Name of a test function.
static TEST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#\[test\]\n(?:\s*(?:#\[|//)[^\n]*\n)*\s*fn (\w+)").expect("a regular expression"));

/// Tests of the source text whose names are too long or have words to avoid, as lines `path: name: message`.
fn test_names(path: &str, source: &str) -> Vec<String> {
    let names = TEST.captures_iter(source).map(|test| test[1].to_owned());
    let wrong = names.filter_map(|name| {
        let word = name.split('_').find(|word| NO_TEST_WORDS.contains(word));
        let problem = match word {
            Some(word) => format!("leave out \"{word}\""),
            None if name.len() > MAX_TEST_NAME => format!("{} characters are too many", name.len()),
            None => return None,
        };
        Some(format!("{path}: {name}: {problem}"))
    });
    wrong.collect()
}

/// Every Rust file under the folder.
fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Runs the check on every Rust file except this one, which lists the words.
fn wrong_lines(check: fn(&str, &str) -> Vec<String>) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.retain(|file| !file.ends_with("tests/it/words.rs"));
    files.sort();
    assert!(files.len() > 100, "only {} files", files.len());
    let wrong = files.iter().flat_map(|file| {
        let path = file.strip_prefix(root).expect("a file of the repository").display().to_string();
        check(&path, &fs::read_to_string(file).expect("a readable file"))
    });
    wrong.collect::<Vec<_>>().join("\n")
}

#[test]
fn doc_comments_begin_with_noun_or_verb() {
    let wrong = wrong_lines(first_words);
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn comments_and_messages_use_plain_words() {
    let wrong = wrong_lines(phrases);
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn first_word_check_covers_only_beginning_of_doc_comment() {
    let source =
        "//! What it is.\n//! As a second line.\n\n/// Returns\n/// Of a\nfn f() {}\n/// So many rows.\n/// As-of";
    let lines: Vec<String> = first_words("a.rs", source).iter().map(|line| line[..6].to_owned()).collect();
    assert_eq!(lines, ["a.rs:1", "a.rs:7"]);
}

#[test]
fn phrase_check_covers_comments_and_literals_not_code() {
    let source = concat!(
        "let told = 'a'; // it is\n    // not there\n",
        "let text = \"so many {told}\\n\\\"\";\n",
        "let raw = r#\"\" a row a customer\"#;\n",
        "/// Calls `told`; they can be told\n/// apart.\n",
        "let quote = '\"'; fn tells<'a>(of: &'a str) {}\n",
    );
    let expected = [
        "a.rs:1: \"is\n    // not there\": write is missing",
        "a.rs:3: \"so many\": write this many, at most N",
        "a.rs:4: \"a row a customer\": write one per row",
    ];
    assert_eq!(phrases("a.rs", source), expected);
}

#[test]
fn type_names_are_neither_vague_nor_reserved() {
    let wrong = wrong_lines(type_names);
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn type_name_check_finds_vague_and_reserved_names() {
    let source = "/// A part.\npub(super) enum Part { Told }\n    type RowMask<'a> = &'a [u64];\nstruct PartName;\ntype Found;\n";
    let expected = [
        "a.rs:2: Part: say what the type is without its module",
        "a.rs:3: RowMask: Mask is for src/insight/privacy.rs alone",
        "a.rs:5: Found: say what the type is without its module",
    ];
    assert_eq!(type_names("a.rs", source), expected);
    assert_eq!(type_names("src/insight/privacy.rs", "struct MaskedColumns;"), [""; 0]);
}

#[test]
fn test_names_are_short_and_have_no_articles_or_pronouns() {
    let wrong = wrong_lines(test_names);
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn test_name_check_finds_words_and_length() {
    let long = "x".repeat(MAX_TEST_NAME + 1);
    let source = format!(
        "#[test]\n#[ignore = \"slow\"]\nfn an_order_stays() {{}}\n#[test]\n    fn thesis_is_kept() {{}}\nfn the_helper() {{}}\n\
         #[test]\nfn {long}() {{}}\n"
    );
    let expected =
        ["a.rs: an_order_stays: leave out \"an\"".to_owned(), format!("a.rs: {long}: 67 characters are too many")];
    assert_eq!(test_names("a.rs", &source), expected);
}

#[test]
fn documents_name_only_existing_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    ["src", "tests"].iter().for_each(|folder| rust_files(&root.join(folder), &mut files));
    let source: String = files.iter().map(|file| fs::read_to_string(file).expect("a readable file")).collect();
    let named = Regex::new(r"`(?:\w+::)*([a-z0-9]+(?:_[a-z0-9]+){2,})`").expect("a regular expression");
    let mut found = 0;
    for document in ["docs/testing.md", "docs/privacy.md"] {
        let text = fs::read_to_string(root.join(document)).expect("a document");
        for test in named.captures_iter(&text) {
            assert!(source.contains(&format!("fn {}(", &test[1])), "{document}: there is no test {}", &test[1]);
            found += 1;
        }
    }
    assert!(found > 30, "only {found} tests are named");
}
