"""Tabs with title rows, empty rows, merged cells and other things that keep no row from being read, or do."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from hosts.inventory.files.csv_files import encoding_of
from hosts.inventory.files.workbooks import shows_date
from hosts.inventory.reading import Reading, read_file
from tests.hosts.inventory.files import VHOST, VHOST_ROW, VINFO, VINFO_ROW, Rows, csv_text, text_file, workbook
from tests.hosts.inventory.outcomes import refusal
from tests.hosts.inventory.truth.cases import FOLDER, reading_of, vms_of


def findings(reading: Reading, code: str) -> list[tuple[int, str]]:
    return [(problem.row, problem.value) for problem in reading.log.kept if problem.code == code]


class TestRows:
    def test_it_counts_rows_that_hold_a_value(self) -> None:
        reading = reading_of("stray_format_row_1048576.xlsx")
        assert [vm.name for vm in reading.inventory.vms] == ["a"]
        assert findings(reading, "empty-rows") == [(0, "1")]

    def test_it_finds_the_header_below_a_title(self) -> None:
        reading = reading_of("header_in_row_3.xlsx")
        assert [(vm.name, vm.row) for vm in reading.inventory.vms] == [("app", 4)]
        assert findings(reading, "header-below") == [(3, "RVTools export vc01 2026-11-01")]

    def test_it_finds_it_in_text_too(self, tmp_path: Path) -> None:
        path = text_file(tmp_path / "x.csv", "Servers of Kenji\n\n" + csv_text([VINFO, VINFO_ROW]))
        reading = read_file(path, "x.csv")
        assert [vm.name for vm in reading.inventory.vms] == ["web-01"]
        assert reading.log.counts["header-below"] == 1

    def test_it_looks_no_further_than_ten_rows(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "x.xlsx", {"vInfo": [*[["title"]] * 10, VINFO, VINFO_ROW]})
        assert refusal(path) == "vinfo-columns"


class TestCells:
    def test_it_takes_no_number_from_a_date(self, tmp_path: Path) -> None:
        path = tmp_path / "x.xlsx"
        book = xlsxwriter.Workbook(path)
        sheet, style = book.add_worksheet("vInfo"), book.add_format({"num_format": 'yyyy"年"m"月"'})
        sheet.write_row(0, 0, VINFO)
        sheet.write_row(1, 0, VINFO_ROW)
        sheet.write_row(2, 0, ["web-02", *VINFO_ROW[1:]])
        sheet.write_datetime(2, VINFO.index("Memory"), date(2026, 1, 1), style)
        book.close()
        reading = read_file(path, "x.xlsx")
        assert [vm.name for vm in reading.inventory.vms] == ["web-01"]
        assert findings(reading, "not-a-number") == [(3, "2026-01-01")]

    @pytest.mark.parametrize(
        ("code", "is_date"),
        [("yyyy-mm-dd", True), ("[$-411]ge.m.d", True), ("0.00", False), ("[Red]0", False), ('0 "days"', False)],
    )
    def test_it_tells_formats_of_dates(self, code: str, is_date: bool) -> None:
        assert shows_date(code) is is_date

    def test_it_says_that_a_formula_has_no_result(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "x.xlsx", {"vInfo": [VINFO, VINFO_ROW, ["web-02", *VINFO_ROW[1:]]]})
        with zipfile.ZipFile(path) as file:
            members = {name: file.read(name) for name in file.namelist()}
        sheet = members["xl/worksheets/sheet1.xml"]
        members["xl/worksheets/sheet1.xml"] = sheet.replace(b'<c r="E3"><v>4096</v>', b'<c r="E3"><f>2*2048</f>')
        assert members["xl/worksheets/sheet1.xml"] != sheet
        with zipfile.ZipFile(path, "w") as file:
            for name, content in members.items():
                file.writestr(name, content)
        reading = read_file(path, "x.xlsx")
        assert [vm.name for vm in reading.inventory.vms] == ["web-01"]
        assert [row for row, _value in findings(reading, "formula-empty")] == [3]

    def test_it_names_merged_cells(self, tmp_path: Path) -> None:
        path = tmp_path / "x.xlsx"
        book = xlsxwriter.Workbook(path)
        sheet = book.add_worksheet("vInfo")
        sheet.write_row(0, 0, VINFO)
        for row in (1, 2):
            sheet.write_row(row, 0, [f"web-{row}", *VINFO_ROW[1:8]])
        sheet.merge_range("I2:I3", "C1")
        book.close()
        assert findings(read_file(path, "x.xlsx"), "merged-cells") == [(0, "I2:I3")]


class TestWords:
    def test_it_reads_japanese_headers(self) -> None:
        [vm] = vms_of("japanese_headers.xlsx").values()
        assert (vm.name, vm.vcpu, vm.memory_mib, vm.cluster, vm.host, vm.power_state) == (
            "web",
            4,
            8192,
            "C1",
            "esx01",
            "running",
        )

    @pytest.mark.parametrize(
        ("heads", "state"),
        [
            (["Virtuelle Maschine", "Betriebszustand", "Prozessoren", "Arbeitsspeicher (GB)"], "Ausgeschaltet"),
            (["Machine virtuelle", "État d'alimentation", "Processeurs", "Mémoire (GB)"], "Hors tension"),
            (["Máquina virtual", "Estado de energía", "Procesadores", "Memoria (GB)"], "Apagado"),
            (["Macchina virtuale", "Stato alimentazione", "Processori", "Memoria (GB)"], "Spento"),
            (["Máquina virtual", "Estado de energia", "Processadores", "Memória (GB)"], "Desligado"),
            (["虚拟机", "电源状态", "CPU 数量", "内存 (GB)"], "已关闭电源"),
            (["가상 시스템", "전원 상태", "CPU 개수", "메모리 (GB)"], "전원 꺼짐"),
            (["仮想マシン", "電源状態", "CPU 数", "メモリ (GB)"], "パワーオフ"),
        ],
    )
    def test_it_reads_eight_languages_with_units(self, tmp_path: Path, heads: list[object], state: str) -> None:
        path = workbook(tmp_path / "x.xlsx", {"vInfo": [heads, ["web", state, 4, 8]]})
        [vm] = read_file(path, "x.xlsx").inventory.vms
        assert (vm.name, vm.vcpu, vm.memory_mib, vm.power_state) == ("web", 4, 8192, "stopped")

    def test_it_reads_truth_in_other_languages(self) -> None:
        vms = vms_of("rvtools_bools.csv")
        assert {name: vm.is_template for name, vm in vms.items()} == {"a": True, "b": True, "c": True, "d": False}

    def test_it_notes_a_power_state_that_nobody_knows_at_its_row(self, tmp_path: Path) -> None:
        row = [VINFO_ROW[0], "zzz", *VINFO_ROW[2:]]
        reading = read_file(workbook(tmp_path / "x.xlsx", {"vInfo": [VINFO, row]}), "x.xlsx")
        assert findings(reading, "power-state") == [(2, "zzz")]


class TestUnits:
    def test_it_takes_the_documented_units_of_azure_migrate(self) -> None:
        vms = vms_of("azure_doc_headers.csv")
        web = vms["web01.corp.example"]
        assert (web.disk_gib, web.memory_mib) == (600, 16 * 1024)

    def test_it_asks_whether_gib_were_meant(self) -> None:
        assert findings(reading_of("memory_8_mib.xlsx"), "memory-small") == [(2, "8")]

    def test_it_notes_fractions_in_place_of_percentages(self, tmp_path: Path) -> None:
        hosts = [[*VHOST, "CPU usage %"], [*VHOST_ROW, 0.35], ["esx-02", *VHOST_ROW[1:], 0.2]]
        path = workbook(tmp_path / "x.xlsx", {"vInfo": [VINFO, VINFO_ROW], "vHost": hosts})
        assert read_file(path, "x.xlsx").log.counts["usage-fraction"] == 1

    def test_it_tells_how_many_hosts_a_datastore_has_from_which(self, tmp_path: Path) -> None:
        hosts = [VHOST, VHOST_ROW, ["esx-02", "DC1", "C2", *VHOST_ROW[3:]]]
        stores: Rows = [["Name", "Capacity MiB", "# Hosts", "Hosts"], ["san", 1024**2, 1, "esx-02"]]
        path = workbook(tmp_path / "x.xlsx", {"vInfo": [VINFO, VINFO_ROW], "vHost": hosts, "vDatastore": stores})
        found = {row.name: row.cluster for row in read_file(path, "x.xlsx").inventory.datastores}
        assert found["san"] == "C2"


class TestFiles:
    def test_it_reads_euc_jp(self) -> None:
        assert list(vms_of("eucjp.csv")) == ["業務サーバ01", "人事給与"]

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("仮想マシン,業務", "euc_jp"),
            ("仮想マシン,業務", "cp932"),
            ("ｻｰﾊﾞｰ,ﾒﾓﾘ", "cp932"),
            ("Größe,Mémoire", "cp1252"),
        ],
    )
    def test_it_tells_japanese_encodings_apart(self, text: str, encoding: str) -> None:
        assert encoding_of(text.encode(encoding)) == encoding

    def test_it_reads_the_workbooks_of_an_archive_as_one_estate(self) -> None:
        inventory = reading_of("31_zip_of_xlsx.zip").inventory
        assert [vm.name for vm in inventory.vms if not vm.set_apart] == ["app", "tpl", "susp", "a", "b"]
        assert {vm.name: vm.disk_gib for vm in inventory.vms if vm.name in "ab"} == {"a": 50, "b": 50}

    @pytest.mark.parametrize(("name", "code"), [("26.xlsb", "bad-xlsb"), ("27_password.xlsx", "password")])
    def test_it_names_the_kind_that_it_cannot_read(self, name: str, code: str) -> None:
        assert refusal(FOLDER / name) == code
