"""Counts rules about real customers' orders with DuckDB: python3 make_real.py > real.tsv (in this folder).

Run with duckdb from PyPI. A line: the table, the as-of date, the rule, how many of the table's customers it holds for.
"""

import duckdb

DATA = "../../../../shared/data/transactions/"
db = duckdb.connect()
db.execute(f"""create table cdnow as select parts[1] as id, strptime(parts[2], '%Y%m%d')::date as date, parts[3]::int as cds,
    parts[4]::double as dollars, row_number() over () as row
    from (select string_split_regex(trim(line), '\\s+') as parts
          from read_csv('{DATA}CDNOW_master.txt', columns={{'line': 'VARCHAR'}}, header=false, delim='\t', skip=1))""")
db.execute(f"""create table retail as select cast(CustomerID as bigint) as id, InvoiceDate::timestamp as date, *, row_number() over () as row
    from read_csv('{DATA}online_retail.csv.gz', header=true, types={{'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR', 'CustomerID': 'DOUBLE'}})
    """)


def count(table, today, rule, aggregate, condition, where="true"):
    made = f"select id, {aggregate} v from {table} where {where.replace('TODAY', f'DATE {today!r}')} group by 1"
    customers = f"select distinct id from {table} where id is not null"
    condition = condition.replace("TODAY", f"DATE {today!r}")
    query = f"with a as ({made}) select count(*) from ({customers}) left join a using (id) where {condition}"
    print(table, today, rule, db.execute(query).fetchone()[0], sep="\t")


def within(length):
    return f"date >= TODAY - INTERVAL '{length}' + INTERVAL '1 day' and date < TODAY + INTERVAL '1 day'"


PAST = "date < TODAY + INTERVAL '1 day'"
for today in ["1998-06-30", "1997-06-30"]:
    count("cdnow", today, "orders.count() >= 3", "count(*)", "v >= 3")
    count("cdnow", today, "orders.count('180 days') >= 1", "count(*)", "v >= 1", within("180 days"))
    count("cdnow", today, "orders.sum(dollars) > 100", "sum(dollars)", "v > 100")
    count("cdnow", today, "orders.sum(cds, '1 year') >= 5", "sum(cds)", "v >= 5", within("1 year"))
    count("cdnow", today, "orders.mean(dollars) > 40", "avg(dollars)", "v > 40")
    count("cdnow", today, "orders.min(dollars) = 0", "min(dollars)", "v = 0")
    count("cdnow", today, "orders.max(date) < today - INTERVAL '1 year'", "max(date)", "v < TODAY - INTERVAL '1 year'")
    count("cdnow", today, "orders.distinct(date) >= 3", "count(distinct date)", "v >= 3")
    count("cdnow", today, "orders.last(dollars) > 20", "arg_max(dollars, (date, row))", "v > 20", PAST)
    count("cdnow", today, "orders.first(cds) >= 2", "arg_min(cds, (date, row))", "v >= 2", PAST)
    count("cdnow", today, "orders.last(date) IS NULL", "max(date)", "v is null", PAST)
today = "2011-09-30"
count("retail", today, "orders.count() >= 100", "count(*)", "v >= 100")
count("retail", today, "orders.distinct(InvoiceNo) >= 5", "count(distinct InvoiceNo)", "v >= 5")
count("retail", today, "orders.sum(Quantity) > 1000", "sum(Quantity)", "v > 1000")
cheap = "orders.sum(Quantity, '90 days') FILTER (WHERE UnitPrice > 5) > 10"
count("retail", today, cheap, "sum(Quantity)", "v > 10", within("90 days") + " and UnitPrice > 5")
count("retail", today, "orders.last(Country) = 'France'", "arg_max(Country, (date, row))", "v = 'France'", PAST)
count("retail", today, "orders.last(StockCode) = '22423'", "arg_max(StockCode, (date, row))", "v = '22423'", PAST)
count("retail", today, "orders.max(UnitPrice) > 100", "max(UnitPrice)", "v > 100")
count("retail", today, "orders.mean(UnitPrice) < 2", "avg(UnitPrice)", "v < 2")
count("retail", today, "orders.count() FILTER (WHERE InvoiceNo LIKE 'C%') >= 1", "count(*)", "v >= 1", "InvoiceNo like 'C%'")


