"""Share links over REST: made with what they reveal, listed, withdrawn, by those who may change the lab."""

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from virtlab.compare import services
from virtlab.compare.api.asked import Asked, question_asked
from virtlab.compare.models import ShareLink
from virtlab.compare.pages.share import too_many_links
from virtlab.compare.pages.views import lab_to_compare
from virtlab.compare.report.anonymous import reveals
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.rest.params import LabSlug, Paged
from virtlab.rest.why import Why

router = Router(tags=["comparison"])


class LinkIn(Schema):
    """Whether VMs, hosts and clusters are numbered behind the link, and not named."""

    anonymous: bool = False


class LinkOut(Schema):
    """A link to the report as it was asked for when it was made. Behind a withdrawn one there is nothing any more."""

    token: str
    address: str
    anonymous: bool
    reveals: list[str] = Field(description="what whoever has the link sees")
    asked: dict[str, str] = Field(description="left, right, region and purchase")
    created_at: datetime
    withdrawn_at: datetime | None


class LinkPage(Schema):
    """Some of `count` links, newest first."""

    count: int
    items: list[LinkOut]


@router.post("/labs/{lab}/links", response={201: LinkOut, 409: Why, 422: Why})
def share(request: HttpRequest, slug: LabSlug, body: LinkIn, asked: Query[Asked]) -> Status[LinkOut | Why]:
    """A link to the report that the query asks for, to read only. 409: the lab has as many as it may have."""
    open_lab(request, slug, Role.OPERATOR)
    lab = lab_to_compare(request, slug)
    try:
        link = services.share(lab, question_asked(request, lab), anonymous=body.anonymous)
    except services.TooManyLinksError:
        return Status(409, Why(reasons=[too_many_links()]))
    return Status(201, _link(request, link))


@router.get("/labs/{lab}/links", response={200: LinkPage, 422: Why})
def links(request: HttpRequest, slug: LabSlug, paged: Query[Paged], withdrawn: bool = False) -> LinkPage:
    """The links that work, or those that were `withdrawn`."""
    lab = open_lab(request, slug, Role.OPERATOR)
    rows = lab.share_links.filter(revoked_at__isnull=not withdrawn)
    shown = rows[paged.offset : paged.offset + paged.limit]
    return LinkPage(count=rows.count(), items=[_link(request, link) for link in shown])


@router.delete("/labs/{lab}/links/{token}", response=LinkOut)
def withdraw(request: HttpRequest, slug: LabSlug, token: str) -> LinkOut:
    """Withdraws a link for good; whoever opens it is told so."""
    lab = open_lab(request, slug, Role.OPERATOR)
    link = get_object_or_404(ShareLink, lab=lab, token=token)
    services.revoke(link)
    return _link(request, link)


def _link(request: HttpRequest, link: ShareLink) -> LinkOut:
    return LinkOut(
        token=link.token,
        address=request.build_absolute_uri(link.get_absolute_url()),
        anonymous=link.anonymous,
        reveals=reveals(anonymous=link.anonymous),
        asked={name: str(link.assumptions.get(name, "")) for name in Asked.model_fields},
        created_at=link.created_at,
        withdrawn_at=link.revoked_at,
    )
