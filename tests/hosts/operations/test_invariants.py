"""Whatever is asked for in whatever order: no host and no datastore is ever beyond what it has."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hosts.live.live import live
from hosts.live.space import taken_gib
from hosts.models import Datastore, Host, Snapshot, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.invariants import require_possible
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid, Refused
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

SIZES = st.sampled_from([GIB, 8 * GIB, 24 * GIB, 60 * GIB])
OF_VM = [
    "start",
    "stop",
    "suspend",
    "resume",
    "delete",
    "move",
    "resize",
    "clone",
    "create",
    "restart",
    "power_off",
    "discard_suspended",
]
OF_HOST = ["fail", "power_off", "power_on", "repair"]
NAMES = [f"vm.{verb}" for verb in OF_VM] + [f"host.{verb}" for verb in OF_HOST]
OTHERS = ["snapshot.take", "template.save", "cancel", "pass", "pass", "a little"]
STEP = st.tuples(st.sampled_from(NAMES + OTHERS), st.integers(0, 5), SIZES, st.booleans())
STEPS = st.lists(STEP, min_size=3, max_size=14)


def ask(estate: Operated, name: str, number: int, size: int, flag: bool) -> None:
    """One step; a refusal is an answer too."""
    vms, hosts = list(VirtualMachine.objects.order_by("pk")), list(Host.objects.order_by("pk"))
    vm, host = vms[number % len(vms)] if vms else None, hosts[number % len(hosts)]
    new_size = {"vcpu": 2, "memory_mib": size, "disk_gib": 40, "operating_system": "linux", "thin": flag}
    params_of: dict[str, dict[str, Any]] = {
        "vm.move": {"host": host.pk},
        "vm.resize": {"vcpu": 1 + number * 20, "memory_mib": size, "disk_gib": 20 + number * 40},
        "vm.clone": {"name": f"clone-{number}", "start": flag},
        "vm.create": {"name": f"new-{number}", "cluster": estate.cluster.pk, "start": flag, **new_size},
        "snapshot.take": {"name": f"s-{number}", "with_memory": flag},
        "template.save": {"name": f"t-{number}", "how": "copy" if flag else "convert"},
    }
    params = params_of.get(name, {})
    subject = host if name.startswith("host.") else None if name == "vm.create" else vm
    if name == "cancel" and (job := Job.objects.filter(state="running").order_by("pk").first()):
        cancel(job, TESTER)
    elif name == "pass":
        estate.let_pass(size / 100)
    elif name == "a little":
        estate.let_pass(1 + number * 3)
    elif name != "cancel" and (subject or name == "vm.create"):
        estate.start(name, subject, **params)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, hypervisor=st.sampled_from(["kvm", "esxi", "workstation"]))
def test_it_never_goes_beyond_what_there_is(db: None, steps: list[tuple[str, int, int, bool]], hypervisor: str) -> None:
    VirtualMachine.objects.all().delete()
    Datastore.objects.all().delete()
    Host.objects.all().delete()
    Job.objects.all().delete()
    estate = make_operated(hypervisor, capacity_gib=150)
    VirtualMachine.objects.update(hot_add_memory=True)
    Assumption.objects.create(lab=estate.lab, key="delta_pct_per_day", value=0.0)
    for name, number, size, flag in steps:
        with suppress(Refused, Invalid):
            ask(estate, name, number, size, flag)
        require_possible(estate.lab)
        require_sum_of_parts(estate)
    estate.let_pass()
    require_possible(estate.lab)
    require_sum_of_parts(estate)


def require_sum_of_parts(estate: Operated) -> None:
    """What is taken is that of disks, snapshots, kept memory, and of files as large as the memory of those that run
    under a hypervisor that makes them.
    """
    estate.lab.refresh_from_db()
    files = 0 if estate.cluster.hypervisor == "kvm" else 1
    running = VirtualMachine.objects.filter(power_state="running", is_template=False)
    parts = [vm.disk_used_gib if vm.thin or vm.base_id else vm.disk_gib for vm in VirtualMachine.objects.all()]
    parts += [vm.suspended_gib + vm.delta_gib * bool(vm.snapshot_id) for vm in VirtualMachine.objects.all()]
    parts += [snapshot.delta_gib + snapshot.memory_gib for snapshot in Snapshot.objects.all()]
    parts += [files * vm.memory_mib / GIB for vm in running]
    shown = live(estate.lab).datastores[estate.datastore.pk]
    assert taken_gib(estate.datastore, estate.lab.lab_time()) == pytest.approx(sum(parts))
    assert shown.taken_gib == pytest.approx(sum(parts))
    assert shown.memory_files_gib == pytest.approx(sum(parts[-len(running) :]) if running else 0.0)
