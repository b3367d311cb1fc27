"""Writes the customers of two public tables of transactions, with RFM cells by numpy and pandas.

CDNOW (Fader & Hardie) and Online Retail II (UCI), from ../shared/data/transactions; every tenth and every third customer.
Run in this folder. A score is 1 + searchsorted(breaks, x, side="left") with breaks by numpy's inverted_cdf.
"""

import numpy as np
import pandas as pd

DATA = "../../../../shared/data/transactions/"
CELLS = [
    ("champions", (5, 5), (4, 5), (4, 5)),
    ("loyal", (3, 5), (4, 5), (1, 5)),
    ("potential_loyalists", (4, 5), (2, 3), (1, 5)),
    ("new_customers", (5, 5), (1, 1), (1, 5)),
    ("promising", (4, 4), (1, 1), (1, 5)),
    ("need_attention", (3, 3), (3, 3), (1, 5)),
    ("about_to_sleep", (3, 3), (1, 2), (1, 5)),
    ("cant_lose", (1, 2), (4, 5), (4, 5)),
    ("at_risk", (1, 2), (3, 5), (1, 5)),
    ("hibernating", (1, 2), (1, 2), (1, 5)),
]


def customers(orders, every):
    by = orders.groupby("id").agg(last=("date", "max"), orders=("date", "size"), spend=("amount", "sum"))
    by = by.reset_index().iloc[::every].reset_index(drop=True)
    by["spend"] = by["spend"].round(2)
    by["orders"] = by["orders"].astype("Int64")
    by.loc[by.index % 97 == 5, "orders"] = pd.NA  # unknown to some
    by.loc[by.index % 89 == 7, "spend"] = np.nan
    return by


def score(values, parts=5):
    known = values[~np.isnan(values)]
    breaks = np.quantile(known, np.arange(1, parts) / parts, method="inverted_cdf")
    scores = 1.0 + np.searchsorted(breaks, values, side="left")
    scores[np.isnan(values)] = np.nan
    return scores


def write(name, table, out):
    shown = table.copy()
    shown["last"] = shown["last"].dt.strftime("%Y-%m-%d")
    shown.to_csv(f"{name}.csv", index=False)
    days = (table["last"].dt.normalize() - pd.Timestamp("1970-01-01")).dt.days.to_numpy(dtype=float)
    r, f, m = score(days), score(table["orders"].to_numpy(dtype=float, na_value=np.nan)), score(table["spend"].to_numpy(dtype=float))
    counts, quarters = dict.fromkeys([c[0] for c in CELLS], 0), {}
    for a, b, c in zip(r, f, m):
        for cell, rr, ff, mm in CELLS:
            if rr[0] <= a <= rr[1] and ff[0] <= b <= ff[1] and mm[0] <= c <= mm[1]:
                counts[cell] += 1
                break
    for cell, n in counts.items():
        out.write(f"{name}\trfm.{cell}\t{n}\n")
    for column, values in [("last", days), ("orders", table["orders"].to_numpy(dtype=float, na_value=np.nan)), ("spend", table["spend"].to_numpy())]:
        for parts in (4, 10):
            scores = pd.Series(score(values, parts)).dropna().astype(int).value_counts().sort_index()
            for k, n in scores.items():
                out.write(f"{name}\t{column}_{parts}.{k}\t{n}\n")
    for month, n in table["last"].dt.strftime("%Y-%m").value_counts().sort_index().items():
        out.write(f"{name}\tmonth.{month}\t{n}\n")
    for day, n in table["last"].dt.strftime("%a").value_counts().sort_index().items():
        out.write(f"{name}\tweekday.{day}\t{n}\n")


with open("expected.tsv", "w") as out:
    cdnow = pd.read_csv(DATA + "CDNOW_master.txt", sep=r"\s+", header=0, names=["id", "date", "n", "amount"], dtype={"id": str})
    cdnow["date"] = pd.to_datetime(cdnow["date"].astype(str), format="%Y%m%d")
    write("cdnow", customers(cdnow, 10), out)
    retail = pd.read_csv(DATA + "online_retail.csv.gz", encoding="latin-1")
    retail.columns = [c.lower().replace(" ", "").replace("_", "") for c in retail.columns]
    print(retail.columns.tolist())
    retail = retail.dropna(subset=["customerid"])
    retail["id"] = retail["customerid"].astype(int).astype(str)
    price = "price" if "price" in retail.columns else "unitprice"
    retail["amount"] = retail["quantity"] * retail[price]
    retail["date"] = pd.to_datetime(retail["invoicedate"]).dt.normalize()
    invoice = "invoice" if "invoice" in retail.columns else "invoiceno"
    retail = retail.groupby(["id", invoice]).agg(date=("date", "min"), amount=("amount", "sum")).reset_index()
    write("online_retail", customers(retail, 3), out)
