"""What a request to the API asks a comparison for; nothing is assumed in place of what is wrong."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema

from virtlab.compare.inputs.question import Question, ask, assumption_keys
from virtlab.compare.pages.views import lab_to_compare
from virtlab.compare.report.report import Report, build
from virtlab.labs.models import Lab
from virtlab.rest.why import Why, WhyNotError


class Asked(Schema):
    """What is compared. Beside these each assumption may be given by its key, as /labs/{lab}/assumptions lists them."""

    left: Annotated[str, Field(description="physical, as_is, consolidated or refresh")] = ""
    right: Annotated[str, Field(description="same_size, rightsized, containers or serverless")] = ""
    region: Annotated[str, Field(description="A region's code; the lab's where it is empty")] = ""
    purchase: Annotated[str, Field(description="How hours are bought: on_demand, one_year or three_year")] = ""


def report_asked(request: HttpRequest, slug: str, *other: str) -> Report:
    """The report that the query asks for, `other` names in it aside; WhyNotError where one is unknown, twice there or
    wrong, Http404 where there is nothing to compare.
    """
    lab = lab_to_compare(request, slug)
    return build(lab, question_asked(request, lab, *other))


def question_asked(request: HttpRequest, lab: Lab, *other: str) -> Question:
    """The question in the query; WhyNotError as `report_asked`."""
    twice = [key for key, values in request.GET.lists() if len(values) > 1]
    sent = {key: value for key, value in request.GET.dict().items() if key not in other}
    return strict_question(lab, sent, dict.fromkeys(twice, _("This is given more than once.")))


def strict_question(lab: Lab, sent: dict[str, str], wrong: dict[str, str]) -> Question:
    """The question of what was `sent`; WhyNotError for what of it is unknown or wrong, or was `wrong` before."""
    known = {*Asked.model_fields, *assumption_keys()}
    unknown = {key: _("There is no such assumption.") for key in sent if key not in known}
    question = ask(lab, {key: value for key, value in sent.items() if key in known}, {})
    if errors := {**unknown, **question.errors, **wrong}:
        raise WhyNotError(Why.of_fields({key: [text] for key, text in errors.items()}))
    return question
