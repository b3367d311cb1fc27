"""Cold starts: a whole process of Crosscut from start to end, in turns with DuckDB and polars, each in a process of its own.

Crosscut's start counts; Python's and the import of the peers' packages do not. All files are in the page cache. Each answer
is compared. Of each side the shortest of the tries counts, since other programs only make them longer.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

TRIES = 7

# Run in a process of its own: prints the answer, its seconds, and the most memory in use in kB.
PEER = """
import resource, sys, time
import {package}
start = time.perf_counter()
{work}
took = time.perf_counter() - start
print(answer, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def cold_lines(binary, cache):
    """Returns a line for each comparison."""
    table = files(binary, cache)
    lines = []
    for work, rule, peers, goals in works(table):
        lines += compare(binary, work, rule, peers, goals)
    return lines


def files(binary, cache):
    """Returns the paths of the tables, which are made once."""
    import duckdb

    cache.mkdir(parents=True, exist_ok=True)
    paths = {name: cache / file for name, file in FILES.items()}
    for name, rows in (("csv", 1_000_000), ("small", 1_000_000), ("large", 10_000_000)):
        if not paths[name].exists():
            subprocess.run([binary, "generate", "--rows", str(rows), paths[name]], check=True, stdout=subprocess.DEVNULL)
    if not paths["texts"].exists():
        texts = "SELECT 'visitor-' || hash(range) AS visitor FROM range(10000000)"
        duckdb.execute(f"COPY ({texts}) TO '{paths['texts']}' (FORMAT parquet)")
    if not paths["events"].exists():
        source = f"(SELECT row_number() OVER () - 1 AS place, customer_id FROM '{paths['small']}')"
        days = "DATE '2026-06-30' - (hash(range + 3000000) % 730)::INT AS date"
        made = f"SELECT range, hash(range) % 1000000 AS place, {days} FROM range(3000000)"
        events = f"SELECT customer_id, date FROM ({made}) JOIN {source} USING (place) ORDER BY range"
        duckdb.execute(f"COPY ({events}) TO '{paths['events']}' (FORMAT parquet)")
    if not paths["quoted"].exists():
        options = "FORMAT csv, HEADER, FORCE_QUOTE *"
        duckdb.execute(f"COPY (FROM read_csv('{paths['csv']}', all_varchar = true)) TO '{paths['quoted']}' ({options})")
    return paths


FILES = {
    "csv": "cold-1000000.csv",
    "quoted": "cold-quoted-1000000.csv",
    "small": "shop-1000000.parquet",
    "large": "shop-10000000.parquet",
    "texts": "texts-10000000.parquet",
    "events": "cold-events-1000000.parquet",
}

TWO = ("country = 'DE' AND spend_12m > 250", "(pl.col('country') == 'DE') & (pl.col('spend_12m') > 250)")


def works(table):
    """Yields the name of each work, Crosscut's arguments, and the peers' code with their goals."""
    rule, expression = TWO
    for name, file in (("CSV", table["csv"]), ("CSV, all fields in quotes", table["quoted"])):
        duckdb = f"answer = duckdb.execute(\"SELECT count(*) FROM read_csv('{file}') WHERE {rule}\").fetchone()[0]"
        polars = f"answer = pl.scan_csv('{file}').filter({expression}).select(pl.len()).collect().item()"
        yield f"count, two columns of {name}", counting(rule, file), [("DuckDB", duckdb), ("polars", polars)], (0.7, 1.0)
    whole = f"duckdb.execute(\"CREATE TABLE t AS FROM read_csv('{table['csv']}')\")\n"
    whole += 'answer = duckdb.execute("SELECT count(*) FROM t WHERE orders_12m >= 3").fetchone()[0]'
    yield "all columns of CSV typed", typed_whole(table["csv"]), [("DuckDB", whole)], (1.0,)
    for kind, rule, expression in COUNTED:
        polars = f"answer = pl.scan_parquet('{table['large']}').filter({expression}).select(pl.len()).collect().item()"
        yield f"count, {kind} of Parquet", counting(rule, table["large"]), [("polars", polars)], (1.0,)
    like = "visitor LIKE '%77%'"
    duckdb = f"answer = duckdb.execute(\"SELECT count(*) FROM '{table['texts']}' WHERE {like}\").fetchone()[0]"
    yield "LIKE on ten million texts of Parquet", counting(like, table["texts"]), [("DuckDB", duckdb)], (1.0,)
    events = EVENTS.format(base=table["small"], events=table["events"])
    yield "first question of events, from files", asking_events(table), [("polars", events)], (1.0,)


COUNTED = [
    ("float", "spend_12m > 250", "pl.col('spend_12m') > 250"),
    ("integer", "orders_12m >= 3", "pl.col('orders_12m') >= 3"),
    ("coded text", "country = 'DE'", "pl.col('country') == 'DE'"),
    ("date", "last_order >= '2026-04-01'", "pl.col('last_order') >= pl.date(2026, 4, 1)"),
    ("two columns", *TWO),
]

EVENTS = """
made = pl.read_parquet('{events}', columns=['customer_id', 'date'])
base = pl.read_parquet('{base}', columns=['customer_id'])
within = (pl.col('date') >= pl.date(2025, 7, 1)) & (pl.col('date') <= pl.date(2026, 6, 30))
counted = made.lazy().filter(within).group_by('customer_id').agg(n=pl.len())
joined = base.lazy().join(counted, on='customer_id', how='left')
answer = joined.filter(pl.col('n') >= 2).select(pl.len()).collect().item()
"""


def counting(rule, file):
    return lambda folder: ["count", rule, "--data", file]


def typed_whole(file):
    """A rule that names a segment reads all columns: the study may use any of them."""

    def arguments(folder):
        (folder / "config.toml").write_text(f'[data]\npath = "{file}"\n[study]\nsegments = "segments.toml"\n')
        (folder / "segments.toml").write_text('[[segment]]\nname = "orders"\nwhere = "orders_12m >= 3"\n')
        return ["count", "@orders", "--config", folder / "config.toml"]

    return arguments


def asking_events(table):
    def arguments(folder):
        data = f'[data]\npath = "{table["small"]}"\nkey = "customer_id"\nas_of = "2026-06-30"\n'
        events = f'[tables.bought]\npath = "{table["events"]}"\nkey = "customer_id"\ndate = "date"\n'
        (folder / "config.toml").write_text(data + events)
        return ["count", "bought.count('365 days') >= 2", "--config", folder / "config.toml"]

    return arguments


def compare(binary, work, arguments, peers, goals):
    """Runs all sides in turns, and returns a line for each peer."""
    ours, theirs, memory = [], {name: [] for name, _ in peers}, []
    for _ in range(TRIES):
        answer, took, used = run_ours(binary, arguments)
        ours.append(took)
        memory.append(used)
        for name, code in peers:
            found, took, their_memory = run_peer(name, code)
            assert found == answer, f"{name} counts {found}, crosscut {answer}: {work}"
            theirs[name].append((took, their_memory))
    lines = []
    for (name, _), goal in zip(peers, goals):
        took, their_memory = min(theirs[name])
        lines.append((f"cold: {work}", min(ours), name, took, {"at_most": goal}, "s"))
        lines.append((f"cold: {work}: memory", min(memory), name, their_memory, None, "bytes"))
    return lines


def run_ours(binary, arguments):
    """Returns the count, the seconds of the whole process, and its most memory in use."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        folder = pathlib.Path(folder)
        command = [binary, *map(str, arguments(folder))]
        settings = {**os.environ, "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=settings, stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"crosscut failed: {command}"
        output.seek(0)
        return int(output.read()), took, usage.ru_maxrss * 1024


def run_peer(name, code):
    package = {"DuckDB": "duckdb", "polars": "polars as pl"}[name]
    told = subprocess.run(
        [sys.executable, "-c", PEER.format(package=package, work=code)], check=True, capture_output=True, text=True
    )
    answer, took, memory = told.stdout.split()[-3:]
    return int(answer), float(took), int(memory) * 1024
