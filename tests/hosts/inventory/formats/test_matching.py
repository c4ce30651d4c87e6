"""A table of no known kind, whose columns its user names."""

from pathlib import Path

import pytest

from hosts.inventory.formats.matching import Matching, header_key, raw_question, suggested
from hosts.inventory.refusals import Question, UnreadableFileError
from tests.hosts.inventory.files import VINFO_ROW, csv_text
from tests.hosts.inventory.formats.tables import UNKNOWN, read, read_as_said

HEADER = ["Serveur", "Nb coeurs", "RAM", "Espace"]
SAID = Matching({"name": 0, "vcpu": 1, "memory": 2, "disk": 3}, {"memory": "gib", "disk": "gib", "usage": "percent"})


def asked(tmp_path: Path, text: str, name: str = "liste") -> Question:
    with pytest.raises(UnreadableFileError) as caught:
        read(tmp_path, **{name: text})
    assert caught.value.question
    return caught.value.question


class TestQuestion:
    def test_it_shows_the_header_and_the_first_rows(self, tmp_path: Path) -> None:
        question = asked(tmp_path, UNKNOWN)
        assert question.header == HEADER
        assert question.samples == [["alpha", "4", "16", "100"], ["beta", "2", "8", "50"]]

    def test_it_asks_of_a_vinfo_whose_headers_nobody_knows(self, tmp_path: Path) -> None:
        heads = ["仮想マシン名", "状態", "雛形", "コア", "メモリ量", "割当", "使用", "拠点", "群", "筐体"]
        assert asked(tmp_path, csv_text([heads, VINFO_ROW]), "vInfo").header == heads

    def test_it_does_not_ask_where_three_columns_cannot_be_named(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError) as caught:
            read(tmp_path, x="a,b\n1,2\n")
        assert caught.value.question is None

    def test_it_shows_no_name_where_names_are_not_to_be_kept(self, tmp_path: Path) -> None:
        question = Question("t", HEADER, [["alpha", "4", "16 GB", "1,000.5"]])
        assert raw_question(question, hidden=True)["samples"] == [["…", "4", "16 GB", "1,000.5"]]

    def test_it_keeps_no_notes(self) -> None:
        question = Question("t", ["Serveur", "Nb", "RAM", "備考"], [["alpha", "4", "16", "call Bob"]])
        assert raw_question(question)["samples"] == [["alpha", "4", "16", "…"]]


class TestMatching:
    def test_it_reads_by_what_was_said(self, tmp_path: Path) -> None:
        inventory = read_as_said(tmp_path, {header_key(HEADER): SAID}, liste=UNKNOWN).inventory
        assert [(vm.name, vm.vcpu, vm.memory_mib, vm.disk_gib) for vm in inventory.vms] == [
            ("alpha", 4, 16_384, 100.0),
            ("beta", 2, 8192, 50.0),
        ]
        assert inventory.format == "matched"

    def test_it_knows_a_header_again_whatever_its_case_and_blanks(self) -> None:
        assert header_key(["SERVEUR", "nb  coeurs", "ram", "Espace "]) == header_key(HEADER)
        assert header_key(HEADER[::-1]) != header_key(HEADER)

    def test_it_reads_shares_where_that_was_said(self, tmp_path: Path) -> None:
        text = "vmx,cx,mx,ux\na,2,4,0.25\n"
        said = Matching({"name": 0, "vcpu": 1, "memory": 2, "cpu_mean": 3}, {"memory": "gib", "usage": "share"})
        (vm,) = read_as_said(tmp_path, {header_key(["vmx", "cx", "mx", "ux"]): said}, x=text).inventory.vms
        assert vm.cpu_mean == 0.25

    def test_it_guesses_columns_and_units_by_known_words(self) -> None:
        guess = suggested(["Machine ID", "vCPUs", "Memory GB", "Disk TB"])
        assert guess.positions == {"vcpu": 1, "memory": 2, "disk": 3}
        assert (guess.units["memory"], guess.units["disk"]) == ("gib", "tib")

    def test_it_guesses_no_unit_that_the_header_does_not_name(self) -> None:
        guess = suggested(["サーバー名", "コア数", "メモリ", "備考"])
        assert guess.positions == {"name": 0, "vcpu": 1, "memory": 2}
        assert "memory" not in guess.units


@pytest.mark.parametrize(
    ("header", "units"),
    [
        ("Nom,Mémoire (Mo),CPU,Disque (Go)", {"memory": "mib", "disk": "gib"}),
        ("Bezeichnung,Hauptspeicher (GB),Kerne,Platte", {"memory": "gib"}),
        ("이름,메모리(MB),CPU,디스크", {"memory": "mib"}),
    ],
)
def test_it_suggests_columns_and_units_in_other_languages(header: str, units: dict[str, str]) -> None:
    guess = suggested(header.split(","))
    assert {name: guess.positions.get(name) for name in ("name", "memory", "vcpu", "disk")} == {
        "name": 0,
        "memory": 1,
        "vcpu": 2,
        "disk": 3,
    }
    assert {name: unit for name, unit in guess.units.items() if name != "usage"} == units
