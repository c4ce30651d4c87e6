"""Many guests from one template at once: one job, and one child of it for each copy."""

from collections.abc import Sequence
from functools import cached_property
from itertools import zip_longest

from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import VirtualMachine
from hosts.operations.guest.base import TemplateOperation
from hosts.operations.guest.copy_steps import copied_gib, copy_params, copy_steps, disk_step, linked_grows, room_gib
from hosts.operations.guest.made_effects import MAKE
from hosts.operations.in_use import taken_away
from hosts.operations.needs import room_for
from hosts.operations.refusals import copies_broken, no_space, no_working_host
from hosts.operations.template.deploy_form import DeployForm
from hosts.operations.ways_out import add_host, back_on
from hosts.rules.capacity import Need
from hosts.rules.memory_file import file_when_running_gib
from hosts.rules.placement import PlacementRequest, fitting, rooms_in
from virtlab.engine.durations.copies import COPIES_AT_ONCE, by_hand_s, deploy_s
from virtlab.engine.durations.spread import Ending, quantile_of_last_s
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.memory_files import MEMORY_FILES
from virtlab.jobs.choices import ACTIVE, JobState, Level
from virtlab.jobs.lifecycle.admission import SPREAD
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.effects import NotYet, Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say

BEFORE = ("make", "copy")
SHOWN = 3
MADE = _("%(done)s of %(all)s copies are made.")
PARTLY_STARTED = _("%(done)s of %(all)s copies are made, %(started)s of them started.")
NONE_STARTED = _("%(done)s of %(all)s copies are made, none of them started.")
ALL_MADE = _("All its copies are made: start those that are off.")
SAME_FOR_ALL = ("vcpu", "memory_mib", "linked", "start")


@effect("template.deploy_start", names={"vm.name": "copies.name", "vm.address": "copies.address"})
def start_copies(run: Run) -> None:
    """Starts one job for each copy that is not there; the datastore works on eight at a time."""
    template, there = run.get(VirtualMachine), {part.params["name"] for _copy, part in copies_of(run.job)}
    for copy in run.params["copies"]:
        if copy["name"] in there:
            continue
        try:
            run.start("template.deploy_copy", template, **copy)
        except StepFailed as failure:
            run.log(say(_("No copy %(name)s: %(why)s"), name=copy["name"], why=failure.text), Level.ERROR)


@effect("template.deploy_wait", reads_jobs=True)
def await_copies(run: Run) -> None:
    """Waits for the copies, and says how many were made; StepFailed where none was, or none of them started."""
    children = list(Job.objects.filter(parent=run.job).only("state", "ends_lab_at"))
    active = [child for child in children if child.state in ACTIVE]
    if active:
        ends = (child.ends_lab_at for child in active if child.ends_lab_at)
        raise NotYet(max(ends, default=None), _("Waits for its copies."))
    wanted, made = run.params.get("count", len(children)), copies_of(run.job)
    if not made:
        raise StepFailed(_("None of the copies was made."))
    started = sum(_has_started(*each) for each in made) if run.params.get("start") else len(made)
    if not started:
        raise StepFailed(NONE_STARTED, done=len(made), all=wanted)
    text = say(MADE if started == len(made) else PARTLY_STARTED, done=len(made), all=wanted, started=started)
    run.log(text, Level.INFO if started == wanted else Level.ERROR)


def copies_of(job: Job) -> list[tuple[VirtualMachine, Job]]:
    """The copies of a deployment that are there, each with the part that made it (two queries)."""
    steps = Step.objects.filter(job__parent=job, key=MAKE).select_related("job").order_by("pk")
    parts = {step.memory["vm"]: step.job for step in steps if "vm" in step.memory}
    there = VirtualMachine.objects.filter(pk__in=parts).select_related("host").order_by("name")
    return [(vm, parts[vm.pk]) for vm in there]


def _has_started(copy: VirtualMachine, part: Job) -> bool:
    return part.state == JobState.SUCCEEDED or copy.power_state == PowerState.RUNNING


