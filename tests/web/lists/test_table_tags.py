"""The {% table %} of a list: head, cells, selection, and what a page writes itself."""

from dataclasses import dataclass

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.html import format_html

from virtlab.labs.models import Lab
from virtlab.web.listing import listing
from virtlab.web.table import Column, Table


@dataclass
class Host:
    pk: int
    name: str
    cores: int
    rack: str


HOSTS = Table[Host](
    "Hosts <b>",
    [
        Column("name", "Name", "name", "name"),
        Column("rack", "Rack", value="rack"),
        Column("cores", "Cores", "cores", "cores", lambda value: f"{value:.1f}"),
        Column("mark", "Mark", value=lambda host: format_html("<i>{}</i>", host.pk), label_hidden=True),
        Column("site", csv="rack", csv_label="Site"),
    ],
    default="name",
    attributes=lambda host: {"id": f"host-{host.pk}", "class": ""},
)
ROWS = [Host(1, "a<1>", 4, ""), Host(2, "b", 8, "R1")]


class ShutDown:
    name = "host.off"
    title = "Shut down"


def rendered(cells: str = "", query: str = "", option: str = "", **context: object) -> str:
    rows = listing(RequestFactory().get(f"/?{query}"), HOSTS, ROWS, file_name="hosts.csv")
    page = Template(f"{{% table rows {option} %}}{cells}{{% endtable %}}")
    return " ".join(page.render(Context({"rows": rows, **context})).split())


def test_it_names_the_table_and_heads_each_column() -> None:
    page = rendered(query="sort=-cores")
    assert 'aria-label="Hosts &lt;b&gt;"' in page
    assert '<table class="table"' in page
    assert page.count('<th scope="col"') == 4
    assert '<th scope="col" data-column="cores" class="num" aria-sort="descending">' in page
    assert '<a class="sort" href="?sort=cores" >Cores</a>' in page
    assert '<span class="visually-hidden">Mark</span>' in page
    assert "Site" not in page


def test_it_writes_cells_escaped_formatted_and_with_a_dash_for_nothing() -> None:
    page = rendered()
    assert '<tr id="host-1"><th scope="row" data-column="name">a&lt;1&gt;</th>' in page
    assert '<td data-column="rack">–</td>' in page
    assert '<td data-column="cores" class="num">4.0</td><td data-column="mark"><i>1</i></td></tr>' in page


def test_it_says_in_each_cell_what_its_column_is_called_where_rows_are_cards() -> None:
    assert '<td data-label="Rack" data-column="rack">–</td>' in rendered(option="as_cards")
    assert "data-label" not in rendered()


def test_it_lets_the_page_write_a_column() -> None:
    page = rendered('{% cell name %} <a href="/{{ row.pk }}/">{{ row.name }}</a> {% endcell %}')
    assert '<th scope="row" data-column="name"><a href="/1/">a&lt;1&gt;</a></th>' in page


def test_it_knows_no_other_column() -> None:
    with pytest.raises(TemplateSyntaxError, match="no column site"):
        rendered("{% cell site %}{% endcell %}")


def test_it_selects_rows_only_where_something_can_be_done_with_them() -> None:
    assert "checkbox" not in rendered()
    page = rendered(bulk=[ShutDown], lab=Lab(slug="lab"))
    assert 'formaction="/labs/lab/jobs/bulk/host.off/">Shut down</button>' in page
    assert 'name="subject" value="2" form="bulk"><span class="visually-hidden">Select b</span>' in page


def test_it_links_to_the_file_of_what_is_shown() -> None:
    assert 'href="?sort=-cores&amp;format=csv" download' in rendered(query="sort=-cores&page=1")
