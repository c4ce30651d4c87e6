"""Reasons why the cloud refuses, in words, each with ways out where there are any."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState, QuotaGroup
from instances.models import Fault, Instance, InstanceType, PlacementGroup
from instances.operations.ways_out import end_fault, into
from instances.rules.addresses import AddressUse
from instances.rules.availability import regions_offering, zones_offering
from instances.rules.faults import Faults
from instances.rules.placement_groups import why_misplaced
from instances.rules.quotas import QuotaUse, quota_for
from virtlab.jobs.operations.plan import Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab

NAMED_REGIONS = 5
WRONG_STATE = "IncorrectInstanceState"


def out(fault: Fault, field: str = "") -> Refusal:
    """An outage stands in the way."""
    text = say(
        _("%(place)s is out: nothing can be started or changed there until the outage ends."),
        place=fault.zone or fault.region_id,
    )
    return Refusal(text, field, [end_fault(fault)])


def went_out(fault: Fault) -> Text:
    """An outage has made a step fail. What failed is read later: so what was the case then is said in the past."""
    text = _("%(place)s went out: nothing can be started or changed there during an outage.")
    return say(text, place=fault.zone or fault.region_id)


def hardware_failed(instance: Instance) -> Text:
    """Broken hardware has made a step fail."""
    text = _("The hardware under %(name)s failed: a stop and a start bring it to other hardware.")
    return say(text, name=instance.name)


def place_failed(faults: Faults, region: str, zone: str, type_name: str) -> Text | None:
    """Why a zone could not give a type when a step asked for it; None where it could."""
    if outage := faults.outage(region, zone):
        return went_out(outage)
    if faults.no_capacity(region, zone, type_name) is None:
        return None
    text = _("Insufficient capacity: %(zone)s had no %(type)s to give. Another zone or type may have.")
    return say(text, zone=zone, type=type_name)


def lacks_capacity(fault: Fault, type_name: str, zone: str, field: str = "") -> Refusal:
    """The cloud has no room for a type at the moment."""
    text = say(
        _("Insufficient capacity: %(zone)s has no %(type)s to give at the moment. Another zone or type may have."),
        zone=zone,
        type=type_name,
    )
    return Refusal(text, field, [end_fault(fault)], code="InsufficientInstanceCapacity")


def not_offered(type_name: str, region: str, zone: str, field: str = "instance_type") -> Refusal | None:
    """A type that a zone (or, where none is named, a region) does not offer; it says where it is offered."""
    zones = zones_offering(region, type_name)
    if zones and (not zone or zone in zones):
        return None
    if zones:
        text = say(
            _("%(zone)s does not offer %(type)s; in this region it is in %(zones)s."),
            zone=zone,
            type=type_name,
            zones=", ".join(zones),
        )
        return Refusal(text, field, code="Unsupported")
    regions = regions_offering(type_name)
    if not regions:
        return Refusal(say(_("No region offers %(type)s."), type=type_name), field)
    words = {"region": region, "type": type_name, "regions": ", ".join(regions[:NAMED_REGIONS])}
    if len(regions) <= NAMED_REGIONS:
        text = say(_("%(region)s does not offer %(type)s; these regions do: %(regions)s."), **words)
        return Refusal(text, field, code="Unsupported")
    message = _("%(region)s does not offer %(type)s; %(count)s regions do, such as %(regions)s.")
    return Refusal(say(message, **words, count=len(regions)), field, code="Unsupported")


def beyond_quota(lab: Lab, region: str, kind: InstanceType, count: int = 1) -> Refusal | None:
    """More vCPU than the quota leaves (three queries)."""
    quota = quota_for(lab, region, kind.family)
    return over(quota, region, kind.vcpu * count) if quota else None


def over(quota: QuotaUse, region: str, vcpu: int) -> Refusal | None:
    """More vCPU than a quota leaves; nothing for a change that needs none."""
    if vcpu <= max(quota.left, 0):
        return None
    text = say(
        _(
            "Needs %(vcpu)s vCPU of %(group)s; %(region)s has %(left)s left of the quota of %(limit)s. "
            "Request a higher quota, or stop others."
        ),
        vcpu=vcpu,
        group=QuotaGroup(quota.group).label,
        region=region,
        left=quota.left,
        limit=quota.limit,
    )
    wanted = quota.used + vcpu
    params = {"region": region, "group": quota.group, "vcpu": wanted}
    way = WayOut("quota.request", None, say(_("Request %(vcpu)s vCPU"), vcpu=wanted), params)
    return Refusal(text, "", [way], code="VcpuLimitExceeded")


def beyond_address_limit(use: AddressUse, region: str, count: int = 1, field: str = "") -> Refusal | None:
    """More Elastic IPs than the region's limit leaves; those that nobody uses are ways out."""
    if count <= use.left:
        return None
    text = say(
        _("%(region)s has %(left)s left of the limit of %(limit)s Elastic IPs. Release one that nobody uses."),
        region=region,
        left=use.left,
        limit=use.limit,
    )
    ways = [WayOut("address.release", one, say(_("Release %(address)s"), address=one.address)) for one in use.unused]
    return Refusal(text, field, ways, code="AddressLimitExceeded")


def failed_already(instance: Instance) -> Refusal:
    """What a broken host keeps an instance from doing, and how it gets away from it."""
    text = say(
        _("The hardware under %(name)s has failed. Stop it and start it: that brings it to other hardware."),
        name=instance.name,
    )
    return Refusal(text, ways_out=[WayOut("instance.stop", instance, _("Stop it first"))])


def misplaced(group: PlacementGroup | None, kind: InstanceType, wanted: Counter[str]) -> Refusal | None:
    """So many instances by zone are more, or others, than a placement group allows."""
    why = why_misplaced(group, kind, wanted)
    return Refusal(why.text, "placement_group", code=why.code) if why else None


def terminated(instance: Instance, code: str = "") -> Refusal:
    """Nothing can be done with what is gone."""
    text = say(_("%(name)s is terminated: it is gone for good. Launch a new instance instead."), name=instance.name)
    return Refusal(text, code=code)


def wrong_state(instance: Instance, wanted: Sequence[str], code: str = "") -> Refusal:
    """The instance is doing something else."""
    labels = [InstanceState(state).label for state in wanted]
    either = say(_("%(one)s or %(other)s"), one=", ".join(str(label) for label in labels[:-1]), other=labels[-1])
    text = say(
        _("%(name)s is in the state “%(state)s”; this needs “%(wanted)s”."),
        name=instance.name,
        state=InstanceState(instance.state).label,
        wanted=labels[0] if len(labels) == 1 else either,
    )
    return Refusal(text, "", into(instance, wanted), code=code)


def unreachable(instance: Instance, faults: Faults) -> Refusal | None:
    """The instance's zone or region is out."""
    outage = faults.outage(instance.region_id, instance.zone)
    return out(outage) if outage else None
