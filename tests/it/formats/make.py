"""Writes the files of data_formats.rs beside itself, and prints how pyarrow and openpyxl read them.

    python3 tests/it/formats/make.py       needs pyarrow, openpyxl and odfpy
"""
import datetime, decimal, json, os, struct, sys, zipfile

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

# A binary workbook (.xlsb), which no Python package writes: records of [MS-XLSB], each with its type, length and content.


def binary_record(kind, content=b""):
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + content


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_cell(column, value):
    place = struct.pack("<II", column, 0)
    if isinstance(value, bool):
        return binary_record(4, place + bytes([value]))
    if isinstance(value, str):
        shared.append(value)
        return binary_record(7, place + struct.pack("<I", len(shared) - 1))
    return binary_record(5, place + struct.pack("<d", value))


shared = []
rows = [["id", "name", "spend", "member"], [1, "Ann", 10.5, True], [2, "Bo", 3, False], [3, None, 1e15, None]]
sheet = binary_record(0x81) + binary_record(0x94, struct.pack("<4I", 0, len(rows) - 1, 0, 3)) + binary_record(0x91)
for at, row in enumerate(rows):
    sheet += binary_record(0, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0))
    sheet += b"".join(binary_cell(column, value) for column, value in enumerate(row) if value is not None)
sheet += binary_record(0x92) + binary_record(0x82)
strings = binary_record(0x9F, struct.pack("<II", len(shared), len(shared)))
strings += b"".join(binary_record(19, b"\0" + wide(text)) for text in shared) + binary_record(0xA0)
book = binary_record(0x83) + binary_record(0x8F)
book += binary_record(0x9C, struct.pack("<II", 0, 1) + wide("rId1") + wide("Customers"))
book += binary_record(0x90) + binary_record(0x84)

RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def links(*targets):
    link = '<Relationship Id="rId{}" Type="{}/{}" Target="{}"/>'
    return RELS.format("".join(link.format(n, OFFICE, *target) for n, target in enumerate(targets, 1)))


types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
with zipfile.ZipFile("book.xlsb", "w", zipfile.ZIP_DEFLATED) as archive:
    for name, content in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", links(("officeDocument", "xl/workbook.bin"))),
        ("xl/workbook.bin", book),
        ("xl/_rels/workbook.bin.rels", links(("worksheet", "worksheets/sheet1.bin"), ("sharedStrings", "sharedStrings.bin"))),
        ("xl/worksheets/sheet1.bin", sheet),
        ("xl/sharedStrings.bin", strings),
    ]:
        archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)

print("types:", *(f"\n  {name}: {whole.column(name).to_pylist()}" for name in whole.column_names))
print("book:", *(f"\n  {list(values)}" for values in openpyxl.load_workbook("book.xlsx", data_only=True)["Customers"].iter_rows(values_only=True)))
