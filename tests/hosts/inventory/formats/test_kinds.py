"""Every kind of table, in the units that its maker documents."""

from pathlib import Path

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.inventory.formats.known import FLAT_FORMATS
from tests.hosts.inventory.formats.tables import AWS_HUB, EC2, EVALUATOR, HYPER_V, NUTANIX, PROXMOX, VM_INFO, read
from virtlab.labs.choices import MemorySeenBy, OperatingSystem

AZURE = """Server name,IP address,Cores,Memory,OS name,OS version,Number of disks,Disk 1 size,Disk 2 size
web01,10.0.0.1,4,16384,Windows Server 2019,,2,100,500
"""


class TestKinds:
    @pytest.mark.parametrize(
        ("text", "key"),
        [
            (AWS_HUB, "aws-migration-hub"),
            (EC2, "aws-ec2-recommend"),
            (EVALUATOR, "aws-evaluator"),
            (NUTANIX, "nutanix-prism"),
            (HYPER_V, "hyper-v"),
            (PROXMOX, "proxmox"),
            (VM_INFO, "google-migration"),
            (AZURE, "azure-migrate"),
            ("name,vcpu,memory_gib\na,2,4\n", "virtlab"),
        ],
    )
    def test_it_tells_each_by_its_columns_alone(self, tmp_path: Path, text: str, key: str) -> None:
        assert read(tmp_path, vInfo=text).inventory.format == key

    def test_it_has_a_key_that_fits_the_database_for_each(self) -> None:
        keys = [shape.key for shape in FLAT_FORMATS]
        assert len(set(keys)) == len(keys)
        assert max(map(len, keys)) <= 20


class TestAws:
    def test_it_keeps_servers_of_one_name_apart_by_their_id(self, tmp_path: Path) -> None:
        vms = read(tmp_path, hub=AWS_HUB).inventory.vms
        assert [vm.name for vm in vms] == ["pay-app01", "srv-2", "clone", "clone (2)"]

    def test_it_keeps_applications_wave_and_tags(self, tmp_path: Path) -> None:
        vm = read(tmp_path, hub=AWS_HUB).inventory.vms[0]
        assert (vm.application, vm.wave) == ("Payments,Ledger", "Wave 2")
        assert vm.tags == {"owner": "finance", "tier": "1"}

    def test_it_takes_used_memory_as_seen_inside_the_server(self, tmp_path: Path) -> None:
        vm = read(tmp_path, hub=AWS_HUB).inventory.vms[0]
        assert (vm.memory_mean, vm.memory_peak, vm.cpu_peak) == (12_000 / 32_768, 0.625, 0.6)
        assert vm.memory_seen_by == MemorySeenBy.GUEST

    def test_it_says_that_disks_are_not_known(self, tmp_path: Path) -> None:
        reading = read(tmp_path, hub=AWS_HUB)
        (problem,) = [problem for problem in reading.log.kept if problem.code == "disk-assumed" and problem.row == 2]
        assert "not known" in problem.message
        assert not any(vm.disk_known for vm in reading.inventory.vms)

    def test_it_reads_a_requested_share_as_the_mean_or_peak_that_was_asked_for(self, tmp_path: Path) -> None:
        (vm,) = read(tmp_path, ec2=EC2).inventory.vms
        assert (vm.name, vm.vcpu, vm.memory_mib) == ("APP01", 8, 16_384)
        assert (vm.cpu_mean, vm.cpu_peak, vm.memory_mean, vm.memory_peak) == (0.35, None, None, 0.6)

    def test_it_reads_peaks_written_as_shares_under_a_header_in_percent(self, tmp_path: Path) -> None:
        (vm,) = read(tmp_path, evaluator=EVALUATOR).inventory.vms
        assert (vm.disk_gib, vm.memory_mib, vm.host) == (500.0, 4096, "Host-1")
        assert (vm.cpu_mean, vm.cpu_peak, vm.memory_peak) == (None, 0.6, 0.95)
        assert vm.tags == {"Environment": "Production"}


class TestHypervisors:
    def test_it_reads_used_and_capacity_of_one_cell_of_prism(self, tmp_path: Path) -> None:
        (vm,) = read(tmp_path, prism=NUTANIX).inventory.vms
        assert (vm.vcpu, vm.memory_mib, vm.disk_gib) == (4, 16_384, 127.0)
        assert vm.disk_used_gib == pytest.approx(61.2)
        assert (vm.cpu_mean, vm.memory_mean, vm.application) == (0.125, 0.4, "ERP")

    def test_it_reads_the_bytes_of_hyper_v_and_what_a_vm_starts_with_where_it_is_off(self, tmp_path: Path) -> None:
        inventory = read(tmp_path, vms=HYPER_V).inventory
        assert [(vm.vcpu, vm.memory_mib) for vm in inventory.vms] == [(4, 8192), (2, 2048)]
        assert [vm.power_state for vm in inventory.vms] == [PowerState.RUNNING, PowerState.SUSPENDED]
        assert [vm.memory_mean for vm in inventory.vms] == [0.5, None]
        assert inventory.clusters[0].hypervisor == Hypervisor.HYPERV

    def test_it_leaves_the_share_of_the_host_in_hyper_v_alone(self, tmp_path: Path) -> None:
        assert read(tmp_path, vms=HYPER_V).inventory.vms[0].cpu_mean is None

    def test_it_reads_only_the_vms_among_the_resources_of_proxmox(self, tmp_path: Path) -> None:
        reading = read(tmp_path, resources=PROXMOX)
        web, golden = reading.inventory.vms
        assert (web.vcpu, web.memory_mib, web.disk_gib, web.cpu_mean, web.memory_mean) == (4, 8192, 32.0, 0.0506, 0.5)
        assert golden.is_template
        assert reading.log.counts["disk-root-only"] == 1
        assert len(reading.tally.rows) == 2


class TestUnits:
    def test_it_takes_azures_disks_as_gb_where_the_header_names_no_unit(self, tmp_path: Path) -> None:
        (vm,) = read(tmp_path, azure=AZURE).inventory.vms
        assert (vm.disk_gib, vm.memory_mib) == (600.0, 16_384)

    def test_it_reads_states_of_other_makers(self, tmp_path: Path) -> None:
        shop, db = read(tmp_path, vmInfo=VM_INFO).inventory.vms
        assert (shop.power_state, db.power_state) == (PowerState.RUNNING, PowerState.STOPPED)
        assert db.operating_system == OperatingSystem.WINDOWS
