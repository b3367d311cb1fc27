"""Writes figures.tsv: mentions in coded interviews, counted by pandas. Run where ../shared/data lies beside the project:
python3 tests/it/research/make.py > tests/it/research/figures.tsv
Columns: table, theme (empty: none), set, respondents, mentions."""

import sys
from pathlib import Path

import pandas as pd

DATA = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"


def tell(name, rows, sets):
    """rows: who, theme. sets: name -> whose."""
    for label, whose in sets.items():
        inside = rows[rows.who.isin(whose)]
        said = inside.groupby("theme", dropna=False).who.agg(["nunique", "size"])
        for theme, (respondents, mentions) in said.iterrows():
            theme = "" if pd.isna(theme) else theme
            print(name, theme, label, respondents, mentions, sep="\t")


def jupyter():
    base = pd.read_csv(DATA / "surveys/jupyter_ux_2015_short.csv", index_col=0)
    sets = {
        "TRUE": base.index,
        "how_often = 'Daily'": base.index[base.how_often == "Daily"],
        "how_long_used = 'Less than one year'": base.index[base.how_long_used == "Less than one year"],
        "how_run = 'Through Jupyter Hub'": base.index[base.how_run == "Through Jupyter Hub"],
    }
    for name, column in [
        ("difficult_aspects_themes", "difficult_aspects_themes"),
        ("pleasant_aspects_themes", "pleasant_aspects_themes"),
        ("integrations_themes", "integrations_themes"),
        ("roles", "roles_roles"),
    ]:
        table = pd.read_csv(DATA / f"qual/jupyter_{name}.csv", sep=";", index_col=0)
        rows = table[column].str.split(",").explode().rename("theme").rename_axis("who").reset_index()
        tell(name, rows.drop_duplicates(), sets)


def serdif():
    scores = pd.read_csv(DATA / "qual/serdif_pssuq_scores.csv")
    who, first = scores.columns[1], scores.columns[2]
    tags = pd.read_csv(DATA / "qual/serdif_all_tags_20220303.csv")
    rows = pd.DataFrame({"who": tags.document.str.split("_").str[0], "theme": tags.tag})
    # Crosscut drops the blanks around names.
    sets = {"TRUE": scores[who], f'"{first.strip()}" <= 2': scores[who][scores[first] <= 2]}
    tell("serdif", rows, sets)


jupyter()
serdif()
sys.exit(0)
