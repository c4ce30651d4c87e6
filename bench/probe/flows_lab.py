"""A lab of the chaos in which bytes are on their way, and hosts fail with what is under way on them."""

import random

from django.db import transaction
from django.db.models import Count

from hosts.choices import HostState, PowerState
from hosts.models import Cluster, Datastore, Host, VirtualMachine
from hosts.operations.guest.clone import CloneVm
from hosts.operations.guest.power import ResumeVm, StartVm, SuspendVm
from hosts.operations.host.power import FailHost, RepairHost
from hosts.operations.snapshot.take import TakeSnapshot
from tests.support.invariants import require_possible
from virtlab.jobs.actor import SYSTEM
from virtlab.jobs.models import Job
from virtlab.jobs.requests.prepare import Request
from virtlab.labs.clock import locked_lab
from virtlab.labs.models import Assumption, Lab

FLOWS, HOST_SHARE = "Chaos flows", 0.15


def move_bytes(lab: Lab) -> Lab:
    """Gives a lab's guests disks on one datastore, so large that their bytes are on their way for a while."""
    Lab.objects.filter(pk=lab.pk).update(name=FLOWS)
    cluster = Cluster.objects.get(lab=lab)
    datastore = Datastore.objects.create(lab=lab, cluster=cluster, name="ds", capacity_gib=100_000)
    VirtualMachine.objects.filter(lab=lab).update(datastore=datastore, disk_gib=100, disk_used_gib=80, thin=True)
    for key, value in (("delta_pct_per_day", 0.0), ("host_repair_s", 600.0)):
        Assumption.objects.create(lab=lab, key=key, value=value)
    return lab


def flow_request(lab: Lab, key: str, dice: random.Random) -> Request:
    """Something that moves bytes, or a host that fails with what is under way on it, or comes back."""
    if dice.random() < HOST_SHARE:
        host = dice.choice(list(Host.objects.filter(lab=lab).order_by("pk")))
        return Request(RepairHost if host.state == HostState.FAILED else FailHost, host, {}, SYSTEM, key)
    vm = dice.choice(list(VirtualMachine.objects.filter(lab=lab).order_by("pk")))
    if vm.power_state == PowerState.STOPPED:
        return Request(dice.choice([StartVm, StartVm, CloneVm]), vm, {"name": key}, SYSTEM, key)
    if vm.power_state == PowerState.SUSPENDED:
        return Request(dice.choice([ResumeVm, CloneVm]), vm, {"name": key}, SYSTEM, key)
    params = {"name": key, "with_memory": "on"}  # KVM copies no guest that runs
    return Request(dice.choice([SuspendVm, TakeSnapshot]), vm, params, SYSTEM, key)


def impossible() -> list[str]:
    """What no real hardware could be in, in the lab whose hosts fail; it is locked, so that all is of one moment."""
    with transaction.atomic():
        lab = locked_lab(Lab.objects.get(name=FLOWS).pk)
        assert lab is not None
        try:
            require_possible(lab)
        except AssertionError as wrong:
            return [f"{FLOWS}: {wrong!r}"]
    return []


def flows() -> dict[str, int]:
    """What became of the jobs that moved bytes or took hosts away."""
    ended = Job.objects.filter(lab__name=FLOWS).order_by().values_list("state")
    return dict(ended.annotate(times=Count("pk")))
