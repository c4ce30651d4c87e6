"""Workbooks as different programs write them."""

import io
from pathlib import Path
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from hosts.inventory.files.sheets import SheetParser
from hosts.inventory.files.tables import Row
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


CELLS = st.one_of(
    st.integers(-5, 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.sampled_from("a 東&<>'\"\t_x"), max_size=5),
)


def referenced(values: list[object], number: int) -> str:
    """A row as Excel writes it, with references."""
    cells = []
    for column, value in zip("ABCDEFGHIJKLMN", values, strict=False):
        if isinstance(value, str):
            text = f"<is><t>{escape(value)}</t></is>" if value else ""
            cells.append(f'<c r="{column}{number}" s="1" t="inlineStr">{text}</c>')
        else:
            cells.append(f'<c r="{column}{number}"/>' if value == 0 else f'<c r="{column}{number}"><v>{value}</v></c>')
    return f'<row r="{number}" spans="1:14">{"".join(cells)}</row>'


def sheet_of(rows: str) -> str:
    """A worksheet of rows that are XML already."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def rows_in(xml: str, encoding: str = "utf-8") -> list[Row]:
    """The rows of a sheet."""
    parser = SheetParser(["shared"], range(20), frozenset({"9"}))
    return [row for _done, rows in parser.read(io.BytesIO(xml.encode(encoding))) for row in rows]


class TestPlainRows:
    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.lists(CELLS, max_size=6), max_size=5))
    def test_it_reads_them_like_any_other(self, table: list[list[object]]) -> None:
        rows = "".join(referenced(values, number) for number, values in enumerate(table, start=1))
        assert rows_in(sheet_of(rows)) == rows_in(f"<!-- odd -->{sheet_of(rows)}")

    @pytest.mark.parametrize(
        "row",
        [
            '<row r="4"><c r="A4"><v>1</v></c><!-- </row><row r="5"><c r="A5"><v>9</v></c></row> --></row>',
            '<row r="4"><c r="A4" t="str"><v><![CDATA[</row><row r="9">]]></v></c></row>',
            '<row r="4"><c r="A4"><f>1+1</f><v>2</v></c><c r="B4" s="9"><v>45000</v></c></row>',
            '<row r="4"><c r="B4" s="9"><v>45000</v></c><c r="C4" t="s"><v>0</v></c><c r="D4" t="b"><v>1</v></c></row>',
            '<row r="4"><c r="B4" t="str"><v>&#65;&amp;lt;</v></c></row>',
            "<row r='4'><c t='str' r='B4'><v>x</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
        ],
    )
    def test_it_leaves_what_is_not_plain_to_the_parser_of_events(self, row: str) -> None:
        rows = sheet_of(referenced([1, "a"], 1) + row + referenced([2, "b"], 11))
        assert rows_in(rows) == rows_in(f"<!-- odd -->{rows}")
        assert rows_in(rows)[-1] == (11, [2, "b"])

    def test_it_reads_another_encoding_by_its_name(self) -> None:
        xml = '<?xml version="1.0" encoding="iso-8859-1"?>' + sheet_of(referenced(["é"], 1))
        assert rows_in(xml, "iso-8859-1") == [(1, ["é"])]
        assert rows_in('<?xml version="1.0" encoding="utf-16"?>' + sheet_of(referenced(["é"], 1)), "utf-16")

    @pytest.mark.parametrize("text", ["\x01", "&nothing;", "<b>", "a & b"])
    def test_it_refuses_what_is_no_xml(self, text: str) -> None:
        with pytest.raises(ExpatError):
            rows_in(sheet_of(f'<row r="1"><c r="A1" t="str"><v>{text}</v></c></row>'))

    def test_it_finds_rows_whatever_the_pieces_that_it_reads(self) -> None:
        parser = SheetParser([], range(20))
        xml = sheet_of("".join(referenced([number, "x" * number], number) for number in range(1, 40))).encode()
        rest = b""
        for at in range(0, len(xml), 7):
            rest = parser.take(rest + xml[at : at + 7])
        assert [(number, len(str(cells[1]))) for number, cells in parser.rows] == [(n, n) for n in range(1, 40)]
