#!/usr/bin/env python3
"""Writes table.tsv and cases.tsv: expressions over a small table, with the values that DuckDB gives them.

    python3 make.py        # needs the package duckdb; the files were made with 2.0.1

An expression that DuckDB spells otherwise, or defines otherwise than the rule language, stands as (expression, SQL): the SQL
says what is meant. TRY makes null of what raises an error in DuckDB; NaN is null in a rule.
"""
import datetime, decimal, json, math, pathlib
import duckdb

HERE = pathlib.Path(__file__).parent
COLUMNS = [
    ("i", "integer", "BIGINT", [1, -7, 0, 9223372036854775807, -9223372036854775808, None, 42, 1000, -1, 3, 25, 12355, 7, 100]),
    ("j", "integer", "BIGINT", [3, 2, 5, 1, -1, 4, None, -3, 0, 3, -25, 10, 7, 3]),
    ("f", "float", "DOUBLE", [0.5, -2.5, 0.0, 1e300, -1e300, None, 2.5, 19.99, 0.285, 1.005, -0.5, 3.5, "inf", 1234.5678]),
    ("g", "float", "DOUBLE", [2.0, 0.1, -0.0, 1e300, 5e-324, 1.5, None, 0.2, 100.0, 1000.0, -8.0, 0.5, "inf", -0.125]),
    ("p", "decimal(2)", "DECIMAL(12,2)", ["0.10", "-2.55", "0.00", "9999999999.99", "-9999999999.99", None, "2.50", "19.99", "0.05", "1.00", "-0.50", "3.45", "7.00", "100.00"]),
    ("q", "decimal(4)", "DECIMAL(14,4)", ["0.2000", "-2.5500", "0.0001", "1.0000", "3.1416", "1.5000", None, "-0.1250", "0.0500", "2.5000", "0.3333", "12.0000", "7.0000", "-99.9999"]),
    ("t", "text", "VARCHAR", ["pro", "Zürich", "", "a_b", "100%", None, "ÀÉÎ ß İ", "  pad  ", "2024-02-29", "12", "a-b-c", "🙂 e\u0301x", "-3.45", "aXbXXc"]),
    ("u", "text", "VARCHAR", ["p%", "%ü%", "", "a!_b", "1__%", "x", None, "pad", "%-__-%", "1_", "a%c", "%e_x", "%.%", "%X%X%c"]),
    ("d", "date", "DATE", ["2024-01-31", "2023-12-31", "1970-01-01", "1969-12-28", "0001-01-01", None, "9999-12-31", "2024-02-29", "2021-01-03", "2020-12-31", "1900-03-01", "2026-06-30", "2000-05-15", "2024-12-30"]),
    ("e", "date", "DATE", ["2024-02-29", "2024-01-01", "1969-12-31", "1970-01-05", "9999-12-31", "2024-01-01", None, "2023-02-28", "2021-01-04", "2021-01-01", "2100-03-01", "2026-06-30", "1999-11-14", "2025-01-06"]),
    ("ts", "timestamp", "TIMESTAMP", ["2024-01-31 23:59:59.999999", "1969-12-31 23:59:59.5", "1970-01-01 00:00:00", "2024-02-29 12:30:45", "1900-01-01 00:00:00.000001", None, "9999-12-31 23:59:59", "2021-01-03 01:02:03.5", "2020-12-31 13:00:00", "2024-06-30 00:15:00", "1969-12-28 12:00:00", "2026-06-30 10:00:00", "2000-05-15 23:00:01", "0001-01-01 00:00:00"]),
    ("b", "boolean", "BOOLEAN", [True, False, None, True, False, True, None, False, True, True, False, None, True, False]),
    ("c", "boolean", "BOOLEAN", [True, True, None, False, False, None, True, None, True, False, True, False, None, None]),
]

