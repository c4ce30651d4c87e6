"""Inventories with a machine a row: Azure Migrate, AWS Migration Hub, VirtLab's own."""

from pathlib import Path

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.inventory.reading import Reading, read_file
from tests.hosts.inventory.files import workbook
from virtlab.labs.choices import Architecture, OperatingSystem

AZURE = (
    "*Server name,IP addresses,*Cores,*Memory (In MB),*OS name,OS version,OS architecture,Server type,Hypervisor,"
    "CPU utilization percentage,Memory utilization percentage,Number of disks,Storage in use (In GB),"
    "Disk 1 size (In GB),Disk 1 read throughput (MB per second),Disk 2 size (In GB)"
)
AWS = (
    "ExternalId,SMBiosId,IPAddress,HostName,VMware.MoRefId,CPU.NumberOfProcessors,CPU.NumberOfCores,"
    "CPU.NumberOfLogicalCores,OS.Name,OS.Version,VMware.VMName,RAM.TotalSizeInMB,RAM.UsedSizeInMB.Avg,"
    "RAM.UsedSizeInMB.Max,CPU.UsagePct.Avg,CPU.UsagePct.Max,Applications"
)


def read(tmp_path: Path, *lines: str) -> Reading:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_file(path, "list.csv")


class TestAzureMigrate:
    def test_it_reads_sizes_disks_and_utilisation(self, tmp_path: Path) -> None:
        row = "app01,10.0.0.4,4,16384,Red Hat Enterprise Linux 8,8.9,x64,Virtual,VMware,18,45,2,40,100,5,60"
        reading = read(tmp_path, AZURE, row)
        (vm,) = reading.inventory.vms
        assert reading.inventory.format == "azure-migrate"
        assert (vm.name, vm.vcpu, vm.memory_mib, vm.operating_system) == ("app01", 4, 16_384, OperatingSystem.RHEL)
        assert (vm.disk_gib, vm.disk_used_gib, vm.cpu_mean, vm.memory_mean) == (160.0, 40.0, 0.18, 0.45)

    def test_it_assumes_hosts_that_hold_everything(self, tmp_path: Path) -> None:
        rows = [f"s{n},,16,65536,Windows Server 2019,,,,,,,,,100,,," for n in range(40)]
        reading = read(tmp_path, AZURE, *rows)
        hosts = reading.inventory.hosts
        assert reading.log.counts["hosts-assumed"] == 1
        assert all(host.assumed for host in hosts)
        held = {host.name: 0 for host in hosts}
        for vm in reading.inventory.vms:
            held[vm.host] += vm.memory_mib
        assert all(held[host.name] <= host.memory_mib for host in hosts)


class TestAwsMigrationHub:
    def test_it_prefers_the_logical_cores_and_the_name_of_the_machine(self, tmp_path: Path) -> None:
        row = "id-1,sm-1,10.0.0.1,web-01.corp,vm-7,4,8,16,Windows Server 2012,R2,WEB01,12000,3000,6000,67.2,98.3,Shop"
        (vm,) = read(tmp_path, AWS, row).inventory.vms
        assert (vm.name, vm.vcpu, vm.memory_mib, vm.application) == ("WEB01", 16, 12_000, "Shop")
        assert [vm.cpu_mean, vm.cpu_peak] == pytest.approx([0.672, 0.983])
        assert (vm.memory_mean, vm.memory_peak) == (0.25, 0.5)
        assert vm.operating_system == OperatingSystem.WINDOWS

    def test_it_falls_back_to_host_name_address_and_physical_cores(self, tmp_path: Path) -> None:
        rows = ["id-1,,10.0.0.1,web.corp,,,8,,Linux,,,4096,,,,,", ",,10.0.0.2,,,2,,,Linux,,,4096,,,,,"]
        vms = read(tmp_path, AWS, *rows).inventory.vms
        assert [(vm.name, vm.vcpu) for vm in vms] == [("web.corp", 8), ("10.0.0.2", 2)]

    def test_it_says_that_the_template_has_no_disks(self, tmp_path: Path) -> None:
        reading = read(tmp_path, AWS, "id-1,,,a,,,,2,Linux,,,4096,,,,,")
        assert reading.log.counts["disk-assumed"] == 1


