"""The tables that the rules are counted over: base.parquet, a row per customer, and visits.parquet, their events.

Every value is drawn with a fixed seed. Columns of `OLD` come first and have their own random generator, so that
counts over them stay the same when a column is added to `NEW`.
"""
import datetime
import pathlib
import random
from decimal import Decimal

HERE = pathlib.Path(__file__).parent
ROWS = 500

OLD = '''
id BIGINT, n INTEGER, big BIGINT, tiny TINYINT, small SMALLINT, u8 UTINYINT, u32 UINTEGER, zero INTEGER,
spend DOUBLE, score DOUBLE, f32 FLOAT, active BOOLEAN, flag BOOLEAN, country VARCHAR, plan VARCHAR, city VARCHAR,
odd VARCHAR, digits VARCHAR, d DATE, d2 DATE, ts TIMESTAMP, "first name" VARCHAR, "a.b" INTEGER,
"say ""hi""" INTEGER, "größe" INTEGER, "order" INTEGER, "select" VARCHAR, "Mixed" INTEGER, "user" VARCHAR, "date" DATE,
"間" VARCHAR, "it's" BOOLEAN
'''
NEW = '''
price DECIMAL(10,2), acct DECIMAL(38,0), rate DECIMAL(18,6), u64 UBIGINT, cents FLOAT, money DOUBLE, edge DOUBLE,
lowest BIGINT, thousand INTEGER, stamp VARCHAR, amount VARCHAR, far DATE, until TIMESTAMP, ts2 TIMESTAMP,
pattern VARCHAR, path VARCHAR, mail VARCHAR
'''
# Visits that belong to no customer have an unknown id, or none.
VISITS = "seq INTEGER, customer_id BIGINT, visited DATE, kind VARCHAR, amount DECIMAL(10,2), minutes INTEGER, paid BOOLEAN"

CITIES = ["Zürich", "São Paulo", "東京", "naïve", "Łódź", "zurich", "ZÜRICH", "🙂 town", "Århus", "", " padded ", "x\ty"]
ODD = ["it's", '"quoted"', "100%", "a_b", "a\\b", "two\nlines", "", "axb", "50% off", "a%b", "[x]", "(y)", "x.y", "^$", "ABC", "abc"]
DIGITS = ["12", " 7 ", "-3", "1.5", "x", "", "2026-01-05", "1e3", "007", "2026-02-30", "2026-03-31 10:20:30", "nan", "inf"]

