"""How many vCPU a lab may run at once by group of families, and how many it does."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum

from instances.catalog.names.naming import BadName, parse_family
from instances.choices import STARTED, QuotaGroup
from instances.models import Instance, Quota
from instances.parameters.limits import NEW_QUOTAS, QUOTA_KEYS
from instances.rules.compatibility import DEDICATED_HOST_SERIES
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

GROUPS_BY_SERIES = {
    "f": QuotaGroup.F,
    "g": QuotaGroup.G_VT,
    "gr": QuotaGroup.G_VT,
    "vt": QuotaGroup.G_VT,
    "p": QuotaGroup.P,
    "inf": QuotaGroup.INF,
    "trn": QuotaGroup.TRN,
    "dl": QuotaGroup.DL,
    "x": QuotaGroup.X,
    "hpc": QuotaGroup.HPC,
    "u": QuotaGroup.HIGH_MEMORY,
}


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """A group's limit and use in a region, in vCPU."""

    group: str
    limit: int
    used: int
    own: bool = False

    @property
    def left(self) -> int:
        """VCPU that may still be started."""
        return max(self.limit - self.used, 0)

    @property
    def label(self) -> str:
        """The group's name in the reader's language."""
        return str(QuotaGroup(self.group).label)


def group_of(family: str) -> str:
    """The quota group of a family: the standard one unless its series has its own; empty for dedicated hosts' alone."""
    try:
        series = parse_family(family).series
    except BadName:
        series = ""
    if series in DEDICATED_HOST_SERIES:
        return ""
    return str(GROUPS_BY_SERIES.get(series, QuotaGroup.STANDARD))


def used_vcpu(lab: Lab, region: str) -> dict[str, int]:
    """VCPU in use by group (one query)."""
    rows = Instance.objects.filter(lab=lab, region=region, state__in=STARTED).order_by()
    used: dict[str, int] = {}
    for family, vcpu in rows.values_list("instance_type__family").annotate(total=Sum("instance_type__vcpu")):
        used[group_of(family)] = used.get(group_of(family), 0) + vcpu
    return used


def quotas_of(lab: Lab, region: str, values: Mapping[str, float] | None = None) -> list[QuotaUse]:
    """Every group's limit and use in a region (two queries, four where the lab's values are not given)."""
    known = lab_values(lab) if values is None else values
    own = dict(Quota.objects.filter(lab=lab, region=region).values_list("group", "vcpu"))
    used = used_vcpu(lab, region)
    return [
        QuotaUse(
            group.value, own.get(group.value, _begins_at(group, known)), used.get(group.value, 0), group.value in own
        )
        for group in QuotaGroup
    ]


def _begins_at(group: QuotaGroup, known: Mapping[str, float]) -> int:
    """The limit of a lab that has requested none."""
    return NEW_QUOTAS.get(group, 0) if known["new_account"] else int(known[QUOTA_KEYS[group.value]])


def quota_for(lab: Lab, region: str, family: str) -> QuotaUse | None:
    """The limit and use of a family's group in a region; None where the family has no such quota."""
    group = group_of(family)
    return next((quota for quota in quotas_of(lab, region) if quota.group == group), None)
