"""What is wrong with a file, said by tab, row and column. Kept as code and values, put into words when shown."""

from collections import Counter
from dataclasses import dataclass, field

from hosts.inventory.problems.kinds import COUNT, Severity
from hosts.inventory.problems.words import MESSAGES
from virtlab.web.formats import gib, number

KEPT_PER_CODE = 500
SHOWN_CHARACTERS = 80
SIZE = "_gib"  # ends the names of values in GiB, which messages show in a fitting unit


class Count(int):
    """A whole number by which a plural is chosen, and which is shown as the reader's language groups it."""

    def __str__(self) -> str:
        return number(int(self), 0)


@dataclass(slots=True, kw_only=True)
class Problem:
    """One finding. `row` is the number that a spreadsheet shows, 0 where it concerns the whole tab."""

    code: str
    tab: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    params: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return MESSAGES[self.code].severity

    @property
    def message(self) -> str:
        """The finding in words of the current language."""
        text, count = MESSAGES[self.code].text, Count(self.value) if self.value.isdecimal() else Count(0)
        values = dict(shown(name, value) for name, value in self.params.items())
        return str(text % {"value": self.value, COUNT: count, "column": self.column, **values})


@dataclass(slots=True)
class ProblemLog:
    """Collects problems: all are counted, the first few hundred of each kind are kept."""

    kept: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: dict[tuple[str, int], str] = field(default_factory=dict)  # the code of each row left out, by tab and row

    def add(
        self, code: str, *, tab: str = "", row: int = 0, column: str = "", value: object = "", **params: str | float
    ) -> None:
        """Notes one finding; KeyError for a code that has no words."""
        assert code in MESSAGES, code
        self.counts[code] += 1
        if row and MESSAGES[code].severity == Severity.ERROR:
            self.left_out.setdefault((tab, row), code)
        if self.counts[code] <= KEPT_PER_CODE:
            shown = shorten(str(value))
            self.kept.append(Problem(code=code, tab=tab, row=row, column=column, value=shown, params=dict(params)))


def shown(name: str, value: str | float) -> tuple[str, str | Count]:
    """A value of a message under the name that the message has for it, in the reader's language."""
    if isinstance(value, str):
        return name, value
    if name.endswith(SIZE):
        return name.removesuffix(SIZE), gib(value) if value else "0 GiB"
    return name, Count(value) if isinstance(value, int) else number(value)


def shorten(text: str) -> str:
    """A cell's text, short and printable enough to be quoted in a message."""
    printable = "".join(mark if mark.isprintable() else " " for mark in text)
    return printable if len(printable) <= SHOWN_CHARACTERS else f"{printable[:SHOWN_CHARACTERS]}…"
