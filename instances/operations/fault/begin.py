"""Faults that are switched on: a zone or region that is out, a lack of capacity."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from instances.catalog.prices import service_prices
from instances.choices import FaultKind
from instances.models import AvailabilityZone, Fault, Instance, Region
from instances.operations.fault.forms import CapacityForm, PlaceForm, ZoneForm
from instances.operations.fault.region import OUTAGES, in_zones, region_figures
from instances.operations.needing import needing_place, pending_with
from instances.pricing.instance import VolumeShape, volumes_usd_per_month
from instances.services.outages import cut_off, in_reach
from virtlab.jobs.choices import Side
from virtlab.jobs.models import Step
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.failing import jobs_that_fail, steps_with_needs
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText


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
        return say(_("%(fault)s: %(where)s"), fault=self.kind.label, where=self.where)

    def check(self) -> Sequence[Refusal]:
        """It must not be on already."""
        fault = Fault.objects.filter(lab=self.lab, **self.place).first()
        if fault is None:
            return []
        text = say(_("%(where)s: this fault is on already."), where=self.where)
        return [Refusal(text, ways_out=[WayOut("fault.end", fault, _("End it"))])]

    def notes(self) -> Sequence[Text | LazyText]:
        return [self.note]

    def plan(self) -> Plan:
        return Plan([PlannedStep("begin", _("It happens"), 0.0, begin, params=dict(self.place))])


class Outage(BeginFault):
    """A place is out of reach, with all that runs there."""

    @cached_property
    def failing(self) -> list[Step]:
        """The steps in progress that need the place."""
        return needing_place(steps_with_needs(self.lab.pk), self.place["region_id"], self.place["zone"])

    @cached_property
    def gone(self) -> list[Instance]:
        """What is still pending there, and goes with its launch."""
        return pending_with(self.failing)

    def changes(self) -> Sequence[Change]:
        place = self.place
        return [Change(_("Instances out of reach"), 0, in_reach(self.lab, place["region_id"], place["zone"]).count())]

    def figures_of(self) -> str:
        return str(self.place["region_id"])

    def figures(self) -> tuple[Pair, Pair]:
        """Of the region: what is out of reach draws nothing and is not charged; what goes, has no volumes either."""
        region, zone = self.place["region_id"], self.place["zone"]
        zones = {zone} if zone else None
        (usd, usd_after), watts = region_figures(self, region, lambda table: table.running & ~in_zones(table, zones))
        volumes = [VolumeShape.of(volume) for instance in self.gone for volume in instance.volumes.all()]
        return (usd, usd_after - volumes_usd_per_month(volumes, service_prices(region), self.lab_figures)), watts

    def notes(self) -> Sequence[Text | LazyText]:
        pending = _("Instances that are still pending and go with their launch, volumes included: %(count)s")
        gone = [say(pending, count=len(self.gone))] if self.gone else []
        return [
            self.note,
            _("What runs there loses its power, and what is in its memory. Once the outage ends it boots."),
            *jobs_that_fail(self.failing),
            *gone,
            _("What runs there draws no power and is not charged meanwhile. Volumes, addresses, commitments are."),
            _(
                "That the charge stops is an assumption of the lab. AWS's bill goes on: the Amazon Compute SLA (2022) "
                "gives service credits on request, “only against future payments”."
            ),
        ]


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
