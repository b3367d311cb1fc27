"""Computes figures of columns with pandas and numpy: python3 make.py > figures.tsv (in this folder; pandas from PyPI).

A line: table, separator, column, filter as SQL, then n, least, lower quartile, median, upper quartile, most, mean, deviation,
and the deciles 1 to 9 as values of the column (numpy's inverted_cdf). Dates as days since 1970-01-01.
"""

import numpy as np
import pandas as pd

DATA = "../../../../shared/data/customers/"


def figures(table, sep, column, rule, query):
    frame = pd.read_csv(DATA + table, sep=sep)
    frame = frame.query(query) if query else frame
    values = frame[column].dropna().astype(float).to_numpy()
    five = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    deciles = np.quantile(values, np.arange(1, 10) / 10, method="inverted_cdf")
    line = [len(values), *five, values.mean(), values.std(ddof=1), *deciles]
    print(table, sep, column, rule, *(repr(float(x)) for x in line), sep="\t")


figures("bank-full.csv", ";", "balance", "", None)
figures("bank-full.csv", ";", "balance", "y = 'yes' AND age < 35", "y == 'yes' and age < 35")
figures("bank-full.csv", ";", "pdays", "", None)
figures("bank-full.csv", ";", "duration", "job = 'student'", "job == 'student'")
figures("telco_churn.csv", ",", "MonthlyCharges", "Churn = 'Yes'", "Churn == 'Yes'")
figures("telco_churn.csv", ",", "tenure", "tenure > 0", "tenure > 0")
figures("marketing_campaign.csv", ";", "Income", "", None)
figures("marketing_campaign.csv", ";", "Income", "Kidhome = 2 AND Response = 1", "Kidhome == 2 and Response == 1")
figures("wholesale_customers.csv", ",", "Fresh", "", None)