def cases():
    for op in ["=", "<>", "<", "<=", ">", ">="]:
        yield from [f"i {op} j", f"i {op} 7", f"f {op} g", f"f {op} 2.5", f"t {op} u", f"t {op} 'a_b'", f"d {op} e", f"d {op} '2024-01-31'"]
        yield from [f"p {op} q", f"p {op} 2.5", f"q {op} 0.05", f"p {op} i", f"b {op} c"]
        yield (f"i {op} f", f"i::DOUBLE {op} f")
        yield (f"p {op} f", f"p::DOUBLE {op} f")
        yield (f"i {op} 6.5", f"i::DECIMAL(38,1) {op} 6.5")
        yield (f"d {op} ts", f"d::TIMESTAMP {op} ts")
        yield f"ts {op} '2024-02-29 12:30:45'"
    for op in ["IS DISTINCT FROM", "IS NOT DISTINCT FROM"]:
        yield from [f"i {op} j", f"p {op} q", f"t {op} u", f"b {op} c", f"d {op} e", f"f {op} 2.5"]
    yield from ["b AND c", "b OR c", "NOT b", "NOT (b AND c)", "(b AND c) IS NULL", "(b OR c) IS TRUE", "(b AND c) IS NOT TRUE", "b IS FALSE"]
    yield from ["i IS NULL", "t IS NOT NULL", "i BETWEEN j AND 100", "p BETWEEN 0.05 AND 2.5", "t BETWEEN '1' AND 'b'"]
    yield from ["i IN (1, 42, 100)", "i NOT IN (1, 42, 100)", "p IN (0.1, 2.50, 7)", "t IN ('pro', '12', '')", "d IN ('2024-01-31', '1970-01-01')"]
    yield ("f IN (0.5, 0.285, 2.5)", "f IN (0.5::DOUBLE, 0.285::DOUBLE, 2.5::DOUBLE)")
    yield ("g IN (0, 0.1)", "g = 0 OR g = 0.1::DOUBLE")
    yield ("i IN (1, 2.5, 9223372036854775807)", "i = 1 OR i = 9223372036854775807")

    for op in ["+", "-", "*"]:
        yield from [f"i {op} j", f"j {op} 3", f"f {op} g", f"p {op} q", f"q {op} 0.5", f"p {op} 2"]
        yield (f"i {op} f", f"i::DOUBLE {op} f")
        yield (f"p {op} f", f"p::DOUBLE {op} f")
    yield ("p * j", "CASE WHEN j IS NOT NULL THEN p::DECIMAL(20,2) * j::DECIMAL(5,0) END")
    for a, b in [("i", "j"), ("f", "g"), ("p", "q"), ("i", "f"), ("p", "j"), ("7", "j"), ("i", "10")]:
        yield (f"{a} / {b}", f"{a}::DOUBLE / nullif({b}::DOUBLE, 0)")
    yield ("i % j", "CASE WHEN j IN (0, -1) THEN CASE j WHEN -1 THEN 0 END ELSE i % j END")
    yield from ["i % 3", "i % -7", "-i % 3", "j % 2"]
    yield ("f % g", "f % nullif(g, 0)")
    yield ("p % q", "p::DECIMAL(38,4) % nullif(q::DECIMAL(38,4), 0)")
    yield ("p % 0.3", "p % 0.3")
    yield ("mod(j, 2)", "j % 2")
    yield from ["-i", "-f", "-p"]

    yield from ["abs(i)", "abs(f)", "abs(p)", "sign(i)", "sign(f)", "sign(p)"]
    for n in ["", ", 1", ", 2", ", -1", ", -2"]:
        yield from [f"round(f{n})", f"round(g{n})", f"round(p{n})", f"round(q{n})"]
    yield from ["round(i)", "round(i, -1)", "round(i, -3)", "round(i, 2)"]
    for name in ["floor", "ceil", "trunc"]:
        yield from [f"{name}(f)", f"{name}(p)", f"{name}(i)"]
    yield ("sqrt(f)", "CASE WHEN f >= 0 THEN sqrt(f) END")
    yield ("sqrt(i)", "CASE WHEN i >= 0 THEN sqrt(i) END")
    yield ("exp(g)", "exp(g)")
    for name in ["ln", "log10", "log"]:
        yield (f"{name}(i)", f"CASE WHEN i > 0 THEN {name}(i) END")
        yield (f"{name}(f)", f"CASE WHEN f > 0 THEN {name}(f) END")
    yield ("log(2, i)", "CASE WHEN i > 0 THEN log(2, i) END")
    yield ("log(g, f)", "CASE WHEN f > 0 AND g > 0 AND g <> 1 THEN log(g, f) END")
    yield from ["power(i, 2)", "power(f, g)", "power(g, 0.5)", "power(p, 3)"]
    yield from ["greatest(i, j)", "least(i, j)", "greatest(f, g)", "least(p, q)", "greatest(t, u)", "least(d, e)", "greatest(i, j, 5)", "least(j, 2, NULL)"]
    yield ("greatest(p, j)", "greatest(p::DECIMAL(20,2), j::DECIMAL(20,2))")
    yield from ["coalesce(i, j)", "coalesce(t, u, 'none')", "coalesce(p, q)", "coalesce(b, c, TRUE)", "coalesce(d, e)"]
    yield from ["nullif(i, 1)", "nullif(t, 'pro')", "if(b, i, j)", "CASE WHEN b THEN i WHEN c THEN j END", "CASE WHEN b THEN t ELSE u END"]
    yield from ["CASE i WHEN 1 THEN 'one' WHEN 42 THEN 'many' ELSE t END", "CASE WHEN i > 3 THEN p ELSE q END", "CASE WHEN b THEN d ELSE e END", "CASE WHEN c THEN b END"]
    yield ("CASE WHEN b THEN i ELSE f END", "CASE WHEN b THEN i::DOUBLE ELSE f END")
    yield ("CASE WHEN b THEN j ELSE 2.5 END", "CASE WHEN b THEN j::DECIMAL(20,1) ELSE 2.5 END")

    yield from ["lower(t)", "upper(t)", "length(t)", "trim(t)", "ltrim(t)", "rtrim(t)", "trim(t, 'aXc')", "ltrim(t, 'pa ')", "rtrim(t, 'c%X')"]
    for a in ["1", "2", "3", "9"]:
        yield from [f"substr(t, {a})", f"substr(t, {a}, 2)", f"substr(t, {a}, 0)"]
    for n in [0, 1, 3, 99]:
        yield from [f"left(t, {n})", f"right(t, {n})", f"repeat(t, {n})"]
    yield from ["lpad(t, 4, '.-')", "rpad(t, 4, '.-')", "lpad(t, 0, 'x')", "rpad(t, 9, 'ü')"]
    yield from [("lpad(t, 6)", "lpad(t, 6, ' ')"), ("rpad(t, 6)", "rpad(t, 6, ' ')"), ("lpad(t, 3, '')", "TRY(lpad(t, 3, ''))")]
    yield from ["replace(t, 'X', '')", "replace(t, 'b', t)", "replace(t, 'ü', 'ue')", "replace(t, '', 'x')", "reverse(t)"]
    for n in [1, 2, 4, -1, -2, -9]:
        yield from [f"split_part(t, '-', {n})", f"split_part(t, 'X', {n})", f"split_part(t, '', {n})"]
    yield from ["strpos(t, 'b')", "strpos(t, '')", "strpos(t, u)", "strpos(t, 'x')", "contains(t, 'X')", "contains(t, u)", "starts_with(t, 'a')", "starts_with(t, u)", "ends_with(t, 'c')", "ends_with(t, '')"]
    yield from ["concat(t, '-', u)", "concat_ws('-', t, u, 'z')", "t || u", "t || '-' || u", "concat(t)"]
    # DuckDB's ~ is a match of the whole text.
    for expression, sql in [
        ("t ~ 'X.X'", "regexp_matches(t, 'X.X')"),
        ("t ~ '^[a-z]+$'", "regexp_matches(t, '^[a-z]+$')"),
        ("t ~ ''", "regexp_matches(t, '')"),
        ("t ~* 'ZÜRICH'", "regexp_matches(t, 'ZÜRICH', 'i')"),
        ("t !~ 'b'", "NOT regexp_matches(t, 'b')"),
        ("regexp_matches(t, '[0-9]+')", "regexp_matches(t, '[0-9]+')"),
    ]:
        yield (expression, sql)
    yield from ["regexp_extract(t, '[a-z]+')", "regexp_extract(t, '([a-z]+)-([a-z])', 2)", "regexp_extract(t, '(z)|X', 1)", "regexp_extract(t, '^$')"]
    for options in ["", ", 'g'", ", 'gi'", ", 'i'"]:
        yield from [f"regexp_replace(t, '[a-z]', '<\\0>'{options})", f"regexp_replace(t, 'x*', '-'{options})", f"regexp_replace(t, '(.)(.)', '\\2\\1\\\\'{options})"]
    for pattern in ["a_b", "%", "_", "%X_c", "a%b%", "%-%-%", "%ü%", "_%_", "__", "1%\\%", "%_b%", "a%X%X%c", "%🙂_e%", "", "%%", "a\\_b"]:
        escape = " ESCAPE '\\'" if "\\" in pattern else ""
        for word in ["LIKE", "ILIKE"]:
            yield f"t {word} '{pattern}'{escape}"
    yield from ["t ILIKE 'àéî SS İ'", "t ILIKE 'ÀÉÎ ß İ'", "t ILIKE '%ß İ'", "t ILIKE 'ZÜRICH'"]
    yield from ["t LIKE u", "t ILIKE u", "t NOT LIKE u", "t LIKE u ESCAPE '!'", "t ILIKE upper(u)", "'a_b' LIKE u"]

    for part in ["year", "quarter", "month", "week", "day", "dow", "isodow", "doy"]:
        yield from [f"extract({part} FROM d)", f"extract({part} FROM ts)"]
    for part in ["hour", "minute", "second"]:
        yield from [f"extract({part} FROM ts)", f"extract({part} FROM d)"]
    for unit in ["year", "quarter", "month", "week", "day"]:
        yield (f"date_trunc('{unit}', d)", f"date_trunc('{unit}', d)::DATE")
        yield f"date_diff('{unit}', d, e)"
    for unit in ["year", "quarter", "month", "week", "day", "hour", "minute", "second"]:
        yield f"date_trunc('{unit}', ts)"
        yield (f"date_diff('{unit}', d, ts)", f"date_diff('{unit}', d::TIMESTAMP, ts)")
    for sign in ["+", "-"]:
        for interval in ["1 month", "13 months", "1 year", "90 days", "3 weeks", "1 month 1 day"]:
            yield (f"d {sign} INTERVAL '{interval}'", f"(d {sign} INTERVAL '{interval}')::DATE")
        for interval in ["1 month", "36 hours", "1 second", "90 days"]:
            yield f"ts {sign} INTERVAL '{interval}'"
    yield ("d + INTERVAL '12 hours'", "d + INTERVAL '12 hours'")
    yield from ["d - e", "e - d"]
    yield ("d + j", "d + j::INTEGER")
    yield "d - 30"
    for form in ["%Y-%m-%d", "%d.%-m.%y %-d", "%b %Y, %A", "%B %a %j %-j", "%H:%M:%S.%f", "%I %p", "%u %w %V %G", "100%%"]:
        yield from [f"strftime(d, '{form}')", f"strftime(ts, '{form}')"]

    whole = "regexp_full_match(trim(t), '[+-]?[0-9]+')"
    yield ("CAST(t AS INTEGER)", f"CASE WHEN {whole} THEN TRY_CAST(t AS BIGINT) END")
    yield ("CAST(t AS TINYINT)", f"CASE WHEN {whole} THEN TRY_CAST(t AS TINYINT) END")
    yield ("CAST(t AS DOUBLE)", "TRY_CAST(t AS DOUBLE)")
    yield ("CAST(t AS DECIMAL(5, 1))", "TRY_CAST(t AS DECIMAL(5, 1))")
    yield ("CAST(t AS DECIMAL(3, 2))", "TRY_CAST(t AS DECIMAL(3, 2))")
    yield ("CAST(t AS DATE)", "TRY_CAST(t AS DATE)")
    yield ("CAST(t AS TIMESTAMP)", "TRY_CAST(t AS TIMESTAMP)")
    for column in ["f", "g"]:
        yield (f"CAST({column} AS INTEGER)", f"TRY_CAST({column} AS BIGINT)")
        yield (f"CAST({column} AS SMALLINT)", f"TRY_CAST({column} AS SMALLINT)")
        yield (f"CAST({column} AS DECIMAL(10, 2))", f"TRY_CAST({column} AS DECIMAL(10, 2))")
        yield (f"CAST({column} AS BOOLEAN)", f"CAST({column} AS BOOLEAN)")
        yield (f"CAST({column} AS REAL)", f"TRY_CAST(CAST(TRY_CAST({column} AS REAL) AS VARCHAR) AS DOUBLE)")
    for column in ["p", "q"]:
        yield (f"CAST({column} AS INTEGER)", f"TRY_CAST({column} AS BIGINT)")
        yield (f"CAST({column} AS TINYINT)", f"TRY_CAST({column} AS TINYINT)")
        yield (f"CAST({column} AS DOUBLE)", f"CAST({column} AS DOUBLE)")
        yield (f"CAST({column} AS DECIMAL(6, 1))", f"TRY_CAST({column} AS DECIMAL(6, 1))")
        yield (f"CAST({column} AS TEXT)", f"CAST({column} AS VARCHAR)")
        yield (f"CAST({column} AS BOOLEAN)", f"{column} <> 0")
    yield ("CAST(i AS SMALLINT)", "TRY_CAST(i AS SMALLINT)")
    yield ("CAST(i AS DECIMAL(5, 2))", "TRY_CAST(i AS DECIMAL(5, 2))")
    yield from ["CAST(ts AS TEXT)", "CAST(i AS DOUBLE)", "CAST(i AS TEXT)", "CAST(i AS BOOLEAN)", "CAST(b AS DOUBLE)", "CAST(b AS TEXT)", "CAST(b AS DECIMAL(3, 1))", "CAST(d AS TEXT)", "CAST(d AS TIMESTAMP)", "CAST(ts AS DATE)"]
    yield ("CAST(b AS INTEGER)", "CAST(b AS BIGINT)")

