"""Sentences that are kept in the database and read in the language of whoever looks at them.

Their numbers are written as pages write them: with the language's marks, sizes grouped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, override

from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

Word = str | int | float
PLACE = re.compile(
    r"%\((?P<name>\w+)\)(?:\.(?P<digits>\d+))?(?P<kind>[sdfg])"
    r"(?P<after>[ \xa0](?P<unit>GiB|MiB|%\(unit\)s)(?![\w/]))?|%%"
)
"""Where a word goes, with the unit of size that follows it, or the word `unit`."""
SIZES = frozenset({"GiB", "MiB"})
GROUPED = 1000
"""From here on a size is grouped. Its unit stays: who reads a refusal types the figure again."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message in the source language and what it is filled with; `str()` gives it in the active language."""

    message: str
    words: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = gettext(self.message) if self.message else ""
        return _filled(said, {name: _read(word) for name, word in self.words.items()}) if self.words else said

    def __bool__(self) -> bool:
        return bool(self.message)

    def as_json(self) -> dict[str, Any]:
        """What a JSON column keeps."""
        return {"m": self.message, "w": self.words} if self.words else {"m": self.message}

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> "Text":
        """The text that a JSON column kept; an empty one for nothing."""
        return cls(stored["m"], stored.get("w", {})) if stored else cls("")


def say(message: "LazyText | Text", /, **words: "Word | LazyText | Text") -> Text:
    """A text to keep: `say(_("Move %(vm)s to %(host)s"), vm="db-01", host="kvm-02")`, where `_` is gettext_lazy.

    Words may be names, numbers (`%(gib).1f`), lazy labels of choices, or other texts.
    """
    if isinstance(message, Text):
        return message
    return Text(_source(message), {name: _keep(word) for name, word in words.items()})


def _source(message: LazyText) -> str:
    with override(None):
        return str(message)


def _keep(word: "Word | LazyText | Text") -> Any:
    if isinstance(word, Text):
        return word.as_json()
    return {"m": _source(word)} if isinstance(word, Promise) else word


def _read(word: Any) -> Any:
    return str(Text.from_json(word)) if isinstance(word, dict) else word


def _filled(said: str, words: Mapping[str, Any]) -> str:
    def fill(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        word, after = words[place["name"]], (place["after"] or "").replace("%(unit)s", str(words.get("unit", "")))
        unit = after[1:] if after[1:] in SIZES else ""
        if not _is_number(word):
            return f"{word}{after}"
        digits = int(place["digits"] or "6") if place["kind"] == "f" else None
        if unit and abs(word) >= GROUPED:
            return f"{formats.exact(round(word, digits or 0))}{after}"
        return f"{_number(word, place['kind'], digits)}{after}"

    return PLACE.sub(fill, said)


def _number(word: float, kind: str, digits: int | None) -> str:
    if kind == "s" and isinstance(word, int):
        return str(word)  # a count, a year, the number of something: as it is
    return formats.exact(word) if digits is None else formats.number(word, digits)


def _is_number(word: object) -> bool:
    return isinstance(word, int | float) and not isinstance(word, bool)
