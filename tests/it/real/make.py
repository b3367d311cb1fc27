"""Counts and group sums of real tables by DuckDB, kept in counts.tsv and groups.tsv.

    python3 tests/it/real/make.py ../shared/data      (needs duckdb from PyPI)

Tables are read as docs/study.md says: an empty field is null, nothing is trimmed, and a column is a number only when every
value of the whole file is one, blank cells counting as empty for this.
"""
import duckdb, pathlib, sys

DATA = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).parent

# Columns that are numbers or dates by that rule; DuckDB reads all as text and casts just these.
TABLES = {
    "customers/telco_churn.csv": (",", {"SeniorCitizen": "BIGINT", "tenure": "BIGINT", "MonthlyCharges": "DOUBLE", "TotalCharges": "DOUBLE"}),
    "customers/bank-full.csv": (";", {c: "BIGINT" for c in "age balance day duration campaign pdays previous".split()}),
    "customers/mall_customers.csv": (",", {"Age": "BIGINT", "Annual Income (k$)": "BIGINT", "Spending Score (1-100)": "BIGINT"}),
    "customers/wholesale_customers.csv": (",", {c: "BIGINT" for c in "Channel Region Fresh Milk Grocery Frozen Detergents_Paper Delicassen".split()}),
    "customers/adult.csv": (",", {c: "BIGINT" for c in "age fnlwgt education_num capital_gain capital_loss hours_per_week".split()}),
    "customers/marketing_campaign.csv": (";", {c: "BIGINT" for c in (
        "ID Year_Birth Income Kidhome Teenhome Recency MntWines MntFruits MntMeatProducts MntFishProducts MntSweetProducts "
        "MntGoldProds NumDealsPurchases NumWebPurchases NumCatalogPurchases NumStorePurchases NumWebVisitsMonth AcceptedCmp3 "
        "AcceptedCmp4 AcceptedCmp5 AcceptedCmp1 AcceptedCmp2 Complain Z_CostContact Z_Revenue Response").split()} | {"Dt_Customer": "DATE"}),
}

RULES = {
    "customers/telco_churn.csv": """
Churn = 'Yes'
Churn = 'Yes' AND Contract = 'Month-to-month' AND tenure < 12
TotalCharges IS NULL
TotalCharges > 1000 OR TotalCharges IS NULL
NOT (TotalCharges > 1000)
TotalCharges / tenure > MonthlyCharges
MonthlyCharges BETWEEN 20 AND 50.5
InternetService IN ('DSL', 'Fiber optic') AND NOT (OnlineSecurity = 'Yes')
PaymentMethod LIKE '%automatic%'
PaymentMethod NOT LIKE '%check%' AND SeniorCitizen = 1
lower(customerID) LIKE '75%'
CASE WHEN tenure < 6 THEN MonthlyCharges > 70 ELSE MonthlyCharges > 100 END
tenure % 12 = 0 AND tenure > 0
(gender = 'Female') = (Partner = 'Yes')
length(PaymentMethod) > 20
customerID ~ '^[0-9]{4}-[A-M]'
""",
    "customers/bank-full.csv": """
y = 'yes'
balance < 0 AND housing = 'yes'
job IN ('student', 'retired') AND y = 'yes'
pdays = -1
duration > 300 AND campaign <= 2 AND poutcome <> 'failure'
age BETWEEN 30 AND 39 OR marital = 'divorced'
education = 'unknown' OR contact = 'unknown'
previous > 0 AND balance / previous > 100
NOT (job = 'management' AND loan = 'no')
month LIKE 'j%' AND day >= 15
COALESCE(NULLIF(poutcome, 'unknown'), 'none') = 'none'
upper(job) LIKE '%COLLAR'
""",
    "customers/mall_customers.csv": """
"Annual Income (k$)" > 60 AND "Spending Score (1-100)" >= 50
CustomerID = '0007'
Genre = 'Female' AND Age NOT BETWEEN 20 AND 40
CustomerID > '0100'
""",
    "customers/wholesale_customers.csv": """
Channel = 2 AND Region IN (1, 3)
Fresh + Milk + Grocery > 50000
Grocery > 2 * Fresh
ABS(Milk - Grocery) < 500
""",
    "customers/adult.csv": """
income = '>50K'
native_country <> 'United-States' AND hours_per_week > 40
workclass = '?'
education IN ('Bachelors', 'Masters', 'Doctorate') AND sex = 'Female' AND income = '>50K'
capital_gain > 0 OR capital_loss > 0
occupation LIKE 'Prof%' AND age < 30
marital_status LIKE '%-married'
race = 'White' AND NOT (relationship = 'Husband' OR relationship = 'Wife')
""",
    "customers/marketing_campaign.csv": """
Response = 1
Income IS NULL
Income > 50000
NOT (Income > 50000)
Income > 50000 OR Kidhome = 0
Dt_Customer >= '2014-01-01'
Dt_Customer < DATE '2013-01-01' AND MntWines > 300
Marital_Status IN ('Alone', 'YOLO', 'Absurd')
MntWines > MntMeatProducts AND Response = 1
Income IS DISTINCT FROM 7500
EXTRACT(year FROM Dt_Customer) = 2013
EXTRACT(month FROM Dt_Customer) IN (6, 7, 8)
Dt_Customer + INTERVAL '1 year' > DATE '2015-01-01'
MntWines * 1.0 / Income > 0.01
""",
}

GROUPS = [
    ("customers/telco_churn.csv", "Contract", "TotalCharges", "Churn = 'Yes'"),
    ("customers/bank-full.csv", "job", "balance", "y = 'yes'"),
    ("customers/marketing_campaign.csv", "Kidhome", "Income", "Teenhome > 0"),
    ("customers/adult.csv", "education", "capital_gain", "hours_per_week > 40"),
]


def load(con, path):
    separator, types = TABLES[path]
    con.execute(f"CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv('{DATA / path}', delim='{separator}', header=true, "
                "all_varchar=true, nullstr='', quote='\"')")
    columns = [row[0] for row in con.execute("DESCRIBE raw").fetchall()]
    cast = lambda c: f"CAST(NULLIF(TRIM(\"{c}\"), '') AS {types[c]}) AS \"{c}\"" if c in types else f'"{c}"'
    con.execute(f"CREATE OR REPLACE TABLE t AS SELECT {', '.join(map(cast, columns))} FROM raw")


con = duckdb.connect()
with open(HERE / "counts.tsv", "w") as out:
    for path, rules in RULES.items():
        load(con, path)
        for rule in ["TRUE", *filter(None, rules.split("\n"))]:
            count, = con.execute(f"SELECT count(*) FROM t WHERE {rule}").fetchone()
            out.write(f"{path}\t{rule}\t{count}\n")
with open(HERE / "groups.tsv", "w") as out:
    for path, column, value, rule in GROUPS:
        load(con, path)
        rows = con.execute(f'SELECT "{column}", count(*) FILTER (WHERE {rule}), count(*), '
                           f'sum("{value}") FILTER (WHERE {rule}), count("{value}") FILTER (WHERE {rule}) FROM t GROUP BY 1').fetchall()
        for key, inside, base, total, known in rows:
            out.write(f"{path}\t{column}\t{value}\t{rule}\t{'' if key is None else key}\t{inside}\t{base}\t{total or 0}\t{known}\n")
