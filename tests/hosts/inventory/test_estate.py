"""An inventory written into a lab."""

from pathlib import Path

import numpy as np
import pytest

from hosts.catalog.load import load_server_models
from hosts.inventory.assembly.matching import candidates, nearest
from hosts.inventory.reading import read_file
from hosts.inventory.rows import ClusterRow, HostRow, Inventory, VmRow
from hosts.inventory.write import NoServerModelsError, apply_traces, create_estate
from hosts.models import Cluster, Host, ServerModel, VirtualMachine
from virtlab.labs.choices import TraceKind
from virtlab.labs.models import Lab, Trace, Workload
from virtlab.labs.traces import source_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def server_models() -> None:
    load_server_models()


@pytest.fixture
def lab() -> Lab:
    return Lab.objects.create(name="Aiko's lab")


def small(name: str = "web", **changes: object) -> Inventory:
    vm = VmRow(name=name, vcpu=4, memory_mib=8192, cluster="C1", host="esx-01")
    for key, value in changes.items():
        setattr(vm, key, value)
    host = HostRow(name="esx-01", cluster="C1", sockets=2, cores=12, memory_mib=131_072)
    return Inventory(format="test", clusters=[ClusterRow(name="C1")], hosts=[host], vms=[vm])


class TestCreate:
    def test_it_writes_the_real_estate_as_it_was_read(self, lab: Lab, shared_data: Path) -> None:
        reading = read_file(shared_data / "rvtools_805vm.xlsx", "rvtools_805vm.xlsx")
        create_estate(lab, reading.inventory)
        assert (lab.clusters.count(), lab.hosts.count(), lab.virtual_machines.count()) == (4, 39, 805)
        assert lab.workloads.filter(virtual_machine__is_template=False).count() == 795
        templates = lab.virtual_machines.filter(is_template=True)
        assert templates.exclude(workload=None).count() == 10
        assert not Trace.objects.filter(workload__virtual_machine__is_template=True).exists()
        assert Trace.objects.filter(workload__lab=lab, kind=TraceKind.SYNTHETIC).count() == 795
        assert VirtualMachine.objects.filter(lab=lab, host=None).count() == 0
        assert Host.objects.filter(lab=lab, model_matched=True).count() == 3
        assert lab.revision == 1

    def test_it_gives_a_synthetic_day_the_mean_that_is_known(self, lab: Lab) -> None:
        create_estate(lab, small(cpu_mean=0.35, memory_mean=0.5, usage_from="file"))
        trace = Trace.objects.get(workload__name="web")
        assert np.frombuffer(trace.cpu_vcpu, "<f4").mean() == pytest.approx(0.35 * 4, rel=1e-3)
        assert np.frombuffer(trace.memory_gib, "<f4").mean() == pytest.approx(4.0, rel=1e-3)
        assert "inventory gives for the VM" in source_text(trace.source)

    def test_it_assumes_the_parameters_mean_for_all_others_and_says_so(self, lab: Lab) -> None:
        create_estate(lab, small())
        trace = Trace.objects.get()
        assert trace.cpu_mean_vcpu == pytest.approx(0.128 * 4, rel=1e-3)
        assert "parameters" in source_text(trace.source)

    def test_it_makes_the_same_day_for_the_same_name(self, lab: Lab) -> None:
        other = Lab.objects.create(name="Ben's lab")
        for each in (lab, other):
            create_estate(each, small())
        first, second = Trace.objects.order_by("pk")
        assert bytes(first.cpu_vcpu) == bytes(second.cpu_vcpu)

    def test_it_adds_to_an_estate_and_numbers_taken_names(self, lab: Lab) -> None:
        create_estate(lab, small())
        create_estate(lab, small())
        assert list(lab.virtual_machines.values_list("name", flat=True)) == ["web", "web (2)"]
        assert list(lab.workloads.values_list("name", flat=True)) == ["web", "web (2)"]
        assert (lab.hosts.count(), lab.clusters.count()) == (1, 1)

    def test_it_makes_further_hosts_for_a_second_list_that_names_none(self, lab: Lab, tmp_path: Path) -> None:
        (tmp_path / "list.csv").write_text("name,vcpu,memory_gib\na,2,4\n")
        for _ in range(2):
            create_estate(lab, read_file(tmp_path / "list.csv", "list.csv").inventory)
        names = list(lab.hosts.values_list("name", flat=True))
        assert names == [
            "Standalone-host-01",
            "Standalone-host-01 (2)",
            "Standalone-host-02",
            "Standalone-host-02 (2)",
        ]
        assert len(set(lab.virtual_machines.values_list("host", flat=True))) == 2

    def test_it_replaces_an_estate_and_leaves_other_labs_alone(self, lab: Lab) -> None:
        other = Lab.objects.create(name="Ben's lab")
        for each in (lab, other):
            create_estate(each, small("old"))
        Workload.objects.create(lab=lab, name="cloud only")
        create_estate(lab, small("new"), replace=True)
        assert list(lab.virtual_machines.values_list("name", flat=True)) == ["new"]
        assert set(lab.workloads.values_list("name", flat=True)) == {"new", "cloud only"}
        assert list(other.virtual_machines.values_list("name", flat=True)) == ["old"]

    def test_it_keeps_nothing_where_something_fails(self, lab: Lab) -> None:
        ServerModel.objects.all().delete()
        with pytest.raises(NoServerModelsError, match="server models"):
            create_estate(lab, small())
        assert not Cluster.objects.filter(lab=lab).exists()
        assert lab.revision == 0


