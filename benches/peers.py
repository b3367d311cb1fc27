#!/usr/bin/env python3
"""Compares Crosscut with its alternatives, DuckDB and polars, on the same file, in one table.

    python3 benches/peers.py [--rows 1000000,10000000] [--only conditions,overlap,count]

Creates a Python environment in the benchmarks' cache folder ($CROSSCUT_BENCH_DIR, else ~/.cache/crosscut/bench), runs
both cargo benchmarks, and gives DuckDB the same work: its table is in memory, loaded from the same Parquet file, and it
uses all cores. Every answer is compared with ours.
"""

import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import cold

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("CROSSCUT_BENCH_DIR") or pathlib.Path.home() / ".cache/crosscut/bench")
PACKAGES = ["duckdb", "polars"]
PATIENCE = 6.0  # seconds that the tries of one piece of work may take together
TRIES = (3, 9)  # the fewest and the most


def main():
    arguments = read_arguments()
    enter_environment()
    import duckdb
    import polars

    print(f"{cpu()}, {os.cpu_count()} cores; DuckDB {duckdb.__version__}, polars {polars.__version__} (Python)")
    for report in [] if arguments.only == "cold" else cargo_reports(arguments):
        print(f"\n## {report['rows']:,} customers\n")
        warn_of_load()
        lines = compare(report)
        if wants(arguments, "count"):
            lines += count_lines(report)
        print_table(lines)
    if wants(arguments, "cold"):
        print("\n## From cold\n")
        warn_of_load()
        print_table(cold.cold_lines(program(), CACHE))


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", default="10000000", help="customers; several sizes with commas between them")
    parser.add_argument("--only", default="", help="parts of the live benchmark, keystroke, count, cold; all if empty")
    return parser.parse_args()


def wants(arguments, part):
    return not arguments.only or part in arguments.only.split(",")


def enter_environment():
    """Restarts the script in a virtual environment with the peers, created if missing."""
    folder = CACHE / "python"
    python = folder / "bin/python"
    if pathlib.Path(sys.prefix).resolve() == folder.resolve():
        return
    if not has_packages(python):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    os.execv(python, [python, __file__, *sys.argv[1:]])


def has_packages(python):
    check = [python, "-c", "import " + ", ".join(PACKAGES)]
    return python.exists() and subprocess.run(check, capture_output=True).returncode == 0


def cpu():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


def warn_of_load():
    """Warns of other load: our times and DuckDB's are measured in sequence, so they need a quiet machine to be comparable."""
    load = os.getloadavg()[0]
    if load > os.cpu_count() + 1:
        print(f"Other programs are running (load {load:.1f}): measure the figures against DuckDB again on a quiet machine.\n")


# ---- ours ----------------------------------------------------------------------------------------------------------


def cargo_reports(arguments):
    """Returns the reports of the cargo benchmarks, one per size, with the keystroke results at the end."""
    parts = [part for part in arguments.only.split(",") if part not in ("keystroke", "count", "cold")]
    only = ["--only", ",".join(parts) or "nothing"] if arguments.only else []
    reports = cargo_bench("live", arguments.rows, only)
    if wants(arguments, "keystroke"):
        for report, keys in zip(reports, cargo_bench("keystroke", arguments.rows, [])):
            report["works"] += keys["works"]
    return reports


def cargo_bench(name, rows, rest):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = ["cargo", "bench", "--locked", "--bench", name, "--", "--rows", rows, "--json", file.name, *rest]
        # The benchmark's own table is part of ours.
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return json.load(file)


def program():
    """Builds the release binary and returns its path."""
    subprocess.run(["cargo", "build", "--locked", "--release", "--quiet"], cwd=ROOT, check=True)
    metadata = ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"]
    told = subprocess.run(metadata, cwd=ROOT, check=True, capture_output=True).stdout
    return pathlib.Path(json.loads(told)["target_directory"]) / "release/crosscut"


# ---- peers ---------------------------------------------------------------------------------------------------------