def value(kind, value):
    """A value as it stands in the files; NaN is null."""
    if kind in ("DATE", "TIMESTAMP") and isinstance(value, str):
        return "?"  # Python has no dates beyond the years 1 to 9999
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    return repr(value) if isinstance(value, float) else str(value)

def main():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (row_number INTEGER, " + ", ".join(f"{name} {sql}" for name, _, sql, _ in COLUMNS) + ")")
    rows = list(zip(*(values for *_, values in COLUMNS)))
    for number, row in enumerate(rows):
        connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * (len(row) + 1))})", [number, *row])
    shown = lambda kind, v: json.dumps(v, ensure_ascii=False) if kind == "text" and v is not None else "NULL" if v is None else str(v).lower() if kind == "boolean" else str(v)
    lines = ["\t".join(name for name, *_ in COLUMNS), "\t".join(kind for _, kind, *_ in COLUMNS)]
    lines += ["\t".join(shown(kind, v) for (_, kind, *_), v in zip(COLUMNS, row)) for row in rows]
    (HERE / "table.tsv").write_text("\n".join(lines) + "\n")
    out, seen = [], set()
    for case in cases():
        expression, sql = case if isinstance(case, tuple) else (case, case)
        if expression in seen:
            continue
        try:
            found = connection.execute(f"SELECT TRY({sql}) FROM t ORDER BY row_number").fetchall()
            kind = str(connection.description[0][1])
        except duckdb.Error as error:
            print(f"{expression}: {str(error).splitlines()[0]}")
            continue
        seen.add(expression)
        out.append("\t".join([expression, *(value(kind, v) for (v,) in found)]))
    (HERE / "cases.tsv").write_text("\n".join(out) + "\n")
    print(f"{len(out)} expressions")

main()