class DeployTemplate(TemplateOperation):
    """Deploys 1 to 50 copies of a template."""

    name = "template.deploy"
    title = _("Deploy")
    primary = True
    form_class = DeployForm
    counterpart = "instance.launch"
    watched_fields = ("disk_used_gib", "vcpu", "memory_mib")

    @property
    def count(self) -> int:
        return len(self.values["names"])

    @property
    def taken_gib(self) -> float:
        """What all copies take of the datastore, with the files that stand for their memory where they are started."""
        return copied_gib(self.vm, linked=self.values["linked"]) * self.count + self._files_gib

    @property
    def room_gib(self) -> float:
        """What must be free for them."""
        return room_gib(self.vm, linked=self.values["linked"]) * self.count + self._files_gib

    @property
    def _files_gib(self) -> float:
        file_gib = file_when_running_gib(self.vm, self.values["memory_mib"]) if self.values["start"] else 0.0
        return file_gib * self.count

    @cached_property
    def fits(self) -> list[int]:
        """The hosts on which the copies find room."""
        need = Need(self.values["vcpu"], self.values["memory_mib"])
        cluster, request = self.vm.cluster, PlacementRequest(need, self.vm.anti_affinity)
        return fitting(cluster, request, self.count, self.once(f"rooms-{cluster.pk}", lambda: rooms_in(cluster)))

    @cached_property
    def turns(self) -> tuple[tuple[float, float], ...]:
        """(start, end) of each copy's disk."""
        linked = self.values["linked"]
        one_s = disk_step(self.vm, linked=linked, timings=self.timings).duration_s
        return deploy_s(self.count, one_s, shared=not linked)

    def describe(self) -> Text:
        return say(_("Deploy %(count)s × %(vm)s"), count=self.count, vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """It is a template; hypervisor, datastore and hosts can take them all."""
        vm = self.vm
        if not vm.is_template:
            text = say(_("%(vm)s is no template: save it as one first."), vm=vm.name)
            return [Refusal(text, "", [WayOut("template.save", vm, _("Save it as a template"))])]
        if self.values["linked"] and not self.can(Feature.LINKED_CLONE):
            return [Refusal(say(_("%(kind)s has no linked clones."), kind=self.kind.name), "linked")]
        return (
            taken_away(vm)
            or no_working_host(vm)
            or no_space(self, vm.datastore, self.room_gib, "count")
            or self._room()
        )

    def _room(self) -> list[Refusal]:
        if not self.values["start"] or len(self.fits) == self.count:
            return []
        cluster, message = self.vm.cluster, _("Only %(fit)s of %(count)s copies find room to run in %(cluster)s.")
        text = say(message, fit=len(self.fits), count=self.count, cluster=cluster.name)
        return [Refusal(text, "count", [add_host(cluster)])]

    def changes(self) -> Sequence[Change]:
        """The time by hand and this way; what it takes of the datastore."""
        by_hand = round(by_hand_s(self.count, self.timings))
        return [
            Change(_("Time: each by hand, and this way"), by_hand, round(self.plan().duration_s), "s"),
            Change(_("Disk taken"), 0, round(self.taken_gib, 1), "GiB"),
        ]

    def figures(self) -> CostAndPower:
        start, size = self.values["start"], {name: self.values[name] for name in ("vcpu", "memory_mib")}
        state = PowerState.RUNNING if start else PowerState.STOPPED
        hosts: list[int | None] = [*self.fits] if start else [None] * self.count
        return self.figures_with_copies(hosts, state, linked=self.values["linked"], **size)

    def notes(self) -> Sequence[Text]:
        """The first name and the last; what thin disks and linked clones may grow to."""
        names = self.values["names"]
        thin = self.thin_notes(self.vm.disk_gib * self.count) if self.vm.thin or self.values["linked"] else []
        one, several = _("Called %(first)s."), _("From %(first)s to %(last)s.")
        called = say(one if self.count == 1 else several, first=names[0], last=names[-1])
        linked = [linked_grows(self.seen_gib)] if self.values["linked"] else []
        return [called, *self._files(), *copies_broken(self.vm), *linked, *thin]

    def _files(self) -> list[Text]:
        gib = self._files_gib
        message = _("Of that %(gib).1f GiB are their swap files (%(file)s) while they run, as large as their memory.")
        return [say(message, gib=gib, file=MEMORY_FILES[self.vm.cluster.hypervisor])] if gib else []

    def ways_on(self, job: Job) -> Sequence[WayOut]:
        """The hosts of copies that are off come first where they failed; then the copies are started."""
        off = [vm for vm, _part in copies_of(job) if vm.power_state == PowerState.STOPPED]
        failed = {vm.host_id: vm.host for vm in off if vm.host is not None and vm.host.state == HostState.FAILED}
        starts = [WayOut("vm.start", vm, say(_("Start %(name)s"), name=vm.name)) for vm in off]
        return [*back_on(*failed.values()), *starts[:SHOWN]]

    @classmethod
    def why_not_retried(cls, job: Job) -> Text | None:
        """What is missing is made again; where nothing is, there is nothing to wait for."""
        there = {part.params["name"] for _copy, part in copies_of(job)}
        wanted = {copy["name"] for step in job.steps.filter(key="start") for copy in step.params["copies"]}
        return say(ALL_MADE) if wanted and wanted <= there else None

    def plan(self) -> Plan:
        """Start the copies' jobs, and wait for them."""
        own = [self.values[name] for name in ("names", "hostnames", "addresses")]
        same = {name: self.values[name] for name in SAME_FOR_ALL}
        hosts = self.fits if self.values["start"] else []
        copies = [
            {"name": name, "hostname": hostname, "address": address, "host": host, **same}
            for (name, hostname, address), host in zip_longest(zip(*own, strict=True), hosts)
        ]
        wait_s = quantile_of_last_s(self.endings, self.lab_figures[SPREAD.key], 0.5)
        params = {"count": self.count, "start": bool(self.values["start"])}
        return Plan(
            [
                PlannedStep(
                    "start",
                    _("Start a job for each copy"),
                    effect=start_copies,
                    params={"copies": copies},
                    needs=room_for(self.vm.datastore, self.room_gib),
                ),
                PlannedStep("wait", _("Wait for the copies"), wait_s, await_copies, params=params, waits=True),
            ],
            self.lanes(wait_s),
            self.endings,
        )

    @cached_property
    def one_copy(self) -> Sequence[PlannedStep]:
        """The steps of one copy, which are alike for all."""
        params = copy_params(self.vm, "", linked=self.values["linked"], start=self.values["start"])
        return copy_steps(self.vm, params, self.timings)

    @property
    def after(self) -> list[PlannedStep]:
        """What a copy does once its disk is whole, beside all others."""
        return [step for step in self.one_copy if step.key not in BEFORE]

    @cached_property
    def endings(self) -> list[Ending]:
        """When each copy is made, or runs."""
        fixed_s = sum(step.duration_s for step in self.after if not step.varies)
        varying = tuple(step.duration_s for step in self.after if step.varies)
        return [Ending(copied_s + fixed_s, varying) for _begins_s, copied_s in self.turns]

    def lanes(self, all_s: float) -> list[list[PlannedStep]]:
        """What is done side by side: so many copies at once, and behind each the next. The last of `all_s` seconds are
        those by which the slowest is later than one alone.
        """
        before = [step for step in self.one_copy if step.key in BEFORE]
        turns = [len(range(lane, self.count, COPIES_AT_ONCE)) for lane in range(min(self.count, COPIES_AT_ONCE))]
        alone_s = self.turns[-1][1] + sum(step.duration_s for step in self.after)
        slowest = PlannedStep("slowest", _("Wait for the slowest"), max(all_s - alone_s, 0.0))
        return [[*before * turn, *self.after, slowest] for turn in turns]

    def holds(self) -> Sequence[Held]:
        """The template is mentioned: its copies read it, and so may others."""
        return [Held(self.vm, exclusive=False)]
