"""Stopping, starting, rebooting and hibernating an instance."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from instances.choices import InstanceState
from instances.operations.commitment_notes import stays_committed
from instances.operations.credit_notes import stop_notes
from instances.operations.flows import root_rate
from instances.operations.instance.base import InstanceOperation, pair
from instances.operations.instance.state_effects import MEMORY_GONE, read_memory, require_running
from instances.operations.instance.steps import hibernate_steps, resume_steps, start_steps, stop_steps
from instances.operations.instance.store import StopForm, StoreForm, store_lost
from instances.operations.needs import on_sound_hardware
from instances.operations.refusals import failed_already, misplaced
from instances.operations.ways_out import with_capacity
from instances.rules.addresses import NEEDS_ELASTIC
from instances.rules.hibernation import LONGEST, NO_HIBERNATION, hibernated_until, why_no_hibernation
from virtlab.engine.durations.durations import instance_start_steps
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

# EC2 API Reference, StopInstances (2025), SkipOsShutdown and Force.
SKIPPED = _(
    "Without the shutdown of the operating system data may be lost or damaged: what is in memory and not on a disk, "
    "and writes that are under way. The next start may have to repair its file systems."
)
MAY_HANG = _(
    "On hardware that has failed an instance may hang in “stopping” for longer than it is planned here. EC2 then has a "
    "forced stop (StopInstances with Force), which pulls the plug where no orderly shutdown comes to its end in time."
)


class StopInstance(InstanceOperation):
    """Stops an instance: its volumes stay and cost on, the compute charge ends."""

    name = "instance.stop"
    primary = True
    title = _("Stop")
    sentence = _("Stop %(name)s")
    form_class: ClassVar[type[OperationForm]] = StopForm
    counterpart = "vm.stop"
    from_states = (InstanceState.RUNNING,)
    to_state = InstanceState.STOPPED
    refused_states = (InstanceState.PENDING, InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED)

    def check_rules(self) -> Sequence[Refusal]:
        """What is on the instance store must not be lost by surprise."""
        return store_lost(self)

    def changes(self) -> Sequence[Change]:
        """The address goes unless it is elastic."""
        address = self.instance.public_address if self.instance.elastic_address else "–"
        return [*super().changes(), Change(_("Public address"), self.instance.public_address or "–", address)]

    def figures(self) -> tuple[Pair | None, Pair]:
        """The charge ends, the volumes cost on."""
        after = self.cost(running=False, addresses=int(self.instance.elastic_address))
        return pair(self.cost(), after), (self.watts_now, 0.0)

    def notes(self) -> list[Text | LazyText]:
        notes: list[Text | LazyText] = [
            _("The volumes stay as they are, and cost on."),
            _("It is down until it is started again."),
        ]
        if self.committed:
            notes.append(stays_committed(self.instance.purchase, self.lab_figures))
        if not self.starts_with_address:
            notes.append(NEEDS_ELASTIC)
        elif not self.instance.elastic_address:
            notes.append(_("The public address is given back; the next start brings another one."))
        if self.instance.store_written:
            notes.append(_("What is on the instance store is lost."))
        if self.values.get("skip_os_shutdown"):
            notes.append(SKIPPED)
        if self.instance.system_failed_lab_at:
            notes.append(MAY_HANG)
        return [*notes, *stop_notes(self.instance, self.ledger, self.lab_figures)]

    def plan(self) -> Plan:
        """An orderly shutdown unless it is skipped, then the cloud's part."""
        skip = bool(self.values.get("skip_os_shutdown"))
        return Plan(stop_steps(self.instance, self.timings, skip_shutdown=skip))


class HibernateInstance(StopInstance):
    """Stops an instance with its memory kept on the root volume."""

    name = "instance.hibernate"
    form_class = StoreForm
    referring = ("volumes__modifications",)
    title = _("Hibernate")
    sentence = _("Hibernate %(name)s")
    counterpart = "vm.suspend"
    primary = False
    group = pgettext_lazy("menu", "Power")

    def check_rules(self) -> Sequence[Refusal]:
        """Type, image and root volume must be able to, and the memory be there."""
        if self.instance.system_failed_lab_at:
            return [failed_already(self.instance)]
        if self.instance.boots_since_lab_at:
            text = _("%(name)s still boots after the outage: it can hibernate once its system is up.")
            return [Refusal(say(text, name=self.instance.name), code=NO_HIBERNATION)]
        if why := why_no_hibernation(self.instance):
            way = WayOut("instance.stop", self.instance, _("Stop it instead"))
            return [Refusal(why, ways_out=[way], code=NO_HIBERNATION)]
        return store_lost(self)

    def notes(self) -> list[Text | LazyText]:
        """The memory goes to the root volume, for a while."""
        until = formats.moment(self.lab.lab_time() + LONGEST)
        message = _("It may stay hibernated for %(days)s days: until %(moment)s. Start it before.")
        return [
            _("The memory is written to the root volume and read back at the next start."),
            *filter(None, [root_rate(self.instance)]),
            _("It is charged until it is stopped, while the memory is written too."),
            say(message, days=LONGEST.days, moment=until),
            _("Its type cannot be changed while it is hibernated."),
            *super().notes(),
        ]

    def plan(self) -> Plan:
        """The memory is written where a shutdown would be."""
        return Plan(hibernate_steps(self.instance, self.timings))


