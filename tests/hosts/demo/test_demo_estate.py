"""The estate that a new lab opens with."""

from io import StringIO

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils.translation import override

from hosts.choices import PowerState
from hosts.demo.service import fill_with_demo
from hosts.demo.traces import SAMPLES
from hosts.live.live import live
from hosts.models import Host, VirtualMachine
from hosts.operations.ways_out import sources_for
from tests.support.sandbox import TESTER
from virtlab.engine.load.synthetic_week import SHAPES
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.prepare import Request, prepare
from virtlab.labs.models import Lab, Trace, Workload
from virtlab.labs.traces import source_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Lab:
    lab = Lab.objects.create(name="Demo")
    fill_with_demo(lab)
    return lab


def running(lab: Lab) -> list[VirtualMachine]:
    machines = VirtualMachine.objects.filter(lab=lab, power_state=PowerState.RUNNING, is_template=False)
    return list(machines.select_related("workload__trace", "host").order_by("name"))


def trace(machine: VirtualMachine) -> Trace:
    assert machine.workload
    return machine.workload.trace


def test_it_has_two_generations_of_four_known_hosts(lab: Lab) -> None:
    hosts = Host.objects.filter(lab=lab).select_related("model")
    assert [host.model.name for host in hosts] == ["Dell PowerEdge R730"] * 2 + ["Dell PowerEdge R740"] * 2
    assert all(host.model_matched for host in hosts)


def test_it_is_calibrated_to_what_was_measured_elsewhere(lab: Lab) -> None:
    machines = running(lab)
    cpu = sum(trace(vm).cpu_mean_vcpu or 0 for vm in machines) / sum(vm.vcpu for vm in machines)
    memory = sum(trace(vm).memory_mean_gib or 0 for vm in machines) / sum(vm.memory_mib / 1024 for vm in machines)
    assert cpu == pytest.approx(0.128, abs=1e-4)
    assert memory == pytest.approx(0.059, abs=1e-4)


def test_it_keeps_every_demand_within_what_its_machine_holds(lab: Lab) -> None:
    for machine in running(lab):
        cpu = np.frombuffer(trace(machine).cpu_vcpu, dtype="<f4")
        memory = np.frombuffer(trace(machine).memory_gib, dtype="<f4")
        assert cpu.size == memory.size == SAMPLES
        assert cpu.min() >= 0
        assert cpu.max() <= machine.vcpu
        assert memory.min() > 0
        assert memory.max() <= machine.memory_mib / 1024


def test_it_says_that_its_traces_are_synthetic(lab: Lab) -> None:
    kinds = set(Trace.objects.filter(workload__lab=lab).values_list("kind", "source"))
    assert kinds == {("synthetic", "demo")}
    assert "Synthetic" in source_text("demo")


def test_it_allocates_no_more_memory_than_a_host_has(lab: Lab) -> None:
    for host in Host.objects.filter(lab=lab):
        allocated = sum(machine.memory_mib for machine in running(lab) if machine.host_id == host.pk)
        assert allocated < host.memory_mib


def test_it_has_something_of_every_sort(lab: Lab) -> None:
    machines = VirtualMachine.objects.filter(lab=lab)
    assert machines.filter(is_template=True).count() == 4
    assert machines.filter(power_state=PowerState.STOPPED, is_template=False).count() == 4
    workloads = Workload.objects.filter(lab=lab)
    assert workloads.filter(event_driven=True, requests_per_month__gt=0).count() == 4
    assert set(workloads.values_list("operating_system", flat=True)) == {"linux", "windows", "rhel"}


@pytest.mark.parametrize(
    ("name", "templates"),
    [("web-01", ["tpl-ubuntu-24"]), ("ad-01", ["tpl-win-2022-kvm"]), ("db-01", [])],
)
def test_it_has_templates_that_a_broken_guest_is_restored_from(lab: Lab, name: str, templates: list[str]) -> None:
    """A database comes back from a backup alone."""
    broken = VirtualMachine.objects.get(lab=lab, name=name)
    assert [template.name for template in sources_for(broken)] == templates


def test_it_is_the_same_in_every_lab(lab: Lab) -> None:
    other = Lab.objects.create(name="Another")
    fill_with_demo(other)
    first, second = (b"".join(bytes(trace(machine).cpu_vcpu) for machine in running(each)) for each in (lab, other))
    assert first == second


def test_it_grows_the_labs_revision(lab: Lab) -> None:
    assert lab.revision == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_it_knows_every_hour_of_each_shape(shape: str) -> None:
    hours = [float(hour) for hour in SHAPES[shape][0].split()]
    assert len(hours) == 24
    assert 0 <= min(hours) <= max(hours) <= 100


def test_it_opens_for_a_user_from_the_command_line(dara: User) -> None:
    out = StringIO()
    call_command("seed_demo", "--user", "dara", stdout=out)
    lab = Lab.objects.get(owner=dara)
    assert out.getvalue().strip() == lab.get_absolute_url()
    assert lab.workloads.filter(virtual_machine__is_template=False).count() == 61


def test_it_says_that_there_is_no_such_user() -> None:
    with pytest.raises(CommandError, match="no user nobody"):
        call_command("seed_demo", "--user", "nobody")


def test_it_keeps_every_disk_on_a_datastore_with_room(lab: Lab) -> None:
    assert not VirtualMachine.objects.filter(lab=lab, datastore=None).exists()
    for store in lab.datastores.all():
        assert sum(store.virtual_machines.values_list("disk_gib", flat=True)) < store.capacity_gib
    assert set(lab.hosts.values_list("rack", flat=True)) == {"Rack A", "Rack B"}


def test_it_says_what_the_machines_are_for_in_the_language_of_whoever_opened_it() -> None:
    lab = Lab.objects.create(name="Demo")
    with override("ja"):
        fill_with_demo(lab)
    assert lab.workloads.get(name="web-01").application == "Web ショップ"
    assert lab.workloads.get(name="cache-01").application == "Redis"


def test_it_has_space_for_ten_copies_of_any_template(lab: Lab) -> None:
    stores = live(lab).datastores
    for store in stores.values():
        assert store.free_gib > 0.4 * store.capacity_gib, store
    for template in VirtualMachine.objects.filter(lab=lab, is_template=True):
        size = {"vcpu": template.vcpu, "memory_mib": template.memory_mib}
        params = {"count": 10, "pattern": "new-{n}", "first": 1, **size}
        prepare(lab, Request(operation_named("template.deploy"), template, params, TESTER))
        running_gib = template.disk_gib + template.memory_mib / 1024
        assert stores[template.datastore_id or 0].free_gib > 10 * running_gib, template
