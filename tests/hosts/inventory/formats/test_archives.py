"""Archives of several files: none is left out without a word, and what is wrong is said of the one that it is of."""

from pathlib import Path

import pytest

from hosts.inventory.reading import read_file, read_files
from hosts.inventory.refusals import UnreadableFileError, refusal_text
from hosts.inventory.uploads import Upload
from tests.hosts.inventory.files import (
    VHOST,
    VHOST_ROW,
    VINFO,
    VINFO_ROW,
    Rows,
    archive,
    csv_text,
    rvtools,
    text_file,
    workbook,
)
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


def book(tmp_path: Path, *vms: str, hosts: Rows = (VHOST_ROW,)) -> bytes:
    return rvtools(tmp_path / "inner.xlsx", [[vm, *VINFO_ROW[1:]] for vm in vms], hosts).read_bytes()


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [("a.xlsx", "b.xlsx", ("a.xlsx", "b.xlsx")), ("tokyo/r.xlsx", "osaka/r.xlsx", ("tokyo/r.xlsx", "osaka/r.xlsx"))],
)
def test_it_takes_workbooks_in_an_archive_for_exports_of_their_own(
    tmp_path: Path, first: str, second: str, names: tuple[str, str]
) -> None:
    members = {first: book(tmp_path, "web"), second: book(tmp_path, "db", "app", hosts=[VHOST_OTHER])}
    reading = read_file(archive(tmp_path / "x.zip", members), "x.zip")
    inventory = reading.inventory
    assert {vm.name: vm.host for vm in inventory.vms} == {
        "web": f"esx-01 ({names[0]})",
        "db": f"esx-01 ({names[1]})",
        "app": f"esx-01 ({names[1]})",
    }
    assert {(host.name, host.cores) for host in inventory.hosts} == {
        (f"esx-01 ({names[0]})", 12),
        (f"esx-01 ({names[1]})", 32),
    }
    assert "tab-unreadable" not in reading.log.counts


def test_it_reads_an_archive_of_workbooks_like_the_workbooks_alone(tmp_path: Path) -> None:
    contents = {"a.xlsx": book(tmp_path, "web"), "b.xlsx": book(tmp_path, "web", "db", hosts=[VHOST_OTHER])}
    uploads = []
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        uploads.append(Upload(tmp_path / name, name))
    alone, zipped = read_files(uploads), read_file(archive(tmp_path / "x.zip", contents), "x.zip")
    assert [vm.name for vm in zipped.inventory.vms] == [vm.name for vm in alone.inventory.vms]
    assert [host.name for host in zipped.inventory.hosts] == [host.name for host in alone.inventory.hosts]


def test_it_takes_exports_in_folders_of_an_archive_apart(tmp_path: Path) -> None:
    members = {
        f"{site}/RVTools_tab{tab}.csv": csv_text(rows)
        for site, vm, host in (("tokyo", "web", VHOST_ROW), ("osaka", "db", VHOST_OTHER))
        for tab, rows in (("vHost", [VHOST, host]), ("vInfo", [VINFO, [vm, *VINFO_ROW[1:]]]))
    }
    inventory = read_file(archive(tmp_path / "x.zip", members | {"lists/own.csv": LIST}), "x.zip").inventory
    assert sorted(host.cores for host in inventory.hosts if not host.assumed) == [12, 32]
    assert {vm.name for vm in inventory.vms} == {"web", "db", "web (2)"}


def test_it_joins_tabs_that_lie_in_workbooks_of_their_own(tmp_path: Path) -> None:
    tabs = {"vHost": [VHOST, VHOST_ROW], "vInfo": [VINFO, VINFO_ROW]}
    members = {f"{tab}.xlsx": workbook(tmp_path / "t.xlsx", {tab: rows}).read_bytes() for tab, rows in tabs.items()}
    inventory = read_file(archive(tmp_path / "x.zip", members), "x.zip").inventory
    assert [(host.name, host.cores, host.assumed) for host in inventory.hosts] == [("esx-01", 12, False)]


BROKEN = "v@m;n#me,vc?pu,mem!\nweb,2,8\n"


def test_it_asks_about_the_member_and_reads_the_others_without_it(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", {"a/x.csv": BROKEN, "b/x.csv": "h1,h2,h3\n1,2,3\n"})
    with pytest.raises(UnreadableFileError) as asked:
        read_file(path, "x.zip")
    assert asked.value.question
    assert (asked.value.question.tab, asked.value.question.optional) == ("a/x.csv", True)
    trace = "timestamp,cpu_percent\n1782864000,5\n1782864300,5\n"
    path = archive(tmp_path / "t.zip", {"web01.csv": trace, "broken.csv": BROKEN})
    with pytest.raises(UnreadableFileError) as asked:
        read_file(path, "t.zip")
    assert asked.value.question
    assert asked.value.question.optional
    reading = read_files([Upload(path, "t.zip")], without={"broken.csv"})
    assert reading.traces is not None
    assert reading.traces.names == ["web01"]
    assert [row.tab for row in reading.log.kept if row.code == "tab-left-out"] == ["broken.csv"]


def test_it_does_not_offer_to_leave_out_all_there_is(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as asked:
        read_file(text_file(tmp_path / "a.csv", BROKEN), "a.csv")
    assert asked.value.question
    assert not asked.value.question.optional
