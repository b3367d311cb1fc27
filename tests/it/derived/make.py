"""Counts rules about customers' events with DuckDB and xxhash: python3 make.py > counts.tsv (in this folder).

Run with duckdb and xxhash from PyPI. A line: the rule, the customers of the sample that it holds for as of 2026-06-30.
"""

import duckdb
import xxhash

SAMPLE = "../../../sample/"
TODAY = "DATE '2026-06-30'"
db = duckdb.connect()
db.execute(f"create table c as select * from read_csv('{SAMPLE}customers.csv', header=true)")
db.execute(f"create table o as select * from read_csv('{SAMPLE}orders.csv', header=true)")


def within(length):
    return f"date > {TODAY} - INTERVAL '{length}' and date <= {TODAY}"


def events(rule, aggregate, condition, where="true"):
    made = f"select customer_id, {aggregate} v from o where {where} group by 1"
    count = db.execute(f"with a as ({made}) select count(*) from c left join a using (customer_id) where {condition}")
    print(rule, count.fetchone()[0], sep="\t")


events("orders.count() >= 5", "count(*)", "v >= 5")
events("orders.count() = 0", "count(*)", "v is null")
events("orders.count('90 days') >= 2", "count(*)", "v >= 2", within("90 days"))
events("orders.count(*) FILTER (WHERE date >= today - INTERVAL '1 month') = 1", "count(*)", "v = 1", f"date >= {TODAY} - INTERVAL '1 month'")
events("orders.sum(amount, '6 months') > 300", "sum(amount)", "v > 300", within("6 months"))
events("orders.sum(units) >= 20", "sum(units)", "v >= 20")
events("orders.mean(amount) > 80", "avg(amount)", "v > 80")
events("orders.min(amount) < 10", "min(amount)", "v < 10")
events("orders.max(date) < today - INTERVAL '1 year'", "max(date)", f"v < {TODAY} - INTERVAL '1 year'")
events("orders.distinct(category) >= 4", "count(distinct category)", "v >= 4")
events("orders.last(category) = 'home'", "arg_max(category, (date, rowid))", "v = 'home'")
events("orders.first(amount) > 100", "arg_min(amount, (date, rowid))", "v > 100")
events("orders.sum(amount) IS NULL", "sum(amount)", "v is null")
events(
    "orders.count('1 year') FILTER (WHERE category = 'electronics' AND coupon IS NOT NULL) >= 1",
    "count(*)",
    "v >= 1",
    "category = 'electronics' and coupon is not null and " + within("1 year"),
)
for rule, order, share in [("top(spend_12m, 10)", "desc", 0.10), ("bottom(age, 25)", "asc", 0.25)]:
    column, sign = rule.split("(")[1].split(",")[0], ">=" if order == "desc" else "<="
    values = [row[0] for row in db.execute(f"select {column} from c where {column} is not null order by 1 {order}").fetchall()]
    bound = values[-(-round(len(values) * share * 1e9) // 10**9) - 1]
    print(rule, db.execute(f"select count(*) from c where {column} {sign} {bound}").fetchone()[0], sep="\t")
ids = [row[0] for row in db.execute("select customer_id from c").fetchall()]
for rule, salt, parts in [("split(10) = 0", "", 10), ("split(3, 'spring') = 0", "spring", 3)]:
    print(rule, sum(xxhash.xxh3_64_intdigest((salt + key).encode()) % parts == 0 for key in ids), sep="\t")
