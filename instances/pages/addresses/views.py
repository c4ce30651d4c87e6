"""The list of Elastic IPs: what each costs, and which of them nobody uses."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from instances.live.addresses import AddressRow, address_rows
from instances.operations.address.allocate import ReleaseAddress
from instances.pages.addresses.tables import ADDRESSES, UNUSED
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import Role
from virtlab.web.filters import Filter, filtered_rows
from virtlab.web.listing import list_page, listing


@require_GET
def addresses(request: HttpRequest, slug: str) -> HttpResponse:
    """Every Elastic IP of the lab; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    every = address_rows(lab)
    unused = [row for row in every if row.unused]
    filters = [Filter("use", _("Use"), [("True", UNUSED), ("False", _("Used by an instance"))], "unused")]
    rows, bar = filtered_rows(request, every, filters, _text_of)
    context = {
        "lab": lab,
        "bar": bar,
        "bulk": (ReleaseAddress,) if may(request, lab, Role.OPERATOR) else (),
        "count": len(every),
        "unused": len(unused),
        "usd_per_month": sum(row.usd_per_month for row in every),
        "unused_usd_per_month": sum(row.usd_per_month for row in unused),
    }
    listed = listing(request, ADDRESSES, rows, file_name="elastic-ips.csv")
    return list_page(request, "instances/addresses/addresses.html", listed, context)


def _text_of(row: AddressRow) -> str:
    return f"{row.name} {row.address.allocation_id} {row.instance_name}"
