"""Excel's binary workbooks, made by hand as [MS-XLSB], [MS-XLS] and [MS-CFB] describe them: texts and numbers only."""

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.hosts.inventory.files import Rows, archive

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SECTOR = 512
END_OF_CHAIN, FAT_SECTOR, FREE, NOTHING = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF, 0xFFFFFFFF


def xlsb(path: Path, tabs: Mapping[str, Rows]) -> Path:
    """An .xlsb file with these tabs, whose first rows are the headers."""
    return xlsb_of(path, {title: xlsb_rows(enumerate(rows)) for title, rows in tabs.items()})


def xlsb_of(path: Path, tabs: Mapping[str, bytes]) -> Path:
    """The same from rows as records."""
    names = [f"sheet{number}" for number in range(len(tabs))]
    titles = zip(names, tabs, strict=True)
    bundle = b"".join(xlsb_record(156, bytes(8) + wide(name) + wide(title)) for name, title in titles)
    relations = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONSHIPS}/worksheet" Target="worksheets/{name}.bin"/>' for name in names
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        "xl/workbook.bin": xlsb_record(131) + xlsb_record(143) + bundle + xlsb_record(144) + xlsb_record(132),
    }
    sheets = zip(names, tabs.values(), strict=True)
    return archive(path, parts | {f"xl/worksheets/{name}.bin": xlsb_sheet(rows) for name, rows in sheets})


def xlsb_sheet(rows: bytes) -> bytes:
    """A worksheet part: its dimensions (which nobody checks), and its rows."""
    return (
        xlsb_record(129) + xlsb_record(148, bytes(16)) + xlsb_record(145) + rows + xlsb_record(146) + xlsb_record(130)
    )


def xlsb_rows(rows: Iterable[tuple[int, Iterable[object]]]) -> bytes:
    """Rows at their places from 0."""
    return b"".join(xlsb_row(number, enumerate(row)) for number, row in rows)


def xlsb_row(number: int, cells: Iterable[tuple[int, object]]) -> bytes:
    """A row with cells at their places from 0."""
    header = xlsb_record(0, struct.pack("<I", number) + bytes(13))
    return header + b"".join(xlsb_cell(column, value) for column, value in cells if value is not None)


def xlsb_cell(column: int, value: object) -> bytes:
    """A cell with a text or a number."""
    place = struct.pack("<II", column, 0)
    if isinstance(value, str):
        return xlsb_record(6, place + wide(value))
    return xlsb_record(5, place + struct.pack("<d", value))


def xlsb_record(kind: int, content: bytes = b"") -> bytes:
    """A record: kind and length are written seven bits a byte."""
    return seven_bits(kind) + seven_bits(len(content)) + content


def seven_bits(number: int) -> bytes:
    """A number in little-endian groups of seven bits, of which all but the last have the eighth set."""
    return bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80]) + seven_bits(number >> 7)


def wide(text: str) -> bytes:
    """An XLWideString."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xls(path: Path, tabs: Mapping[str, Rows]) -> Path:
    """An .xls file with these tabs, whose first rows are the headers."""
    path.write_bytes(compound_file("Workbook", xls_stream(tabs)))
    return path


def xls_stream(tabs: Mapping[str, Rows]) -> bytes:
    """The stream of a workbook: globals, which say where each sheet begins, and the sheets."""
    sheets = [xls_sheet(rows) for rows in tabs.values()]
    opening = xls_record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    position = len(opening) + sum(12 + 2 * len(title) for title in tabs) + 4
    bundle = b""
    for title, sheet in zip(tabs, sheets, strict=True):
        name = struct.pack("<BB", len(title), 1) + title.encode("utf-16-le")
        bundle += xls_record(0x85, struct.pack("<IH", position, 0) + name)
        position += len(sheet)
    return opening + bundle + xls_record(0x0A) + b"".join(sheets)


def xls_sheet(rows: Rows) -> bytes:
    """The records of a sheet."""
    places = ((number, column, value) for number, row in enumerate(rows) for column, value in enumerate(row))
    cells = b"".join(xls_cell(*place) for place in places if place[2] is not None)
    return xls_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + cells + xls_record(0x0A)


def xls_cell(row: int, column: int, value: object) -> bytes:
    """A cell with a text (LABEL) or a number (NUMBER)."""
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return xls_record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return xls_record(0x203, place + struct.pack("<d", value))


def xls_record(kind: int, content: bytes = b"") -> bytes:
    """A record."""
    return struct.pack("<HH", kind, len(content)) + content


def compound_file(name: str, stream: bytes) -> bytes:
    """A compound file with one stream: header, allocation table, directory, stream."""
    stream += bytes(-len(stream) % SECTOR + (4096 if len(stream) < 4096 else 0))
    sectors = len(stream) // SECTOR
    chain = [FAT_SECTOR, END_OF_CHAIN, *range(3, sectors + 2), END_OF_CHAIN]
    table = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    directory = entry("Root Entry", 5, 1, END_OF_CHAIN, 0) + entry(name, 2, NOTHING, 2, len(stream))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0)
    header += struct.pack("<109I", 0, *[FREE] * 108)
    return header + table + directory.ljust(SECTOR, b"\0") + stream


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    """An entry of the directory: 5 is the root, 2 a stream."""
    text = name.encode("utf-16-le")
    tree = struct.pack("<HBBIII", len(text) + 2, kind, 1, NOTHING, NOTHING, child)
    return text.ljust(64, b"\0") + tree + bytes(36) + struct.pack("<IQ", start, size)