# Amounts next to, at and beyond the precision of a float, 64 bits and 38 digits.
PRICES = ["0.10", "0.20", "0.30", "0.00", "2.00", "19.99", "20.00", "19.98", "-0.10", "-19.99", "99999999.99", "-99999999.99", "0.25", "2.50", "-2.50", "3.50"]
ACCOUNTS = [5, 10, 0, -1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, 2**63, 2**63 + 1, -(2**63), 2**64, 12345678901234567890123456789012345678, 10**38 - 1, 1 - 10**38]
RATES = ["0.100000", "0.300000", "0.333333", "1.000000", "-1.500000", "0.000001", "123456789012.123456", "2.000000", "0.000000"]
UNSIGNED = [0, 1, 7, 2**53 + 1, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 2, 2**64 - 1]
# 32-bit values that are not binary fractions.
CENTS = [0.1, 0.2, 0.3, 19.99, 0.5, 1.5, -0.1, 16777216.0, 0.0]
MONEY = [19.99, 19.991, 20.004, 0.15, 0.285, 1.005, 2.675, -19.99, -1.005, 0.29, 1.15, 0.3, 0.1 + 0.2, 1234.5, 1250.0, -1250.0, 0.05, 1e15 + 0.3]
EDGES = [0.0, -0.0, float("inf"), float("-inf"), 1.7976931348623157e308, 5e-324, -1.0, 1.0, float("nan")]
LOWEST = [-(2**63), -(2**63) + 1, 2**63 - 1, -7, 7, -1, 0, 5, 2**53 + 1]
# Every supported form of a timestamp, and texts that only look like one.
STAMPS = ["2024-01-05", "2024-01-05 10:20:30", "2024-01-05T10:20:30", "2024-01-05 10:20", "2024-01-05T10:20", "2024-01-05 10:20:30.5", "2024-01-05T10:20:30.123456", "2024-01-05T10:20:30Z", "2024-01-05 10:20:30+02:00", "2024-01-05T23:20:30-0530", "2024-01-05 10:20:30+02", "0001-01-01", "9999-12-31 23:59:59", "1969-12-31T23:59:59.999999", "2024-02-30", "2024-01-05 25:00:00", "x", "", "20240105"]
AMOUNTS = ["12", "12.5", "12.345", "-0.005", "0.1", "19.99", "1e3", "", "x", "99999999.99", "100000000", "-129", "128", "32768", "9007199254740993", "9223372036854775808", "123456789012345678901234567890", "0.30", "+5", " 7 "]
FAR = ["0001-01-01", "9999-12-31", "1582-10-15", "1900-02-28", "2000-02-29", "2024-02-29", "1970-01-01", "2026-06-30", "2026-12-31", "2027-01-01"]
UNTIL = ["0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "2262-04-12 00:00:00", "1677-09-21 00:00:00", "2026-06-30 00:00:00", "2026-06-29 23:59:59", "1970-01-01 00:00:00", "1969-12-31 23:59:59.5"]
PATTERNS = ["U%", "%S", "_S", "us", "%", "", "C_", "%r%", "D\\_", "___"]
PATHS = ["a/b/c", "a", "", "/x/", "//", "a/b", "home/toys/home", "東京/京都", "a|b/c", "/"]
MAILS = ["ann@example.org", "BOB@Example.ORG", "zoë.k@mail7.de", "no-at-sign", "@", "a@b@c", "x.y+tag@sub.example.co.uk", "ann77@mail77.org", ""]


class Draw(random.Random):
    def maybe(self, value, share=0.12):
        return None if self.random() < share else value

    def day(self, first, last):
        return f"{self.randint(first, last)}-{self.randint(1, 12):02d}-{self.choice([1, 5, 15, 28]):02d}"


def old_cells(r, i):
    maybe, day = r.maybe, r.day
    month_end = r.choice(["2026-01-31", "2026-03-31", "2024-02-29", "2026-06-30", "2026-05-31", "1969-12-31"])
    stamp = f"{day(1965, 2027)} {r.choice([0, 9, 12, 23]):02d}:{r.choice([0, 30, 59]):02d}:{r.choice([0, 1, 59]):02d}"
    stamp += r.choice(["", "", ".5", ".000001"])
    return [
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


def new_cells(r, _i):
    maybe = r.maybe
    return [
        maybe(Decimal(r.choice([r.choice(PRICES), f"{r.randint(-5_000, 90_000) / 100:.2f}"]))),
        maybe(Decimal(r.choice(ACCOUNTS))),
        maybe(Decimal(r.choice(RATES))),
        maybe(r.choice(UNSIGNED)),
        maybe(r.choice(CENTS)),
        maybe(r.choice([r.choice(MONEY), r.randint(-500, 5_000) / 100])),
        maybe(r.choice(EDGES)),
        maybe(r.choice(LOWEST)),
        maybe(r.choice([1000, 100, 10, 1, 7, 0, -10, 1_000_000])),
        maybe(r.choice(STAMPS), 0.05),
        maybe(r.choice(AMOUNTS), 0.05),
        maybe(r.choice(FAR)),
        maybe(r.choice(UNTIL)),
        maybe(f"{r.day(2025, 2026)} {r.choice(['00:00:00', '23:59:59', '12:30:00.25'])}"),
        maybe(r.choice(PATTERNS)),
        maybe(r.choice(PATHS)),
        maybe(r.choice(MAILS)),
    ]


def visits():
    r = Draw(20260701)
    for seq in range(1_400):
        # A third of the customers have no visit; some visits belong to no customer.
        customer = r.choice([r.randint(1, ROWS * 2 // 3), r.randint(1, 60), r.randint(1, 60)])
        customer = r.choice([customer] * 30 + [None, ROWS + 7])
        at = datetime.date(2026, 6, 30) - datetime.timedelta(days=r.choice([r.randint(0, 900), r.randint(0, 120), 90, 30, -2]))
        yield [
            seq,
            customer,
            r.maybe(at, 0.04),
            r.maybe(r.choice(["web", "shop", "phone", "Web", ""])),
            r.maybe(Decimal(f"{r.randint(-200, 9_000) / 100:.2f}")),
            r.maybe(r.randint(0, 60)),
            r.maybe(r.random() < 0.6),
        ]


def create(db):
    """Creates the tables `base` and `visits` in a DuckDB connection."""
    db.execute(f"CREATE OR REPLACE TABLE base ({OLD}, {NEW})")
    old, new = Draw(20260630), Draw(20260702)
    rows = [old_cells(old, i) + new_cells(new, i) for i in range(1, ROWS + 1)]
    db.executemany(f"INSERT INTO base VALUES ({', '.join('?' * len(rows[0]))})", rows)
    # NaN becomes null.
    for column in ["spend", "score", "edge"]:
        db.execute(f"UPDATE base SET {column} = NULL WHERE isnan({column})")
    db.execute(f"CREATE OR REPLACE TABLE visits ({VISITS})")
    db.executemany(f"INSERT INTO visits VALUES ({', '.join('?' * 7)})", list(visits()))


def write(db):
    for table, order in [("base", "id"), ("visits", "seq")]:
        db.execute(f"COPY (FROM {table} ORDER BY {order}) TO '{HERE / table}.parquet' (FORMAT parquet, COMPRESSION zstd)")
