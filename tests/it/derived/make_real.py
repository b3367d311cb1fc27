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
