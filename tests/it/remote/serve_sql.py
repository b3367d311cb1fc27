"""Runs statements on a database for the tests beside this file, one after the other, over tables that they send.

    serve_sql.py duckdb | postgres | sqlite | spark

Each line of the input is JSON: {"load": {table: path of a Parquet file}} puts tables in place, {"sql": STATEMENT} runs one.
The answer is a line of JSON: {"types": [...], "columns": [[...]]} with Arrow's names of types, or {"error": message}. Dates
are days and timestamps microseconds since 1970-01-01, decimals are texts, floats that JSON has no word for are texts.
PostgreSQL's NUMERIC comes as text, which is what its ADBC driver makes of it.
"""
import datetime
import decimal
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "conformance"))
import run_sql

EPOCH = datetime.datetime(1970, 1, 1)


def cell(value):
    match value:
        case float() if value != value or value in (float("inf"), float("-inf")):
            return str(value)
        case decimal.Decimal():
            return format(value, "f")
        case datetime.datetime():
            return (value - EPOCH) // datetime.timedelta(microseconds=1)
        case datetime.date():
            return value.toordinal() - EPOCH.toordinal()
    return value


class DuckDb:
    def __init__(self):
        import warnings

        import duckdb

        warnings.simplefilter("ignore")

        self.db = duckdb.connect()

    def load(self, tables):
        for name, path in tables.items():
            self.db.execute(f"CREATE OR REPLACE TABLE {run_sql.quoted(name)} AS FROM read_parquet('{path}')")

    def run(self, sql):
        table = self.db.execute(sql).to_arrow_table()
        columns = [[cell(value) for value in column.to_pylist()] for column in table.columns]
        return [str(field.type) for field in table.schema], columns


class Postgres:
    TYPES = {16: "bool", 20: "int64", 21: "int16", 23: "int32", 25: "string", 700: "float", 701: "double"}
    TYPES |= {1043: "string", 1082: "date32[day]", 1114: "timestamp[us]", 1700: "string"}

    def __init__(self):
        import psycopg

        self.db = psycopg.connect(run_sql.POSTGRES, autocommit=True)
        self.db.execute("SET statement_timeout = '60s'")

    def load(self, tables):
        for name, path in tables.items():
            run_sql.postgres_table(self.db, name, *run_sql.table(path))

    def run(self, sql):
        # Without parameters `%` is a plain character.
        cursor = self.db.execute(sql)
        rows = cursor.fetchall()
        columns = [[cell(value) for value in column] for column in zip(*rows)] or [[] for _ in cursor.description]
        return [self.TYPES[column.type_code] for column in cursor.description], columns


class Sqlite:
    def __init__(self):
        import sqlite3

        self.db = sqlite3.connect(":memory:")

    def load(self, tables):
        for name, path in tables.items():
            run_sql.sqlite_table(self.db, name, *run_sql.table(path))

    def run(self, sql):
        cursor = self.db.execute(sql)
        columns = [list(column) for column in zip(*cursor.fetchall())] or [[] for _ in cursor.description]
        return [self.type_of(column) for column in columns], [[cell(value) for value in column] for column in columns]

    def type_of(self, column):
        """Returns the type of a column, found from its values."""
        types = {type(value) for value in column if value is not None}
        return "int64" if types == {int} else "double" if types and types <= {int, float} else "string"


class Spark:
    """Runs Spark in this process on one core; its answers are those of a cluster."""

    def __init__(self):
        import pyspark.sql

        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.memory": "1g",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "1",
        }
        builder = pyspark.sql.SparkSession.builder.master("local[1]")
        for name, value in settings.items():
            builder = builder.config(name, value)
        self.db = builder.getOrCreate()
        self.db.sparkContext.setLogLevel("OFF")

    def load(self, tables):
        for name, path in tables.items():
            self.db.read.parquet(path).cache().createOrReplaceTempView(name)

    def run(self, sql):
        table = self.db.sql(sql).toArrow()
        columns = [[cell(value) for value in column.to_pylist()] for column in table.columns]
        return [str(field.type) for field in table.schema], columns


def main(name):
    database = {"duckdb": DuckDb, "postgres": Postgres, "sqlite": Sqlite, "spark": Spark}[name]()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "load" in asked:
                database.load(asked["load"])
                answer = {}
            else:
                types, columns = database.run(asked["sql"])
                answer = {"types": types, "columns": columns}
        except Exception as error:  # Whatever a driver raises is the statement's answer.
            answer = {"error": " ".join(str(error).split())[:2000]}
        print(json.dumps(answer), flush=True)


main(*sys.argv[1:])
