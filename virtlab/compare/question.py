"""What is asked of a comparison: which alternatives, where, how bought, under which assumptions. All in the address."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from virtlab.compare.choices import LEFT, RIGHT
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS, ParameterSpec, lab_values
from virtlab.web import formats

DEFAULT_LEFT, DEFAULT_RIGHT, DEFAULT_PURCHASE = "consolidated", "rightsized", "one_year"


@dataclass(frozen=True, slots=True)
class Question:
    """A comparison's settings. `values` holds every parameter, `overrides` those that differ from the lab's own.

    `errors` maps a field's name to what is wrong with what was sent for it; the last good value is then in force.
    """

    left: str
    right: str
    region: str
    purchase: str
    values: Mapping[str, float]
    overrides: Mapping[str, float] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)
    default_region: str = ""

    @property
    def query(self) -> str:
        """The shortest query string that asks the same."""
        chosen = {
            "left": (self.left, DEFAULT_LEFT),
            "right": (self.right, DEFAULT_RIGHT),
            "region": (self.region, self.default_region),
            "purchase": (self.purchase, DEFAULT_PURCHASE),
        }
        parts = {name: value for name, (value, default) in chosen.items() if value != default}
        return urlencode({**parts, **{key: f"{value:.12g}" for key, value in self.overrides.items()}})

    def address(self, base: str) -> str:
        """`base` with the query."""
        return f"{base}?{self.query}" if self.query else base


def ask(
    lab: Lab,
    sent: Mapping[str, str],
    regions: Mapping[str, str],
    purchases: Mapping[str, str],
    before: Mapping[str, str],
) -> Question:
    """The question that `sent` asks. Where a field is wrong, `before` (the last address) holds, else the lab's own."""
    own = lab_values(lab)
    values, overrides, errors = dict(own), {}, {}
    for key in own:
        value, problem = _number(SPECS[key], sent.get(key, ""))
        if problem:
            errors[key] = problem
            value, _ignored = _number(SPECS[key], before.get(key, ""))
        if value is not None and value != own[key]:
            values[key] = overrides[key] = value
    choices = {"left": LEFT, "right": RIGHT, "region": regions, "purchase": purchases}
    defaults = {"left": DEFAULT_LEFT, "right": DEFAULT_RIGHT, "region": lab.region_code, "purchase": DEFAULT_PURCHASE}
    chosen = {}
    for name, known in choices.items():
        chosen[name], problem = _choice(known, sent.get(name, ""), before.get(name, ""), defaults[name])
        if problem:
            errors[name] = problem
    return Question(
        **chosen,
        values=values,
        overrides=overrides,
        errors=errors,
        sent={key: sent[key] for key in errors if key in sent},
        default_region=lab.region_code,
    )


def _number(spec: ParameterSpec, text: str) -> tuple[float | None, str]:
    """The number that was sent, or None with what is wrong with it; an empty text means the lab's own value."""
    text = text.strip()
    if not text:
        return None, ""
    try:
        value = float(text)
    except ValueError:
        return None, _("“%(text)s” is not a number.") % {"text": text[:40]}
    if not math.isfinite(value) or not spec.minimum <= value <= spec.maximum:
        limits = {"low": formats.number(spec.minimum), "high": formats.number(spec.maximum), "unit": spec.unit}
        return None, _("Choose between %(low)s and %(high)s %(unit)s.") % limits
    return value, ""


def _choice(known: Mapping[str, object], text: str, before: str, default: str) -> tuple[str, str]:
    if not text:
        return (before if before in known else default), ""
    if text in known:
        return text, ""
    problem = _("“%(text)s” is not one of the choices.") % {"text": text[:40]}
    return (before if before in known else default), problem
