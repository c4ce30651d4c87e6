"""Workbooks as different programs write them."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from hosts.inventory.reading import read_file
from tests.hosts.inventory.files import VHOST, VHOST_ROW, VINFO, VINFO_ROW, Rows, changed, rvtools, workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def names(path: Path) -> list[str]:
    return [vm.name for vm in read_file(path, path.name).inventory.vms]


def sheet(rows: str, prefix: str = "") -> str:
    """A worksheet of these rows, its elements under a prefix."""
    colon = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    body = rows.replace("</", "\0").replace("<", f"<{colon}").replace("\0", f"</{colon}")
    return f"<{colon}worksheet {space}><{colon}sheetData>{body}</{colon}sheetData></{colon}worksheet>"


def inline(values: list[object]) -> str:
    """A row without references, its texts in the cells."""
    cells = (
        f'<c t="inlineStr"><is><t>{value}</t></is></c>' if isinstance(value, str) else f"<c><v>{value}</v></c>"
        for value in values
    )
    return f"<row>{''.join(cells)}</row>"


class TestWriters:
    def test_it_reads_what_openpyxl_writes(self, tmp_path: Path) -> None:
        book = Workbook()
        book.active.title = "vInfo"  # type: ignore[union-attr]  # a new book has a sheet
        for row in (VINFO, VINFO_ROW):
            book.active.append(row)  # type: ignore[union-attr]
        book.save(tmp_path / "x.xlsx")
        assert names(tmp_path / "x.xlsx") == ["web-01"]

    @pytest.mark.parametrize("prefix", ["", "x"])
    def test_it_reads_cells_with_text_in_them_and_elements_with_a_prefix(self, tmp_path: Path, prefix: str) -> None:
        rows = sheet(inline(VINFO) + inline(VINFO_ROW), prefix)
        assert names(changed(rvtools(tmp_path / "x.xlsx"), "xl/worksheets/sheet1.xml", rows)) == ["web-01"]

    def test_it_reads_gaps_formulas_truth_values_and_rich_text(self, tmp_path: Path) -> None:
        header = '<row r="3"><c r="B3" t="inlineStr"><is><r><t>V</t></r><r><t>M</t></r></is></c>'
        header += '<c r="D3" t="str"><v>CPUs</v></c><c r="E3" t="str"><v>Memory</v></c>'
        header += '<c r="F3" t="str"><v>Template</v></c></row>'
        row = '<row r="7"><c r="B7" t="inlineStr"><is><t>東京_x0020_1</t>'
        row += '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c>'
        row += '<c r="D7"><f>1+1</f><v>2</v></c><c r="E7"><v>4.096E3</v></c><c r="F7" t="b"><v>1</v></c></row>'
        path = changed(rvtools(tmp_path / "x.xlsx"), "xl/worksheets/sheet1.xml", sheet(header + row))
        (vm,) = read_file(path, "x.xlsx").inventory.vms
        assert (vm.name, vm.vcpu, vm.memory_mib, vm.is_template, vm.row) == ("東京 1", 2, 4096, True, 7)

    def test_it_says_the_row_as_the_spreadsheet_shows_it(self, tmp_path: Path) -> None:
        blank: list[object] = [None] * len(VINFO)
        path = rvtools(tmp_path / "x.xlsx", [VINFO_ROW, blank, blank, ["bad", "", "", "x", *VINFO_ROW[4:]]])
        assert [(p.row, p.column) for p in read_file(path, "x").log.kept if p.code == "not-a-number"] == [(5, "CPUs")]

    def test_it_takes_an_error_of_the_spreadsheet_as_no_number(self, tmp_path: Path) -> None:
        rows = sheet(
            inline(list(VINFO))
            + inline(list(VINFO_ROW))
            + '<row><c t="str"><v>b</v></c><c r="D3" t="e"><v>#N/A</v></c></row>'
        )
        path = changed(rvtools(tmp_path / "x.xlsx"), "xl/worksheets/sheet1.xml", rows)
        assert "not-a-number" in read_file(path, "x").log.counts

    def test_it_reports_progress_from_nothing_to_everything(self, tmp_path: Path) -> None:
        reported: list[float] = []
        read_file(rvtools(tmp_path / "x.xlsx"), "x.xlsx", reported.append)
        assert reported == sorted(reported)
        assert reported[-1] == 1.0

    def test_it_leaves_tabs_that_say_nothing_new_unread(self, tmp_path: Path) -> None:
        disks: Rows = [["VM", "Capacity MiB"], ["web-01", 1]]
        tabs: dict[str, Rows] = {"vInfo": [VINFO, VINFO_ROW], "vDisk": disks, "vHost": [VHOST, VHOST_ROW]}
        columns = read_file(workbook(tmp_path / "x.xlsx", tabs), "x.xlsx").inventory.columns
        assert {column.tab for column in columns} == {"vInfo", "vHost"}

    def test_it_leaves_no_character_that_a_database_refuses(self, tmp_path: Path) -> None:
        rows = sheet(inline([*VINFO, "a_x0000_b"]) + inline(["vm_xD800_1_x0000_", *VINFO_ROW[1:]]))
        path = changed(rvtools(tmp_path / "x.xlsx"), "xl/worksheets/sheet1.xml", rows)
        reading = read_file(path, "x")
        assert reading.inventory.vms[0].name == "vm 1"
        assert "\0" not in "".join(column.column for column in reading.inventory.columns)
