"""The end of a fault, and of what it held up."""

from collections.abc import Sequence
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from instances.catalog.prices import service_prices
from instances.choices import FaultKind, InstanceState
from instances.live.region_table import RegionTable
from instances.models import Fault, Instance
from instances.operations.fault.boots import POWER, boot_plan
from instances.operations.fault.region import OUTAGES, in_zones, region_figures
from instances.operations.instance.state_effects import end_left, left_by_outage
from instances.pricing.instance import VolumeShape, addresses_usd_per_hour, month_usd, volumes_usd_per_month
from instances.rules.faults import Faults, faults_of
from instances.services.outages import boots, bring_back, end_boots, lost_by
from virtlab.engine.arrays import Bools
from virtlab.jobs.choices import Side
from virtlab.jobs.lifecycle.admission import SPREAD
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep
from virtlab.jobs.text import Text, say
from virtlab.web.formats import names
from virtlab.web.lazy_text import LazyText


@effect("fault.end", breaks=("volume.there", "instance.not_terminated"))
def end(run: Run) -> None:
    """Switches a fault off; what ran in a place that was out boots from now on."""
    fault = run.get(Fault)
    kind, region, zone = fault.kind, fault.region_id, fault.zone
    fault.delete()
    if kind in OUTAGES:
        booting = bring_back(run.lab, region, zone, run.lab_time)
        run.remember(instances=[instance.pk for instance in booting], at=run.lab_time.isoformat())
        if not run.params[
            "boots"
        ]:  # planned while another outage held them, which has ended first: nothing waits for them
            end_boots(booting, run.lab_time)
        end_left(left_by_outage(run.lab, region, zone, faults_of(run.lab)), run.lab_time)


class EndFault(Operation):
    queues = False
    name = "fault.end"
    title = _("End the fault")
    side = Side.INSTANCES
    subject_model = Fault

    @property
    def fault(self) -> Fault:
        assert isinstance(self.subject, Fault)
        return self.subject

    @cached_property
    def others(self) -> Faults:
        """The lab's other faults, which stay."""
        return Faults(tuple(row for row in faults_of(self.lab).rows if row.pk != self.fault.pk))

    def describe(self) -> Text:
        where = self.fault.zone or self.fault.region_id
        return say(_("End: %(fault)s, %(where)s"), fault=FaultKind(self.fault.kind).label, where=where)

    def figures_of(self) -> str:
        return str(self.fault.region_id)

    def figures(self) -> tuple[Pair | None, Pair | None]:
        """Of the region: what no other outage keeps out of reach goes on."""
        if self.fault.kind not in OUTAGES:
            return None, None
        region = self.fault.region_id
        others = self.others

        def after(table: RegionTable) -> Bools:
            well = {zone for zone in table.zones.tolist() if others.outage(region, zone) is None}
            return table.running | (table.unreachable & in_zones(table, well))

        (usd, usd_after), watts = region_figures(self, region, after)
        return (usd, usd_after - self._ends_usd_per_month()), watts

    def _ends_usd_per_month(self) -> float:
        """Public addresses and volumes of what comes to its end with the outage."""
        addresses = sum(bool(instance.public_address and not instance.elastic_address) for instance in self.left)
        gone = [instance for instance in self.left if instance.state == InstanceState.SHUTTING_DOWN]
        volumes = [volume for instance in gone for volume in instance.volumes.all() if volume.delete_on_termination]
        services = service_prices(self.fault.region_id)
        storage = volumes_usd_per_month(map(VolumeShape.of, volumes), services, self.lab_figures)
        return month_usd(addresses_usd_per_hour(addresses, services) if addresses else 0.0, storage)

    @cached_property
    def left(self) -> list[Instance]:
        """What waits for the end of the outage to be stopped or terminated."""
        if self.fault.kind not in OUTAGES:
            return []
        return left_by_outage(self.lab, self.fault.region_id, self.fault.zone, self.others)

    @cached_property
    def lost(self) -> list[Instance]:
        """What is within reach again with the end of the outage."""
        if self.fault.kind not in OUTAGES:
            return []
        return lost_by(self.lab, self.fault.region_id, self.fault.zone, self.others)

    def changes(self) -> Sequence[Change]:
        """All that is here and in no other outage is up when all is over."""
        if self.fault.kind not in OUTAGES:
            return []
        return [Change(_("Instances out of reach"), len(self.lost), 0)]

    @property
    def downtime_s(self) -> float | None:
        return self.plan().down_s or None

    def notes(self) -> Sequence[Text | LazyText]:
        """What boots, and what comes to its end."""
        notes: list[Text | LazyText] = []
        if any(map(boots, self.lost)):
            notes.append(_("The power comes back and what ran there boots: what was in memory is lost."))
            notes.append(_("From then on it draws power and is charged; it is in reach when its system is up."))
        if self.left:
            message = _("Stopped or terminated with it, as was asked for before: %(names)s")
            notes.append(say(message, names=names([instance.name for instance in self.left])))
        return notes

    def plan(self) -> Plan:
        """After an outage the power comes back and what ran boots; nobody can cancel that."""
        if self.fault.kind not in OUTAGES:
            return Plan([PlannedStep("end", _("All is well again"), 0.0, end)])
        booting = [instance for instance in self.lost if boots(instance)]
        title, params = _("The power comes back"), {"boots": bool(booting)}
        power = PlannedStep(POWER, title, 0.0, end, params=params, final=True, interruptible=False)
        ratio = self.lab_figures[SPREAD.key]
        return boot_plan(power, booting, self.timings, ratio)
