"""A chart as the pages need it: a figure for Plotly, a sentence for everybody, a table for those who cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe

Cell = str | float | int
FigureDict = dict[str, Any]

# Inside a script element only these three could end it or start a comment.
ESCAPES = ((b"<", b"\\u003C"), (b">", b"\\u003E"), (b"&", b"\\u0026"))


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: `figure` is Plotly's {data, layout}, `summary` the finding in words, `rows` the same as a table.

    `legend` gives each name with the classes of its swatches; it is HTML, so that it wraps on a narrow screen.
    """

    key: str
    title: str
    summary: str
    figure: FigureDict
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]] = field(repr=False)
    note: str = ""
    legend: Sequence[tuple[str, Sequence[str]]] = ()


def as_script(value: object) -> SafeString:
    """JSON that may stand inside <script type="application/json">; numpy arrays and numbers are understood."""
    raw = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
    for character, escape in ESCAPES:
        raw = raw.replace(character, escape)
    return mark_safe(raw.decode())  # noqa: S308 (the three characters that could leave the script are escaped above)
