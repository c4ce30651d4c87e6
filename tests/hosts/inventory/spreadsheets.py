"""OpenDocument spreadsheets, made by hand: the smallest that spreadsheet programs open."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from tests.hosts.inventory.files import Rows, archive

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))


def ods(path: Path, tabs: Mapping[str, Rows]) -> Path:
    """An .ods file with these tabs, whose first rows are the headers."""
    return ods_of(path, {title: "".join(map(ods_row, rows)) for title, rows in tabs.items()})


def ods_of(path: Path, tabs: Mapping[str, str], before: str = "") -> Path:
    """The same from rows as XML; `before` stands before the root."""
    tables = "".join(f'<table:table table:name="{title}">{rows}</table:table>' for title, rows in tabs.items())
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = f"<office:document-content {SPACES}>{body}</office:document-content>"
    manifest = f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"/>'
    parts = {"mimetype": ODS, "META-INF/manifest.xml": manifest}
    return archive(path, {**parts, "content.xml": f'<?xml version="1.0"?>{before}{content}'})


def ods_row(row: Iterable[object], repeated: int = 1) -> str:
    """A row, which counts as so many."""
    cells = "".join(map(ods_cell, row))
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def ods_cell(value: object, repeated: int = 1) -> str:
    """A cell with a text or a number, or an empty one, which counts as so many."""
    repeat = f'table:number-columns-repeated="{repeated}"'
    if value is None:
        return f"<table:table-cell {repeat}/>"
    kind = '"string"' if isinstance(value, str) else f'"float" office:value="{value}"'
    return (
        f"<table:table-cell {repeat} office:value-type={kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"
    )
