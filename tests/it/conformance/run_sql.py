"""Runs SQL over the base of the rule cases on a database, or parses it as a dialect, for the tests beside this file.

    run_sql.py duckdb | sqlite | postgres | clickhouse < statements
    run_sql.py parse DIALECT < statements

A statement is a line of JSON, {"id": …, "where": CONDITION} or {"id": …, "select": STATEMENT}; the answer is a line of
JSON, too: {"id": …, "counts": [true, false, null]} for a condition, {"id": …, "rows": n, "first": value} for a statement,
or {"id": …, "error": message}. Tables are `base` and `visits`.

How values are held where a database lacks their type (the printers of `rule::print` go by this):

- SQLite: dates are texts as 2026-06-30; timestamps are texts as 2026-06-30 12:00:00, with .ffffff if there is a fraction;
  truth is 1 and 0; decimals, and unsigned numbers of 64 bits, are in columns of NUMERIC affinity, so whole numbers up to
  64 bits are exact and all others are floats; NaN is null.
- PostgreSQL: TINYINT and UTINYINT are smallint, UINTEGER is bigint, UBIGINT is numeric(20).
- ClickHouse: as its Parquet reader has it, every column Nullable. Its dates begin in 1900 and end in 2299: the columns
  `far` and `until` are not in its base.
"""
import datetime
import decimal
import json
import math
import os
import pathlib
import re
import sys
import tempfile

TABLES = ["base", "visits"]
FOLDER = pathlib.Path(__file__).parent.parent / "rules"
POSTGRES = f"host=127.0.0.1 port={os.environ.get('CROSSCUT_POSTGRES_PORT', '54329')} user=crosscut dbname=postgres"


def counting(where, table="base"):
    """Returns a statement that counts the rows for which the condition is true, false and null. A line break ends a comment."""
    cases = [f"({where}\n)", f"NOT ({where}\n)", f"({where}\n) IS NULL"]
    sums = ", ".join(f"coalesce(sum(CASE WHEN {case} THEN 1 ELSE 0 END), 0)" for case in cases)
    return f"SELECT {sums} FROM {table}"


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def tables():
    """Yields each table's name, its columns with their Arrow types, and its rows as Python values."""
    for name in TABLES:
        yield name, *table(FOLDER / f"{name}.parquet")


def table(path):
    """Returns the columns of a Parquet file with their Arrow types, and its rows as Python values."""
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    columns = [(field.name, str(field.type).removesuffix("_view")) for field in table.schema]
    return columns, list(zip(*(column.to_pylist() for column in table.columns)))


def duckdb():
    import duckdb

    db = duckdb.connect()
    for name in TABLES:
        db.execute(f"CREATE TABLE {name} AS FROM read_parquet('{FOLDER / name}.parquet')")
    return lambda sql: db.execute(sql).fetchall()


SQLITE_TYPES = [
    ("u?int(8|16|32)|int64|bool", "INTEGER"),
    ("uint64|decimal.*", "NUMERIC"),
    ("float|double", "REAL"),
]


def sqlite_value(value):
    match value:
        case bool():
            return int(value)
        case decimal.Decimal():
            return str(value)
        # An integer too large for SQLite.
        case int() if value >= 2**63:
            return str(value)
        case float() if math.isnan(value):
            return None
        case datetime.datetime() | datetime.date():
            return str(value)
    return value


def sqlite_table(db, name, columns, rows):
    of = lambda arrow: next((kind for pattern, kind in SQLITE_TYPES if re.fullmatch(pattern, arrow)), "TEXT")
    db.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    db.execute(f"CREATE TABLE {quoted(name)} ({', '.join(f'{quoted(column)} {of(arrow)}' for column, arrow in columns)})")
    marks = ", ".join("?" * len(columns))
    db.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", [[sqlite_value(value) for value in row] for row in rows])


def sqlite():
    import sqlite3

    db = sqlite3.connect(":memory:")
    for name, columns, rows in tables():
        sqlite_table(db, name, columns, rows)
    return lambda sql: db.execute(sql).fetchall()


POSTGRES_TYPES = {
    "bool": "boolean",
    "int8": "smallint",
    "uint8": "smallint",
    "int16": "smallint",
    "uint16": "integer",
    "int32": "integer",
    "uint32": "bigint",
    "int64": "bigint",
    "uint64": "numeric(20)",
    "float": "real",
    "double": "double precision",
    "string": "text",
    "large_string": "text",
    "date32[day]": "date",
    "timestamp[us]": "timestamp",
}


def postgres_table(db, name, columns, rows):
    """Loads a table for this connection only: several runs may share the server."""
    of = lambda arrow: POSTGRES_TYPES.get(arrow) or arrow.replace("decimal128", "numeric")
    made = ", ".join(f"{quoted(column)} {of(arrow)}" for column, arrow in columns)
    db.execute(f"DROP TABLE IF EXISTS pg_temp.{quoted(name)}")
    db.execute(f"CREATE TEMP TABLE {quoted(name)} ({made})")
    with db.cursor().copy(f"COPY {quoted(name)} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def postgres():
    import psycopg

    db = psycopg.connect(POSTGRES, autocommit=True)
    for name, columns, rows in tables():
        postgres_table(db, name, columns, rows)
    db.execute("SET statement_timeout = '20s'")
    return lambda sql: db.execute(sql).fetchall()


def clickhouse():
    import chdb.session
    import pyarrow
    import pyarrow.parquet

    folder = tempfile.TemporaryDirectory()
    session = chdb.session.Session()
    for name in TABLES:
        table = pyarrow.parquet.read_table(FOLDER / f"{name}.parquet")
        # Every column is nullable, even if the file says otherwise.
        table = table.drop_columns([column for column in ["far", "until"] if column in table.column_names])
        path = os.path.join(folder.name, f"{name}.parquet")
        pyarrow.parquet.write_table(table, path)
        order = table.column_names[0]
        made = f"CREATE TABLE {name} ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM file('{path}', Parquet)"
        session.query(f"{made} ORDER BY {order} SETTINGS schema_inference_make_columns_nullable = 1")

    def run(sql):
        answer = str(session.query(sql, "JSONCompactEachRow"))
        return [tuple(json.loads(line)) for line in answer.splitlines() if line.strip()]

    return run


def answer(run, statement):
    if "where" in statement:
        ((true, false, null),) = run(counting(statement["where"]))
        return {"counts": [int(true), int(false), int(null)]}
    rows = run(statement["select"])
    return {"rows": len(rows), "first": rows[0][0] if rows else None}


def parser(dialect):
    import sqlglot

    def parse(statement):
        sql = statement.get("select") or counting(statement["where"])
        sqlglot.parse_one(sql, read=dialect)
        return {"rows": 0, "first": None}

    return parse


def main(engine, *rest):
    statements = [json.loads(line) for line in sys.stdin if line.strip()]
    if engine == "parse":
        answered = parser(rest[0])
    else:
        run = {"duckdb": duckdb, "sqlite": sqlite, "postgres": postgres, "clickhouse": clickhouse}[engine]()
        answered = lambda statement: answer(run, statement)
    for statement in statements:
        try:
            made = answered(statement)
        except Exception as error:  # Whatever a driver raises is the statement's answer.
            made = {"error": " ".join(str(error).split())[:300]}
        print(json.dumps({"id": statement["id"], **made}, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
