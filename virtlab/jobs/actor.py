"""Who asks for something, and from where."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext as _

from virtlab.jobs.choices import Source
from virtlab.labs.access import visitor_token


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with an account, a visitor without one (`visitor` is a short pseudonym), or neither: the system itself."""

    source: str
    user: User | None = None
    visitor: str = ""
    address: str | None = None

    @property
    def name(self) -> str:
        """How the audit log names it."""
        if self.user:
            return self.user.get_username()
        return _("visitor %(name)s") % {"name": self.visitor} if self.visitor else _("VirtLab itself")

    def as_fields(self) -> dict[str, Any]:
        """The job's fields that say who started it and how."""
        return {"requested_by": self.user, "visitor": self.visitor, "source": self.source}


SYSTEM = Actor(Source.SCHEDULE)


def actor_of(request: HttpRequest, source: str = Source.PAGE) -> Actor:
    """Who sends this request."""
    address = request.META.get("REMOTE_ADDR") or None
    if request.user.is_authenticated:
        return Actor(source, user=request.user, address=address)
    token = visitor_token(request)
    pseudonym = hashlib.sha256(token.encode()).hexdigest()[:8] if token else ""
    return Actor(source, visitor=pseudonym, address=address)
