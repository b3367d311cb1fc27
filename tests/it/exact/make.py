"""Writes tables of exact numbers, far dates and rare types, and DuckDB's answers about them: python3 make.py (in this folder).

Run with duckdb and pyarrow from PyPI. answers.tsv: arguments of the program, and what it prints; of `group` the keys with
their counts.
"""

import datetime as dt
import decimal
import random

import duckdb
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

D = decimal.Decimal
random.seed(10)
ROWS = 400
NO_END = dt.date(9999, 12, 31)


def some(value, every):
    return None if random.randrange(every) == 0 else value


customers = pa.table({
    # Neighbours that are equal as floats.
    "id": pa.array([D(2**60 + n) for n in range(ROWS)], pa.decimal128(38, 0)),
    "ref": pa.array([2**63 + n // 2 for n in range(ROWS)], pa.uint64()),
    "price": pa.array([some(D(random.randrange(-500, 2000)) / 100, 9) for _ in range(ROWS)], pa.decimal128(10, 2)),
    "wide": pa.array([some(D(10**20 + random.randrange(10**6)).scaleb(-6, decimal.Context(prec=40)), 9) for _ in range(ROWS)], pa.decimal128(38, 6)),
    "real": pa.array([some(random.randrange(200) / 10, 9) for _ in range(ROWS)], pa.float32()),
    "valid_to": pa.array([some(random.choice([NO_END, dt.date(2024, random.randrange(1, 13), 5), dt.date(1, 1, 1)]), 9) for _ in range(ROWS)], pa.date32()),
})
pq.write_table(customers, "customers.parquet", row_group_size=150)
orders = pa.table({
    "id": pa.array([D(2**60 + random.randrange(ROWS // 2)) for _ in range(1500)], pa.decimal128(38, 0)),
    "amount": pa.array([some(D(random.randrange(100_000)) / 1000, 20) for _ in range(1500)], pa.decimal128(12, 3)),
    "large": pa.array([D(2**70 + random.randrange(1000)) for _ in range(1500)], pa.decimal128(38, 0)),
    "at": pa.array([dt.datetime(2024, 1, 1) + dt.timedelta(minutes=random.randrange(500_000)) for _ in range(1500)], pa.timestamp("us")),
})
pq.write_table(orders, "orders.parquet")
far = [dt.datetime(9999, 12, 31, 23, 59, 59), dt.datetime(1000, 1, 1), dt.datetime(2024, 6, 1, 12), None]
pq.write_table(
    pa.table({"n": [1, 2, 3, 4], "at": pa.array(far, pa.timestamp("us"))}),
    "far.parquet",
    use_deprecated_int96_timestamps=True,
    store_schema=False,
)
rare = {
    "n": pa.array([1, 2]),
    "uuid": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0123456789abcdef", None], pa.binary(16))),
    "half": pa.array([0.1, None], pa.float16()),
    "wide": pa.array([D("0.05"), None], pa.decimal256(60, 2)),
    "struct": pa.array([{"a": D("0.05"), "b": 'x"y'}, None], pa.struct([("a", pa.decimal128(5, 2)), ("b", pa.string())])),
    "pair": pa.array([[1, 2], None], pa.list_(pa.int32(), 2)),
    "time": pa.array([3661, None], pa.time32("s")),
    "coded": pa.array([D("1.50"), None], pa.decimal128(5, 2)).dictionary_encode(),
    "day": pa.array([NO_END, None], pa.date64()),
}
pq.write_table(pa.table(rare), "rare.parquet")
arrow = {
    "interval": pa.array([pa.MonthDayNano([14, 3, 14706000000000]), None], pa.month_day_nano_interval()),
    "union": pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])]),
    "runs": pa.RunEndEncodedArray.from_arrays(pa.array([1, 2], pa.int32()), pa.array(["x", "y"])),
    "views": pa.array([[1], None], pa.list_view(pa.int64())),
    "tens": pa.array([D("1200"), None], pa.decimal128(5, -2)),
}
feather.write_feather(pa.table({**arrow, **{name: rare[name] for name in rare if name != "wide"}}), "rare.arrow", compression="uncompressed")

db = duckdb.connect()
db.execute("create view c as select * from 'customers.parquet'")
db.execute("create view o as select * from 'orders.parquet'")
answers = open("answers.tsv", "w")


def value(sql):
    return db.execute(sql).fetchall()[0][0]


def answer(arguments, expected):
    print(arguments, expected, sep="\t", file=answers)


C = "--data customers.parquet"
for rule in [
    "price = 0.10", "price IN (0.1, 0.20, 12.5)", "price NOT IN (0.1, 0.2)", "price > 1.005", "price BETWEEN -1 AND 2.5", "price + 0.2 = 0.3",
    "price * 3 = 0.3", "price IS NULL", f"id = {2**60 + 7}", f"id > {2**60 + 397}", f"id IN ({2**60 + 1}, {2**60 + 3})", f"ref = {2**63 + 1}",
    f"ref > {2**63 + 100}", "ref = 18446744073709551615", "wide > 100000000000000.5", "wide = 100000000000000.000001",
    "real IN (0.1, 0.2, 19.9)", "real NOT IN (0.1, 0.2)", "real = 0.3", "real > 0.1", "valid_to = '9999-12-31'", "valid_to < '2024-06-01'",
]:
    sql = rule.replace("real", "cast(cast(real as varchar) as double)") if "real" in rule else rule
    answer(f"count|{rule}|{C}", value(f"select count(*) from c where {sql}"))
for column in ["price", "ref", "wide", "real"]:
    sql = "cast(cast(real as varchar) as double)" if column == "real" else column
    groups = db.execute(f"select {sql}, count(*) from c group by 1 order by 2 desc, 1 nulls last").fetchall()
    shown = lambda key: "" if key is None else f"{key:f}".rstrip("0").rstrip(".") if column == "real" else str(key)
    answer(f"group|{column}|{C}", ";".join(f"{shown(key)}={count}" for key, count in groups))
for unit in ["month", "year"]:
    groups = db.execute(f"select strftime(date_trunc('{unit}', valid_to), '%Y-%m-%d'), count(*) from c group by 1 order by 2 desc, 1 nulls last").fetchall()
    answer(f"group|valid_to:{unit}|{C}", ";".join(f"{key or ''}={count}" for key, count in groups))
for column in ["price", "wide", "ref"]:
    for order in ["asc", "desc"]:
        rows = db.execute(f"select {column} from c order by 1 {order} nulls last limit 5").fetchall()
        answer(f"rows|--columns|{column}|--sort|{column}:{order}|--limit|5|{C}", ";".join([column] + [str(row[0]) for row in rows]))
for call, sql in [
    ("o.sum(amount)", "sum(amount)"), ("o.min(amount)", "min(amount)"), ("o.max(large)", "max(large)"), ("o.sum(large)", "sum(large)"),
    ("o.first(large)", "arg_min(large, \"at\")"), ("o.count()", "count(*)"),
]:
    rows = db.execute(f"select c.id, a.v from c left join (select id, {sql} v from o group by 1) a using (id) order by 1 limit 12").fetchall()
    empty = "0" if call == "o.count()" else ""
    answer(f"rows|--columns|{call}|--limit|12", ";".join([call] + [empty if v is None else str(v) for _, v in rows]))
