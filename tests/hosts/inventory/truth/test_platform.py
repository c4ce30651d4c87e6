"""VMs that serve the platform are set apart, visibly, and come back when somebody says so."""

from pathlib import Path

import pytest

from hosts.catalog.load import load_server_models
from hosts.choices import SetApart
from hosts.inventory.assembly.platform_vms import kind_of
from hosts.inventory.rows import VmRow
from hosts.inventory.write import create_estate
from hosts.models import VirtualMachine
from tests.hosts.inventory.files import VINFO, VINFO_ROW, workbook
from tests.hosts.inventory.truth.cases import reading_of, vms_of
from virtlab.compare.inputs.load import load
from virtlab.labs.models import Lab


class TestRules:
    def test_it_sets_platform_vms_apart_and_says_so(self) -> None:
        reading = reading_of("vcls_and_platform.xlsx")
        assert {vm.name: vm.set_apart for vm in reading.inventory.vms} == {
            "app": "",
            "vCLS-423cf2f5-ee4e-4b1c": "vcls",
            "vCLS (1)": "vcls",
            "NSX-Edge-01": "nsx",
            "vcsa01": "vcenter",
        }
        assert reading.log.counts["set-apart"] == 4

    @pytest.mark.parametrize(
        ("name", "system", "kind"),
        [
            ("pod-web", "CRX Pod 1 (64-bit)", SetApart.POD),
            ("SupervisorControlPlaneVM (1)", "", SetApart.POD),
            ("nsxt-mgr-01", "", SetApart.NSX),
            ("VMware vCenter Server", "", SetApart.VCENTER),
            ("vcenter.corp.example", "", SetApart.VCENTER),
            ("hcx-manager", "", SetApart.HCX),
            ("mesh-IX-I1", "", SetApart.HCX),
            ("vSAN File Service Node (2)", "", SetApart.VSAN),
            ("NTNX-15SM-A-CVM", "", SetApart.NUTANIX),
            ("web-vcls", "", SetApart.NO),
            ("vclsson-db", "", SetApart.NO),
            ("nsxapp", "", SetApart.NO),
            ("vcenterprise-erp", "", SetApart.NO),
            ("matrix-i1", "", SetApart.NO),
        ],
    )
    def test_it_knows_them_by_name_and_system(self, name: str, system: str, kind: SetApart) -> None:
        assert kind_of(VmRow(name=name, vcpu=1, memory_mib=1024, os_text=system)) == kind

    def test_it_keeps_a_placeholder_of_site_recovery_stopped_and_apart(self, tmp_path: Path) -> None:
        rows = [[*VINFO, "SRM Placeholder"], [*VINFO_ROW, "True"], ["db-01", *VINFO_ROW[1:], "False"]]
        vms = vms_of_rows(tmp_path, rows)
        assert {name: (vm.set_apart, vm.runs) for name, vm in vms.items()} == {
            "web-01": ("srm", False),
            "db-01": ("", True),
        }


def vms_of_rows(tmp_path: Path, rows: list[list[object]]) -> dict[str, VmRow]:
    path = workbook(tmp_path / "x.xlsx", {"vInfo": rows})
    return vms_of(str(path))


@pytest.mark.django_db
class TestCarried:
    @pytest.fixture
    def lab(self) -> Lab:
        load_server_models()
        lab = Lab.objects.create(name="Hana's lab")
        create_estate(lab, reading_of("vcls_and_platform.xlsx").inventory)
        return lab

    def test_it_compares_workloads_alone(self, lab: Lab) -> None:
        vms = load(lab).vms
        assert [name for name, carried in zip(vms.names, vms.installed, strict=True) if carried] == ["app"]
        assert vms.running.sum() == 1

    def test_it_carries_one_again_that_is_taken_back(self, lab: Lab) -> None:
        VirtualMachine.objects.filter(lab=lab, name="NSX-Edge-01").update(set_apart=SetApart.NO)
        vms = load(lab).vms
        carried = [name for name, carried in zip(vms.names, vms.installed, strict=True) if carried]
        assert carried == ["NSX-Edge-01", "app"]


class TestPartlyListedHosts:
    def test_it_shares_no_use_that_the_listed_vms_cannot_make(self) -> None:
        reading = reading_of("partial_export_host_usage.xlsx")
        assert [vm.cpu_mean for vm in reading.inventory.vms] == [None]
        assert reading.log.counts["host-uses-more"] == 1

    @pytest.mark.parametrize(
        ("column", "value", "share"),
        # 20 % of 40 cores are 8; a VM of 2 vCPU of 80, or 1 of 40.
        [("# vCPUs", 80, 8 * 2 / 80 / 2), ("# VMs", 40, 8 / 40 / 2)],
    )
    def test_it_gives_a_vm_its_share_of_a_host_of_many(
        self, tmp_path: Path, column: str, value: int, share: float
    ) -> None:
        hosts: list[list[object]] = [
            ["Host", "Cluster", "# CPU", "# Cores", "CPU usage %", "# Memory", column],
            ["esx-01", "C1", 2, 40, 20, 393_216, value],
        ]
        path = workbook(tmp_path / "x.xlsx", {"vInfo": [VINFO, VINFO_ROW], "vHost": hosts})
        reading = reading_of(str(path))
        assert [vm.cpu_mean for vm in reading.inventory.vms] == [pytest.approx(share)]
        assert reading.log.counts["host-partly-listed"] == 1
