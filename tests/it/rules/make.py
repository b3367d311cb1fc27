"""Makes the table that tests/it/rules.rs checks the rule language against.

    python3 tests/it/rules/make.py        # needs duckdb 2.0

Writes base.parquet (a table with columns of every type) and agrees.tsv and differs.tsv (rules, and how many of its rows
each is TRUE, FALSE and NULL for). DuckDB counts all of them: in differs.tsv it counts an expression of its own that
says what the rule means to us, since it takes the rule's own text for something else, or not at all.
"""
import pathlib
import random
import re

import duckdb

HERE = pathlib.Path(__file__).parent
TODAY = "DATE '2026-06-30'"
ROWS = 500

COLUMNS = '''
id BIGINT, n INTEGER, big BIGINT, tiny TINYINT, small SMALLINT, u8 UTINYINT, u32 UINTEGER, zero INTEGER,
spend DOUBLE, score DOUBLE, f32 FLOAT, active BOOLEAN, flag BOOLEAN, country VARCHAR, plan VARCHAR, city VARCHAR,
odd VARCHAR, digits VARCHAR, d DATE, d2 DATE, ts TIMESTAMP, "first name" VARCHAR, "a.b" INTEGER,
"say ""hi""" INTEGER, "größe" INTEGER, "order" INTEGER, "select" VARCHAR, "Mixed" INTEGER, "user" VARCHAR, "date" DATE,
"間" VARCHAR, "it's" BOOLEAN
'''

CITIES = ["Zürich", "São Paulo", "東京", "naïve", "Łódź", "zurich", "ZÜRICH", "🙂 town", "Århus", "", " padded ", "x\ty"]
ODD = ["it's", '"quoted"', "100%", "a_b", "a\\b", "two\nlines", "", "axb", "50% off", "a%b", "[x]", "(y)", "x.y", "^$", "ABC", "abc"]
DIGITS = ["12", " 7 ", "-3", "1.5", "x", "", "2026-01-05", "1e3", "007", "2026-02-30", "2026-03-31 10:20:30", "nan", "inf"]


def rows():
    r = random.Random(20260630)

    def maybe(value, share=0.12):
        return None if r.random() < share else value

    def day(first, last):
        return f"{r.randint(first, last)}-{r.randint(1, 12):02d}-{r.choice([1, 5, 15, 28]):02d}"

    for i in range(1, ROWS + 1):
        month_end = r.choice(["2026-01-31", "2026-03-31", "2024-02-29", "2026-06-30", "2026-05-31", "1969-12-31"])
        stamp = f"{day(1965, 2027)} {r.choice([0, 9, 12, 23]):02d}:{r.choice([0, 30, 59]):02d}:{r.choice([0, 1, 59]):02d}"
        stamp += r.choice(["", "", ".5", ".000001"])
        yield [
            i,
            maybe(r.randint(-20, 20)),
            maybe(r.choice([r.randint(-(2**62), 2**62), 2**53 + 1, 2**53, 9007199254740995])),
            maybe(r.randint(-128, 127)),
            maybe(r.randint(-300, 300)),
            maybe(r.randint(0, 255)),
            maybe(r.choice([0, 1, 5, 4_000_000_000, r.randint(0, 10_000)])),
            maybe(r.choice([0, 0, 1, -2])),
            maybe(r.choice([0.0, 0.5, 1.5, 2.5, -2.5, -0.5, 100.0, 250.25, round(r.uniform(-50, 900), 2), float("nan")])),
            maybe(r.choice([float("nan"), 0.0, -1.0, 4.0, 2.25, 1e-9, 1e15, 0.1 + 0.2, 0.3])),
            maybe(r.choice([0.0, 0.5, 0.25, 1.5, -3.0])),
            maybe(r.random() < 0.5),
            r.random() < 0.3,
            maybe(r.choice(["US", "CA", "DE", "us", "Us", "FR", ""])),
            maybe(r.choice(["free", "basic", "pro", "Pro", ""])),
            maybe(r.choice(CITIES)),
            maybe(r.choice(ODD)),
            maybe(r.choice(DIGITS)),
            maybe(r.choice([month_end, day(1960, 2027)])),
            maybe(r.choice([month_end, day(2025, 2026)])),
            maybe(r.choice([stamp, day(2025, 2026) + " 00:00:00"])),
            maybe(r.choice(["Ann", "Bob", "Zoë"])),
            maybe(r.randint(0, 3)),
            maybe(r.randint(0, 3)),
            maybe(r.randint(0, 3)),
            maybe(r.randint(0, 3)),
            maybe(r.choice(["a", "b"])),
            maybe(r.randint(0, 3)),
            maybe(r.choice(["root", "guest"])),
            maybe(day(2025, 2026)),
            maybe(r.choice(["a", "b"])),
            maybe(r.random() < 0.5),
        ]


def read(name):
    """Rules, one a line; `rule <TAB> DuckDB's expression <TAB> reason` in the list of differences."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def duck(rule):
    return re.sub(r"\b(today\(\)|today|current_date)(?![\w'])", TODAY, rule, flags=re.I)


def main():
    db = duckdb.connect()
    # x / 0 is null: neither infinity nor an error.
    db.execute("SET ieee_floating_point_ops = false")
    db.execute("SET error_on_division_by_zero = false")
    db.execute(f"CREATE TABLE base ({COLUMNS})")
    db.executemany(f"INSERT INTO base VALUES ({', '.join('?' * 32)})", list(rows()))
    for column in ["spend", "score"]:
        db.execute(f"UPDATE base SET {column} = NULL WHERE isnan({column})")
    db.execute(f"COPY base TO '{HERE / 'base.parquet'}' (FORMAT parquet, COMPRESSION zstd)")

    def counts(expression):
        ask = f"count(*) FILTER (WHERE ({expression}\n))"
        ask += f", count(*) FILTER (WHERE NOT ({expression}\n)), count(*) FILTER (WHERE ({expression}\n) IS NULL)"
        try:
            return db.execute(f"SELECT {ask} FROM base").fetchone()
        except duckdb.Error as error:
            raise SystemExit(f"{expression}: {error}") from error

    with open(HERE / "agrees.tsv", "w", encoding="utf-8") as out:
        out.write("# Made by make.py from rules.txt. Counts of TRUE, FALSE and NULL by DuckDB " + duckdb.__version__ + "\n")
        for (rule,) in read("rules.txt"):
            out.write("\t".join([*map(str, counts(duck(rule))), rule]) + "\n")
    with open(HERE / "differs.tsv", "w", encoding="utf-8") as out:
        out.write("# Made by make.py from differences.txt: counts, rule, why it is not what DuckDB says\n")
        for rule, meant, reason in read("differences.txt"):
            out.write("\t".join([*map(str, counts(duck(meant))), rule, reason]) + "\n")


main()
