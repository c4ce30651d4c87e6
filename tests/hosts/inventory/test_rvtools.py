"""RVTools in all the shapes it comes in."""

from pathlib import Path

import pytest

from hosts.choices import PowerState
from hosts.inventory.reading import Reading, read_file
from hosts.inventory.refusals import UnreadableFileError
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
from virtlab.labs.choices import OperatingSystem


def read(path: Path) -> Reading:
    return read_file(path, path.name)


def vm(**changes: object) -> list[object]:
    """The usual row of vInfo with some cells changed."""
    return [changes.get(str(head), cell) for head, cell in zip(VINFO, VINFO_ROW, strict=True)]


def problems(reading: Reading) -> list[tuple[str, str, int, str]]:
    return [(p.code, p.tab, p.row, p.column) for p in reading.log.kept]


class TestRealFiles:
    def test_it_reads_the_export_of_805_machines(self, shared_data: Path) -> None:
        estate = read(shared_data / "rvtools_805vm.xlsx").inventory
        assert (len(estate.clusters), len(estate.hosts), len(estate.vms)) == (4, 39, 805)
        assert sum(vm.vcpu for vm in estate.vms) == 2741
        assert sum(vm.memory_mib for vm in estate.vms) == 10_774_868
        assert (
            round(sum(vm.disk_gib for vm in estate.vms) * 1024) == 225_074_702
        )  # provisioned, without the swap files of what runs
        assert sum(vm.power_state == PowerState.STOPPED for vm in estate.vms) == 42
        assert sum(vm.is_template for vm in estate.vms) == 10

    def test_it_brings_together_host_names_that_differ_between_its_tabs(self, shared_data: Path) -> None:
        reading = read(shared_data / "rvtools_805vm.xlsx")
        by_name = {vm.name: vm.host for vm in reading.inventory.vms}
        assert by_name["wadfs1"] == "vmsp-04"
        assert reading.log.counts["host-name-differs"] == 27
        assert reading.log.counts["host-undescribed"] == 5
        assert {vm.host for vm in reading.inventory.vms} <= {host.name for host in reading.inventory.hosts}

    def test_it_shares_a_hosts_utilisation_so_that_it_adds_up(self, shared_data: Path) -> None:
        estate = read(shared_data / "rvtools_805vm.xlsx").inventory
        host = next(host for host in estate.hosts if host.name == "vmprod3-07")
        demand = sum((vm.cpu_mean or 0) * vm.vcpu for vm in estate.vms if vm.host == host.name and vm.runs)
        assert demand == pytest.approx(0.45 * 16)

    def test_it_reads_the_export_of_17_tabs(self, shared_data: Path) -> None:
        reading = read(shared_data / "rvtools_3vm_17tabs.xlsx")
        web = reading.inventory.vms[0]
        assert (len(reading.inventory.hosts), len(reading.inventory.vms)) == (2, 3)
        assert (web.disk_gib, web.disk_used_gib) == (120.0, 60.0)
        assert (web.cpu_mean, web.memory_mean) == (0.35, 0.5)
        assert reading.log.counts["host-memory-assumed"] == 2

    def test_it_says_the_memory_that_it_assumes_as_the_lab_shows_it(self, tmp_path: Path) -> None:
        others = [[name, *VHOST_ROW[1:7], memory, *VHOST_ROW[8:]] for name, memory in (("a", 262_033), ("b", ""))]
        said = [row.message for row in read(rvtools(tmp_path / "x.xlsx", hosts=others)).log.kept]
        assert "The memory of the host “b” is not given: 256\xa0GiB assumed." in said


