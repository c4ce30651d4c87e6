"""What changes labs: opening, renaming, deleting, keeping on sign-in, and clearing away what nobody used."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from virtlab.labs.access import labs_of, visitor_token
from virtlab.labs.models import Lab

LABS_PER_PERSON = 20
DEMO_NAME = gettext_noop("Demo estate")
# What fills a new lab. The sides add theirs when Django loads them, because this application knows neither.
on_open: list[Callable[[Lab], object]] = []


class DemoLeft(NamedTuple):
    """How many machines of the demo are there still, and how many of them as it made them."""

    machines: int = 0
    untouched: int = 0


class DemoAccount(NamedTuple):
    """What the demo put beside a lab's estate: what is `left` of it, and how it is removed; with True what was changed
    since goes too. Removing says how many machines went.
    """

    left: Callable[[Lab], DemoLeft]
    remove: Callable[[Lab, bool], int]


NO_ACCOUNT = DemoAccount(lambda _lab: DemoLeft(), lambda _lab, _changed: 0)
# The side that has such an account adds it when Django loads it, as above.
demo_accounts: list[DemoAccount] = []


def demo_account() -> DemoAccount:
    """What the demo puts beside the estate."""
    return demo_accounts[0] if demo_accounts else NO_ACCOUNT


class TooManyLabsError(Exception):
    """Raised where somebody has as many labs as one may have."""


@transaction.atomic
def create_lab(request: HttpRequest, name: str = "") -> Lab:
    """A new lab with the demo estate, owned by the user or held by the visitor's session; raises TooManyLabsError."""
    if labs_of(request).count() >= LABS_PER_PERSON:
        raise TooManyLabsError
    lab = Lab(name=name or _(DEMO_NAME))
    if request.user.is_authenticated:
        lab.owner_id = request.user.pk
    else:
        lab.visitor_token = visitor_token(request, create=True)
    lab.save()
    for fill in on_open:
        fill(lab)
    return lab


def has_demo_name(lab: Lab) -> bool:
    """Whether a lab has the name that a new lab gets, in any language."""
    return any(lab.name == named_in(code) for code, _label in settings.LANGUAGES)


def named_in(language: str) -> str:
    """What a new lab is called in a language."""
    with override(language):
        return _(DEMO_NAME)


def rename_lab(lab: Lab, name: str) -> None:
    """Gives a lab another name."""
    lab.name = name
    lab.save(update_fields=["name"])


@transaction.atomic
def delete_lab(lab: Lab) -> None:
    """Removes a lab and all that is in it."""
    lab.delete()


def claim_labs(request: HttpRequest, user: AbstractBaseUser) -> int:
    """Gives the labs of this browser session to the user who signed in, and returns how many there were."""
    token = visitor_token(request)
    if not token:
        return 0
    return Lab.objects.filter(visitor_token=token).update(owner_id=user.pk, visitor_token="")


def keep_on_sign_in(sender: object, request: HttpRequest, user: AbstractBaseUser, **_kwargs: Any) -> None:
    """Receiver of user_logged_in: what a visitor made stays theirs."""
    claim_labs(request, user)


@transaction.atomic
def clear_unused(days: int) -> int:
    """Deletes visitors' labs that nobody looked at for so many days, and returns how many; accounts keep theirs."""
    unused = Lab.objects.filter(owner=None, used_at__lt=timezone.now() - timedelta(days=days))
    count = unused.count()
    for lab in unused.iterator(chunk_size=50):
        lab.delete()
    return count
