"""Words of columns, power states, truth values and months in the languages in which vCenter, Excel and people write
them, from words.json: English, German, French, Spanish, Italian, Portuguese, Japanese, Chinese, Korean; Dutch for truth
values.
"""

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from hosts.choices import PowerState

WORDS: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
TRUE = frozenset(WORDS["true"].split())
FALSE = frozenset(WORDS["false"].split()) | {""}
POWER = {word: PowerState(state) for state, words in WORDS["power"].items() for word in words.split()}
"""What a cell says, without blanks and case → power state."""


@cache
def heads() -> dict[str, str]:
    """A column's name in another language, without blanks, punctuation and case → the English one."""
    return {word: english for english, words in WORDS["heads"].items() for word in words.split()}


@cache
def trace_heads() -> dict[str, str]:
    """The same of a trace's columns, without the unit that may follow."""
    words = WORDS["trace_heads"].items()
    return heads() | {word: english for english, spellings in words for word in spellings.split()}


def month_of(word: str) -> int:
    """The month (1 … 12) that a word names, in full or shortened; 0 where it names none."""
    letters = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().casefold()
    beginnings = ((begin, number) for number, words in enumerate(WORDS["months"], 1) for begin in words.split())
    return next((number for begin, number in beginnings if letters.startswith(begin)), 0)
