"""Prints the table TRUTH of data.rs: shape, types and nulls of real files, by the csv module and a second implementation of the typing rules.

    python3 tests/it/data_truth.py ../shared/data
"""
import csv, datetime, gzip, io, math, re, sys

FILES = [
    ("customers/telco_churn.csv", "utf-8", ","), ("customers/bank-full.csv", "utf-8", ";"),
    ("customers/marketing_campaign.csv", "utf-8-sig", ";"), ("customers/mall_customers.csv", "utf-8", ","),
    ("customers/wholesale_customers.csv", "utf-8", ","), ("customers/adult.csv", "utf-8", ","),
    ("surveys/flying_etiquette.csv", "utf-8", ","), ("surveys/it_salary_eu_2020.csv", "utf-8", ","),
    ("surveys/jupyter_ux_2015_short.csv", "utf-8", ","), ("surveys/star_wars_survey.csv", "mac_roman", ","),
    ("transactions/completejourney_transactions_sample.csv", "utf-8", ","),
    ("transactions/online_retail.csv.gz", "utf-8", ","), ("qual/jupyter_roles.csv", "utf-8", ";"),
    ("ugly/csvkit/testxlsx_converted.csv", "utf-8", ","), ("ugly/qsv/boston311-100.csv.gz", "utf-8", ","),
    ("ugly/duckdb/drug_exposure.csv", "utf-8", ","), ("ugly/clevercsv/milk.csv", "utf-8", "\t"),
    ("ugly/qsv/311011.csv", "utf-8", ","),
    ("ugly/qsv/Inpatients_MHA_Machine_readable_dataset_1011.csv", "utf-16", ","),
]
WHOLE = re.compile(r"-?(0|[1-9][0-9]*)\Z")
DECIMAL = re.compile(r"-?(?:(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)\.?)(?:[eE][+-]?[0-9]+)?\Z")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?\Z")


def parses(parse, text):
    try:
        return bool(parse(text))
    except ValueError:
        return False


def integer(text): return bool(WHOLE.match(text)) and -2**63 <= int(text) < 2**63
def decimal(text): return bool(DECIMAL.match(text)) and not WHOLE.match(text) and math.isfinite(float(text))
def nan(text): return text.lower() == "nan"
def boolean(text): return text.lower() in ("true", "false")
def date(text): return bool(DATE.match(text)) and parses(datetime.date.fromisoformat, text)


def moment(text):
    parts = MOMENT.match(text)
    return bool(parts) and parses(datetime.datetime.fromisoformat, f"{parts[1]} {parts[2]}{parts[3] or ':00'}")


def letter(values):
    values = [value for value in values if value.strip()]
    if not values or all(map(nan, values)): return "t"
    if all(map(integer, values)): return "i"
    if all(integer(v) or decimal(v) or nan(v) for v in values): return "f"
    if all(map(boolean, values)): return "b"
    if all(map(date, values)): return "d"
    return "T" if all(date(v) or moment(v) for v in values) else "t"


def nulls(kind, values):
    if kind == "t": return sum(value == "" for value in values)
    return sum(not value.strip() or nan(value) for value in values)


for path, encoding, separator in FILES:
    with (gzip.open if path.endswith(".gz") else open)(f"{sys.argv[1]}/{path}", "rb") as file:
        text = io.StringIO(file.read().decode(encoding), newline="")
    header, *rows = [row for row in csv.reader(text, delimiter=separator) if row]
    columns = list(zip(*rows))
    kinds = [letter(column) for column in columns]
    missing = [nulls(kind, column) for kind, column in zip(kinds, columns)]
    print(f'    ("{path}", {len(rows)}, "{"".join(kinds)}", {sum(missing)}, {max(missing)}),')
