"""A chart as HTML: made once and kept by callers, because tables are long."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from virtlab.charts.base import Cell, Chart, as_script


def rendered(figure: Chart, *, wide: bool = False) -> SafeString:
    """The chart as a <figure>: heading, finding, a place for the plot, its JSON and its table."""
    context = {"chart": figure, "wide": wide, "script": as_script(figure.figure), "table": table(figure)}
    return render_to_string("charts/figure.html", context)


def table(figure: Chart) -> SafeString:
    """The chart's figures as an HTML table; the first column heads its row. Built by hand for speed."""
    head = "".join(f'<th scope="col"{_css(n)}>{escape(name)}</th>' for n, name in enumerate(figure.columns))
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in figure.rows)
    return format_html(
        '<table class="table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        mark_safe(head),  # noqa: S308 (made of escaped cells just above)
        mark_safe(body),  # noqa: S308 (made of escaped cells just above)
    )


def _cells(row: Sequence[Cell]) -> str:
    first, *rest = row
    cells = "".join(f'<td class="num">{cell_text(cell)}</td>' for cell in rest)
    return f'<th scope="row">{cell_text(first)}</th>{cells}'


def _css(column: int) -> str:
    return ' class="num"' if column else ""


def cell_text(cell: Cell) -> str:
    """A cell's text, escaped. English and Japanese write numbers alike, so Python's own format serves and is fast."""
    if isinstance(cell, str):
        return escape(cell)
    if isinstance(cell, int) or cell == int(cell):
        return f"{int(cell):,}"
    return f"{cell:,.2f}".rstrip("0")
