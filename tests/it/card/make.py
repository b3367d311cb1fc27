"""Computes the sample personas' cards with DuckDB and polars, from the files alone, and writes expected.json.

    python tests/it/card/make.py      (duckdb 2.0, polars 2.1)

The rules are those of sample/personas.toml and sample/segments.toml, written out by hand as DuckDB reads them; the as-of
date is config.toml's. SMD of shares, index, penetration and composition are the formulas of docs/metrics.md.
"""

import json
import math
import pathlib

import duckdb

here = pathlib.Path(__file__).parent
root = here.parents[2]
db = duckdb.connect()
db.execute(f"CREATE TABLE c AS SELECT * FROM read_csv('{root}/sample/customers.csv', sample_size=-1)")
db.execute(f"CREATE TABLE o AS SELECT * FROM read_csv('{root}/sample/orders.csv', sample_size=-1)")
TODAY = "DATE '2026-06-30'"
# Aggregates of the orders that the rules use, one row per customer.
db.execute(f"""
    CREATE TABLE b AS SELECT c.*,
        (SELECT count(*) FROM o WHERE o.customer_id = c.customer_id AND o.coupon IS NOT NULL AND o.date <= {TODAY}) AS with_coupon,
        (SELECT count(*) FROM o WHERE o.customer_id = c.customer_id
            AND o.date > {TODAY} - INTERVAL 365 DAY AND o.date <= {TODAY}) AS last_year
    FROM c
""")

MAIL_READERS = "newsletter AND opens_90d >= 8"
DANA = {
    "coupon_users": "discount_share >= 0.5",
    "offer_clickers": f"({MAIL_READERS}) AND clicks_90d >= 4",
    "app_regulars": "app_sessions_30d >= 8",
    "pickup_people": "delivery LIKE 'pickup%' AND channel IN ('app', 'web')",
    "sends_back": "returns_12m >= 1 AND returns_12m * 4 >= orders_12m",
}
SAM = {
    "tiny_firms": "company_size = '1-9'",
    "hosts_and_healers": "industry IN ('hospitality', 'health')",
    "plan.pro": "plan = 'pro'",
    "big_spenders": "spend_12m > 800",
}
PERSONAS = {
    "dana": {
        "spans": DANA,
        "where": "channel <> 'b2b' AND plan = 'basic' AND age >= 25",
        "reached": ["opens_90d >= 1", "clicks_90d >= 1", None, "with_coupon >= 1", None, "returns_12m >= 1"],
        "attributes": ["plan = 'basic'", "age BETWEEN 25 AND 49", "opens_90d >= 3"],
        "checks": ["clicks_90d >= 4", "discount_share >= 0.5", "returns_12m >= 1", "nps >= 9", None],
    },
    "sam": {
        "spans": SAM,
        "where": "company_size IS NOT NULL OR channel = 'b2b'",
        "reached": [None, None, "last_year >= 1", "support_tickets_12m >= 1", None],
        "attributes": ["plan = 'pro'", "company_size IS NOT NULL", "orders_12m >= 4"],
        "checks": ["orders_12m >= 8", "device = 'desktop'", "support_tickets_12m >= 2", MAIL_READERS],
    },
}


def count(*rules):
    where = " AND ".join(f"({rule})" for rule in rules) or "TRUE"
    return db.execute(f"SELECT count(*) FROM b WHERE {where}").fetchone()[0]


def smd(p, q):
    return (p - q) / math.sqrt((p * (1 - p) + q * (1 - q)) / 2)


def all_before(rules):
    good = [rule for rule in rules if rule]
    return [good[: i + 1] for i in range(len(good))]


def card(persona):
    union = " OR ".join(f"({rule})" for rule in persona["spans"].values())
    audience = f"({union}) AND ({persona['where']})"
    n, base = count(audience), count()
    value, all_value = (
        db.execute(f"SELECT sum(spend_12m), avg(spend_12m) FROM b WHERE {where}").fetchone() for where in (audience, "TRUE")
    )
    medians = {
        column: db.execute(f"SELECT quantile_cont({column}, [0.25, 0.5, 0.75]) FROM b WHERE {audience}").fetchone()[0]
        for column in ("age", "spend_12m", "household_size")
    }
    modes = {
        column: db.execute(
            f"SELECT {column}, count(*) / sum(count(*)) OVER () FROM b WHERE {audience} AND {column} IS NOT NULL "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
        ).fetchone()
        for column in ("plan", "channel", "delivery")
    }
    spans = {}
    for name, rule in persona["spans"].items():
        both, size = count(audience, rule), count(rule)
        spans[name] = [both, size, both / size, both / n, 100 * (both / n) / (size / base)]
    claims = []
    for rule in persona["checks"]:
        if rule is None:
            claims.append(None)
            continue
        inside, outside = count(audience, rule), count(rule, f"(({audience}) IS NOT TRUE)")
        p, q = inside / n, outside / (base - n)
        claims.append([smd(p, q), 100 * p / ((inside + outside) / base), p, q])
    return {
        "customers": n,
        "value": value[0],
        "share_of_value": value[0] / all_value[0],
        "mean_value": value[1],
        "medians": medians,
        "modes": modes,
        "spans": spans,
        "so_far": [count(audience, *rules) for rules in all_before(persona["reached"])],
        "alone": [count(audience, rule) for rule in persona["reached"] if rule],
        "attributes": [[count(*rules), count(audience, *rules)] for rules in all_before(persona["attributes"])],
        "claims": claims,
    }


expected = {name: card(persona) for name, persona in PERSONAS.items()}
(here / "expected.json").write_text(json.dumps(expected, indent=1, default=str) + "\n")
