"""The form in which the API says why not, whoever refuses."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from django.forms import BaseForm
from ninja import Field, Schema
from pydantic import AfterValidator

LONGEST = 600
# What was sent may stand in it, however long that is.
Sentence = Annotated[str, AfterValidator(lambda text: text if len(text) <= LONGEST else f"{text[:LONGEST]}…")]


class Why(Schema):
    """Why not, in sentences; `fields` names the fields that are wrong, `job` the job in the way.

    `codes` are the error codes with which the real product refuses, one for each reason, empty where it has none.
    """

    reasons: list[Sentence]
    codes: list[str] = Field(default_factory=list)
    fields: dict[str, list[Sentence]] = Field(default_factory=dict)
    job: int | None = None

    @classmethod
    def of_fields(cls, errors: Mapping[str, Iterable[object]]) -> Self:
        """What is wrong with each field."""
        fields = {name: [str(error) for error in each] for name, each in errors.items()}
        return cls(reasons=[error for each in fields.values() for error in each], fields=fields)

    @classmethod
    def of_form(cls, form: BaseForm) -> Self:
        """What is wrong with each field of a form."""
        return cls.of_fields(form.errors)


class WhyNotError(Exception):
    """What was asked for is refused; the API answers with the status and why."""

    def __init__(self, why: Why, status: int = 422) -> None:
        self.why, self.status = why, status
        super().__init__(" ".join(why.reasons))
