"""What runs during the chaos, what must hold at every moment, and what must be true at the end."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import Error as DatabaseError
from django.db import connections
from django.db.models import Count as CountOf
from django.db.models import F, Model, QuerySet, Sum

from bench.probe.flows_lab import FLOWS, flow_request, flows, impossible, move_bytes
from bench.probe.models import Mark, Probe
from bench.probe.operations import STEPS, WORK_MARK, Count
from hosts.choices import PowerState
from hosts.models import Cluster, Host, ServerModel, VirtualMachine
from hosts.operations.guest.move import MoveVm
from hosts.operations.guest.resize import ResizeVm
from virtlab.jobs.actor import SYSTEM
from virtlab.jobs.choices import ACTIVE, JobKind, JobState
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.refusals import Invalid, Refused
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.jobs.text import say
from virtlab.jobs.work.work import enqueue_work
from virtlab.labs.models import Lab

LABS, HOSTS, GUESTS = 6, 3, 12
HOST_GIB, GIB = 64, 1024
SIZES_GIB = (4, 8, 12, 16, 24)
PAUSE_S = 0.05


def forget_connection() -> None:
    """Lets a broken connection go, so that the next query makes a new one."""
    connections.close_all()


@dataclass
class Load:
    """Labs with an estate each, and the jobs that are started on it."""

    jobs: int
    dice: random.Random
    labs: list[Lab] = field(default_factory=list)
    refused: int = 0
    started: int = 0
    flowing: Lab = field(init=False)

    def __post_init__(self) -> None:
        for number in range(LABS):
            self.labs.append(make_lab(number))
        self.flowing = move_bytes(make_lab(LABS))

    def start_all(self) -> Iterator[int]:
        """Starts the jobs one after the other; yields after each."""
        while self.started < self.jobs:
            key = f"chaos-{self.started}-{self.refused}"
            kind = self.dice.choices(("count", "resize", "move", "flow", "work"), (44, 20, 20, 14, 2))[0]
            lab = self.flowing if kind == "flow" else self.dice.choice(self.labs)
            job = self.ask(lab, kind, key)
            self.insist(lab, kind, key, job)
            yield self.started
            time.sleep(PAUSE_S)

    def ask(self, lab: Lab, kind: str, key: str) -> Request | None:
        """A request of that kind on some object of the lab."""
        while True:
            try:
                return self._ask(lab, kind, key)
            except DatabaseError:
                forget_connection()
                time.sleep(0.2)

    def _ask(self, lab: Lab, kind: str, key: str) -> Request | None:
        if kind == "work":
            return None
        if kind == "count":
            probe = Probe.objects.create(lab=lab, name=key)
            return Request(Count, probe, {"step_s": self.dice.uniform(60, 600)}, SYSTEM, key)
        if kind == "flow":
            return flow_request(lab, key, self.dice)
        vm = self.dice.choice(list(VirtualMachine.objects.filter(lab=lab).order_by("pk")))
        operation, params = self._change(vm, kind)
        return Request(operation, vm, params, SYSTEM, key)

    def _change(self, vm: VirtualMachine, kind: str) -> tuple[type[Operation], dict[str, int]]:
        if kind == "resize":
            return ResizeVm, {"vcpu": 2, "memory_mib": self.dice.choice(SIZES_GIB) * GIB}
        others: list[Model] = list(Host.objects.filter(lab=vm.lab_id).exclude(pk=vm.host_id or 0).order_by("pk"))
        return MoveVm, {"host": self.dice.choice(others).pk}

    def insist(self, lab: Lab, kind: str, key: str, request: Request | None) -> None:
        """Asks until there is an answer, always with the same key: however often it is asked, one job comes of it."""
        while True:
            try:
                if request is None:
                    enqueue_work(lab, "probe.work", say("Work"), {"lasts_s": 0.5}, key=key)
                else:
                    start(lab, request)
            except (Refused, Invalid):
                self.refused += 1
                return
            except DatabaseError:
                forget_connection()
                time.sleep(0.2)
            else:
                self.started += 1
                return

    def active(self) -> int:
        """Jobs still to end; at least one while the database is away."""
        try:
            return Job.objects.filter(state__in=ACTIVE).count()
        except DatabaseError:
            forget_connection()
            return 1

    def outcome(self) -> dict[str, object]:
        """What became of the jobs, and what is not as it must be."""
        states = dict(Job.objects.order_by().values_list("state").annotate(count=CountOf("pk")))
        return {
            "jobs": Job.objects.count(),
            "asked": self.jobs,
            "refused": self.refused,
            "states": states,
            "terminal": Job.objects.exclude(state__in=ACTIVE).count(),
            "twice": twice(),
            "lost": lost(),
            "held": JobSubject.objects.filter(held=True).count(),
            "off": steady().exclude(power_state=PowerState.RUNNING).count(),
            "not_done": not_done(),
            "flows": flows(),
            "errors": sorted({str(job.error)[:120] for job in Job.objects.filter(state=JobState.FAILED)})[:8],
        }


def make_lab(number: int) -> Lab:
    """Three hosts of 64 GiB with twelve guests of 8 GiB, in a lab that runs fast."""
    lab = Lab.objects.create(name=f"Chaos {number}", clock_speed=600.0)
    facts = {"vendor": "Test", "cpu": "Test", "cores": 32, "memory_gib": HOST_GIB, "watts": [100, 300]}
    model, _made = ServerModel.objects.get_or_create(name="Test", defaults={**facts, "published": "2024"})
    cluster = Cluster.objects.create(lab=lab, name="kvm")
    hosts = [
        Host.objects.create(lab=lab, cluster=cluster, name=f"h{n}", model=model, cores=32, memory_mib=HOST_GIB * GIB)
        for n in range(HOSTS)
    ]
    for n in range(GUESTS):
        home = hosts[n % HOSTS]
        VirtualMachine.objects.create(lab=lab, cluster=cluster, host=home, name=f"v{n}", vcpu=2, memory_mib=8 * GIB)
    return lab


def steady() -> QuerySet[VirtualMachine]:
    """The guests that run all the time: those that no host takes with it."""
    return VirtualMachine.objects.exclude(lab__name=FLOWS)


def violations() -> list[str]:
    """What must never be seen: a host beyond its capacity, a guest without its one host, an object held twice."""
    full = (
        Host.objects.exclude(lab__name=FLOWS)
        .annotate(allocated_mib=Sum("virtual_machines__memory_mib"))
        .filter(allocated_mib__gt=F("memory_mib"))
    )
    broken = [f"host {host} of lab {host.lab_id} is beyond its capacity" for host in full]
    broken += [f"guest {vm} is on no host" for vm in steady().filter(host=None)]
    broken += impossible()
    held = JobSubject.objects.filter(held=True).values("content_type", "object_id").annotate(times=CountOf("pk"))
    broken += [f"object {each['object_id']} is held twice" for each in held.filter(times__gt=1)]
    count = steady().count()
    return broken if count == LABS * GUESTS else [*broken, f"{count} guests instead of {LABS * GUESTS}"]


def twice() -> int:
    """Effects that happened more than once."""
    marks = Mark.objects.values("job_id", "position").annotate(times=CountOf("pk"))
    doubled: int = marks.filter(times__gt=1).count()
    return doubled


def lost() -> int:
    """Effects that jobs say to have done and that did not happen."""
    ended_well = Job.objects.filter(state=JobState.SUCCEEDED)
    counted = ended_well.filter(operation=Count.name)
    marks = Mark.objects.filter(job_id__in=counted.values("pk"), position__lt=WORK_MARK).count()
    worked = ended_well.filter(kind=JobKind.WORK)
    work_marks = Mark.objects.filter(job_id__in=worked.values("pk"), position=WORK_MARK).count()
    wrong: int = Probe.objects.filter(pk__in=[job.params["subject"] for job in counted]).exclude(count=STEPS).count()
    return counted.count() * STEPS - marks + worked.count() - work_marks + wrong


def not_done() -> int:
    """Guests that are not as the last job that succeeded on them left them."""
    wrong = 0
    for vm in steady():
        done = Job.objects.filter(subjects__object_id=vm.pk, state=JobState.SUCCEEDED, params__subject=vm.pk)
        resized = done.filter(operation=ResizeVm.name).order_by("-ends_lab_at").first()
        moved = done.filter(operation=MoveVm.name).order_by("-ends_lab_at").first()
        wrong += resized is not None and vm.memory_mib != int(resized.params["memory_mib"])
        wrong += moved is not None and vm.host_id != int(moved.params["host"])
    return wrong
