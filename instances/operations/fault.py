"""Injected faults: a zone or region that is out, a lack of capacity; switched on and off."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

import numpy as np
from django.utils.translation import gettext_lazy as _

from instances.catalog.prices import service_prices
from instances.choices import FaultKind, InstanceState
from instances.live.region_table import RegionTable
from instances.models import AvailabilityZone, Fault, Instance, Region
from instances.operations.fault_forms import CapacityForm, PlaceForm, ZoneForm
from instances.operations.instance.state_effects import end_left, left_by_outage
from instances.pricing.instance import VolumeShape, addresses_usd_per_hour, month_usd, volumes_usd_per_month
from instances.rules.faults import Faults, faults_of
from instances.services.outages import bring_back, cut_off, in_place
from virtlab.engine.arrays import Bools
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web.formats import names
from virtlab.web.lazy_text import LazyText

OUTAGES = {FaultKind.ZONE_OUTAGE, FaultKind.REGION_OUTAGE}


@effect("fault.begin", breaks=("zone.up",))
def begin(run: Run) -> None:
    """Switches a fault on; StepFailed where it is on already."""
    place = {name: run.params[name] for name in ("kind", "region_id", "zone", "type_name")}
    fault, created = Fault.objects.get_or_create(lab=run.lab, **place, defaults={"since_lab_at": run.lab_time})
    if not created:
        raise StepFailed(_("This fault is on already."))
    if run.params["kind"] in OUTAGES:
        cut_off(run.lab, fault.region_id, fault.zone, run.lab_time)
    run.remember(fault=fault.pk)
    run.touch(fault)


@effect("fault.end")
def end(run: Run) -> None:
    """Switches a fault off."""
    fault = run.get(Fault)
    kind, region, zone = fault.kind, fault.region_id, fault.zone
    fault.delete()
    if kind in OUTAGES:
        bring_back(run.lab, region, zone, run.lab_time)
        end_left(left_by_outage(run.lab, region, zone, faults_of(run.lab)), run.lab_time)


class BeginFault(Operation):
    """Something goes wrong in the cloud."""

    queues = False

    side = Side.INSTANCES
    kind: ClassVar[FaultKind]
    note: ClassVar[LazyText] = _(
        "Their state is “impaired”; nothing can be started or changed there until the fault ends."
    )

    @property
    def place(self) -> dict[str, str]:
        """Where, as a fault keeps it."""
        zone: AvailabilityZone | None = self.values.get("zone")
        region: Region | None = self.values.get("region")
        return {
            "kind": str(self.kind),
            "region_id": region.pk if region else zone.region_id if zone else "",
            "zone": zone.name if zone else "",
            "type_name": self.values.get("type_name", ""),
        }

    @property
    def where(self) -> str:
        """The zone or the region, and the type where it is about one."""
        place = self.place
        return " · ".join(filter(None, [place["zone"] or place["region_id"], place["type_name"]]))

    def describe(self) -> Text:
        return say(_("%(scene)s: %(where)s"), scene=self.kind.label, where=self.where)

    def check(self) -> Sequence[Refusal]:
        """It must not be on already."""
        fault = Fault.objects.filter(lab=self.lab, **self.place).first()
        if fault is None:
            return []
        text = say(_("%(where)s: this fault is on already."), where=self.where)
        return [Refusal(text, ways_out=[WayOut("fault.end", fault, _("End it"))])]

    def notes(self) -> Sequence[LazyText]:
        return [self.note]

    def plan(self) -> Plan:
        return Plan([PlannedStep("begin", _("It happens"), 0.0, begin, None, dict(self.place))])


def in_zones(table: RegionTable, zones: Collection[str] | None) -> Bools:
    """Which instances are in these zones, all where none are named (n,)."""
    return np.ones_like(table.running) if zones is None else np.isin(table.zones, sorted(zones))


def region_figures(operation: Operation, region: str, running: Callable[[RegionTable], Bools]) -> tuple[Pair, Pair]:
    """USD per month and watts of a region as it is, and with other instances running."""
    table = RegionTable.load(operation.lab, region, dict(operation.lab_figures), operation.lab.lab_time())
    before, after = table.total(), replace(table, running=running(table)).total()
    return (before.usd_per_month, after.usd_per_month), (before.power_w, after.power_w)


class Outage(BeginFault):
    """A place is out of reach, with all that runs there."""

    def changes(self) -> Sequence[Change]:
        place = self.place
        there = Instance.objects.filter(in_place(place["region_id"], place["zone"]), lab=self.lab)
        count = there.exclude(state=InstanceState.TERMINATED).count()
        return [Change(_("Instances out of reach"), 0, count)]

    def figures_of(self) -> str:
        return str(self.place["region_id"])

    def figures(self) -> tuple[Pair, Pair]:
        """Of the region: what is out of reach draws nothing and is not charged."""
        place = self.place
        zones = {place["zone"]} if place["zone"] else None
        return region_figures(self, place["region_id"], lambda table: table.running & ~in_zones(table, zones))

    def notes(self) -> Sequence[LazyText]:
        charge = _("What runs there draws no power and is not charged meanwhile. Volumes, addresses, commitments are.")
        return [self.note, charge]


class ZoneOutage(Outage):
    """A zone is out."""

    name = "fault.zone_outage"
    title = _("Zone outage")
    kind = FaultKind.ZONE_OUTAGE
    form_class = ZoneForm


class RegionOutage(Outage):
    """A region is out."""

    name = "fault.region_outage"
    title = _("Region outage")
    kind = FaultKind.REGION_OUTAGE
    form_class = PlaceForm


class NoCapacity(BeginFault):
    """The cloud has no room for a type; what runs, runs on."""

    name = "fault.no_capacity"
    title = _("Insufficient capacity")
    kind = FaultKind.NO_CAPACITY
    form_class = CapacityForm
    note = _("What runs, runs on; nothing of the type can be started there until the fault ends.")


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
        return say(_("End: %(scene)s, %(where)s"), scene=self.fault.get_kind_display(), where=where)

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

    def notes(self) -> Sequence[Text]:
        """What comes to its end."""
        message = _("Stopped or terminated with it, as was asked for before: %(names)s")
        return [say(message, names=names([instance.name for instance in self.left]))] if self.left else []

    def plan(self) -> Plan:
        return Plan([PlannedStep("end", _("All is well again"), 0.0, end)])