class StartInstance(InstanceOperation):
    """Starts a stopped instance."""

    name = "instance.start"
    primary = True
    referring = ("volumes__modifications",)
    title = pgettext_lazy("instance", "Start")
    sentence = _("Start %(name)s")
    counterpart = "vm.start"
    from_states = (InstanceState.STOPPED,)
    to_state = InstanceState.RUNNING
    refused_states = (InstanceState.STOPPING, InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED)

    def check_room(self) -> Sequence[Refusal]:
        """The zone must have the type, and room for it; quota and placement group must allow it."""
        kind = self.instance.instance_type
        crowded = misplaced(self.instance.placement_group, kind, Counter([self.instance.zone]))
        refusals = [self._stuck(), self.not_offered(kind), crowded, *self.check_beside([])]
        return [refusal for refusal in refusals if refusal]

    def _stuck(self) -> Refusal | None:
        """No capacity keeps it stopped: another type may have some, another zone cannot be had."""
        instance, lack = self.instance, self.no_capacity(self.instance.instance_type)
        if lack is None:
            return None
        text = _("%(lack)s It stays in %(zone)s, where its volumes are: take another type, or try again later.")
        ways = [*with_capacity(instance, self.faults), *lack.ways_out]
        return replace(lack, text=say(text, lack=say(lack.text), zone=instance.zone), ways_out=ways)

    def notes(self) -> Sequence[Text | LazyText]:
        """Whether what it kept in memory may still be relied on, and whether it can be reached."""
        notes: list[Text | LazyText] = []
        until = hibernated_until(self.instance)
        if until and until < self.lab.lab_time():
            message = _(
                "It has been hibernated for more than %(days)s days, which EC2 does not support: it may not resume."
            )
            notes.append(say(message, days=LONGEST.days))
        if self.instance.hibernated:
            notes += filter(None, [root_rate(self.instance)])
        if not self.starts_with_address:
            notes.append(NEEDS_ELASTIC)
        return notes

    @classmethod
    def why_not_retried(cls, job: Job) -> Text | None:
        """Kept memory whose reading broke off is used up: it runs without."""
        lost = job.steps.filter(effect=read_memory.name, state=StepState.FAILED, memory__lost=True)
        named = job.subjects.first() if lost.exists() else None
        return say(MEMORY_GONE, name=named.name) if named else None

    def check_beside(self, others: Sequence[Operation]) -> Sequence[Refusal]:
        """The quota must allow all that start together."""
        return self.over_quota(lambda started: started.instance.instance_type.vcpu, others)

    def changes(self) -> Sequence[Change]:
        """A new public address unless it is elastic, or has several interfaces."""
        new = _("a new one") if self.starts_with_address else "–"
        address = self.instance.public_address if self.instance.elastic_address else new
        return [*super().changes(), Change(_("Public address"), self.instance.public_address or "–", address)]

    def figures(self) -> tuple[Pair | None, Pair]:
        return pair(self.cost(), self.cost(running=True, addresses=int(self.starts_with_address))), (0.0, self.watts())

    def plan(self) -> Plan:
        """The request, pending to running, and a boot or the memory read back."""
        if self.instance.hibernated:
            return Plan(resume_steps(self.instance, self.timings))
        return Plan(start_steps(self.instance, self.timings, metal=self.instance.instance_type.bare_metal))


class RebootInstance(InstanceOperation):
    """Restarts the operating system; host, addresses and disks stay."""

    name = "instance.reboot"
    title = _("Reboot")
    sentence = _("Reboot %(name)s")
    counterpart = "vm.restart"
    group = pgettext_lazy("menu", "Power")
    from_states = (InstanceState.RUNNING,)

    def check_rules(self) -> Sequence[Refusal]:
        """A reboot stays on the same hardware."""
        return [failed_already(self.instance)] if self.instance.system_failed_lab_at else []

    def changes(self) -> Sequence[Change]:
        return [Change(_("Public address"), self.instance.public_address, self.instance.public_address)]

    @property
    def downtime_s(self) -> float:
        return self.plan().duration_s

    def notes(self) -> Sequence[LazyText]:
        return [
            _("The charge goes on, and the instance store keeps its data."),
            _("The EC2 User Guide says: in most cases only a few minutes. Here: the shutdown and boot set in the lab."),
        ]

    def plan(self) -> Plan:
        shutdown_s = self.timings.shutdown_s(windows=self.instance.runs_windows)
        metal = self.instance.instance_type.bare_metal
        boot_s = instance_start_steps(self.timings, windows=self.instance.runs_windows, metal=metal)[-1].duration_s
        return Plan(
            [
                self._step("shutdown", _("The operating system shuts down"), shutdown_s),
                self._step("boot", _("The operating system starts"), boot_s),
            ]
        )

    def _step(self, key: str, title: LazyText, duration_s: float) -> PlannedStep:
        """Once asked for, a reboot goes through; the instance runs throughout, its users have nothing of it."""
        needs = on_sound_hardware(self.instance)
        return PlannedStep(
            key, title, duration_s, require_running, needs=needs, interruptible=False, down=True, varies=True
        )
