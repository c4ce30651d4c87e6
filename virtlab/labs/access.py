"""Who may enter a lab: its owner, its members, and the visitor in whose browser session it was made."""

import secrets
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from virtlab.labs.choices import Role
from virtlab.labs.models import Lab, Membership

SESSION_KEY = "visitor"
NOTED_EVERY = timedelta(hours=1)
STRENGTH = {Role.VIEWER: 0, Role.OPERATOR: 1, Role.OWNER: 2}


def visitor_token(request: HttpRequest, *, create: bool = False) -> str:
    """The random name under which this browser session owns labs; empty where it has none and none is to be made."""
    token = str(request.session.get(SESSION_KEY, ""))
    if not token and create:
        token = request.session[SESSION_KEY] = secrets.token_urlsafe(32)
    return token


def labs_of(request: HttpRequest) -> QuerySet[Lab]:
    """The labs that this request may see, newest first."""
    mine = Q(pk__in=[])
    if token := visitor_token(request):
        mine |= Q(visitor_token=token)
    if request.user.is_authenticated:
        mine |= Q(owner=request.user) | Q(memberships__user=request.user)
    return Lab.objects.filter(mine).distinct()


def role_in(request: HttpRequest, lab: Lab) -> Role | None:
    """This request's role in a lab, or None for a stranger (one query at most)."""
    token = visitor_token(request)
    if token and secrets.compare_digest(token, lab.visitor_token):
        return Role.OWNER
    if not request.user.is_authenticated:
        return None
    if lab.owner_id == request.user.pk or request.user.is_superuser:
        return Role.OWNER
    membership = Membership.objects.filter(lab=lab, user_id=request.user.pk).first()
    return Role(membership.role) if membership else None


def may(request: HttpRequest, lab: Lab, role: Role) -> bool:
    """Whether the reader has at least this role (no query for a lab that `open_lab` gave)."""
    held = lab.role or role_in(request, lab)
    return held is not None and STRENGTH[held] >= STRENGTH[role]


def open_lab(request: HttpRequest, slug: str, role: Role = Role.VIEWER) -> Lab:
    """The lab of an address, which knows the reader's role from here on (two queries at most).

    Http404 for strangers and for too weak a role, so that nobody learns which labs exist.
    """
    lab = Lab.objects.filter(slug=slug).first()
    if lab is None:
        raise Http404("No such lab.")
    lab.role = role_in(request, lab)
    if not may(request, lab, role):
        raise Http404("No such lab.")
    _mark_used(lab)
    return lab


def _mark_used(lab: Lab) -> None:
    """Remembers, to the hour, when somebody looked at a lab: unused labs of visitors are cleared away one day."""
    now = timezone.now()
    if now - lab.used_at > NOTED_EVERY:
        lab.used_at = now
        Lab.objects.filter(pk=lab.pk).update(used_at=now)