def compare(report):
    """Returns a line for each result, with DuckDB's times added."""
    duckdb = DuckDb(report)
    lines = []
    for work in report["works"]:
        peers = [(peer["name"], peer["theirs"], peer["goal"]) for peer in work["peers"]]
        if work["duckdb"]:
            peers.append(("DuckDB", duckdb.time(work), work["duckdb"]["goal"]))
        for name, theirs, goal in peers or [("–", None, None)]:
            lines.append((work["work"], work["ours"], name, theirs, goal, work["unit"]))
    return lines


class DuckDb:
    """Loads the base into memory, with the columns that any query uses."""

    def __init__(self, report):
        import duckdb

        self.known = {}
        self.base = duckdb.connect()
        self.base.execute(f"SET threads = {os.cpu_count()}")
        queries = " ".join(sql for work in report["works"] for sql in (work["duckdb"] or {"sql": []})["sql"])
        file = report["file"].replace("'", "''")
        columns = [row[0] for row in self.base.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()]
        columns = [column for column in columns if column in queries] or columns[:1]
        self.base.execute(f"CREATE TABLE t AS SELECT {', '.join(columns)} FROM '{file}'")

    def time(self, work):
        """Returns the time of the query's fastest spelling."""
        return min(self.time_sql(sql, work) for sql in work["duckdb"]["sql"])

    def time_sql(self, sql, work):
        if sql not in self.known:
            rows, self.known[sql] = best(lambda: self.base.execute(sql).fetchall())
            assert_same(rows, work["duckdb"]["answer"], sql)
        return self.known[sql]


def best(work):
    """Returns the answer and the shortest of several times."""
    times, began = [], time.perf_counter()
    while len(times) < TRIES[0] or (len(times) < TRIES[1] and time.perf_counter() - began < PATIENCE):
        start = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - start)
    return answer, min(times)


def assert_same(theirs, ours, what):
    """Compares rows in any order; sums may differ in their last digits, which depend on the order of adding."""
    theirs, ours = in_order(theirs), in_order(ours)
    same = len(theirs) == len(ours) and all(
        len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b)) for a, b in zip(theirs, ours)
    )
    assert same, f"DuckDB answers otherwise: {what}\n{theirs}\n{ours}"


def in_order(rows):
    return sorted(map(list, rows), key=lambda row: [str(cell) for cell in row if not is_float(cell)])


def is_float(cell):
    return isinstance(cell, float)


def equal(a, b):
    return math.isclose(a, b, rel_tol=1e-9) if is_float(a) or is_float(b) else a == b


# ---- crosscut count ------------------------------------------------------------------------------------------------


def count_lines(report):
    """Measures `crosscut count RULE --data FILE`, the whole process from start to end. Its peer is the first query in a
    Python process that has polars loaded: Crosscut's start-up counts, Python's and polars' do not. For comparison the
    same query is repeated in one process. The faster of polars' two engines counts. The file is in the page cache."""
    binary, file = program(), report["file"]
    lines = []
    for kind, rule, expression, columns in COUNTED:
        work = f"crosscut count, {kind}"
        (count, read), ours = best(lambda: run_count(binary, rule, file))
        first, again = polars_times(expression, file, count)
        lines.append((work, ours, "polars scan_parquet, first query", first, {"at_most": 1.2}, "s"))
        lines.append((work, ours, "polars scan_parquet, warm", again, None, "s"))
        needed = bytes_of(file, columns)
        lines.append((f"{work}: bytes read", read, "its columns in the file", needed, {"at_most": 1.1}, "bytes"))
    return lines


# Kind, rule, the same for polars, the columns to read.
COUNTED = [
    ("f64", "spend_12m > 250", "pl.col('spend_12m') > 250", ["spend_12m"]),
    ("int", "orders_12m >= 3", "pl.col('orders_12m') >= 3", ["orders_12m"]),
    ("coded string", "country = 'DE'", "pl.col('country') == 'DE'", ["country"]),
    ("date", "last_order >= '2026-04-01'", "pl.col('last_order') >= pl.date(2026, 4, 1)", ["last_order"]),
    (
        "two columns",
        "country = 'DE' AND spend_12m > 250",
        "(pl.col('country') == 'DE') & (pl.col('spend_12m') > 250)",
        ["country", "spend_12m"],
    ),
]

