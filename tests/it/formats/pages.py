"""Makes pages.parquet: columns in several row groups and many small pages of the second version, with dictionaries that are too
small for some of them, so that later pages hold the values themselves. The values follow from the row's number.

    python3 tests/it/formats/pages.py
"""
import datetime
import pathlib

import pyarrow
import pyarrow.parquet

ROWS = range(1800)
DAY = datetime.date(2020, 1, 1)
NOON = datetime.datetime(2020, 1, 1, 12)

# Rows from 600 to 899 have nothing but nulls, which is a row group of its own in the middle.
known = lambda row, value: None if row % 7 == 3 or 600 <= row < 900 else value
columns = {
    "tiny": pyarrow.array([known(row, row % 90 - 45) for row in ROWS], pyarrow.int8()),
    "whole": pyarrow.array([known(row, row * row - 10_000) for row in ROWS], pyarrow.int32()),
    "far": pyarrow.array([known(row, row * 10**15) for row in ROWS], pyarrow.int64()),
    "unsigned": pyarrow.array([row % 250 for row in ROWS], pyarrow.uint8()),
    "day": pyarrow.array([known(row, DAY + datetime.timedelta(row % 400)) for row in ROWS], pyarrow.date32()),
    "moment": pyarrow.array([known(row, NOON + datetime.timedelta(seconds=row)) for row in ROWS], pyarrow.timestamp("us")),
    "share": pyarrow.array([known(row, float("nan") if row % 100 == 50 else row / 8) for row in ROWS], pyarrow.float64()),
    "plan": pyarrow.array([known(row, ["pro", "basic", "é – a long name of a plan"][row % 3]) for row in ROWS]),
    "city": pyarrow.array([f"city {row % 300 + row // 900 * 100}" for row in ROWS]),
    "email": pyarrow.array([f"customer.{row}@shop.example" for row in ROWS]),
    "nothing": pyarrow.array([None for _ in ROWS], pyarrow.int32()),
}
pyarrow.parquet.write_table(
    pyarrow.table(columns),
    pathlib.Path(__file__).with_name("pages.parquet"),
    row_group_size=300,
    data_page_size=256,
    write_batch_size=50,
    data_page_version="2.0",
    dictionary_pagesize_limit=2000,
    compression={name: ["zstd", "none", "snappy"][at % 3] for at, name in enumerate(columns)},
    write_page_checksum=True,
)