def patterns(table, today, rule, condition):
    """Counts the customers for whom a condition on `e`, their events up to the as-of date, holds."""
    happened = f"create or replace table e as select * from {table} where id is not null and {PAST.replace('TODAY', f'DATE {today!r}')}"
    db.execute(happened)
    customers = f"(select distinct id from {table} where id is not null) c"
    print(table, today, rule, db.execute(f"select count(*) from {customers} where {condition}").fetchone()[0], sep="\t")


AFTER = "id in (select a.id from e a join e b on a.id = b.id and b.date > a.date where {})"
GAP = "id in (select id from (select id, date, lag(date) over (partition by id order by date) as before from e{}) where date >= before + interval '{}')"
FIRST = "(select id, min(date) as first from {} where id is not null group by id)"
patterns("cdnow", "1998-06-30", "orders.seq(dollars > 50, cds = 1, '90 days')", AFTER.format("a.dollars > 50 and b.cds = 1 and b.date <= a.date + interval '90 days'"))
patterns("cdnow", "1997-06-30", "orders.seq(cds >= 5, dollars < 20)", AFTER.format("a.cds >= 5 and b.dollars < 20"))
patterns("cdnow", "1998-06-30", "orders.again('6 months')", GAP.format("", "6 months"))
patterns("cdnow", "1997-09-30", "orders.again('60 days') FILTER (WHERE dollars > 20)", GAP.format(" where dollars > 20", "60 days"))
first = FIRST.format("cdnow")
within_30 = f"id in (select id from cdnow join {first} using (id) where date <= first + interval '30 days' group by id having count(*) >= 2)"
patterns("cdnow", "1998-06-30", "orders.count() FILTER (WHERE date <= orders.min(date) + INTERVAL '30 days') >= 2", within_30)
patterns("cdnow", "1998-06-30", "orders.sum(dollars / cds) > 100", "id in (select id from cdnow group by id having sum(case when cds <> 0 then dollars / cds end) > 100)")
patterns("cdnow", "1998-06-30", "orders.median(dollars) > 40", "id in (select id from cdnow group by id having median(dollars) > 40)")
patterns("cdnow", "1998-06-30", "orders.nth(dollars, 2) > 30", "id in (select id from (select id, dollars, row_number() over (partition by id order by date, row) as place from e) where place = 2 and dollars > 30)")
patterns("retail", "2011-09-30", "orders.seq(StockCode = '85123A', StockCode = '22423', '30 days')", AFTER.format("a.StockCode = '85123A' and b.StockCode = '22423' and b.date <= a.date + interval '30 days'"))
patterns("retail", "2011-09-30", "orders.seq(Quantity < 0, Quantity > 0, '1 day')", AFTER.format("a.Quantity < 0 and b.Quantity > 0 and b.date <= a.date + interval '1 day'"))
patterns("retail", "2011-09-30", "orders.again('4 months')", GAP.format("", "4 months"))
patterns("retail", "2011-09-30", "orders.mode(Country) = 'Germany'", "id in (select id from (select id, Country, row_number() over (partition by id order by count(*) desc, Country) as place from retail where Country is not null group by id, Country) where place = 1 and Country = 'Germany')")
patterns("retail", "2011-09-30", "orders.sum(Quantity * UnitPrice) > 5000", "id in (select id from retail group by id having sum(Quantity * UnitPrice) > 5000)")
month = "id in (select id from e where date >= DATE '2011-09-30' - interval '{} month' + interval '1 day' and date < DATE '2011-09-30' - interval '{} month' + interval '1 day')"
patterns("retail", "2011-09-30", "orders.regular('month', 3)", " and ".join(month.format(n + 1, n) for n in range(3)))