class TestHeaders:
    @pytest.mark.parametrize("unit", ["MB", "MiB", "(MiB)"])
    def test_it_reads_old_and_new_units_alike(self, tmp_path: Path, unit: str) -> None:
        header = [str(head).replace("MiB", unit) for head in VINFO]
        reading = read(workbook(tmp_path / "x.xlsx", {"vInfo": [header, VINFO_ROW], "vHost": [VHOST, VHOST_ROW]}))
        assert reading.inventory.vms[0].disk_gib == 50.0

    def test_it_reads_long_headers(self, tmp_path: Path) -> None:
        header: list[object] = [
            "vInfoVMName",
            "vInfoPowerstate",
            "vInfoCPUs",
            "vInfoMemory",
            "vInfoProvisioned",
            "vInfoInUse",
        ]
        header += ["vInfoDataCenter", "vInfoCluster", "vInfoHost", "vInfoOSTools"]
        row: list[object] = [
            "db",
            "poweredOff",
            4,
            8192,
            10_240,
            1024,
            "DC",
            "C",
            "esx-01",
            "Red Hat Enterprise Linux 8 (64-bit)",
        ]
        hosts: Rows = [["vHostName", "vHostNumCpu", "vHostNumCpuCores", "vHostMemorySize"], ["esx-01", 2, 32, 262_144]]
        reading = read(workbook(tmp_path / "x.xlsx", {"vHost": hosts, "vInfo": [header, row]}))
        (db,), (host,) = reading.inventory.vms, reading.inventory.hosts
        assert (db.name, db.vcpu, db.memory_mib, db.disk_gib, db.disk_used_gib) == ("db", 4, 8192, 10.0, 1.0)
        assert (db.operating_system, db.power_state) == (OperatingSystem.RHEL, PowerState.STOPPED)
        assert (host.cores, host.sockets, host.memory_mib, host.cluster) == (32, 2, 262_144, "C")

    def test_it_takes_tabs_in_any_order_and_leaves_those_it_does_not_need(self, tmp_path: Path) -> None:
        notes: list[list[object]] = [["hello"]]
        tabs: dict[str, Rows] = {"vHost": [VHOST, VHOST_ROW], "vLicense": notes, "Notes": notes}
        tabs["vInfo"] = [VINFO, VINFO_ROW]
        reading = read(workbook(tmp_path / "x.xlsx", tabs))
        assert reading.inventory.vms[0].host == "esx-01"
        assert problems(reading)[0] == ("tab-unreadable", "Notes", 0, "")

    def test_it_knows_the_tab_by_its_columns_whatever_its_name(self, tmp_path: Path) -> None:
        assert read(workbook(tmp_path / "x.xlsx", {"Tabelle1": [VINFO, VINFO_ROW]})).inventory.vms[0].name == "web-01"

    def test_it_says_which_columns_it_used(self, tmp_path: Path) -> None:
        columns = read(rvtools(tmp_path / "x.xlsx")).inventory.columns
        assert ("vInfo", "Total disk capacity MiB", "total_disk") in {(c.tab, c.column, c.field) for c in columns}

    def test_it_takes_disks_from_other_tabs_where_vinfo_has_none(self, tmp_path: Path) -> None:
        tabs: dict[str, Rows] = {
            "vInfo": [VINFO[:5], VINFO_ROW[:5]],
            "vDisk": [["VM", "Capacity MiB"], ["web-01", 10_240], ["WEB-01", 20_480]],
            "vPartition": [["VM", "Capacity MiB", "Consumed MiB"], ["web-01", 30_000, 5_120]],
        }
        web = read(workbook(tmp_path / "x.xlsx", tabs)).inventory.vms[0]
        assert (web.disk_gib, web.disk_used_gib) == (30.0, 5.0)


class TestSwapFile:
    @pytest.mark.parametrize(
        ("power", "in_use_mib", "used_gib"),
        [("poweredOn", 20_480, 16), ("poweredOff", 20_480, 20), ("poweredOn", 3_072, 3)],
    )
    def test_it_is_in_use_of_one_that_runs_and_not_on_its_disk(
        self, tmp_path: Path, power: str, in_use_mib: int, used_gib: float
    ) -> None:
        row = vm(**{"Powerstate": power, "In Use MiB": in_use_mib})
        assert read(rvtools(tmp_path / "x.xlsx", [row])).inventory.vms[0].disk_used_gib == used_gib


