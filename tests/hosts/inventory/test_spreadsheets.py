"""Workbooks of other formats than .xlsx: .xls, .xlsb and .ods, among them such that want to do harm."""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hosts.inventory.files import spreadsheets
from hosts.inventory.reading import read_file
from tests.hosts.inventory.binary_workbooks import (
    compound_file,
    seven_bits,
    xls,
    xls_cell,
    xls_record,
    xls_stream,
    xlsb,
    xlsb_of,
    xlsb_row,
    xlsb_rows,
)
from tests.hosts.inventory.files import VHOST, VHOST_ROW, VINFO, VINFO_ROW, Rows, changed, workbook
from tests.hosts.inventory.outcomes import outcome, refusal
from tests.hosts.inventory.spreadsheets import ods, ods_cell, ods_of, ods_row

Writer = Callable[[Path, Mapping[str, Rows]], Path]
WRITERS = pytest.mark.parametrize("write", [xls, xlsb, ods])
RVTOOLS: dict[str, Rows] = {"vInfo": [VINFO, VINFO_ROW], "vHost": [VHOST, VHOST_ROW]}
HEAD_XLSB = xlsb_rows(enumerate([VINFO, VINFO_ROW]))
HEAD_ODS = ods_row(VINFO) + ods_row(VINFO_ROW)
ENTITIES = "".join(f'<!ENTITY e{n + 1} "&e{n};&e{n};">' for n in range(40))
BOMB = f'<!DOCTYPE a [<!ENTITY e0 "lol">{ENTITIES}]>'


def repeated(row: str, times: int) -> str:
    """Rows of an .ods, the last of which counts as many."""
    return f'{HEAD_ODS}<table:table-row table:number-rows-repeated="{times}">{row}</table:table-row>'


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """Whatever a test reads, the process that read it has ended."""
    yield
    assert not [child for child in psutil.Process().children() if "spreadsheet_process" in " ".join(child.cmdline())]


