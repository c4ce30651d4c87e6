"""The columns of the list of regions."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from instances.pages.regions.comparison import RegionRow
from virtlab.web.formats import number, percent
from virtlab.web.table import Column, Table


def picked(row: RegionRow) -> Mapping[str, str]:
    """The lab's own region stands out."""
    return {"class": "is-picked" if row.here else ""}


def index(row: RegionRow) -> str:
    """The price of the basket beside the lab's region's; a dash where some of it is not known."""
    return percent(row.index, 1)


PRICE = _("Price beside the lab's region (1 = the same)")
REGIONS = Table[RegionRow](
    _("Regions"),
    [
        Column("code", _("Region"), "code", "code"),
        Column("zones", _("Zones"), "zones", "zones", num=str),
        Column("types", _("Types"), "types", "types", num=number),
        Column("price", _("Price"), "price", "index", num=True, value=index, csv_label=PRICE),
        Column("grid", _("Grid, g CO₂e per kWh"), "grid", "grid", num=True),
        Column("kind", _("Kind")),
        Column("choose", _("Choose"), label_hidden=True),
    ],
    default="price",
    row_header="code",
    attributes=picked,
)
