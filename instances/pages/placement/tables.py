"""The columns of the list of placement groups."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from instances.models import PlacementGroup
from virtlab.web.formats import number
from virtlab.web.table import Column, Table


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A placement group, and how many instances are in it by zone."""

    group: PlacementGroup
    by_zone: dict[str, int]

    @property
    def pk(self) -> int:
        """The group's key."""
        return self.group.pk

    @property
    def name(self) -> str:
        """The group's name."""
        return self.group.name

    @property
    def instances(self) -> int:
        """How many are in it."""
        return sum(self.by_zone.values())

    @property
    def zones(self) -> str:
        """How many there are in each zone, in words."""
        return ", ".join(f"{zone}: {count}" for zone, count in sorted(self.by_zone.items()))


def strategy(row: GroupRow) -> str:
    """How it places, in words."""
    return str(row.group.get_strategy_display())


PLACEMENT_GROUPS = Table[GroupRow](
    _("Placement groups"),
    [
        Column("name", _("Name"), "name", "name"),
        Column("id", csv="group.group_id", csv_label=_("ID")),
        Column("strategy", _("Strategy"), "group.strategy", "group.strategy", value=strategy),
        Column("region", _("Region"), "group.region_id", "group.region_id"),
        Column("partitions", _("Partitions"), "", "group.partitions", value="group.partitions"),
        Column("instances", _("Instances"), "instances", "instances", number),
        Column("zones", _("Zones"), "zones", "zones"),
        Column("do", _("What to do"), label_hidden=True),
    ],
    default="name",
)
