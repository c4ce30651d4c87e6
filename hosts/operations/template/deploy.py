"""Many guests from one template at once: one job, and one child of it for each copy."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.space import why_no_space
from hosts.models import VirtualMachine
from hosts.operations.guest.base import GuestOperation
from hosts.operations.guest.copy_steps import copied_gib, copy_s
from hosts.operations.template.deploy_copy import DeployCopy
from hosts.operations.template.deploy_form import DeployForm
from hosts.operations.ways_out import way, way_to_host
from hosts.rules.capacity import Need
from hosts.rules.placement import Wish, fitting
from virtlab.engine.durations.copies import by_hand_s, deploy_s
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.jobs.choices import ACTIVE, JobState, Level
from virtlab.jobs.models import Job
from virtlab.jobs.operations.effects import NotYet, Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say


@effect("template.deploy_start")
def start_copies(run: Run) -> None:
    """Starts one job for each copy; the datastore works on eight at a time."""
    template = run.get(VirtualMachine)
    for copy in run.params["copies"]:
        turn_at = run.lab_time + timedelta(seconds=copy["turn_s"])
        kept = {key: value for key, value in copy.items() if key != "turn_s"}
        try:
            run.start(DeployCopy, template, **kept, turn_at=turn_at.isoformat())
        except StepFailed as why:
            run.log(say(_("No copy %(name)s: %(why)s"), name=copy["name"], why=why.text), Level.ERROR)


QUEUED_S = 60.0
"""Copies that wait for room have no end yet: they are asked for once a minute of lab time."""


@effect("template.deploy_wait")
def await_copies(run: Run) -> None:
    """Waits for the copies; StepFailed where none was made."""
    children = list(Job.objects.filter(parent=run.job).only("state", "ends_lab_at"))
    active = [child for child in children if child.state in ACTIVE]
    if active:
        ends = [child.ends_lab_at for child in active if child.ends_lab_at]
        left_s = (max(ends) - run.lab_time).total_seconds() if ends else QUEUED_S
        raise NotYet(max(left_s, 1.0), _("Waits for its copies."))
    done = sum(child.state == JobState.SUCCEEDED for child in children)
    if not done:
        raise StepFailed(_("None of the copies was made."))
    run.log(say(_("%(done)s of %(all)s copies are made."), done=done, all=len(children)))


class DeployTemplate(GuestOperation):
    """Deploys 1 to 50 copies of a template."""

    name = "template.deploy"
    title = _("Deploy")
    primary = True
    form_class = DeployForm
    counterpart = "instance.launch"
    watched_fields = ("disk_used_gib", "vcpu", "memory_mib")

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        """Templates alone."""
        return isinstance(subject, VirtualMachine) and subject.is_template

    @property
    def count(self) -> int:
        """Copies."""
        return len(self.values["names"])

    @cached_property
    def fits(self) -> list[int]:
        """The hosts on which the copies find room."""
        need = Need(self.values["vcpu"], self.values["memory_mib"])
        return fitting(self.vm.cluster, Wish(need, self.vm.anti_affinity), self.count)

    @cached_property
    def turns(self) -> tuple[tuple[float, float], ...]:
        """(start, end) of each copy's disk."""
        linked = self.values["linked"]
        return deploy_s(self.count, copy_s(self.vm, linked=linked, timings=self.timings), shared=not linked)

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Deploy %(count)s × %(vm)s"), count=self.count, vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """It is a template; hypervisor, datastore and hosts can take them all."""
        vm, values = self.vm, self.values
        if not vm.is_template:
            text = say(_("%(vm)s is no template: save it as one first."), vm=vm.name)
            return [Refusal(text, "", way("template.save", vm, _("Save it as a template")))]
        if values["linked"] and not self.can(Feature.LINKED_CLONE):
            return [Refusal(say(_("%(kind)s has no linked clones."), kind=self.kind.name), "linked")]
        wanted = copied_gib(vm, linked=values["linked"]) * self.count
        if why := why_no_space(vm.datastore, wanted, self.lab.lab_time()):
            return [Refusal(why, "count", way("datastore.grow", vm.datastore, _("Grow the datastore")))]
        return self._room()

    def _room(self) -> list[Refusal]:
        if not self.values["start"] or len(self.fits) == self.count:
            return []
        text = say(_("Only %(fit)s of %(count)s copies find room to run in %(cluster)s."), fit=len(self.fits),
                   count=self.count, cluster=self.vm.cluster.name)  # fmt: skip
        return [Refusal(text, "count", way_to_host(self.vm.cluster))]

    def preview(self) -> Preview:
        """By hand and this way; disk; money and watts."""
        linked, start = self.values["linked"], self.values["start"]
        hand, took = by_hand_s(self.count, self.timings), self.plan().duration_s
        changes = [
            Change(_("Time: each by hand, and this way"), round(hand), round(took), "s"),
            Change(_("Disk taken"), 0, round(copied_gib(self.vm, linked=linked) * self.count, 1), "GiB"),
        ]
        state = PowerState.RUNNING if start else PowerState.STOPPED
        hosts: list[int | None] = [*self.fits] if start else [None] * self.count
        money, watts = self.figures_with_copies(hosts, state, linked=linked, vcpu=self.values["vcpu"],
                                                memory_mib=self.values["memory_mib"])  # fmt: skip
        names = self.values["names"]
        span = say(_("From %(first)s to %(last)s."), first=names[0], last=names[-1])
        return Preview(changes, money, watts, None, [span])

    def plan(self) -> Plan:
        """Start the copies' jobs, and wait for them."""
        v = self.values
        copies = [
            {
                "name": name, "hostname": hostname, "address": address, "vcpu": v["vcpu"],
                "memory_mib": v["memory_mib"], "linked": v["linked"], "start": v["start"],
                "turn_s": begin, "copy_s": end - begin,
            }
            for name, hostname, address, (begin, end) in zip(
                v["names"], v["hostnames"], v["addresses"], self.turns, strict=True
            )
        ]  # fmt: skip
        after_s = DeployCopy.after_copy_s(self.vm, self.timings, start=v["start"])
        return Plan(
            [
                PlannedStep("start", _("Start a job for each copy"), 0.0, start_copies, None, {"copies": copies}),
                PlannedStep("wait", _("Wait for the copies"), self.turns[-1][1] + after_s, await_copies),
            ]
        )

    def holds(self) -> Sequence[Held]:
        """The template is mentioned: its copies read it, and so may others."""
        return [Held(self.vm, exclusive=False)]
