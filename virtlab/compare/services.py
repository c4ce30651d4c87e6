"""What a comparison writes: a lab's own assumptions, and links to its report."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from virtlab.compare.inputs.price_file import PriceRow
from virtlab.compare.inputs.question import Question
from virtlab.compare.models import OwnPrice, ShareLink
from virtlab.labs.models import Assumption, Lab
from virtlab.labs.parameters import SPECS

MOST_LINKS = 50


class TooManyLinksError(Exception):
    """Raised where a lab has as many open links as it may have."""


@transaction.atomic
def save_assumptions(lab: Lab, overrides: Mapping[str, float]) -> int:
    """Makes these values the lab's own; returns how many there were. Unknown keys are left out."""
    known = {key: value for key, value in overrides.items() if key in SPECS}
    for key, value in known.items():
        # One by one: who listens to changed values hears nothing of a bulk write.
        Assumption.objects.update_or_create(lab=lab, key=key, defaults={"value": value})
    return len(known)


@transaction.atomic
def reset_assumptions(lab: Lab) -> int:
    """Takes back all of the lab's own values that concern the comparison; returns how many there were."""
    return Assumption.objects.filter(lab=lab, key__in=list(SPECS)).delete()[0]


@transaction.atomic
def share(lab: Lab, question: Question, *, anonymous: bool = False) -> ShareLink:
    """A link to the report as it is asked for now, assumptions included, without names of machines where `anonymous`.

    Raises TooManyLinksError.
    """
    if lab.share_links.filter(revoked_at=None).count() >= MOST_LINKS:
        raise TooManyLinksError
    frozen = {
        "left": question.left,
        "right": question.right,
        "region": question.region,
        "purchase": question.purchase,
        "values": dict(question.values),
        "known": sorted(question.known),
    }
    return ShareLink.objects.create(lab=lab, assumptions=frozen, anonymous=anonymous)


def revoke(link: ShareLink) -> None:
    """Withdraws a link for good."""
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])


def keep_prices(lab: Lab, region: str, rows: Sequence[PriceRow]) -> int:
    """Makes these the lab's own prices in a region, as of today; those of other items stay. Returns how many."""
    today = timezone.localdate()
    prices = [
        OwnPrice(lab=lab, region=region, item=row.item, usd=row.usd, note=row.note, noted_on=today) for row in rows
    ]
    OwnPrice.objects.bulk_create(
        prices,
        update_conflicts=True,
        unique_fields=["lab", "region", "item"],
        update_fields=["usd", "note", "noted_on"],
    )
    return len(prices)


def take_prices_back(lab: Lab, region: str = "") -> int:
    """The catalogue's prices hold again in a region, in all where none is named; returns how many own there were."""
    return lab.own_prices.filter(**{"region": region} if region else {}).delete()[0]


def take_price_back(price: OwnPrice) -> None:
    """The catalogue's holds again."""
    price.delete()
