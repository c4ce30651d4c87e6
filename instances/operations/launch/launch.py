"""Launching instances: one, or thousands of them whole or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from instances.catalog.network_words import network_text
from instances.catalog.prices import NO_PRICE, prices_of, service_prices
from instances.choices import PurchaseOption
from instances.operations.commitment_notes import launch_commitment_notes
from instances.operations.credit_notes import surplus_notes
from instances.operations.launch.effects import zones_of
from instances.operations.launch.form import LaunchForm, with_template
from instances.operations.launch.request import LaunchRequest
from instances.operations.launch.steps import Launch, planned
from instances.operations.launch.throttling import too_many_at_once
from instances.operations.launch.way_back import why_launch_not_cancelled
from instances.operations.launch.ways_on import ways_after_launch, why_launch_not_retried
from instances.operations.refusals import (
    beyond_address_limit,
    beyond_quota,
    lacks_capacity,
    misplaced,
    not_offered,
    out,
)
from instances.pricing.instance import CostQuery, LinuxPrices, RunningCost, VolumeShape, compute_charge, cost
from instances.pricing.plans import upfront_share
from instances.pricing.power import draw_w
from instances.rules.addresses import NEEDS_ELASTIC, address_use, auto_assigned
from instances.rules.availability import image_notes, usual_image, zones_offering
from instances.rules.compatibility import (
    BootFacts,
    why_attachments,
    why_interfaces,
    why_not_boot,
)
from instances.rules.hibernation import NO_HIBERNATION, why_cannot
from instances.rules.hibernation_images import why_not_image
from instances.rules.launch_rate import launchable
from virtlab.engine.durations.durations import instance_stop_steps, launch_steps
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.choices import Side
from virtlab.jobs.lifecycle.admission import SPREAD
from virtlab.jobs.models import Job
from virtlab.jobs.operations.plan import Change, Pair, Plan, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.labs.choices import FigureKind, OperatingSystem
from virtlab.labs.models import Lab
from virtlab.web.formats import NOT_IN_CATALOGUE, exact, number
from virtlab.web.lazy_text import LazyText


class LaunchInstance(LaunchRequest):
    """Launches instances in one request: the cloud gives all of them or none."""

    name = "instance.launch"
    title = _("Launch instances")
    side = Side.INSTANCES
    form_class = LaunchForm
    counterpart = "vm.create"

    @classmethod
    def form(cls, lab: Lab, subject: Any, data: Any = None, initial: dict[str, Any] | None = None) -> Any:
        """The form; one that names only a launch template is filled in from it."""
        return super().form(lab, subject, with_template(lab, data), initial)

    def describe(self) -> Text:
        words = {"name": self.values["name"], "type": self.kind.pk, "count": self.count}
        if self.count == 1:
            return say(_("Launch %(name)s (%(type)s)"), **words)
        return say(_("Launch %(count)s instances %(name)s (%(type)s)"), **words)

    @classmethod
    def why_not_cancelled(cls, job: Job) -> Text | None:
        return why_launch_not_cancelled(job)

    @classmethod
    def why_not_retried(cls, job: Job) -> Text | None:
        return why_launch_not_retried(job)

    def ways_on(self, job: Job) -> Sequence[WayOut]:
        return ways_after_launch(self, job) if self.values else []

    def check(self) -> Sequence[Refusal]:
        """Offer, image, capacity and quota, for all instances together."""
        if refusal := not_offered(self.kind.pk, self.region, self.zone):
            return [refusal]
        if unfit := why_not_boot(BootFacts.of(self.kind), None):
            return [Refusal(unfit.text, "instance_type")]
        refusals = [
            self._misfit(),
            self._no_room(),
            self._over_quota(),
            self._too_many(),
            self._no_address(),
            misplaced(self.placement_group, self.kind, zones_of(self.count, self.zones)),
            self._no_credits(),
            self._no_hibernation(),
        ]
        return [refusal for refusal in refusals if refusal]

    def _misfit(self) -> Refusal | None:
        facts = BootFacts.of(self.kind)
        if unfit := why_not_boot(facts, self.image):
            return Refusal(unfit.text, "image", self._other_images(), code=unfit.code)
        interfaces = self.values["interfaces"]
        why = why_interfaces(facts, interfaces) or why_attachments(facts, interfaces, volumes=1)
        return Refusal(why, "interfaces", code="AttachmentLimitExceeded") if why else None

    def _other_images(self) -> list[WayOut]:
        if not self.kind.architectures:
            return []
        other = usual_image(self.region, self.kind.architectures[-1])
        if other is None or other == self.image:
            return []
        return [WayOut("instance.launch", None, say(_("Use the image %(image)s"), image=other.name), self.again(other))]

    def _too_many(self) -> Refusal | None:
        left = launchable(self.lab, self.region, self.lab.lab_time())
        return too_many_at_once(self.count, left, self.lab.lab_time(), self.again(self.image))

    def _no_room(self) -> Refusal | None:
        zones = [self.zone] if self.zone else zones_offering(self.region, self.kind.pk)
        if any(map(self.is_free, zones)):
            return None
        if outage := self.faults.outage(self.region, zones[0]):
            return out(outage, "zone")
        lack = self.faults.no_capacity(self.region, zones[0], self.kind.pk)
        return lacks_capacity(lack, self.kind.pk, self.zone or self.region, "zone") if lack else None

    def _over_quota(self) -> Refusal | None:
        refusal = beyond_quota(self.lab, self.region, self.kind, self.count)
        return replace(refusal, field="count") if refusal else None

    def _no_address(self) -> Refusal | None:
        if not self.values["elastic_address"]:
            return None
        use = address_use(self.lab, self.region, self.lab_figures)
        return beyond_address_limit(use, self.region, self.count, "elastic_address")

    def _no_credits(self) -> Refusal | None:
        if self.kind.burstable or not self.values["credit_mode"]:
            return None
        text = say(_("%(type)s has no CPU credits: only burstable types (T) do."), type=self.kind.pk)
        return Refusal(text, "credit_mode")

    def _no_hibernation(self) -> Refusal | None:
        if not self.values.get("hibernation"):
            return None
        values = self.values
        why = why_cannot(self.kind, self.image, values["root_gib"], encrypted=values["root_encrypted"])
        if why is None:
            return None
        sized = why_cannot(self.kind, self.image, values["root_gib"], encrypted=True)
        params = {**self.again(self.image), "root_gib": values["root_gib"], "hibernation": "on", "root_encrypted": "on"}
        ways = [] if sized else [WayOut("instance.launch", None, _("Encrypt the root volume"), params)]
        if why_not_image(self.kind, self.image):
            ways = [replace(way, params={**params, **way.params}) for way in self._other_images()]
        return Refusal(why, "hibernation", ways, code=NO_HIBERNATION)

    @cached_property
    def priced(self) -> CostQuery:
        """One of the instances as its price sees it while it runs."""
        v = self.values
        volume = VolumeShape(v["root_kind"], v["root_gib"], v["root_iops"], v["root_throughput"])
        trace = getattr(v["workload"], "trace", None)
        mean = trace.cpu_mean_vcpu if trace else self.kind.vcpu * v["load_mean_pct"] / 100
        query = CostQuery(self.region, self.kind, self.image.operating_system, v["purchase"], (volume,))
        committed = "" if v["purchase"] == PurchaseOption.ON_DEMAND else self.kind.pk
        query = replace(query, committed_type=committed, owed=bool(committed))
        return replace(query, credit_mode=v["credit_mode"], mean_vcpu=mean, addresses=int(self._has_address))

    @property
    def _has_address(self) -> bool:
        return bool(self.values["elastic_address"]) or auto_assigned(self.values["interfaces"])

    @cached_property
    def cost(self) -> RunningCost:
        """What one of the instances costs while it runs."""
        return cost(self._prices, self.priced, service_prices(self.region), self.lab_figures)

    @cached_property
    def _prices(self) -> LinuxPrices:
        return prices_of(self.region, [self.kind.pk])

    def changes(self) -> Sequence[Change]:
        """What there will be, and the running price by the hour and the month, in USD and JPY."""
        return [*self._shape(), *self._price()]

    def figures_of(self) -> LazyText:
        return _("New instances")

    def figures(self) -> tuple[Pair | None, Pair]:
        power_w = draw_w(self.kind, self.kind.vcpu * self.values["load_mean_pct"] / 100, self.lab_figures)
        known = self.cost.compute_usd_per_hour is not None
        return (0.0, self.cost.usd_per_month * self.count) if known else None, (0.0, power_w * self.count)

    def _shape(self) -> list[Change]:
        kind, count = self.kind, self.count
        return [
            Change(_("Instances"), 0, number(count)),
            Change(_("vCPU"), 0, number(kind.vcpu * count)),
            Change(_("Memory"), 0, exact(round(kind.memory_mib / MIB_PER_GIB * count, 2)), "GiB"),
            Change(_("Network"), "–", network_text(kind.network_performance)),
            Change(_("Volumes"), 0, number(self.values["root_gib"] * count), "GiB"),
            Change(_("Zone"), "–", ", ".join(self.zones)),
        ]

    def _price(self) -> list[Change]:
        if self.cost.compute_usd_per_hour is None:
            return [Change(_("Price per hour"), "–", NOT_IN_CATALOGUE)]
        hourly, monthly = self.cost.usd_per_hour * self.count, self.cost.usd_per_month * self.count
        yen = number(monthly * self.lab_figures["usd_jpy"], 0)
        return [
            Change(_("Price per hour"), 0, number(hourly, 4), "USD"),
            Change(_("Price per month"), 0, number(monthly, 2), "USD"),
            Change(_("Price per month, at the lab's rate"), 0, yen, "JPY"),
        ]

    def notes(self) -> list[Text | LazyText]:
        notes: list[Text | LazyText] = []
        price = self.cost.price
        if price is None:
            notes.append(NO_PRICE)
        else:
            kind = FigureKind(price.kind).label
            message = _("Price of the type: %(kind)s, %(source)s, %(date)s.")
            notes.append(say(message, kind=kind, source=price.source, date=price.source_date))
        if self.count > 1 and self.zones:
            notes.append(
                say(_("All of them go to %(zone)s: to spread them, launch once for each zone."), zone=self.zones[0])
            )
        notes += self._commitment_notes()
        notes += image_notes(self.image, self.lab.lab_time())
        if self.kind.instance_store_gb:
            notes.append(_("Its instance store loses its data whenever the instance stops."))
        mean = _("The power is that at the mean load of %(percent)g %% of the vCPU.")
        notes.append(say(mean, percent=self.values["load_mean_pct"]))
        if self.values["elastic_address"]:
            notes.append(_("Each Elastic IP is charged until it is released, also after its instance is terminated."))
        if not self._has_address:
            notes.append(NEEDS_ELASTIC)
        return [*notes, *surplus_notes(self.priced, self.lab_figures, self.count)]

    def _commitment_notes(self) -> list[Text]:
        charge = compute_charge(self._prices, self.priced, self.lab_figures)
        purchase, now = self.values["purchase"], self.lab.lab_time()
        return launch_commitment_notes(purchase, charge, self.count, now, self.lab_figures)

    def plan(self) -> Plan:
        """One request for all of them, pending to running, first boot: side by side, however many they are."""
        windows = self.image.operating_system == OperatingSystem.WINDOWS
        durations = launch_steps(self.timings, windows=windows, metal=self.kind.bare_metal)
        ratio = self.lab_figures[SPREAD.key]
        asked, store = self._as_json(), self.kind.instance_store_gb > 0
        launch = Launch(
            asked,
            self.region,
            self.zones,
            self.count,
            ratio,
            group=self.placement_group,
            store=store,
            paid_at_once=upfront_share(asked["purchase"], self.lab_figures) > 0,
        )
        stop = instance_stop_steps(self.timings, windows=windows, metal=self.kind.bare_metal)
        return planned(launch, durations, stop)

    def _as_json(self) -> dict[str, Any]:
        """The cleaned values as JSON: rows by their keys."""
        return {name: getattr(value, "pk", value) for name, value in self.values.items()}
