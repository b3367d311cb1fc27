"""Counts the retention of the sample's and CDNOW's customers with DuckDB: python3 make.py (in this folder).

Writes sample.tsv and cdnow.tsv. A line: unit, first day of the cohort, periods later, customers with an order there.
"""

import duckdb

db = duckdb.connect()
db.execute("create table sample as select customer_id as id, date from read_csv('../../../sample/orders.csv', header=true)")
db.execute("""create table cdnow as select parts[1] as id, strptime(parts[2], '%Y%m%d')::date as date
    from (select string_split_regex(trim(line), '\\s+') as parts
          from read_csv('../../../../shared/data/transactions/CDNOW_master.txt', columns={'line': 'VARCHAR'}, header=false,
                        delim='\t', skip=1))""")
for table, today in [("sample", "2026-06-30"), ("cdnow", "1998-05-15")]:
    with open(f"{table}.tsv", "w") as out:
        for unit in ["week", "month", "quarter", "year"]:
            rows = db.execute(f"""
                with e as (select id, date from {table} where date <= DATE '{today}'),
                     f as (select id, date_trunc('{unit}', min(date))::date as cohort from e group by 1)
                select cohort, date_diff('day', cohort, date_trunc('{unit}', date)::date) as days,
                       date_diff('{unit}', cohort, date_trunc('{unit}', date)::date) as later, count(distinct id)
                from e join f using (id) group by all having later <= 12 order by 1, 3""").fetchall()
            for cohort, days, later, customers in rows:
                later = days // 7 if unit == "week" else later
                out.write(f"{unit}\t{cohort}\t{later}\t{customers}\n")