class TestOwn:
    def test_it_needs_only_name_vcpu_and_memory(self, tmp_path: Path) -> None:
        reading = read(tmp_path, "name,vcpu,memory_gib", "a,2,1.5")
        (vm,) = reading.inventory.vms
        assert (vm.name, vm.vcpu, vm.memory_mib) == ("a", 2, 1536)
        assert "cluster-assumed" in reading.log.counts

    def test_it_reads_every_column(self, tmp_path: Path) -> None:
        header = (
            "name,vcpu,memory_mib,disk_gib,disk_used_gib,operating_system,architecture,power_state,template,site,cluster,"
            "hypervisor,host,host_model,host_cpu,host_sockets,host_cores,host_memory_gib,application,cpu_mean_percent,"
            "cpu_peak_percent,memory_mean_percent,memory_peak_percent,event_driven,requests_per_month,"
            "request_duration_ms,data_out_gib_per_month"
        )
        row = "a,2,4096,10,5,suse,arm64,off,no,Osaka,P,Hyper-V,h1,R740,X,2,32,256,App,10,50,20,60,yes,1e6,120,3"
        inventory = read(tmp_path, header, row).inventory
        (vm,), (host,), (cluster,) = inventory.vms, inventory.hosts, inventory.clusters
        assert (vm.operating_system, vm.architecture) == (OperatingSystem.SUSE, Architecture.ARM64)
        assert (vm.power_state, vm.event_driven, vm.requests_per_month) == (PowerState.STOPPED, True, 1e6)
        assert (host.cores, host.memory_mib, host.model) == (32, 262_144, "R740")
        assert (cluster.name, cluster.site, cluster.hypervisor) == ("P", "Osaka", Hypervisor.HYPERV)

    def test_it_knows_the_version_of_hyper_v(self, tmp_path: Path) -> None:
        header = "name,vcpu,memory_mib,disk_gib,cluster,hypervisor"
        clusters = read(tmp_path, header, "a,2,4096,10,P,Hyper-V 2025\nb,2,4096,10,Q,Hyper-V").inventory.clusters
        assert [one.hypervisor for one in clusters] == [Hypervisor.HYPERV_2025, Hypervisor.HYPERV]

    def test_it_reads_decimal_commas_where_semicolons_separate(self, tmp_path: Path) -> None:
        (vm,) = read(tmp_path, "name;vcpu;memory_gib;disk_gib", "a;2;1,5;1.234,5").inventory.vms
        assert (vm.memory_mib, vm.disk_gib) == (1536, 1234.5)

    def test_it_reads_a_workbook_of_the_same_columns(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "own.xlsx", {"Sheet1": [["name", "vcpu", "memory_gib"], ["a", 2, 4]]})
        reading = read_file(path, "own.xlsx")
        assert (reading.inventory.format, reading.inventory.vms[0].memory_mib) == ("virtlab", 4096)

    def test_it_takes_more_than_100_percent_as_100_and_says_so(self, tmp_path: Path) -> None:
        reading = read(tmp_path, "name,vcpu,memory_gib,cpu_mean_percent", "a,2,4,250")
        assert reading.inventory.vms[0].cpu_mean == 1.0
        assert reading.log.counts["usage-over-100"] == 1


class TestPurchases:
    HEAD = "name,vcpu,memory_gib,host,host_cores,host_memory_gib,host_purchased_on"

    @pytest.mark.parametrize(
        ("cell", "expected"), [("2024-04-01", "2024-04-01"), ("2024/4/1", "2024-04-01"), ("2024-04", "2024-04-01")]
    )
    def test_it_reads_when_a_host_was_bought(self, tmp_path: Path, cell: str, expected: str) -> None:
        reading = read(tmp_path, self.HEAD, f"web01,2,4,h1,16,128,{cell}", "web02,2,4,h1,,,")
        assert [host.purchased_on for host in reading.inventory.hosts] == [expected]
        assert "date-ignored" not in reading.log.counts

    @pytest.mark.parametrize("cell", ["soon", "1.4.2024", "2024-13-01", "2124-01-01", "1024-01-01", "2024-04-01-02"])
    def test_it_ignores_what_is_no_such_day_and_says_so(self, tmp_path: Path, cell: str) -> None:
        reading = read(tmp_path, self.HEAD, f"web01,2,4,h1,16,128,{cell}")
        assert [host.purchased_on for host in reading.inventory.hosts] == [""]
        assert [problem.value for problem in reading.log.kept if problem.code == "date-ignored"] == [cell]


class TestWords:
    def test_it_takes_off_the_mark_that_exports_put_before_formulas(self, tmp_path: Path) -> None:
        lines = ["name,vcpu,memory_gib", "'=cmd,2,8", "'@sum,2,8", "'quoted',2,8"]
        assert [vm.name for vm in read(tmp_path, *lines).inventory.vms] == ["=cmd", "@sum", "'quoted'"]

    def test_it_takes_sizes_without_a_unit_in_the_one_that_is_documented(self, tmp_path: Path) -> None:
        lines = ["name,vcpu,memory_gib,disk,host,host_memory", "a,2,8,100,h,512", "b,2,8,2 To,h,"]
        inventory = read(tmp_path, *lines).inventory
        assert [vm.disk_gib for vm in inventory.vms] == [100, 2048]
        assert inventory.hosts[0].memory_mib == 512 * 1024
