#!/usr/bin/env python3
"""Seeds faults in the program, one at a time, and reports which of them no test notices.

    tests/mutants/run.py [AREA …]          areas: suppression, lowering, rule, save
    tests/mutants/run.py 23 24 41          only the faults of these numbers

All faults are compiled once, into a copy of the checkout, behind a number in the environment. For each, the unit tests
of its area run first, and the integration tests if these pass. A fault that survives is a missing test, or no fault: the
list below says which are known to change nothing.

CARGO_TARGET_DIR and CARGO_FLAGS (such as `--config …`, before the sub-command) are those of the caller.
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Tests that could notice a fault: filters of the unit tests, and of the integration tests.
TESTS = {
    "suppression": (
        ["insight"],
        ["privacy::polytope", "privacy::walk::no_small", "privacy::attack", "privacy::copies::export_message", "cli::privacy", "retention"],
    ),
    "lowering": (["engine::local::lower"], ["rules::", "exact", "cli::edges"]),
    "rule": (["rule::"], ["rules", "fuzz::rules", "flow::typing::typing_recounts"]),
    "save": (["study::"], ["study_save", "study_at_once", "study_errors", "flow::saving"]),
    "dominance": (["insight", "cli"], ["privacy::dominance", "privacy::walk", "cli::sums"]),
    "sums": (["engine::local"], ["agree::", "privacy::dominance"]),
    "parts": (["data::", "session", "tui"], ["data_parts", "program_parts", "flow::parts"]),
}

# Area, file, what stands there, and what stands there with the fault. SEEDED is true if the fault is on.
FAULTS = [
    ("suppression", "insight/suppress/mod.rs", "    count < min_cell\n}", "    if SEEDED { count + 1 < min_cell } else { count < min_cell }\n}"),
    ("suppression", "insight/suppress/mod.rs", "    count > 0 && count < min_cell\n", "    count > u64::from(SEEDED) && count < min_cell\n"),
    ("suppression", "insight/suppress/mod.rs", "DisclosedCount::Count(_) if is_few(whole.saturating_sub(count), min_cell) => {",
     "DisclosedCount::Count(_) if !SEEDED && is_few(whole.saturating_sub(count), min_cell) => {"),
    ("suppression", "insight/suppress/mod.rs", "rest if is_small(rest, min_cell) && !is_small(size, min_cell)",
     "rest if (if SEEDED { is_few(rest, min_cell) } else { is_small(rest, min_cell) }) && !is_small(size, min_cell)"),
    ("suppression", "insight/suppress/mod.rs", "if is_few(other.saturating_sub(both), min_cell) || is_few(rest, min_cell) =>",
     "if is_few(other.saturating_sub(both), min_cell) || (!SEEDED && is_few(rest, min_cell)) =>"),
    ("suppression", "insight/suppress/mod.rs", "if is_few(other.saturating_sub(both), min_cell) || ",
     "if (!SEEDED && is_few(other.saturating_sub(both), min_cell)) || "),
    ("suppression", "insight/suppress/mod.rs", "DisclosedCount::Under(_) if one + other > whole =>", "DisclosedCount::Under(_) if !SEEDED && one + other > whole =>"),
    ("suppression", "insight/suppress/mod.rs", "                disclosed.extend(shown.count());\n", "                if !SEEDED {\n                    disclosed.extend(shown.count());\n                }\n"),
    ("suppression", "insight/suppress/parts.rs", "is_few(*here, min_cell) || is_few(*there, min_cell)", "is_few(*here, min_cell) || (!SEEDED && is_few(*there, min_cell))"),
    ("suppression", "insight/suppress/parts.rs", "total < most || total > (small - 1) * most", "total < most || (!SEEDED && total > (small - 1) * most)"),
    ("suppression", "insight/suppress/parts.rs", "_ => total < most + large * min_cell,", "_ => !SEEDED && total < most + large * min_cell,"),
    ("suppression", "insight/suppress/parts.rs", "is_few(rest, min_cell).then_some(rest)", "(!SEEDED && is_few(rest, min_cell)).then_some(rest)"),
    ("suppression", "insight/suppress/parts.rs", "    audit::hide_more(&counts, shown, &sums, min_cell)", "    if SEEDED { shown } else { audit::hide_more(&counts, shown, &sums, min_cell) }"),
    ("suppression", "insight/suppress/audit/mod.rs", "low <= least + TOLERANCE && high >= most - TOLERANCE", "low <= least + TOLERANCE && (SEEDED || high >= most - TOLERANCE)"),
    ("suppression", "insight/suppress/audit/mod.rs", "low <= least + TOLERANCE && ", "(SEEDED || low <= least + TOLERANCE) && "),
    ("suppression", "insight/privacy.rs", "base - customers.min(base) < self.min_cell", "!SEEDED && base - customers.min(base) < self.min_cell"),
    ("suppression", "insight/privacy.rs", "(is_all || is_shown(GuardedSum::outside(value)))", "(SEEDED || is_all || is_shown(GuardedSum::outside(value)))"),
    ("suppression", "insight/privacy.rs", "        if self.min_cell == 0 {\n            return;", "        if SEEDED || self.min_cell == 0 {\n            return;"),
    ("suppression", "insight/privacy.rs", "cells.filter(|cell| !cell.is_null())", "cells.filter(|cell| !SEEDED && !cell.is_null())"),
    ("suppression", "insight/retention.rs", "Some(whole) => suppress::near_whole(active_in", "Some(whole) => (if SEEDED { suppress::within } else { suppress::near_whole })(active_in"),
    ("suppression", "insight/card/claims.rs", "    if others.any(|other| other != state) {", "    if !SEEDED && others.any(|other| other != state) {"),
    ("suppression", "insight/coverage/mod.rs", "let narrows = min_cell > 0", "let narrows = !SEEDED && min_cell > 0"),
    ("lowering", "engine/local/lower/numbers.rs", "    if x > 0.0 { x.log10() }", "    if x > 0.0 || (SEEDED && x == 0.0) { x.log10() }"),
    ("lowering", "engine/local/lower/numbers.rs", "(true, true) => scaled.trunc(),", "(true, true) if !SEEDED => scaled.trunc(),"),
    ("lowering", "engine/local/lower/numbers.rs", "if base == 0.0 && exponent < 0.0 {", "if base == 0.0 && exponent < if SEEDED { -1.0 } else { 0.0 } {"),
    ("lowering", "engine/local/lower/logic.rs", "        true => (a.0 & b.0, a.1 | b.1),", "        true => (a.0 & b.0, if SEEDED { a.1 & b.1 } else { a.1 | b.1 }),"),
    ("lowering", "engine/local/lower/logic.rs", "            None => choice.fill(at),", "            None if SEEDED => {}\n            None => choice.fill(at),"),
    ("lowering", "engine/local/lower/logic.rs", "        is_null(&best).spread(rows).true_rows().for_each(|row| choice[row] = 1);", "        if !SEEDED {\n            is_null(&best).spread(rows).true_rows().for_each(|row| choice[row] = 1);\n        }"),
    ("lowering", "engine/local/lower/compare.rs", "equal | !(a | b)", "equal | if SEEDED { 0 } else { !(a | b) }"),
    ("lowering", "engine/local/lower/logic.rs", "    let to = compare::compare(Comparison::LessOrEqual, value, high)?", "    let to = compare::compare(if SEEDED { Comparison::Less } else { Comparison::LessOrEqual }, value, high)?"),
    ("lowering", "engine/local/lower/like.rs", "c if Some(c) == escape =>", "c if !SEEDED && Some(c) == escape =>"),
    ("lowering", "engine/local/lower/like.rs", "[whole] => whole.end_at_start(text) == Some(text.len()),", "[whole] => whole.end_at_start(text).is_some_and(|end| SEEDED || end == text.len()),"),
    ("lowering", "engine/local/lower/dates.rs", "    micros.div_euclid(DAY) as i32", "    if SEEDED { (micros / DAY) as i32 } else { micros.div_euclid(DAY) as i32 }"),
    ("lowering", "engine/local/lower/dates.rs", "i64::from(date.year()) * 4 +", "i64::from(date.year()) * if SEEDED { 3 } else { 4 } +"),
    ("lowering", "engine/local/lower/cast.rs", "let rounded = number.round_ties_even();", "let rounded = if SEEDED { number.round() } else { number.round_ties_even() };"),
    ("lowering", "engine/local/lower/cast.rs", "    let within = |number: i64| (-most - 1..=most)", "    let within = |number: i64| (-most - i64::from(!SEEDED)..=most)"),
    ("lowering", "engine/local/lower/arithmetic.rs", "ArithmeticOperation::Multiply => zip(a, b, |a, b| a.checked_mul(b)),\n        // The least", "ArithmeticOperation::Multiply => zip(a, b, |a, b| if SEEDED { Some(a.wrapping_mul(b)) } else { a.checked_mul(b) }),\n        // The least"),
    ("lowering", "engine/local/lower/arithmetic.rs", "if b == 0.0 { f64::NAN } else { a / b }", "if b == 0.0 && !SEEDED { f64::NAN } else { a / b }"),
    ("lowering", "engine/local/lower/members.rs", "number >= *least && word", "(SEEDED || number >= *least) && word"),
    ("lowering", "engine/local/lower/members.rs", "(number + 0.0).to_bits()", "if SEEDED { number.to_bits() } else { (number + 0.0).to_bits() }"),
    ("rule", "rule/lex.rs", "(found + 2, depth + 1)", "(found + 2, depth + i32::from(!SEEDED))"),
    ("rule", "rule/read/conditions.rs", "        literals.dedup_by(|a, b| a == b);", "        if !SEEDED {\n            literals.dedup_by(|a, b| a == b);\n        }"),
    ("rule", "rule/read/conditions.rs", "Syntax::IsNotTrue(inner) => maybe_not(true,", "Syntax::IsNotTrue(inner) => maybe_not(!SEEDED,"),
    ("rule", "rule/read/conditions.rs", "let plain = from.as_literal().is_none()", "let plain = !SEEDED && from.as_literal().is_none()"),
    ("rule", "rule/read/comparison.rs", "let (op, left, right) = if turn { (op.turned(), right, left) }", "let (op, left, right) = if turn { (if SEEDED { op } else { op.turned() }, right, left) }"),
    ("rule", "rule/read/comparison.rs", "let holds = *truth == (op == Comparison::Equal);", "let holds = *truth == (SEEDED || op == Comparison::Equal);"),
    ("rule", "rule/read/comparison.rs", "    if left.is_null() || right.is_null() {\n        return constant(None);", "    if left.is_null() || right.is_null() {\n        return constant(if SEEDED { Some(false) } else { None });"),
    ("rule", "rule/read/comparison.rs", "if with_timestamp && lead.kind == ColumnType::Date", "if !SEEDED && with_timestamp && lead.kind == ColumnType::Date"),
    ("rule", "rule/edit.rs", "Some(rest) if rest.starts_with('.') =>", "Some(rest) if SEEDED || rest.starts_with('.') =>"),
    ("rule", "rule/expr/checked.rs", "Node::And(parts) if is_open_chain(&self.written, parts) => parts.iter().cloned()", "Node::And(parts) if SEEDED || is_open_chain(&self.written, parts) => parts.iter().cloned()"),
    ("save", "study/atomic/mod.rs", "        if Fingerprint::on_disk(path).map_err(|error| io_error(path, error))? != expected {", "        if !SEEDED && Fingerprint::on_disk(path).map_err(|error| io_error(path, error))? != expected {"),
    ("save", "study/atomic/mod.rs", "PreparedFile::new(write, writes.len() > 1)", "PreparedFile::new(write, !SEEDED && writes.len() > 1)"),
    ("save", "study/atomic/mod.rs", "        file.as_file().set_permissions(old.permissions())?;", "        if !SEEDED {\n            file.as_file().set_permissions(old.permissions())?;\n        }"),
    ("save", "study/atomic/mod.rs", "let target = follow(write.path)?;", "let target = if SEEDED { write.path.to_owned() } else { follow(write.path)? };"),
    ("save", "study/atomic/journal.rs", "    if is_whole && now == old {", "    if is_whole && (SEEDED || now == old) {"),
    ("save", "study/atomic/journal.rs", "    if is_whole && ", "    if (SEEDED || is_whole) && "),
    ("save", "study/atomic/journal.rs", "is_temporary(path) && is_abandoned(path)", "is_temporary(path) && (SEEDED || is_abandoned(path))"),
    ("save", "study/save/mod.rs", "if says.ok().as_ref() != Some(&wanted) {", "if !SEEDED && says.ok().as_ref() != Some(&wanted) {"),
    ("save", "study/save/draft.rs", "            if now != file.fingerprint {", "            if !SEEDED && now != file.fingerprint {"),
    ("save", "study/save/draft.rs", "let both = !change.renames().is_empty() ||", "let both = (!SEEDED && !change.renames().is_empty()) ||"),
    ("save", "study/save/draft.rs", "        if unnamed && source.path.exists() {", "        if !SEEDED && unnamed && source.path.exists() {"),
    ("dominance", "insight/suppress/dominance.rs", "2.0 * self.largest <= self.sum.abs();", "2.0 * self.largest <= if SEEDED { self.sum } else { self.sum.abs() };"),
    ("dominance", "insight/suppress/dominance.rs", "let is_spread = 2.0", "let is_spread = (!SEEDED || 2.0 * self.largest != self.sum.abs()) && 2.0"),
    ("dominance", "insight/suppress/dominance.rs", "min_cell > 0 && !is_spread", "min_cell > 0 && !(is_spread || (SEEDED && self.largest <= self.sum.abs()))"),
    ("dominance", "insight/suppress/dominance.rs", "!is_small(self.known, min_cell) && !self.is_dominated", "(SEEDED || !is_small(self.known, min_cell)) && !self.is_dominated"),
    ("dominance", "insight/suppress/dominance.rs", "let largest = value.largest_in_filter.max(value.largest_outside);", "let largest = if SEEDED { value.largest_in_filter } else { value.largest_in_filter.max(value.largest_outside) };"),
    ("dominance", "insight/suppress/dominance.rs", "largest: value.largest_outside, ..Self", "largest: if SEEDED { value.largest_in_filter } else { value.largest_outside }, ..Self"),
    ("dominance", "insight/suppress/dominance.rs", "largest: self.largest.max(other.largest) }", "largest: if SEEDED { other.largest } else { self.largest.max(other.largest) } }"),
    ("dominance", "insight/suppress/dominance.rs", "sum: moments.mean * moments.known as f64", "sum: if SEEDED { moments.mean.abs() * 1e9 } else { moments.mean * moments.known as f64 }"),
    ("dominance", "insight/suppress/dominance.rs", "&& !part.is_dominated(min_cell)).collect()", "&& (SEEDED || !part.is_dominated(min_cell))).collect()"),
    ("dominance", "insight/suppress/dominance.rs", "known.count().is_some() && ", "(SEEDED || known.count().is_some()) && "),
    ("dominance", "insight/suppress/dominance.rs", "        if rest.may_be_shown(min_cell) {", "        if SEEDED || rest.may_be_shown(min_cell) {"),
    ("dominance", "insight/suppress/dominance.rs", "enough.min_by(|a, b| size(a)", "enough.take(if SEEDED { 0 } else { usize::MAX }).min_by(|a, b| size(a)"),
    ("dominance", "insight/suppress/dominance.rs", "    if base.is_dominated(min_cell) {", "    if !SEEDED && base.is_dominated(min_cell) {"),
    ("dominance", "insight/coverage/sums.rs", "let is_safe = rest.known == 0 || rest.may_be_shown(min_cell);", "let is_safe = SEEDED || rest.known == 0 || rest.may_be_shown(min_cell);"),
    ("dominance", "insight/coverage/sums.rs", "chain([answer.none]));", "chain([answer.none].into_iter().filter(|_| !SEEDED)));"),
    ("dominance", "insight/coverage/sums.rs", "totals: !hidden(", "totals: SEEDED || !hidden("),
    ("dominance", "insight/consolidate/figures.rs", "let rest = whole.without(part);", "let rest = if SEEDED { whole } else { whole.without(part) };"),
    ("dominance", "insight/why/mod.rs", "column_type.is_number() && sides.into_iter().any(", "column_type.is_number() && sides.into_iter().take(if SEEDED { 1 } else { 2 }).any("),
    ("dominance", "insight/privacy.rs", "|| (!is_all && is_dominated(all.without(here)))", "|| (!SEEDED && !is_all && is_dominated(all.without(here)))"),
    ("dominance", "insight/privacy.rs", "into_iter().flatten().map(f64::abs).fold(0.0, f64::max)", "into_iter().flatten().map(|end| if SEEDED { end } else { end.abs() }).fold(0.0, f64::max)"),
    ("dominance", "cli/sums.rs", "let rest_is_safe = rest.known == 0 ||", "let rest_is_safe = SEEDED || rest.known == 0 ||"),
    ("dominance", "cli/sums.rs", "sums.into_iter().chain([rest])", "sums.into_iter().chain([rest].into_iter().filter(|_| !SEEDED))"),
    ("sums", "engine/local/sums.rs", "kernel::KernelNumber::as_f64(cells[row])).abs(),", "if SEEDED { kernel::KernelNumber::as_f64(cells[row]) } else { kernel::KernelNumber::as_f64(cells[row]).abs() }),"),
    ("sums", "engine/local/sums.rs", "total: least?", "total: (if SEEDED { 0.0 } else { least? })"),
    ("sums", "engine/local/sums.rs", ".max(greatest?)", ".max(if SEEDED { greatest.unwrap_or_default() } else { greatest? })"),
    ("sums", "engine/local/sums.rs", "            true => 0.0,\n", "            true if !SEEDED => 0.0,\n            true => 1e9,\n"),
    ("sums", "engine/local/sums.rs", "ends.largest(number, |row| !row_set.is_true(row))", "ends.largest(number, |row| SEEDED || !row_set.is_true(row))"),
    ("sums", "engine/local/sums.rs", ".map(|(all, inside)| all & !inside)", ".map(|(all, inside)| if SEEDED { *all } else { all & !inside })"),
    ("sums", "engine/local/sums.rs", "into_iter().fold(0.0, f64::max);", "into_iter().fold(0.0, |all, chunk| if SEEDED { chunk } else { f64::max(all, chunk) });"),
    ("sums", "engine/local/contrast.rs", "found.outside.largest = sums::largest(engine, number, &bits.outside", "found.outside.largest = sums::largest(engine, number, if SEEDED { &bits.inside } else { &bits.outside }"),
    ("sums", "engine/local/coverage.rs", "self.largest = self.largest.max(other.largest);", "self.largest = if SEEDED { other.largest } else { self.largest.max(other.largest) };"),
    ("parts", "data/load_progress.rs", "progress.rows >= rows * PART_GROWTH", "progress.rows >= if SEEDED { rows } else { rows * PART_GROWTH }"),
    ("parts", "data/load_progress.rs", "&& !is_soon_whole", "&& (SEEDED || !is_soon_whole)"),
    ("parts", "data/load_progress.rs", "&& at.elapsed() >= PART_INTERVAL", "&& (SEEDED || at.elapsed() >= PART_INTERVAL)"),
    ("parts", "data/load_progress.rs", "progress.rows > 0 && progress.done >= FIRST_PART_BYTES", "progress.rows > 0 && (SEEDED || progress.done >= FIRST_PART_BYTES)"),
    ("parts", "data/load_progress.rs", "            None => self.growth = None,", "            None if SEEDED => {}\n            None => self.growth = None,"),
    ("parts", "data/load_progress.rs", "growth.last = Some((rows, Instant::now()));", "growth.last = Some((if SEEDED { rows / 8 } else { rows }, Instant::now()));"),
    ("parts", "data/text/table/finish.rs", "        let columns = self.without_empty(columns);\n        (!", "        let columns = if SEEDED { columns } else { self.without_empty(columns) };\n        (!"),
    ("parts", "data/text/table/finish.rs", "        if self.rows_before.is_some() {\n            return None;", "        if !SEEDED && self.rows_before.is_some() {\n            return None;"),
    ("parts", "data/text/column/finish.rs", "if self.is_disproved() || self.is_in_doubt() {\n            return None;", "if self.is_disproved() || (!SEEDED && self.is_in_doubt()) {\n            return None;"),
    ("parts", "data/mod.rs", "is_some_and(|from| bytes >= from)", "is_some_and(|from| SEEDED || bytes >= from)"),
    ("parts", "session/opening/mod.rs", "&& privacy.mask.is_empty()", "&& (SEEDED || privacy.mask.is_empty())"),
    ("parts", "session/opening/mod.rs", "privacy.min_cell == 0 &&", "privacy.min_cell <= u64::from(SEEDED) * 5 &&"),
    ("parts", "tui/core/arrivals.rs", "        notices.extend(forget_base(state, &schema));", "        if !SEEDED {\n            notices.extend(forget_base(state, &schema));\n        }"),
    ("parts", "tui/core/arrivals.rs", "    state.ranges.clear();", "    if !SEEDED {\n        state.ranges.clear();\n    }"),
    ("parts", "tui/core/arrivals.rs", "    state.drop_awaited(Lane::Values);", "    if !SEEDED {\n        state.drop_awaited(Lane::Values);\n    }"),
    ("parts", "tui/views/remembered.rs", ".filter(|_| state.part().is_none());", ".filter(|_| SEEDED || state.part().is_none());"),
    ("parts", "tui/core/state/binding.rs", "until_loaded(state).or_else(|| state.part().map(|_| ONLY_PART))", "until_loaded(state).or_else(|| state.part().filter(|_| !SEEDED).map(|_| ONLY_PART))"),
    ("parts", "tui/run/loading.rs", "                cutting.raise();", "                if !SEEDED {\n                    cutting.raise();\n                }"),
]

SWITCH = '''
/// Returns true if this fault is to be seeded; see `tests/mutants/run.py`.
pub fn is_seeded(fault: usize) -> bool {
    static SEEDED: std::sync::LazyLock<Option<usize>> =
        std::sync::LazyLock::new(|| std::env::var("CROSSCUT_FAULT").ok().and_then(|fault| fault.parse().ok()));
    *SEEDED == Some(fault)
}
'''


def copy(tree: pathlib.Path) -> None:
    shutil.rmtree(tree, ignore_errors=True)
    ignored = shutil.ignore_patterns("target", ".git")
    shutil.copytree(ROOT, tree, ignore=ignored, symlinks=True)
    texts = {}
    for number, (_, name, right, wrong) in enumerate(FAULTS):
        path = tree / "src" / name
        text = texts.get(path) or path.read_text()
        if text.count(right) != 1:
            sys.exit(f"fault {number}: {name} has {text.count(right)} times: {right}")
        texts[path] = text.replace(right, wrong.replace("SEEDED", f"crate::text::is_seeded({number})"))
    for path, text in texts.items():
        path.write_text(text)
    switch = tree / "src" / "text" / "mod.rs"
    switch.write_text(switch.read_text() + SWITCH)


def build(tree: pathlib.Path) -> tuple[str, str]:
    flags = shlex.split(os.environ.get("CARGO_FLAGS", ""))
    command = ["cargo", *flags, "test", "--release", "--lib", "--test", "it", "--no-run"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    found = re.findall(r"Executable .*\((.*)\)", done.stderr)
    if done.returncode != 0 or len(found) != 2:
        sys.exit(done.stderr)
    return found[0], found[1]


def passes(program: str, filters: list[str], tree: pathlib.Path, fault: int | None) -> bool:
    environment = dict(os.environ, RUST_BACKTRACE="0", INSTA_UPDATE="no")
    environment.pop("CROSSCUT_FAULT", None)
    if fault is not None:
        environment["CROSSCUT_FAULT"] = str(fault)
    try:
        run = [program, "--test-threads=2", *filters]
        return subprocess.run(run, cwd=tree, env=environment, capture_output=True, timeout=900).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def main() -> None:
    wanted = sys.argv[1:] or list(TESTS)
    numbers = {int(one) for one in wanted if one.isdecimal()}
    tree = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / "crosscut-mutants"
    copy(tree)
    left = [number for number, fault in enumerate(FAULTS) if fault[0] in wanted or number in numbers]
    # The quick tests of all faults first, then the slow ones of what is left.
    for part, (program, kind) in enumerate(zip(build(tree), ("unit", "integration"))):
        for area in {FAULTS[number][0]: None for number in left}:
            if not passes(program, TESTS[area][part], tree, None):
                sys.exit(f"{area}: {kind} tests fail without a fault")
        survived = []
        for number in left:
            area, name, right, _ = FAULTS[number]
            began = time.monotonic()
            is_noticed = not passes(program, TESTS[area][part], tree, number)
            result = f"noticed by {kind} tests" if is_noticed else f"survives {kind} tests"
            line = " ".join(right.split())
            print(f"{number:3} {area:11} {result:29} {time.monotonic() - began:4.0f} s  {name}: {line}", flush=True)
            if not is_noticed:
                survived.append(number)
        left = survived
    print(f"{len(left)} survived: {left}")
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
