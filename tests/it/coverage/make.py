"""Writes expected.json: coverage and waterfall of some personas of the Telco table as DuckDB counts them.

`python make.py ../../../../shared/data/customers/telco_churn.csv`, with duckdb.
"""
import json
import sys

import duckdb

PERSONAS = {
    "ann": "Contract = 'Month-to-month' AND MonthlyCharges > 60",
    "zed": "InternetService = 'Fiber optic' OR tenure < 12",
    "bob": "SeniorCitizen = 1",
    "fay": "Partner = 'Yes' AND Dependents = 'Yes'",
}
FILTERS = ["TRUE", "Churn = 'Yes'", "MonthlyCharges > 95 AND tenure > 24"]

table = f"read_csv('{sys.argv[1]}')"
ids = list(PERSONAS)
sets = ", ".join(f"coalesce({rule}, FALSE) AS {name}" for name, rule in PERSONAS.items())


def portion(condition, rule):
    """Returns the number and the value of the filter's customers who meet the condition."""
    query = f"WITH t AS (SELECT *, {sets} FROM {table} WHERE {rule}) SELECT count(*), coalesce(sum(MonthlyCharges), 0) FROM t WHERE {condition}"
    customers, value = duckdb.sql(query).fetchall()[0]
    return {"customers": customers, "value": round(value, 6)}


cases = []
for rule in FILTERS:
    number = " + ".join(f"{name}::INT" for name in ids)
    case = {"filter": rule, "whole": portion("TRUE", rule)}
    case["none"] = portion(f"{number} = 0", rule)
    case["one"] = portion(f"{number} = 1", rule)
    case["several"] = portion(f"{number} > 1", rule)
    case["layers"] = []
    for i, name in enumerate(ids):
        before = " AND ".join(f"NOT {other}" for other in ids[:i]) or "TRUE"
        first = lambda j: " AND ".join([ids[j]] + [f"NOT {other}" for other in ids[:j]])
        case["layers"].append({
            "all": portion(name, rule),
            "first": portion(f"{name} AND {before}", rule),
            "only": portion(f"{name} AND {number} = 1", rule),
            "lost": [portion(f"{name} AND {first(j)}", rule)["customers"] for j in range(i)],
            "both": [portion(f"{name} AND {ids[j]}", rule)["customers"] for j in range(i)],
        })
    cases.append(case)
with open("expected.json", "w") as file:
    json.dump({"personas": PERSONAS, "cases": cases}, file, indent=1)
    file.write("\n")
