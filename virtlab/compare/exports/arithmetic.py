"""The arithmetic inside a line item's words: what a spreadsheet can compute anew, and what it gives."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import translation

from virtlab.compare.bills.items import Item

TOKEN = re.compile(
    r"%\((?P<name>\w+)\)s|(?P<percent>%%)|(?P<word>[^\W\d]\w*(?:-\w+)*)|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"|(?P<sign>[×÷+−()])"
)
IN_CELLS = {"×": "*", "÷": "/", "−": "-", "%%": "%"}
STEPS: dict[str, Callable[[float, float], float]] = {
    "×": operator.mul,
    "÷": operator.truediv,
    "+": operator.add,
    "−": operator.sub,
}


class Token(NamedTuple):
    """A part of the arithmetic: a `name` of a number, a plain `number`, a `percent` mark or a `sign`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A formula without its words."""

    tokens: tuple[Token, ...]

    @property
    def names(self) -> frozenset[str]:
        """The numbers that it computes with."""
        return frozenset(token.text for token in self.tokens if token.kind == "name")

    def in_cells(self, references: Mapping[str, str]) -> str:
        """The same in a spreadsheet's notation, each name by what refers to its number."""
        return "".join(
            references[token.text] if token.kind == "name" else IN_CELLS.get(token.text, token.text.replace(",", ""))
            for token in self.tokens
        )

    def value(self, numbers: Mapping[str, float]) -> float:
        """What it gives with these numbers; raises ValueError where the words leave no arithmetic."""
        reader = _Reader(list(self.tokens), numbers)
        value = reader.sum()
        if reader.left:
            raise ValueError("There is something after the end of the formula.")
        return value


def arithmetic_of(item: Item) -> Arithmetic:
    """What an item's formula computes. It is read in English, so that it is the same in every language."""
    with translation.override("en"):
        words = str(item.formula)
    tokens: list[Token] = []
    for match in TOKEN.finditer(words):
        kind = match.lastgroup or ""
        if kind == "word":
            continue
        text = match[kind]
        if text == ")" and tokens and tokens[-1].text == "(":
            # Brackets around words alone.
            tokens.pop()
        else:
            tokens.append(Token(kind, text))
    return Arithmetic(tuple(tokens))


def bought_part(item: Item) -> Arithmetic | None:
    """What of a formula is the price of a purchase, before it is spread over its lifetime; None where nothing is."""
    tokens = arithmetic_of(item).tokens
    texts = [token.text for token in tokens]
    ends = (at for at in range(len(texts)) if texts[at : at + 3] == ["÷", "(", "years"])
    end = next(ends, None)
    return None if end is None else Arithmetic(tokens[:end])


class _Reader:
    """Reads tokens from left to right: sums of products of numbers that may be per cent, or negative."""

    def __init__(self, tokens: list[Token], numbers: Mapping[str, float]) -> None:
        self.left, self.numbers = tokens, numbers

    def sum(self) -> float:
        value = self.product()
        while self.left and self.left[0].text in "+−":
            value = STEPS[self.left.pop(0).text](value, self.product())
        return value

    def product(self) -> float:
        value = self.factor()
        while self.left and self.left[0].text in "×÷":
            value = STEPS[self.left.pop(0).text](value, self.factor())
        return value

    def factor(self) -> float:
        value = self.number()
        while self.left and self.left[0].kind == "percent":
            self.left.pop(0)
            value /= 100
        return value

    def number(self) -> float:
        token = self.left.pop(0) if self.left else Token("", "")
        if token.kind == "name":
            return self.numbers[token.text]
        if token.kind == "number":
            return float(token.text.replace(",", ""))
        if token.text == "−":
            return -self.number()
        if token.text != "(":
            raise ValueError(f"A number is missing at “{token.text}”.")
        value = self.sum()
        if not self.left or self.left.pop(0).text != ")":
            raise ValueError("A bracket stays open.")
        return value
