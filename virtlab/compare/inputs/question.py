"""What is asked of a comparison: which alternatives, where, how bought, under which assumptions. All in the address."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from instances.choices import PurchaseOption
from virtlab.compare.choices import LEFT, RIGHT
from virtlab.compare.inputs.place import regions
from virtlab.compare.parameters import ALL_GROUPS, READ_ON_IMPORT
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS, ParameterSpec, global_values, lab_values, own_values
from virtlab.web import formats

PURCHASES = {str(option.value): option for option in PurchaseOption}
DEFAULT_LEFT, DEFAULT_RIGHT, DEFAULT_PURCHASE = "as_is", "rightsized", "one_year"


@dataclass(frozen=True, slots=True)
class Question:
    """A comparison's settings. `values` holds every parameter, `overrides` those that differ from the lab's own;
    `known`: keys of those that the lab has or that are asked here, at whatever value.

    `errors` maps a field's name to what is wrong with what was sent for it; the last good value is then in force.
    """

    left: str
    right: str
    region: str
    purchase: str
    values: Mapping[str, float]
    overrides: Mapping[str, float] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
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


def ask(lab: Lab, sent: Mapping[str, str], before: Mapping[str, str]) -> Question:
    """The question that `sent` asks. Where a field is wrong, `before` (the last address) holds, else the lab's own."""
    kept = own_values(lab)
    own = {**global_values(), **kept}
    values, overrides, errors = dict(own), {}, {}
    for key in assumption_keys():
        value, problem = _sent(SPECS[key], sent)
        if problem:
            errors[key] = problem
            value, _ignored = _sent(SPECS[key], before)
        if value is not None and value != own[key]:
            values[key] = overrides[key] = value
    places = regions()
    chosen, wrong = _choices(_known(places), _defaults(lab, places), sent, before)
    errors |= wrong
    invalid = {key: sent[key] for key in errors if key in sent}
    question = _question(chosen, values, _defaults(lab, places))
    known = frozenset({*kept, *overrides})
    return replace(question, overrides=overrides, known=known, errors=errors, sent=invalid)


def assumption_keys() -> list[str]:
    """Keys of the parameters that a comparison may be asked with."""
    return [key for key, spec in SPECS.items() if spec.group in ALL_GROUPS and key not in READ_ON_IMPORT]


def _choices(
    known: Mapping[str, Mapping[str, object]],
    defaults: Mapping[str, str],
    sent: Mapping[str, str],
    before: Mapping[str, str],
) -> tuple[dict[str, str], dict[str, str]]:
    chosen, errors = {}, {}
    for name, options in known.items():
        chosen[name], problem = _choice(options, sent.get(name, ""), before.get(name, ""), defaults[name])
        if problem:
            errors[name] = problem
    return chosen, errors


def frozen_question(lab: Lab, frozen: Mapping[str, Any]) -> Question:
    """The question that a share link froze; a parameter that is new since then has its present value."""
    values = {**lab_values(lab), **frozen.get("values", {})}
    places = regions()
    known, defaults = _known(places), _defaults(lab, places)
    chosen, _errors = _choices(known, defaults, {name: str(frozen.get(name, "")) for name in known}, {})
    return replace(_question(chosen, values, defaults), known=frozenset(frozen.get("known", ())))


def _question(chosen: Mapping[str, str], values: Mapping[str, float], defaults: Mapping[str, str]) -> Question:
    left, right, region, purchase = (chosen[name] for name in ("left", "right", "region", "purchase"))
    return Question(left, right, region, purchase, values, default_region=defaults["region"])


def _known(places: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    return {"left": LEFT, "right": RIGHT, "region": places, "purchase": PURCHASES}


def _defaults(lab: Lab, places: Mapping[str, object]) -> dict[str, str]:
    return {
        "left": DEFAULT_LEFT,
        "right": DEFAULT_RIGHT,
        "region": lab.region_code if lab.region_code in places else next(iter(places), lab.region_code),
        "purchase": DEFAULT_PURCHASE,
    }


def _sent(spec: ParameterSpec, sent: Mapping[str, str]) -> tuple[float | None, str]:
    """As `_number`; None and nothing wrong where nothing was sent for it."""
    return _number(spec, sent[spec.key]) if spec.key in sent else (None, "")


def _number(spec: ParameterSpec, text: str) -> tuple[float | None, str]:
    """The number that was sent, or None with what is wrong with it."""
    text = text.strip()
    try:
        value = float(text.replace("_", "?"))  # 1_000 is a number for Python alone
    except ValueError:
        return None, _("“%(text)s” is not a number.") % {"text": text[:40]} if text else _("Enter a number.")
    if spec.options and not spec.allows(value):
        return None, _("“%(text)s” is not one of the choices.") % {"text": text[:40]}
    if math.isfinite(value) and not spec.is_whole(value):
        return None, _("Choose a multiple of %(step)s.") % {"step": formats.number(spec.multiple_of)}
    if not math.isfinite(value) or not spec.allows(value):
        high = formats.measured(formats.number(spec.maximum), spec.unit)
        return None, _("Choose between %(low)s and %(high)s.") % {"low": formats.number(spec.minimum), "high": high}
    return value, ""


def _choice(known: Mapping[str, object], text: str, before: str, default: str) -> tuple[str, str]:
    if not text or text in known:
        return text or default, ""
    problem = _("“%(text)s” is not one of the choices.") % {"text": text[:40]}
    return (before if before in known else default), problem
