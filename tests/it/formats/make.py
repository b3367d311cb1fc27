"""Writes the files of data_formats.rs beside itself, and prints how pyarrow and openpyxl read them.

    python3 tests/it/formats/make.py       needs pyarrow, openpyxl and odfpy
"""
import datetime, decimal, json, os, sys

import openpyxl
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

os.chdir(os.path.dirname(os.path.abspath(__file__)))

# Columns of rare types: each is read, or left out alone.
UUIDS = [bytes(range(16)), None, b"\xff" * 16]
interval = pa.array([(1, 2, 3_000_000_000), None, (0, -1, 0)], pa.month_day_nano_interval())
run_end = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["a", "b"]))
columns = {
    "id": pa.array([1, 2, 3], pa.int64()),
    "uuid": pa.ExtensionArray.from_storage(pa.uuid(), pa.array(UUIDS, pa.binary(16))),
    "json": pa.ExtensionArray.from_storage(pa.json_(pa.utf8()), pa.array(['{"a": 1}', None, "[]"])),
    "bool8": pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, None, 0], pa.int8())),
    "half": pa.array([0.5, None, 1.5], pa.float16()),
    "list": pa.array([[1, 2], None, []], pa.list_(pa.int64())),
    "struct": pa.array([{"x": 1, "y": "a"}, None, {"x": None, "y": "b"}]),
    "map": pa.array([[("k", 1)], None, []], pa.map_(pa.utf8(), pa.int64())),
    "pair": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int64(), 2)),
    "wide": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-2.25")], pa.decimal256(40, 2)),
    "huge": pa.array([decimal.Decimal("1" * 50), None, None], pa.decimal256(50, 0)),
    "time": pa.array([datetime.time(10, 30), None, datetime.time(0, 0, 1)], pa.time64("us")),
    "nothing": pa.nulls(3),
    "code": pa.array(["x", None, "x"]).dictionary_encode(),
}
table = pa.table(columns)
pq.write_table(table, "types.parquet")
whole = table.append_column("interval", interval).append_column("runs", run_end)
with ipc.new_file("types.arrow", whole.schema) as file:
    file.write_table(whole)
with ipc.new_stream("types.arrows", whole.schema) as stream:
    stream.write_table(whole)
small = pa.table({"id": pa.array(range(5), pa.int64()), "plan": pa.array(["pro", None, "free", "pro", "pro"]).dictionary_encode()})
with ipc.new_stream("batches.arrows", small.schema, options=ipc.IpcWriteOptions(compression="zstd")) as stream:
    for batch in small.to_batches(max_chunksize=2):
        stream.write_batch(batch)

# A workbook: a sheet without a table, one with a title above it, and one that is hidden.
book = openpyxl.Workbook()
book.active.title = "Notes"
sheet = book.create_sheet("Customers")
for row in [
    ["Customers 2024"],
    [],
    ["id", "name", "spend", "joined", "seen", "member", "mixed", "at", "zip"],
    [1, "Ann", 10.5, datetime.date(2024, 1, 5), datetime.datetime(2024, 1, 5, 10, 30), True, 5, datetime.time(10, 30), "01067"],
    [2, "Bo", 3, datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 6), False, "x", datetime.time(9, 5), "20095"],
    [],
    [3, None, "#N/A", None, None, None, 2.5, None, None],
    [4, "=A4*2", 1e15, datetime.date(1999, 12, 31), None, True, None, datetime.timedelta(hours=36), None],
]:
    sheet.append(row)
sheet["C7"].data_type = "e"
hidden = book.create_sheet("Archive")
hidden.sheet_state = "hidden"
hidden.append(["id", "name"])
hidden.append([9, "Old"])
book.save("book.xlsx")

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

ods = OpenDocumentSpreadsheet()
table_of = Table(name="Customers")


def cell(kind, **attributes):
    text = attributes.pop("text", "")
    made = TableCell(valuetype=kind, **attributes)
    made.addElement(P(text=text))
    return made


def row(*cells):
    line = TableRow()
    for one in cells:
        line.addElement(one)
    table_of.addElement(line)


row(*[cell("string", text=name) for name in ("id", "name", "joined", "seen", "member", "at")])
row(cell("float", value="1"), cell("string", text="Ann"), cell("date", datevalue="2024-01-05"),
    cell("date", datevalue="2024-01-05T10:30:00"), cell("boolean", booleanvalue="true"), cell("time", timevalue="PT10H30M00S"))
row(cell("float", value="2.5"), TableCell(), cell("date", datevalue="2024-02-29"), TableCell(), TableCell(), TableCell())
ods.spreadsheet.addElement(table_of)
ods.save("book.ods")

print("types:", *(f"\n  {name}: {whole.column(name).to_pylist()}" for name in whole.column_names))
print("book:", *(f"\n  {list(values)}" for values in openpyxl.load_workbook("book.xlsx", data_only=True)["Customers"].iter_rows(values_only=True)))