# Prints the count, the time of the first query, and the best time of later ones.
POLARS = """
import sys, time
import polars as pl
file, engine = sys.argv[1:]
query = pl.scan_parquet(file).filter({expression}).select(pl.len())
times = []
for _ in range(6):
    start = time.perf_counter()
    count = query.collect(engine=engine).item()
    times.append(time.perf_counter() - start)
print(count, times[0], min(times[1:]))
"""


def polars_times(expression, file, count):
    """Returns the best time of the first query over several processes, and of later queries."""

    def run(engine):
        command = [sys.executable, "-c", POLARS.format(expression=expression), file, engine]
        found, first, again = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        assert int(found) == count, f"polars counts {found}, crosscut {count}: {expression}"
        return float(first), float(again)

    firsts, agains = zip(*(run(engine) for engine in ("in-memory", "streaming") * 4))
    return min(firsts), min(agains)


def run_count(binary, rule, file):
    """Returns the count and the bytes that the process read: /proc has them until the process is waited for."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        settings = {**os.environ, "XDG_CONFIG_HOME": folder}
        process = subprocess.Popen([binary, "count", rule, "--data", file], cwd=folder, env=settings, stdout=output)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        told = dict(line.split(": ") for line in pathlib.Path(f"/proc/{process.pid}/io").read_text().splitlines())
        assert process.wait() == 0, f"crosscut count failed: {rule}"
        output.seek(0)
        return int(output.read()), int(told["rchar"])


def bytes_of(file, columns):
    """Returns the compressed bytes of the columns in the Parquet file, of its footer, and a megabyte for the program's start."""
    import duckdb

    sizes = "SELECT sum(total_compressed_size) FROM parquet_metadata($file)"
    sizes += " WHERE list_contains($columns, path_in_schema)"
    (size,) = duckdb.execute(sizes, {"file": file, "columns": columns}).fetchone()
    with open(file, "rb") as parquet:
        parquet.seek(-8, os.SEEK_END)
        footer = int.from_bytes(parquet.read(4), "little")
    return int(size) + footer + 1_000_000


# ---- the table -----------------------------------------------------------------------------------------------------


def print_table(lines):
    rows = [["work", "ours", "compared with", "theirs", "ratio", "goal", "met"]]
    rows += [row(*line) for line in lines]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    for cells in rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |")
    verdicts = [cells[-1] for cells in rows]
    print(f"\n{verdicts.count('yes')} goals met, {verdicts.count('no')} missed")


def row(work, ours, peer, theirs, goal, unit):
    ratio, wanted, met = verdict(ours, theirs, goal or {}, unit)
    return [work, amount(ours, unit), peer, "–" if theirs is None else amount(theirs, unit), ratio, wanted, met]


def verdict(ours, theirs, goal, unit):
    yes = {True: "yes", False: "no"}
    if "within" in goal:
        return "–", f"≤ {amount(goal['within'], unit)}", yes[ours <= goal["within"]]
    if theirs is None:
        return "–", "–", "–"
    if "faster" in goal:
        return times_faster(ours, theirs), f"≥ {goal['faster']:g} × faster", yes[theirs / ours >= goal["faster"]]
    if "at_most" in goal:
        return f"{ours / theirs:.2f} ×", f"≤ {goal['at_most']:g} ×", yes[ours / theirs <= goal["at_most"]]
    return times_faster(ours, theirs) if ours < theirs else f"{ours / theirs:.2f} ×", "–", "–"


def times_faster(ours, theirs):
    return f"{theirs / ours:.2f} × faster"


def amount(value, unit):
    if unit == "bytes":
        return f"{value / 1e6:.1f} MB"
    for size, name, digits in ((1, "s", 2), (1e-3, "ms", 2)):
        if value >= size:
            return f"{value / size:.{digits}f} {name}"
    return f"{value / 1e-6:.0f} µs"


if __name__ == "__main__":
    main()
