"""Files that want to do harm, are broken, or are something else."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hosts.inventory.files import archives, csv_files
from hosts.inventory.files.csv_files import encoding_of
from hosts.inventory.reading import Reading, read_file
from hosts.inventory.refusals import UnreadableFileError
from tests.hosts.inventory.files import VINFO, VINFO_ROW, archive, changed, csv_text, rvtools, text_file, workbook
from tests.hosts.inventory.outcomes import outcome, refusal

ENTITIES = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>"""
EXTERNAL = ENTITIES.replace('"lol"', 'SYSTEM "file:///etc/passwd"')


PARTS = ["worksheets/sheet1.xml", "workbook.xml", "sharedStrings.xml", "_rels/workbook.xml.rels"]
HEADS = [b"", b"PK\x03\x04", b"PAR1", b"VM,CPUs,Memory\n", b"vm,t,cpu\n"]


def rvtools_of(path: Path, header: list[object], row: list[object]) -> Path:
    return workbook(path, {"vInfo": [header, row]})


class TestArchives:
    def test_it_refuses_a_bomb_before_unpacking_it(self, tmp_path: Path) -> None:
        path = changed(rvtools(tmp_path / "x.xlsx"), "xl/worksheets/sheet1.xml", "0" * (64 * 1024 * 1024))
        assert path.stat().st_size < 200_000
        assert refusal(path) == "zip-bomb"

    def test_it_refuses_too_many_members_and_too_many_bytes(self, tmp_path: Path) -> None:
        many = archive(tmp_path / "many.zip", {f"{n}.csv": "" for n in range(archives.MEMBERS + 1)})
        assert refusal(many) == "zip-bomb"
        info = zipfile.ZipInfo("a.csv")
        info.file_size = info.compress_size = 400 * 1024 * 1024
        with pytest.raises(UnreadableFileError, match="800 MiB"):
            archives.check_members([info, info])

    def test_it_refuses_a_member_that_declares_less_than_it_holds(self, tmp_path: Path) -> None:
        path = archive(tmp_path / "x.zip", {"vInfo.csv": csv_text([VINFO, VINFO_ROW]) + "\r\n" * 5000})
        content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            size = file.infolist()[0].file_size
        path.write_bytes(content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
        assert refusal(path) == "bad-zip"

    @pytest.mark.parametrize("member", PARTS)
    @pytest.mark.parametrize("content", [ENTITIES, EXTERNAL])
    def test_it_refuses_entities_in_any_part(self, tmp_path: Path, member: str, content: str) -> None:
        assert refusal(changed(rvtools(tmp_path / "x.xlsx"), f"xl/{member}", content)) == "unsafe-xml"

    @pytest.mark.parametrize("member", PARTS)
    def test_it_refuses_elements_within_elements_without_end(self, tmp_path: Path, member: str) -> None:
        nested = "".join(f"<a{number}>" for number in range(60_000))  # unclosed, and not too alike to be a bomb
        assert refusal(changed(rvtools(tmp_path / "x.xlsx"), f"xl/{member}", f"<x>{nested}")) == "zip-bomb"

    def test_it_does_not_pad_a_sheet_whose_rows_or_cells_lie_far_out(self, tmp_path: Path) -> None:
        sheet = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="99999999"><c r="A99999999"><v>1</v></c></row>'
            "</sheetData></worksheet>"
        )
        path = changed(rvtools(tmp_path / "x.xlsx"), "xl/worksheets/sheet1.xml", sheet)
        assert refusal(path) == "vinfo-columns"

    def test_it_refuses_a_damaged_workbook(self, tmp_path: Path) -> None:
        content = rvtools(tmp_path / "x.xlsx").read_bytes()
        (tmp_path / "cut.xlsx").write_bytes(content[: len(content) // 2])
        assert refusal(tmp_path / "cut.xlsx") == "not-xlsx"
        assert refusal(changed(tmp_path / "x.xlsx", "xl/workbook.xml", "<workbook")) == "not-xlsx"

    def test_it_refuses_other_archives(self, tmp_path: Path) -> None:
        assert refusal(archive(tmp_path / "x.zip", {"readme.pdf": "x"})) == "zip-without-csv"
        assert refusal(archive(tmp_path / "empty.zip", {})) == "zip-without-csv"


class TestOtherFiles:
    def test_it_goes_by_content_and_not_by_extension(self, tmp_path: Path) -> None:
        rvtools(tmp_path / "x.xlsx").rename(tmp_path / "export.csv")
        assert read_file(tmp_path / "export.csv", "export.csv").inventory.vms[0].name == "web-01"
        text_file(tmp_path / "really.xlsx", csv_text([VINFO, VINFO_ROW]))
        assert read_file(tmp_path / "really.xlsx", "really.xlsx").inventory.vms[0].name == "web-01"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"\n\n \n", "empty"),
            (b"PK\x03\x04nonsense", "bad-zip"),
            (b"PAR1nonsense", "bad-parquet"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "bad-xls"),
            (b"%PDF-1.7\x00\x01\x02\x03", "unknown"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "unknown"),
            (b"hello\nworld\n", "unknown-columns"),
            (b"\xff\xfeh\xd8\x00\xdc\x00", "encoding"),
            (b'name,vcpu,memory_gib\n"x,1,2\nb,1,2\n', "csv-quote"),
            (b"a," * 2_001, "too-many-columns"),
        ],
    )
    def test_it_says_what_it_does_not_understand(self, tmp_path: Path, content: bytes, code: str) -> None:
        (tmp_path / "x").write_bytes(content)
        assert refusal(tmp_path / "x") == code

    @pytest.mark.parametrize("content", [b"hello", b"<!doctype html><p>Log in", b"PK\x03\x04nonsense", b"\x00\x01"])
    @pytest.mark.parametrize(
        ("name", "code"), [("x.xlsx", "not-xlsx"), ("x.XLS", "bad-xls"), ("x.xlsb", "bad-xlsb"), ("x.ods", "bad-ods")]
    )
    def test_it_says_that_what_is_called_a_workbook_is_none(
        self, tmp_path: Path, content: bytes, name: str, code: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        assert refusal(tmp_path / name) == code

    def test_it_says_when_the_file_has_vanished(self, tmp_path: Path) -> None:
        assert refusal(tmp_path / "gone.xlsx") == "vanished"

    def test_it_refuses_a_cell_that_no_table_holds_and_names_its_row(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = text_file(tmp_path / "x.csv", csv_text([VINFO, VINFO_ROW, ["x" * 200_000, *VINFO_ROW[1:]]]))
        assert [vm.name for vm in read_file(path, "x.csv").inventory.vms] == ["web-01", "x" * 255]
        monkeypatch.setattr(csv_files, "MAX_CELL", 100_000)
        with pytest.raises(UnreadableFileError, match=r"row 3.*100000 characters"):
            read_file(path, "x.csv")

    def test_it_says_in_which_row_a_quotation_mark_is_never_closed(self, tmp_path: Path) -> None:
        rows = ["a,2,8,linux", 'b,2,8,"linux', "c,2,8,linux"]
        path = text_file(tmp_path / "x.csv", "\n".join(["name,vcpu,memory_gib,operating_system", *rows]))
        with pytest.raises(UnreadableFileError, match=r"x\.csv, row 3"):
            read_file(path, "x.csv")
        rows[1:] = ['b,2,8,"lin', 'ux"', "c,2,8,linux"]
        path = text_file(tmp_path / "x.csv", "\n".join(["name,vcpu,memory_gib,operating_system", *rows]))
        assert [vm.os_text for vm in read_file(path, "x.csv").inventory.vms] == ["linux", "lin ux", "linux"]

    def test_it_reads_wide_tables_and_refuses_what_is_wider_than_any(self, tmp_path: Path) -> None:
        more = [f"c{number}" for number in range(1_500)]
        wide = rvtools_of(tmp_path / "x.xlsx", [*more, *VINFO], [*more, *VINFO_ROW])
        assert [vm.name for vm in read_file(wide, "x.xlsx").inventory.vms] == ["web-01"]
        assert refusal(rvtools_of(tmp_path / "y.xlsx", [*VINFO, *more, *more], VINFO_ROW)) == "too-many-columns"


class TestGarbage:
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(head=st.sampled_from(HEADS), body=st.binary(max_size=400))
    def test_it_never_breaks_on_garbage(self, tmp_path: Path, head: bytes, body: bytes) -> None:
        path = tmp_path / "garbage"
        path.write_bytes(head + body)
        assert outcome(path)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(position=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
    def test_it_never_breaks_on_a_workbook_with_wrong_bytes(self, tmp_path: Path, position: float, junk: bytes) -> None:
        path = rvtools(tmp_path / "x.xlsx")
        content = bytearray(path.read_bytes())
        at = int(position * (len(content) - len(junk)))
        content[at : at + len(junk)] = junk
        path.write_bytes(content)
        assert outcome(path)

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cells=st.lists(st.text(max_size=12), min_size=len(VINFO), max_size=len(VINFO)))
    def test_it_never_breaks_on_any_cell(self, tmp_path: Path, cells: list[str]) -> None:
        text = csv_text([VINFO, VINFO_ROW, [cell.replace('"', "") for cell in cells]])
        path = tmp_path / "vInfo.csv"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        reading = outcome(path)
        assert reading
        if isinstance(reading, Reading):
            assert all("\x00" not in vm.name for vm in reading.inventory.vms)
            assert all(problem.message for problem in reading.log.kept)

    @pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
    @given(text=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
    def test_it_finds_an_encoding_or_says_so(self, encoding: str, text: str) -> None:
        content = text.encode(encoding, "replace")
        with suppress(UnreadableFileError):
            content.decode(encoding_of(content))
