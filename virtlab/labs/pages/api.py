"""Labs over REST: those that one may see, and new ones."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from virtlab.labs import selectors, services
from virtlab.labs.models import Lab
from virtlab.labs.pages.forms import LabForm
from virtlab.labs.pages.views import too_many_labs
from virtlab.rest.why import Why

router = Router(tags=["labs"])


class LabIn(Schema):
    """A new lab; without a name it has that of the demo estate, with which every lab begins."""

    name: str = ""


class LabOut(Schema):
    """A lab: its `slug` is what the API's addresses call {lab}. `revision` grows with every change of its estate."""

    slug: str
    name: str
    region_code: str
    revision: int
    created_at: datetime


@router.get("/labs", response=list[LabOut])
def labs(request: HttpRequest) -> list[Lab]:
    """The labs that this session may see, newest first."""
    return list(selectors.my_labs(request))


@router.post("/labs", response={201: LabOut, 409: Why, 422: Why})
def new_lab(request: HttpRequest, body: LabIn) -> Status[Lab | Why]:
    """A new lab with the demo estate, which an import may replace. 409: one has as many labs as one may have."""
    form = LabForm({"name": body.name})
    if body.name and not form.is_valid():
        return Status(422, Why.of_form(form))
    try:
        return Status(201, services.create_lab(request, form.cleaned_data["name"] if body.name else ""))
    except services.TooManyLabsError:
        return Status(409, Why(reasons=[too_many_labs()]))
