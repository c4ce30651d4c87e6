"""Reads of what a comparison keeps."""

from datetime import datetime

from hosts.inventory.selectors import imported_since
from virtlab.compare.models import ShareLink
from virtlab.labs.models import Assumption, Lab


def open_links(lab: Lab) -> list[ShareLink]:
    """The lab's share links that still work, newest first (one query)."""
    return list(lab.share_links.filter(revoked_at=None))


def own_assumptions(lab: Lab) -> int:
    """How many assumptions the lab has of its own (one query)."""
    return Assumption.objects.filter(lab=lab).count()


def shared(token: str) -> ShareLink | None:
    """The link of a token with its lab, also where it is withdrawn (one query)."""
    return ShareLink.objects.select_related("lab").filter(token=token).first()


def imported_since_shared(token: str) -> datetime | None:
    """When an import last changed the lab of a link, where that was after the link was made (two queries)."""
    link = shared(token)
    return imported_since(link.lab, link.created_at) if link else None