class TestTraces:
    def test_it_imports_the_real_week(self, lab: Lab, shared_data: Path) -> None:
        reading = read_file(shared_data / "bitbrains_rnd_week_5min.parquet", "bitbrains.parquet")
        create_estate(lab, reading.inventory, traces=reading.traces, source="bitbrains.parquet")
        measured = Trace.objects.filter(workload__lab=lab, kind=TraceKind.MEASURED)
        assert measured.count() == lab.virtual_machines.count() == 498
        assert set(measured.values_list("samples", flat=True)) == {2016}

    def test_it_gives_machines_of_the_lab_the_trace_of_their_name(self, lab: Lab, tmp_path: Path) -> None:
        create_estate(lab, small("Web-1"))
        path = tmp_path / "t.csv"
        path.write_text(
            "vm,timestamp,cpu_percent,memory_gib\nweb-1,2026-07-01T00:00,50,3\nother,2026-07-01T00:00,1,1\n"
        )
        reading = read_file(path, "t.csv")
        assert reading.traces is not None
        assert apply_traces(lab, reading.traces, "t.csv") == 1
        trace = Trace.objects.get()
        assert (trace.kind, trace.cpu_mean_vcpu, trace.memory_mean_gib) == (TraceKind.MEASURED, 2.0, 3.0)
        assert source_text(trace.source) == "Measured: uploaded file t.csv"
        assert lab.revision == 2


class TestServerModels:
    @pytest.mark.parametrize(
        ("vendor", "model", "cpu", "cores", "expected", "own"),
        [
            ("HP", "ProLiant DL380 G7", "Intel(R) Xeon(R) CPU X5675 @ 3.07GHz", 12, "HP ProLiant DL380 G7", True),
            (
                "Dell Inc.",
                "PowerEdge R740",
                "Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz",
                56,
                "Dell PowerEdge R740",
                True,
            ),
            ("Dell Inc.", "PowerEdge R740", "Intel(R) Xeon(R) Silver 4210 CPU @ 2.20GHz", 20, "", False),
            (
                "HP",
                "ProLiant BL460c Gen8",
                "Intel(R) Xeon(R) CPU E5-2680 0 @ 2.70GHz",
                16,
                "Dell PowerEdge R720",
                False,
            ),
            (
                "HPE",
                "ProLiant DL325 Gen10 Plus",
                "AMD EPYC 7763 64-Core Processor",
                64,
                "HPE ProLiant DL325 Gen10 Plus",
                True,
            ),
            ("Lenovo", "ThinkSystem SR665", "AMD EPYC 7763 64-Core Processor", 128, "Lenovo ThinkSystem SR665", True),
            ("HPE", "ProLiant DL325 Gen10", "AMD EPYC 7763 64-Core Processor", 64, "", False),
            ("Supermicro", "X", "INTEL(R) XEON(R) GOLD 6526Y", 32, "", False),
            ("", "", "", 56, "", False),
        ],
    )
    def test_it_finds_the_nearest_and_says_whether_it_is_the_same(
        self, vendor: str, model: str, cpu: str, cores: int, expected: str, own: bool
    ) -> None:
        host = HostRow(name="h", vendor=vendor, model=model, cpu_model=cpu, cores=cores)
        nearest_model, same = nearest(host, candidates(list(ServerModel.objects.all())))
        assert same is own
        assert expected in {"", nearest_model.name}
