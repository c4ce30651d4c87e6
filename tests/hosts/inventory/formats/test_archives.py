"""Archives of several files: none is left out without a word, and what is wrong is said of the one that it is of."""

from pathlib import Path

import pytest

from hosts.inventory.reading import Upload, read_file, read_files
from hosts.inventory.refusals import UnreadableFileError, refusal_text
from tests.hosts.inventory.files import VHOST, VHOST_ROW, VINFO, VINFO_ROW, Rows, archive, rvtools, text_file, workbook
from tests.hosts.inventory.outcomes import refusal

VHOST_OTHER = [*VHOST_ROW[:6], 32, 524_288, *VHOST_ROW[8:]]
LIST = "name,vcpu,memory_gib\nweb,2,8\n"


def test_it_reads_every_member(tmp_path: Path) -> None:
    members = {f"{number:03}.csv": f"name,vcpu,memory_gib\nvm-{number},2,8\n" for number in range(150)}
    assert len(read_file(archive(tmp_path / "x.zip", members), "x.zip").inventory.vms) == 150


def test_it_notes_members_that_are_of_no_use(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", {"a.csv": LIST, "empty.csv": "", "README.txt": "hello\nthere"})
    reading = read_file(path, "x.zip")
    assert [vm.name for vm in reading.inventory.vms] == ["web"]
    assert {row.tab for row in reading.log.kept if row.code == "tab-unreadable"} == {"empty.csv", "README.txt"}


def test_it_names_the_member_that_is_broken(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", {"a.csv": LIST, "b/c.xlsx": "nothing"})
    with pytest.raises(UnreadableFileError, match=r"^b/c\.xlsx: The file cannot be opened as an \.xlsx"):
        read_file(path, "x.zip")
    with pytest.raises(UnreadableFileError, match=r"^x\.zip · b/c\.xlsx: "):
        read_files([Upload(path, "x.zip"), Upload(text_file(tmp_path / "a.csv", LIST), "a.csv")])


def test_it_names_the_file_of_several_that_is_refused(tmp_path: Path) -> None:
    good, bad = text_file(tmp_path / "a.csv", LIST), text_file(tmp_path / "b.csv", " \n ")
    with pytest.raises(UnreadableFileError, match=r"^b\.csv: The file is empty"):
        read_files([Upload(good, "a.csv"), Upload(bad, "b.csv")])
    assert refusal(bad) == "empty"


def test_it_still_words_what_was_stored_with_fewer_values() -> None:
    assert "–" in refusal_text("trace-span", {"days": 4000, "limit": 3660})


def test_it_takes_hosts_of_one_name_that_contradict_for_two(tmp_path: Path) -> None:
    other = rvtools(tmp_path / "b.xlsx", [["db-01", *VINFO_ROW[1:]]], [VHOST_OTHER])
    reading = read_files([Upload(rvtools(tmp_path / "a.xlsx"), "a.xlsx"), Upload(other, "b.xlsx")])
    assert {(host.name, host.cores) for host in reading.inventory.hosts} == {
        ("esx-01 (a.xlsx)", 12),
        ("esx-01 (b.xlsx)", 32),
    }
    assert {vm.name: vm.host for vm in reading.inventory.vms}["db-01"] == "esx-01 (b.xlsx)"
    assert "duplicate-host" not in reading.log.counts


@pytest.mark.parametrize("name", ["ACME: june.xlsx", "ACME · june.xlsx"])
def test_it_names_hosts_after_whole_files(tmp_path: Path, name: str) -> None:
    other = rvtools(tmp_path / "b.xlsx", [["db-01", *VINFO_ROW[1:]]], [VHOST_OTHER])
    reading = read_files([Upload(rvtools(tmp_path / "a.xlsx"), name), Upload(other, name.replace("june", "july"))])
    assert {host.name for host in reading.inventory.hosts} == {
        f"esx-01 ({name})",
        f"esx-01 ({name.replace('june', 'july')})",
    }


def test_it_counts_an_estate_once_of_which_a_host_was_rebuilt(tmp_path: Path) -> None:
    uploads = []
    for month, host in (("june", VHOST_ROW), ("july", VHOST_OTHER)):
        vms = [[*VINFO, "VM UUID"], *([f"vm-{number}", *VINFO_ROW[1:], f"u-{number}"] for number in range(30))]
        path = workbook(tmp_path / f"{month}.xlsx", {"vInfo": vms, "vHost": [VHOST, host]})
        uploads.append(Upload(path, path.name))
    inventory = read_files(uploads).inventory
    assert (len(inventory.vms), [host.name for host in inventory.hosts]) == (30, ["esx-01"])


def test_it_takes_hosts_of_one_name_and_build_for_one(tmp_path: Path) -> None:
    same = rvtools(tmp_path / "b.xlsx", [["db-01", *VINFO_ROW[1:]]])
    reading = read_files([Upload(rvtools(tmp_path / "a.xlsx"), "a.xlsx"), Upload(same, "b.xlsx")])
    assert [host.name for host in reading.inventory.hosts] == ["esx-01"]
    assert "duplicate-host" not in reading.log.counts


def test_it_joins_what_lists_say_of_one_host_and_datastore(tmp_path: Path) -> None:
    head = "name,vcpu,memory_gib,host,cluster,host_cores,datastore,datastore_capacity_gib"
    first = text_file(tmp_path / "a.csv", f"{head}\na,2,8,h,C,,d,\n")
    second = text_file(tmp_path / "b.csv", f"{head}\nb,2,8,h,C,64,d,700\n")
    reading = read_files([Upload(first, "a.csv"), Upload(second, "b.csv")])
    assert [(host.name, host.cores) for host in reading.inventory.hosts] == [("h", 64)]
    assert [(store.name, store.capacity_gib) for store in reading.inventory.datastores] == [("d", 700)]
    assert not reading.left_out
    assert {"duplicate-host", "datastore-duplicate"}.isdisjoint(reading.log.counts)


def test_it_says_that_a_trace_in_a_workbook_is_one(tmp_path: Path) -> None:
    rows: Rows = [["vm", "timestamp", "cpu_percent"], ["web", "2026-03-02 00:00", 10]]
    assert refusal(workbook(tmp_path / "t.xlsx", {"Sheet1": rows})) == "trace-tab"
