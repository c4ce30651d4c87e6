"""The columns of the list of Elastic IPs."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from instances.live.addresses import AddressRow
from virtlab.web.formats import price
from virtlab.web.table import Column, Table

UNUSED = _("Used by nobody")
price_2 = partial(price, digits=2)


def user(row: AddressRow) -> str:
    """Who uses it, in words."""
    return row.instance_name or str(UNUSED)


ADDRESSES = Table[AddressRow](
    _("Elastic IPs"),
    [
        Column("name", _("Address"), "name", "name"),
        Column("allocation", _("Allocation ID"), "address.allocation_id", "address.allocation_id"),
        Column("region", _("Region"), "address.region_id", "address.region_id"),
        Column("instance", _("Instance"), "instance_name", user, value=user),
        Column("month", _("Per month"), "usd_per_month", "usd_per_month", price_2, csv_label=_("USD per month")),
        Column("accrued", _("Since allocated"), "accrued_usd", "accrued_usd", price_2, csv_label=_("Accrued (USD)")),
        Column("do", _("What to do"), label_hidden=True),
    ],
    default="name",
)
