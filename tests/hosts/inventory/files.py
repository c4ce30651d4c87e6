"""Small files of every format, made on the spot."""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import xlsxwriter

VINFO: list[object] = [
    "VM",
    "Powerstate",
    "Template",
    "CPUs",
    "Memory",
    "Total disk capacity MiB",
    "In Use MiB",
    "Datacenter",
    "Cluster",
    "Host",
]
VINFO_ROW: list[object] = ["web-01", "poweredOn", "False", 2, 4096, 51_200, 20_480, "DC1", "C1", "esx-01"]
VHOST: list[object] = [
    "Host",
    "Datacenter",
    "Cluster",
    "CPU Model",
    "# CPU",
    "Cores per CPU",
    "# Cores",
    "# Memory",
    "Vendor",
    "Model",
]
X5675 = "Intel(R) Xeon(R) CPU X5675 @ 3.07GHz"
VHOST_ROW: list[object] = ["esx-01", "DC1", "C1", X5675, 2, 6, 12, 131_072, "HP", "ProLiant DL380 G7"]
Rows = Iterable[Iterable[object]]


def workbook(path: Path, tabs: Mapping[str, Rows]) -> Path:
    """An .xlsx file with these tabs, whose first rows are the headers."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "nan_inf_to_errors": True})
    for title, rows in tabs.items():
        sheet = book.add_worksheet(title)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def rvtools(path: Path, vms: Rows = (VINFO_ROW,), hosts: Rows = (VHOST_ROW,)) -> Path:
    """An RVTools workbook with the tabs vInfo and vHost."""
    return workbook(path, {"vInfo": [VINFO, *vms], "vHost": [VHOST, *hosts]})


def csv_text(rows: Rows, separator: str = ",") -> str:
    """Rows as CSV."""
    return "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows) + "\r\n"


def text_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A text file in some encoding."""
    path.write_bytes(text.encode(encoding))
    return path


def archive(path: Path, members: Mapping[str, bytes | str]) -> Path:
    """A zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def changed(path: Path, member: str, content: str) -> Path:
    """The same archive with one member replaced."""
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    return archive(path, {**members, member: content})