class TestCsv:
    def test_it_reads_a_zip_of_csv_files(self, tmp_path: Path) -> None:
        members = {
            "export/RVTools_tabvHost.csv": csv_text([VHOST, VHOST_ROW], ";"),
            "export/RVTools_tabvInfo.csv": csv_text([VINFO, VINFO_ROW], ";"),
            "export/RVTools_tabvLicense.csv": csv_text([["Name"], ["x"]]),
        }
        reading = read(archive(tmp_path / "export.zip", members))
        assert [host.cores for host in reading.inventory.hosts] == [12]
        assert reading.inventory.vms[0].host == "esx-01"

    def test_it_reads_a_single_csv_and_assumes_the_hosts(self, tmp_path: Path) -> None:
        path = text_file(tmp_path / "RVTools_tabvInfo.csv", csv_text([VINFO, VINFO_ROW]))
        reading = read(path)
        (host,) = reading.inventory.hosts
        assert (host.name, host.cores, host.memory_mib, host.assumed) == ("esx-01", 16, 65_536, True)
        assert {"host-cores-assumed", "host-memory-assumed"} <= reading.log.counts.keys()

    @pytest.mark.parametrize(
        "memory", ["16,384", "16.384", "16 384", "16\u00a0384", "16'384", "１６３８４", "16384,0", "16 GB"]
    )
    def test_it_reads_numbers_of_many_countries(self, tmp_path: Path, memory: str) -> None:
        path = text_file(tmp_path / "vInfo.csv", csv_text([VINFO, vm(Memory=memory)], ";"))
        assert read(path).inventory.vms[0].memory_mib == 16_384

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp932", "utf-8"])
    def test_it_reads_japanese_in_every_usual_encoding(self, tmp_path: Path, encoding: str) -> None:
        path = text_file(tmp_path / "vInfo.csv", csv_text([VINFO, vm(VM="基幹サーバー01", Cluster="ｸﾗｽﾀ１")]), encoding)
        (server,) = read(path).inventory.vms
        assert (server.name, server.cluster) == ("基幹サーバー01", "ｸﾗｽﾀ１")

    def test_it_reads_western_text_as_such(self, tmp_path: Path) -> None:
        path = text_file(tmp_path / "vInfo.csv", csv_text([VINFO, vm(VM="Gerät Übung", Cluster="Genève")]), "cp1252")
        assert read(path).inventory.vms[0].name == "Gerät Übung"


