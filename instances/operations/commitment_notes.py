"""What a user should know of a commitment before an instance becomes of another type."""

import math
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from instances.models import Instance, InstanceType
from instances.pricing.commitments import committed_until, covers, paid_at_once_usd, term_ends
from instances.pricing.hourly import HourlyCharge, Values
from instances.pricing.plans import upfront_share
from virtlab.jobs.text import Text, say
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

OWED = _("Its commitment is owed to the end of its term, whether it runs or not.")
PAID = _("Its commitment is paid for to the end of its term, whether it runs or not: nothing of it comes back.")


def stays_committed(purchase: str, values: Values) -> LazyText:
    """What stays of a commitment when its instance runs no more."""
    return PAID if upfront_share(purchase, values) == 1 else OWED


def commitment_notes(
    instance: Instance, kind: InstanceType, charge: HourlyCharge, at: datetime, values: Values
) -> list[Text]:
    """Until when it is owed, and what of the type it covers at a charge; nothing where none is owed."""
    ends, committed_type = committed_until(instance, at), instance.committed_type_id
    if ends is None or committed_type is None:
        return []
    message = _("Its commitment to %(committed)s is owed until %(until)s, whatever it runs on: %(usd).4f USD an hour.")
    if upfront_share(instance.purchase, values) == 1:
        message = _(
            "Its commitment to %(committed)s is paid for until %(until)s, whatever it runs on: %(usd).4f USD an hour "
            "of what was paid at once."
        )
    owed = say(message, committed=committed_type, until=formats.moment(ends), usd=charge.committed_usd)
    return [owed, _covered(instance, committed_type, kind, charge)]


def launch_commitment_notes(
    purchase: str, charge: HourlyCharge, count: int, at: datetime, values: Values
) -> list[Text]:
    """What is due at once for so many instances launched at a moment, and until when they are committed; nothing on
    demand.
    """
    ends = term_ends(purchase, at)
    if ends is None:
        return []
    share = upfront_share(purchase, values)
    usd = paid_at_once_usd(purchase, charge.committed_usd, values) * count
    paid = [say(_("Paid at once: %(usd)s USD, spread over the term in the figures."), usd=formats.number(usd))]
    paid = paid if share and math.isfinite(usd) else []
    if share < 1:
        message = _(
            "The commitment of each instance is owed until %(until)s, the end of its term, whether it runs or not, "
            "also once it is terminated."
        )
        return [*paid, say(message, until=formats.day(ends))]
    message = _(
        "The commitment of each instance is paid for until %(until)s, the end of its term, whether it runs or not: "
        "nothing of it comes back, also once it is terminated."
    )
    return [*paid, say(message, until=formats.day(ends))]


def _covered(instance: Instance, committed_type: str, kind: InstanceType, charge: HourlyCharge) -> Text:
    if kind.pk == committed_type:
        return say(_("It is for %(type)s, so no more is paid for that on demand."), type=kind.pk)
    if not covers(committed_type, kind.pk, instance.operating_system):
        message = _(
            "It does not cover %(type)s, which is paid on demand beside it: %(usd).4f USD an hour while it runs. A "
            "commitment covers its own type, and with Linux the other sizes of most families."
        )
        return say(message, type=kind.pk, usd=charge.beside_usd)
    if charge.beside_usd > 0:
        message = _(
            "It covers a part of %(type)s, a larger size of its family; the rest is paid on demand: %(usd).4f USD an "
            "hour while it runs."
        )
        return say(message, type=kind.pk, usd=charge.beside_usd)
    return say(_("It covers %(type)s, a size of its family: running adds nothing, and nothing is saved."), type=kind.pk)
