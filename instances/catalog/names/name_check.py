"""A typed name, checked against the catalog: its parts, or which part is wrong and what comes nearest."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from instances.catalog.cache import cached_by_catalog
from instances.catalog.names.naming import LONGEST_NAME, BadName, TypeName, nearest, parse, parse_family
from instances.catalog.names.naming import typed as plain
from instances.catalog.names.naming_words import Part, explain
from instances.catalog.names.other_names import OtherName, is_retired, of_another_service, with_xlarge
from instances.models import InstanceType
from virtlab.web.lazy_text import LazyText

NOTHING = _("Not a name by the rule")
NEAREST = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """One part as drawn; `wrong` where the name fails on it."""

    text: str
    role: str
    meaning: LazyText
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be said of a name: `exists` in the catalog, else `wrong` says why and `nearest` what to try."""

    name: str
    parts: list[Shown]
    exists: bool
    wrong: str
    nearest: list[str]
    sizes: list[str]


@cached_by_catalog
def known_names() -> tuple[str, ...]:
    """Every type of the catalog by name (one query)."""
    return tuple(InstanceType.objects.order_by("name").values_list("name", flat=True))


def check(typed: str) -> Checked:
    """Takes any text whatever; never raises."""
    name, known = plain(typed)[: LONGEST_NAME + 1], known_names()
    if other := of_another_service(name):
        return _of_service(name, other, known)
    try:
        parsed = parse(name)
    except BadName as bad:
        return Checked(name, _halves(name, bad.part), False, str(bad.reason), _nearest(with_xlarge(name), known), [])
    if name in known:
        return Checked(name, _parts(parsed), True, "", [], [])
    return _unknown(parsed, known)


def _of_service(name: str, other: OtherName, known: tuple[str, ...]) -> Checked:
    """A name of another service: the type that it is made of, taken apart."""
    said = {"name": name, "service": other.service, "type": other.type_name}
    if other.type_name in known:
        text = (
            gettext("%(name)s is a name of %(service)s, with prices of its own. The EC2 type in it is %(type)s.") % said
        )
        return Checked(name, _parts(parse(other.type_name)), False, text, [other.type_name], [])
    inner = check(other.type_name) if not of_another_service(other.type_name) else None
    text = gettext("%(name)s is a name of %(service)s, but %(type)s in it is no EC2 type.") % said
    return Checked(name, inner.parts if inner else [], False, text, inner.nearest if inner else [], [])


def _unknown(parsed: TypeName, known: tuple[str, ...]) -> Checked:
    """A name that follows the rule and yet is none: its family may exist, or only its series."""
    sizes = [name for name in known if name.startswith(f"{parsed.family}.")]
    if sizes:
        wrong = gettext("There is a family %(family)s, but not in the size %(size)s.")
        near = sorted(sizes, key=lambda name: name not in nearest(parsed.name, sizes, NEAREST))[:NEAREST]
        text = wrong % {"family": parsed.family, "size": parsed.size}
        return Checked(parsed.name, _parts(parsed, {"size"}), False, text, near, sizes)
    series = {name.split(".")[0] for name in known}
    alike = {family for family in series if _series(family) == parsed.series}
    roles = _differing(parsed, alike) if alike else {"series"}
    plainer = f"{parsed.family.partition('-')[0]}.{parsed.size}"
    near = [plainer] if plainer in known else []
    near += [name for name in _nearest(parsed.name, known) if name != plainer]
    return Checked(parsed.name, _parts(parsed, roles), False, _why(parsed, roles), near[:NEAREST], [])


def _why(parsed: TypeName, roles: set[str]) -> str:
    """Which part no family of the catalogue has."""
    words = {"family": parsed.family, "series": parsed.series, "plain": parsed.family.partition("-")[0]}
    if is_retired(parsed.series):
        return gettext("%(family)s is retired: it cannot be launched any more.") % words
    if roles == {"suffix"} and parsed.suffix:
        words["suffix"] = parsed.suffix
        return gettext("There is a family %(plain)s, but none with the addition %(suffix)s.") % words
    if roles == {"generation"} and parsed.generation is not None and not parsed.processor:
        words["generation"] = str(parsed.generation)
        return (
            gettext("The series %(series)s has no generation %(generation)s like that: there is no %(family)s.") % words
        )
    return gettext("The name follows the rule, but there is no family %(family)s.") % words


def _series(family: str) -> str:
    try:
        return parse_family(family).series
    except BadName:
        return ""


def _differing(parsed: TypeName, families: set[str]) -> set[str]:
    """The first part, read from the left, that no family of the series has together with what stands before it."""
    left = [parse_family(family) for family in families]
    for role, part in (("generation", "generation"), ("processor", "processor"), ("option", "options")):
        kept_on = [family for family in left if getattr(family, part) == getattr(parsed, part)]
        if not kept_on:
            return {role if role != "processor" or parsed.processor else _where_it_stood(parsed)}
        left = kept_on
    return {"suffix"}


def _where_it_stood(parsed: TypeName) -> str:
    """What a missing processor's letter shows in: the letter in its place, else the generation before it."""
    return "option" if parsed.options else "generation"


def _parts(parsed: TypeName, wrong: set[str] | frozenset[str] = frozenset()) -> list[Shown]:
    parts: list[Part] = [part for part in explain(parsed) if part.text]
    return [Shown(part.text, part.role, part.meaning, part.role in wrong) for part in parts]


def _halves(name: str, part: str) -> list[Shown]:
    """A text that cannot be read, cut at its first dot; the part that is wrong is marked."""
    if not name:
        return []
    family, dot, size = name.partition(".")
    if part == "dot" or not dot:
        return [Shown(name, "whole", NOTHING, True)]
    try:
        left = _parts(parse_family(family))
    except BadName:
        left = [Shown(family or "?", "family", NOTHING, True)]
    return [*left, Shown(size or "?", "size", NOTHING, part == "size")]


def _nearest(name: str, known: tuple[str, ...]) -> list[str]:
    return nearest(name, known, NEAREST)
