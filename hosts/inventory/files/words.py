"""Words of columns, power states and truth values in the languages in which vCenter, Excel and people write them, from
words.json: English, German, French, Spanish, Italian, Portuguese, Japanese, Chinese, Korean; Dutch for truth values.
"""

import json
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