class TestRows:
    @pytest.mark.parametrize(
        ("column", "value", "code"),
        [
            ("CPUs", -2, "negative"),
            ("CPUs", "many", "not-a-number"),
            ("CPUs", "", "missing"),
            ("CPUs", 0, "too-small"),
            ("CPUs", 1.5, "not-whole"),
            ("Memory", "NaN", "not-a-number"),
            ("Memory", "inf", "not-a-number"),
            ("Memory", 1e30, "too-large"),
            ("Memory", "1e30", "too-large"),
            ("Memory", -1, "negative"),
            ("Memory", True, "not-a-number"),
            ("VM", "  ", "name-missing"),
        ],
    )
    def test_it_leaves_out_a_row_and_says_where(self, tmp_path: Path, column: str, value: object, code: str) -> None:
        reading = read(rvtools(tmp_path / "x.xlsx", [vm(VM="good"), vm(**{column: value})]))
        assert [row.name for row in reading.inventory.vms] == ["good"]
        assert problems(reading)[0] == (code, "vInfo", 3, column)
        assert reading.log.kept[0].message

    @pytest.mark.parametrize("value", [-1, "text", 1e30])
    def test_it_ignores_a_bad_disk_size_and_says_so(self, tmp_path: Path, value: object) -> None:
        reading = read(rvtools(tmp_path / "x.xlsx", [vm(**{"Total disk capacity MiB": value})]))
        assert reading.inventory.vms[0].disk_gib == 20 - 4  # what is in use, without the swap file
        assert ("value-ignored", "vInfo", 2, "Total disk capacity MiB") in problems(reading)

    def test_it_leaves_out_repeated_rows_and_sets_placeholders_apart(self, tmp_path: Path) -> None:
        header = [*VINFO, "SRM Placeholder", "VM UUID"]
        rows = [[*VINFO_ROW, "False", "u1"], [*VINFO_ROW, "False", "u1"], [*vm(VM="dr"), "True", "u2"]]
        reading = read(workbook(tmp_path / "x.xlsx", {"vInfo": [header, *rows]}))
        assert [(row.name, row.set_apart) for row in reading.inventory.vms] == [("web-01", ""), ("dr", "srm")]
        assert {("set-apart", "vInfo", 4, ""), ("duplicate-row", "vInfo", 3, "")} <= set(problems(reading))

    def test_it_numbers_another_machine_of_a_taken_name(self, tmp_path: Path) -> None:
        reading = read(rvtools(tmp_path / "x.xlsx", [vm(), vm(VM="WEB-01", CPUs=8), vm(VM="web-01 (2)", CPUs=4)]))
        assert [row.name for row in reading.inventory.vms] == ["web-01", "WEB-01 (2)", "web-01 (2) (2)"]

    def test_it_warns_of_a_machine_larger_than_any_host(self, tmp_path: Path) -> None:
        reading = read(rvtools(tmp_path / "x.xlsx", [vm(), vm(VM="giant", CPUs=48, Memory=262_144)]))
        assert ("vm-larger-than-host", "vInfo", 3, "") in problems(reading)

    def test_it_keeps_cells_that_look_like_formulas_as_text(self, tmp_path: Path) -> None:
        assert read(rvtools(tmp_path / "x.xlsx", [vm(VM="=1+1")])).inventory.vms[0].name == "=1+1"

    def test_it_cleans_names_of_control_characters_and_length(self, tmp_path: Path) -> None:
        path = text_file(tmp_path / "vInfo.csv", csv_text([VINFO, vm(VM="a\tb\n c" + "x" * 300)]))
        name = read(path).inventory.vms[0].name
        assert name.startswith("a b cxx")
        assert len(name) == 255

    def test_it_tells_clusters_of_one_name_apart_by_their_site(self, tmp_path: Path) -> None:
        rows = [vm(), vm(VM="other", Datacenter="DC2", Host="esx-02")]
        reading = read(rvtools(tmp_path / "x.xlsx", rows, [VHOST_ROW, ["esx-02", "DC2", *VHOST_ROW[2:]]]))
        assert [(c.name, c.site) for c in reading.inventory.clusters] == [("C1 (DC1)", "DC1"), ("C1 (DC2)", "DC2")]

    @pytest.mark.parametrize("name", ["ESX-01", "esx-01.corp.example", "esx-01", "vmesx-01.corp.example"])
    def test_it_finds_the_host_under_its_other_names(self, tmp_path: Path, name: str) -> None:
        reading = read(rvtools(tmp_path / "x.xlsx", [vm(Host=name)]))
        assert (reading.inventory.vms[0].host, len(reading.inventory.hosts)) == ("esx-01", 1)

    def test_it_keeps_hosts_of_two_domains_apart(self, tmp_path: Path) -> None:
        hosts = [["esx.a.example", *VHOST_ROW[1:]], ["esx.b.example", *VHOST_ROW[1:]]]
        reading = read(rvtools(tmp_path / "x.xlsx", [vm(Host="esx.b.example")], hosts))
        assert reading.inventory.vms[0].host == "esx.b.example"

    def test_it_takes_the_share_of_its_own_before_that_of_the_host(self, tmp_path: Path) -> None:
        tabs: dict[str, Rows] = {
            "vInfo": [VINFO, vm(VM="known"), vm(VM="unknown")],
            "vHost": [[*VHOST, "CPU usage %", "Speed"], [*VHOST_ROW, 20, 2000]],
            "vCPU": [["VM", "Overall"], ["known", 1000]],
        }
        known, unknown = read(workbook(tmp_path / "x.xlsx", tabs)).inventory.vms
        assert (known.cpu_mean, known.usage_from) == (0.25, "file")
        assert unknown.cpu_mean == pytest.approx((12 * 0.2 - 0.5) / 2)
        assert unknown.usage_from == "host"


class TestRefusals:
    def test_it_refuses_a_workbook_without_vinfo(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="No tab vInfo was found") as refusal:
            read(workbook(tmp_path / "x.xlsx", {"vHost": [VHOST, VHOST_ROW]}))
        assert refusal.value.params == {"tabs": "vHost"}

    def test_it_names_the_column_that_vinfo_lacks(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="memory"):
            read(workbook(tmp_path / "x.xlsx", {"vInfo": [["VM", "CPUs"], ["a", 1]]}))

    def test_it_refuses_a_file_without_a_usable_row(self, tmp_path: Path) -> None:
        for rows in ([], [vm(CPUs="x")]):
            with pytest.raises(UnreadableFileError, match="no usable row"):
                read(rvtools(tmp_path / "x.xlsx", rows))
