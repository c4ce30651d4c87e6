"""What a comparison writes: a lab's own assumptions, and links to its report."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from virtlab.compare.inputs.question import Question
from virtlab.compare.models import ShareLink
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
def share(lab: Lab, question: Question) -> ShareLink:
    """A link to the report as it is asked for now, assumptions included; raises TooManyLinksError."""
    if lab.share_links.filter(revoked_at=None).count() >= MOST_LINKS:
        raise TooManyLinksError
    frozen = {
        "left": question.left,
        "right": question.right,
        "region": question.region,
        "purchase": question.purchase,
        "values": dict(question.values),
    }
    return ShareLink.objects.create(lab=lab, assumptions=frozen)


def revoke(link: ShareLink) -> None:
    """Withdraws a link for good."""
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
