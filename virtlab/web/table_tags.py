"""Template tags of lists, loaded in every template (settings.TEMPLATES builtins): filters, selection, table, pages."""

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from virtlab.web.filters import FilterBar
from virtlab.web.listing import Listing
from virtlab.web.table import Column, Table

register = template.Library()

Write = Callable[[Any], str]
NUMBERS = ' class="num"'
BOX = (
    '<td><label class="select-box">'
    '<input class="form-check-input" type="checkbox" name="subject" value="{}" form="bulk">'
    '<span class="visually-hidden">{}</span></label></td>'
)


class CellNode(template.Node):
    """What a page's template writes in one column; `row` is the row."""

    def __init__(self, key: str, nodelist: template.NodeList) -> None:
        self.key = key
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return SafeString(self.nodelist.render(context).strip())


class TableNode(template.Node):
    """A list's table with its pages and its file. Cells that no template writes are written without one: faster. Those
    `as_cards` say what their column is called (data-label), for windows that have no room for the columns.
    """

    def __init__(self, listing: FilterExpression, cells: Mapping[str, CellNode], *, as_cards: bool) -> None:
        self.listing = listing
        self.cells = cells
        self.as_cards = as_cards

    def render(self, context: Context) -> SafeString:
        rows: Listing[Any] = self.listing.resolve(context)
        assert rows.table
        assert context.template
        if unknown := self.cells.keys() - {column.key for column in rows.table.shown}:
            raise TemplateSyntaxError(f"The table has no column {', '.join(sorted(unknown))}.")
        part = context.template.engine.get_template("parts/table.html")
        with context.push(rows=rows, heads=heads(rows), body=self._body(context, rows, rows.table)):
            return part.render(context)

    def _body(self, context: Context, rows: Listing[Any], table: Table[Any]) -> SafeString:
        cells = [self._cell(context, column, table) for column in table.shown]
        writes = [box_of(table), *cells] if context.get("bulk") else cells
        lines = []
        for row in rows.lines:
            with context.push(row=row):
                lines.append(f"<tr{attributes(table, row)}>{''.join([write(row) for write in writes])}</tr>")
        return SafeString("\n".join(lines))

    def _cell(self, context: Context, column: Column[Any], table: Table[Any]) -> Write:
        names_row = column.key == table.row_header
        label = f' data-label="{conditional_escape(column.label)}"' if self.as_cards else ""
        start = '<th scope="row"' if names_row else f"<td{label}"
        start += f' data-column="{column.key}"{NUMBERS if column.num else ""}>'
        end = "</th>" if names_row else "</td>"
        if node := self.cells.get(column.key):
            return lambda row: f"{start}{node.render(context)}{end}"
        if not (column.value or column.sort):
            raise TemplateSyntaxError(f"Nothing writes the column {column.key}.")
        write = column.text
        return lambda row: f"{start}{conditional_escape(write(row))}{end}"


def box_of(table: Table[Any]) -> Write:
    """Writes the cell by which a row is selected."""
    words = _("Select %(name)s")

    def write(row: Any) -> str:
        key, name = table.subject(row)
        return format_html(BOX, key, words % {"name": name})

    return write


def attributes(table: Table[Any], row: Any) -> str:
    """The attributes of a row's <tr>; empty ones are left out."""
    if table.attributes is None:
        return ""
    return format_html_join("", ' {}="{}"', ((key, value) for key, value in table.attributes(row).items() if value))


def heads(rows: Listing[Any]) -> list[tuple[Column[Any], str, str]]:
    """Each column with what aria-sort says of it, and the address that sorts by it."""
    columns = rows.table.shown if rows.table else []
    return [(column, rows.sort_state(column.key), rows.sort_address(column)) for column in columns]


@register.tag("cell")
def cell(parser: Parser, token: Token) -> CellNode:
    """{% cell key %}…{% endcell %} in a {% table %}: how this page writes a column."""
    key = token.split_contents()[1]
    nodelist = parser.parse(("endcell",))
    parser.delete_first_token()
    return CellNode(key, nodelist)


@register.tag("table")
def table(parser: Parser, token: Token) -> TableNode:
    """{% table rows %}{% cell … %}{% endtable %}: a Listing's table; {% table rows as_cards %} in an element of the
    class as-cards.
    """
    _tag, rows, *options = token.split_contents()
    if options not in ([], ["as_cards"]):
        raise TemplateSyntaxError(f"A table cannot be {' '.join(options)}.")
    listing = parser.compile_filter(rows)
    nodelist = parser.parse(("endtable",))
    parser.delete_first_token()
    cells = {node.key: node for node in nodelist if isinstance(node, CellNode)}
    return TableNode(listing, cells, as_cards=bool(options))


@register.inclusion_tag("parts/table.html#pager", takes_context=True)
def pager(context: Context, rows: Listing[Any]) -> dict[str, Any]:
    """How many rows there are, and the way to the other pages."""
    return {"rows": rows, "in_region": context.get("in_region", False)}


@register.simple_tag
def list_address(rows: Listing[Any], **changes: str | int) -> str:
    """A list's address with some of its state changed; an empty value takes the entry out."""
    return rows.address(**changes)


@register.inclusion_tag("parts/filter_bar.html", takes_context=True)
def filter_bar(context: Context, bar: FilterBar, placeholder: str = "") -> dict[str, Any]:
    """The form above a list: its search and filters; nothing above a list that has no row to look for.

    The list stands in an element with the id "list".
    """
    rows = context.get("rows")
    is_empty = isinstance(rows, Listing) and not rows.lines and not bar.active
    return {"bar": None if is_empty else bar, "placeholder": placeholder, "path": context["request"].path}