@WRITERS
class TestFormats:
    def test_it_reads_the_same_as_from_an_xlsx(self, tmp_path: Path, write: Writer) -> None:
        reading = read_file(write(tmp_path / "x", RVTOOLS), "x")
        assert asdict(reading) == asdict(read_file(workbook(tmp_path / "x.xlsx", RVTOOLS), "x.xlsx"))
        assert reading.inventory.hosts[0].model == "ProLiant DL380 G7"

    def test_it_names_the_row_and_column_as_the_spreadsheet_shows_them(self, tmp_path: Path, write: Writer) -> None:
        blank: list[object] = [None] * len(VINFO)
        rows: Rows = [blank, blank, ["", *VINFO], blank, ["", *VINFO_ROW], ["", "東京", "", "", "x", *VINFO_ROW[4:]]]
        reading = read_file(write(tmp_path / "x", {"vInfo": rows}), "x")
        assert [vm.row for vm in reading.inventory.vms] == [5]
        problem = next(problem for problem in reading.log.kept if problem.code == "not-a-number")
        assert (problem.tab, problem.row, problem.column, problem.value) == ("vInfo", 6, "CPUs", "x")

    def test_it_leaves_tabs_that_say_nothing_new_unread(self, tmp_path: Path, write: Writer) -> None:
        disks: Rows = [["VM", "Capacity MiB"], *[["web-01", 1]] * 200]
        tabs: dict[str, Rows] = {"vInfo": [VINFO, VINFO_ROW], "vDisk": disks}
        columns = read_file(write(tmp_path / "x", tabs | {"vHost": [VHOST, VHOST_ROW]}), "x").inventory.columns
        assert {column.tab for column in columns} == {"vInfo", "vHost"}

    def test_it_reads_a_list_of_ones_own(self, tmp_path: Path, write: Writer) -> None:
        rows: Rows = [["name", "vcpu", "memory_gib"], ["東京", 2, 4], [7, 4.0, "8"]]
        vms = read_file(write(tmp_path / "x", {"Sheet1": rows}), "x").inventory.vms
        assert [(vm.name, vm.vcpu, vm.memory_mib) for vm in vms] == [("東京", 2, 4096), ("7", 4, 8192)]

    def test_it_reports_progress_from_nothing_to_everything(self, tmp_path: Path, write: Writer) -> None:
        shares: list[float] = []
        read_file(write(tmp_path / "x", RVTOOLS), "x", shares.append)
        assert shares == [0.5, 1.0]

    def test_it_refuses_more_rows_than_an_xlsx_may_have(
        self, tmp_path: Path, write: Writer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spreadsheets, "MAX_ROWS", 100)
        rows: Rows = [VINFO, *[[f"vm-{number}", *VINFO_ROW[1:]] for number in range(100)]]
        assert refusal(write(tmp_path / "x", {"vInfo": rows})) == "too-many-rows"

    def test_it_refuses_a_damaged_file(self, tmp_path: Path, write: Writer) -> None:
        content = write(tmp_path / "x", RVTOOLS).read_bytes()
        (tmp_path / "cut").write_bytes(content[: len(content) // 3])
        assert refusal(tmp_path / "cut") in {"bad-xls", "bad-zip"}

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(position=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
    def test_it_never_breaks_on_wrong_bytes(self, tmp_path: Path, write: Writer, position: float, junk: bytes) -> None:
        content = bytearray(write(tmp_path / "x", RVTOOLS).read_bytes())
        at = int(position * (len(content) - len(junk)))
        content[at : at + len(junk)] = junk
        (tmp_path / "x").write_bytes(content)
        assert outcome(tmp_path / "x")


class TestLimits:
    """Files of two kilobytes at most, each of which makes calamine ask for more memory than there is."""

    @pytest.mark.parametrize("place", [(1_048_575, 16_383), (299_999, 399)])
    def test_it_does_not_pad_an_xlsb(self, tmp_path: Path, place: tuple[int, int]) -> None:
        row, column = place
        path = xlsb_of(tmp_path / "x.xlsb", {"vInfo": HEAD_XLSB + xlsb_row(row, [(column, 1)])})
        assert path.stat().st_size < 2048
        assert refusal(path) == "too-heavy"

    def test_it_does_not_pad_an_xls(self, tmp_path: Path) -> None:
        stream = xls_stream({"vInfo": [VINFO, VINFO_ROW]})[:-4] + xls_cell(65_535, 255, 1) + xls_record(0x0A)
        path = tmp_path / "x.xls"
        path.write_bytes(compound_file("Workbook", stream))
        assert refusal(path) == "too-heavy"

    @pytest.mark.parametrize(
        ("row", "times", "code"),
        [
            (ods_cell("x", 300), 299_990, "too-heavy"),
            (ods_cell("x", 16_384), 1_048_574, "bad-ods"),
            (ods_cell("x", 4_000_000_000), 4_000_000_000, "bad-ods"),
        ],
    )
    def test_it_does_not_repeat_a_row_without_end(self, tmp_path: Path, row: str, times: int, code: str) -> None:
        assert refusal(ods_of(tmp_path / "x.ods", {"vInfo": repeated(row, times)})) == code

    def test_it_reads_the_empty_rows_that_programs_write_below_the_last(self, tmp_path: Path) -> None:
        rows = repeated(ods_cell(None, 16_384), 1_048_574)
        assert len(read_file(ods_of(tmp_path / "x.ods", {"vInfo": rows}), "x.ods").inventory.vms) == 1

    def test_it_does_not_follow_a_chain_of_sectors_in_a_circle(self, tmp_path: Path) -> None:
        content = bytearray(xls(tmp_path / "x.xls", RVTOOLS).read_bytes())
        content[516:520] = struct.pack("<I", 1)  # the directory's sector is followed by itself
        (tmp_path / "x.xls").write_bytes(content)
        assert refusal(tmp_path / "x.xls") == "too-heavy"

    def test_it_takes_as_much_time_as_it_may_and_no_more(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spreadsheets, "CPU_S", 0)
        assert refusal(ods(tmp_path / "x.ods", {"vInfo": [VINFO, *[VINFO_ROW] * 20_000]})) == "too-heavy"

    def test_it_shortens_a_text_that_no_cell_holds(self, tmp_path: Path) -> None:
        path = ods(tmp_path / "x.ods", {"vInfo": [VINFO, ["x" * 5_000_000, *VINFO_ROW[1:]]]})
        assert read_file(path, "x.ods").inventory.vms[0].name == "x" * 255


class TestHarm:
    def test_it_expands_no_entities(self, tmp_path: Path) -> None:
        row = ods_row(["&e40;", *VINFO_ROW[1:]]).replace("&amp;", "&")
        assert refusal(ods_of(tmp_path / "x.ods", {"vInfo": HEAD_ODS + row}, BOMB)) == "bad-ods"

    def test_it_refuses_a_record_that_says_it_is_longer_than_the_file(self, tmp_path: Path) -> None:
        rows = HEAD_XLSB + seven_bits(6) + b"\xff\xff\xff\x7f"
        assert refusal(xlsb_of(tmp_path / "x.xlsb", {"vInfo": rows})) == "bad-xlsb"

    def test_it_refuses_a_bomb_before_unpacking_it(self, tmp_path: Path) -> None:
        path = changed(ods(tmp_path / "x.ods", RVTOOLS), "content.xml", "0" * (64 * 1024 * 1024))
        assert refusal(path) == "zip-bomb"

    @pytest.mark.parametrize(("name", "code"), [("EncryptedPackage", "password"), ("WordDocument", "bad-xls")])
    def test_it_refuses_what_else_comes_in_that_container(self, tmp_path: Path, name: str, code: str) -> None:
        (tmp_path / "x").write_bytes(compound_file(name, b"\0" * 5000))
        assert refusal(tmp_path / "x") == code

    def test_it_says_when_there_is_no_tab(self, tmp_path: Path) -> None:
        assert refusal(ods(tmp_path / "x.ods", {})) in {"no-vinfo", "bad-ods"}
