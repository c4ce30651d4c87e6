"""A lab's assumptions over REST: read, made the lab's own, taken back."""

from django.http import HttpRequest
from ninja import Router, Schema

from virtlab.compare import services
from virtlab.compare.api.asked import strict_question
from virtlab.compare.api.schemas import AssumptionOut
from virtlab.compare.inputs.question import assumption_keys
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS, lab_values
from virtlab.rest.params import LabSlug
from virtlab.rest.why import Why

router = Router(tags=["comparison"])


class AssumptionsIn(Schema):
    """Values by the keys of assumptions; those that are not named stay as they are."""

    values: dict[str, float]


@router.get("/labs/{lab}/assumptions", response=list[AssumptionOut])
def assumptions(request: HttpRequest, slug: LabSlug) -> list[AssumptionOut]:
    """The assumptions that a comparison may be asked with, and the lab's own values of them."""
    return _assumptions(open_lab(request, slug))


@router.patch("/labs/{lab}/assumptions", response={200: list[AssumptionOut], 422: Why})
def keep(request: HttpRequest, slug: LabSlug, body: AssumptionsIn) -> list[AssumptionOut]:
    """Makes values the lab's own, all of them or none. 422: one is no assumption, or out of its range."""
    lab = open_lab(request, slug, Role.OPERATOR)
    sent = {key: repr(value) for key, value in body.values.items()}
    strict_question(lab, sent, {})
    services.save_assumptions(lab, body.values)
    return _assumptions(lab)


@router.delete("/labs/{lab}/assumptions", response=list[AssumptionOut])
def take_back(request: HttpRequest, slug: LabSlug) -> list[AssumptionOut]:
    """The values that hold for everybody hold in the lab again."""
    lab = open_lab(request, slug, Role.OPERATOR)
    services.reset_assumptions(lab)
    return _assumptions(lab)


def _assumptions(lab: Lab) -> list[AssumptionOut]:
    values = lab_values(lab)
    return [_assumption(key, values[key]) for key in assumption_keys()]


def _assumption(key: str, value: float) -> AssumptionOut:
    spec = SPECS[key]
    return AssumptionOut(
        key=key,
        label=str(spec.label),
        unit=str(spec.unit),
        value=value,
        default=spec.default,
        minimum=spec.minimum,
        maximum=spec.maximum,
        options=[option for option, _name in spec.options],
        source=str(spec.source),
        source_date=spec.source_date,
        kind=str(spec.kind),
    )
