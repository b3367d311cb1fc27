"""Counts the rules of cases/*.md over base.parquet by DuckDB, and writes the counts back into the tables there.

    python3 tests/it/rules/make.py            # generates the base and fills in every count
    python3 tests/it/rules/make.py --check    # changes nothing; fails if a count or a value of the base differs

Needs duckdb and xxhash (tests/engines/up.sh installs them). To add a rule, add a row with empty counts to one of the
tables. The README.md next to this file documents their format.
"""
import argparse
import pathlib
import re
import sys
import unicodedata

import duckdb
import xxhash

import table

HERE = pathlib.Path(__file__).parent
TODAY = "DATE '2026-06-30'"
COUNTS = ["true", "false", "null"]
# A newline within a rule, which a table row cannot contain.
NEWLINE = "␤"


def cells(line):
    """Returns the cells of a row; `\\|` is a literal bar."""
    line = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)]


def code(cell):
    """Returns the text between backquotes, as Markdown reads it."""
    fence = re.match("`+", cell)
    if not fence or not cell.endswith(fence.group()):
        raise SystemExit(f"not in backquotes: {cell}")
    text = cell[len(fence.group()) : -len(fence.group())]
    if len(fence.group()) > 1:
        text = text.removeprefix(" ").removesuffix(" ")
    return text.replace(NEWLINE, "\n")


def connect():
    db = duckdb.connect()
    # x / 0 is null: neither infinity nor an error.
    db.execute("SET ieee_floating_point_ops = false")
    db.execute("SET error_on_division_by_zero = false")
    db.execute("SET TimeZone = 'UTC'")

    def split_of(key: str, parts: int, salt: str) -> int:
        return xxhash.xxh3_64_intdigest((salt + key).encode()) % parts

    db.create_function("split_of", split_of, ["VARCHAR", "BIGINT", "VARCHAR"], "BIGINT")
    return db


def duck(rule):
    return re.sub(r"\b(today\(\)|today|current_date)(?![\w'])", TODAY, rule, flags=re.I)


def count(db, rule, errors):
    rule = duck(rule)
    wholes = [f"({rule}\n)", f"NOT ({rule}\n)", f"({rule}\n) IS NULL"]
    asked = ", ".join(f"count(*) FILTER (WHERE {whole})" for whole in wholes)
    try:
        return db.execute(f"SELECT {asked} FROM base").fetchone()
    except duckdb.Error as error:
        errors.append(f"{rule}: {error}")
        return "", "", ""


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(rows):
    """Formats rows as lines, with the first column up to 60 wide and the counts aligned at the right."""
    rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    wide = min(60, max(width(row[0]) for row in rows))
    for row in rows:
        first = row[0] + " " * (wide - width(row[0]))
        yield "| " + " | ".join([first, *(cell.rjust(5) for cell in row[1:4]), *row[4:]]) + " |"


def counted(db, lines, errors):
    """Returns the lines of a file with the counts of every row filled in."""
    lines = iter(lines)
    for line in lines:
        if not line.startswith("| rule "):
            yield line
            continue
        head, rows, after = cells(line), [], None
        for after in lines:
            if not after.startswith("|"):
                break
            rows.append(cells(after))
            after = None
        rows = rows[1:] if rows and set(rows[0][0]) <= set(":-") else rows
        made = []
        for row in rows:
            meant = code(row[4]) if len(head) > 4 else code(row[0])
            made.append([row[0], *map(str, count(db, meant, errors)), *row[4:]])
        top, *rest = padded([head, *made])
        yield top
        yield "| :--- | ---: | ---: | ---: |" + " :--- |" * (len(head) - 4)
        yield from rest
        if after is not None:
            yield after


def changed_rows(db):
    """Returns the rows of the tables on disk that differ from those of table.py."""
    for name in ["base", "visits"]:
        written = f"read_parquet('{HERE / name}.parquet')"
        for one, other in [(name, written), (written, name)]:
            (different,) = db.execute(f"SELECT count(*) FROM (FROM {one} EXCEPT ALL FROM {other})").fetchone()
            yield different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where something is another")
    check = parser.parse_args().check
    db = connect()
    table.create(db)
    wrong = []
    if not check:
        table.write(db)
    elif any(changed_rows(db)):
        wrong.append("base.parquet or visits.parquet")
    for path in sorted(HERE.glob("cases/*.md")):
        old = path.read_text(encoding="utf-8")
        new = "\n".join(counted(db, old.splitlines(), wrong)) + "\n"
        if old != new and check:
            pairs = zip(old.splitlines(), new.splitlines())
            wrong += [f"{path.name}: {a}\n    DuckDB {duckdb.__version__}: {b}" for a, b in pairs if a != b]
        elif old != new:
            path.write_text(new, encoding="utf-8")
    if wrong:
        sys.exit("\n".join(wrong))


main()
