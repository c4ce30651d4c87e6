"""Pages of the catalog: the explorer, one type, names, regions."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from plotly import graph_objects
from pytest_django import DjangoAssertNumQueries

from instances.catalog.queries import type_table
from instances.models import InstanceType
from instances.pages.regions.charts import move_chart, regions_chart
from instances.pages.regions.comparison import move, region_rows
from instances.pages.types.charts import compared_chart, family_chart, region_prices_chart
from instances.pages.types.explorer import explore
from instances.pages.types.facts import type_facts
from instances.pages.types.type_page import type_page
from virtlab.charts.base import Chart, as_script
from virtlab.labs.models import Lab

pytestmark = pytest.mark.usefixtures("catalog")
OFFERS = str(Path(__file__).parents[1] / "catalog" / "refresh" / "ec2_offers.csv")


@pytest.fixture
def lab(aiko: Client) -> Lab:
    """Aiko's lab, without anything in it."""
    session = aiko.session
    session["visitor"] = "a" * 43
    session.save()
    return Lab.objects.create(name="Lab", visitor_token="a" * 43)


def get(client: Client, lab: Lab, name: str, query: str = "", *args: str, **headers: str) -> str:
    answer = client.get(reverse(f"instances:{name}", args=[lab.slug, *args]) + query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


class TestExplorer:
    def test_it_shows_every_type_of_the_labs_region_cheapest_first(self, aiko: Client, lab: Lab) -> None:
        page = get(aiko, lab, "types")
        assert "1,202 types of the 1,202 in ap-northeast-1" in page
        assert page.index(">t4g.nano<") < page.index(">t3.nano<")
        assert "AWS price list" in page

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("family=m7i", {"m7i.large"}),
            ("q=m7i.large", {"m7i.large"}),
            ("vcpu_min=2&vcpu_max=2&memory_min=8&memory_max=8&maker=intel&family=m5", {"m5.large"}),
            ("family=m5&hypervisor=metal", {"m5.metal"}),
            ("family=t3&price_max=0.01", {"t3.nano"}),
            ("arch=arm&generation=8&family=m8g&vcpu_max=1", {"m8g.medium"}),
            ("q=ｍ８ｇ．ｍｅｄｉｕｍ&vcpu_max=1", {"m8g.medium"}),
            ("maker=graviton&family=a1&vcpu_max=1", {"a1.medium"}),
            ("maker=amd&family=g5&vcpu_max=4", {"g5.xlarge"}),
            ("maker=intel&family=t8i&vcpu_max=2&memory_max=1", {"t8i.nano", "t8i.micro"}),
            ("maker=intel&family=mac1&vcpu_max=99", {"mac1.metal"}),
        ],
    )
    def test_it_keeps_what_the_address_asks_for(self, aiko: Client, lab: Lab, query: str, expected: set[str]) -> None:
        rows = list(csv.reader(io.StringIO(get(aiko, lab, "types", f"?{query}&format=csv").lstrip("\ufeff"))))[1:]
        assert expected <= {row[0] for row in rows}
        if "price_max" in query or "hypervisor" in query or "vcpu_max" in query:
            assert {row[0] for row in rows} == expected

    def test_it_says_who_made_the_processor_of_every_type(self) -> None:
        made = type_facts("us-east-1")
        families = dict(zip(type_table("us-east-1").families, made.maker, strict=True))
        assert set(made.maker) == {"intel", "amd", "graviton", "apple"}
        assert {families[name] for name in ("mac2", "mac2-m2pro", "mac-m4")} == {"apple"}
        assert {families[name] for name in ("t3a", "m7a", "c8a", "f2", "p5", "g6")} == {"amd"}
        assert {families[name] for name in ("a1", "t4g", "m8g", "im4gn", "g5g")} == {"graviton"}

    def test_it_says_that_a_price_is_not_in_the_catalogue(self, aiko: Client, lab: Lab) -> None:
        page = get(aiko, lab, "types", "?family=p5&compare=p5.48xlarge&compare=m5.large")
        assert page.count("not in the catalogue") >= 6
        rows = list(csv.reader(io.StringIO(get(aiko, lab, "types", "?family=p5&format=csv").lstrip("\ufeff"))))
        told = dict(zip(rows[0], rows[1], strict=True))
        assert (told["USD per hour"], told["USD per month"], told["Kind"]) == ("", "", "not in the catalogue")
        page = get(aiko, lab, "type", "?region=ap-northeast-1", "p5.48xlarge")
        assert "The price in ap-northeast-1 is not in the catalogue." in page
        assert "The catalogue has its price in us-east-1 alone: $55.0400 an hour." in page
        assert "The prices of this type are not in the catalogue." in get(aiko, lab, "type", "", "t8i.small")

    def test_it_shows_the_terms_that_were_read_from_the_clouds_list(self, aiko: Client, lab: Lab) -> None:
        assert "Terms listed" not in get(aiko, lab, "type", "", "m5.large")
        call_command("refresh_catalogue", region="ap-northeast-1", from_file=OFFERS, verbosity=0)
        page = get(aiko, lab, "type", "", "m5.large")
        rows = page[page.index("Terms listed in ap-northeast-1") :].split("</table>")[0].split("<tr>")[2:]
        cells = [re.sub(r"\s*<[^>]+>\s*", "|", row).split("|") for row in rows]
        told = [[cell for cell in row if cell.strip()][:6] for row in cells]
        assert told == [
            ["Reserved Instance, standard", "1", "Nothing upfront", "0", "0.079", "0.0790"],
            ["Reserved Instance, standard", "3", "Partly upfront", "657", "0.025", "0.0500"],
            ["Reserved Instance, standard", "3", "All upfront", "1,235", "0", "0.0470"],
        ]

    def test_it_takes_yes_and_no_and_leaves_nonsense_out(self, aiko: Client, lab: Lab) -> None:
        assert "t3.nano" not in get(aiko, lab, "types", "?burstable=no")
        page = get(aiko, lab, "types", "?vcpu_min=many&purchase=never&page=999&sort=colour")
        assert page.count("This filter is left out.") == 2
        assert "1,202 types" in page

    def test_it_prices_by_purchase_option_and_system(self, aiko: Client, lab: Lab) -> None:
        assert ">0.124<" in get(aiko, lab, "types", "?q=m5.large")
        assert ">0.07812<" in get(aiko, lab, "types", "?q=m5.large&purchase=one_year")
        assert ">0.216<" in get(aiko, lab, "types", "?q=m5.large&system=windows")

    def test_it_compares_up_to_four_and_says_so(self, aiko: Client, lab: Lab) -> None:
        names = ["m5.large", "m6i.large", "m7i.large", "m7g.large", "m8g.large", "nonsense"]
        page = get(aiko, lab, "types", "?" + "&".join(f"compare={name}" for name in names))
        assert "Four types can be compared at once" in page
        assert 'id="chart-compared"' in page
        assert page.count('name="compare"') == 4
        assert "differs" in page

    def test_it_answers_htmx_with_the_list_alone(self, aiko: Client, lab: Lab) -> None:
        part = get(aiko, lab, "types", "?family=m5", HX_Request="true")
        assert part.lstrip().startswith('<div id="list"')
        whole = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
        assert "<!doctype html>" in get(aiko, lab, "types", "?family=m5", **whole)

    def test_it_asks_the_database_the_same_whatever_it_shows(
        self, aiko: Client, lab: Lab, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        get(aiko, lab, "types")
        for query in ("?family=m5", "?page=3&compare=m5.large&compare=c5.large"):
            with django_assert_max_num_queries(20):
                get(aiko, lab, "types", query)

    def test_it_is_not_for_strangers(self, ben: Client, lab: Lab) -> None:
        for name in ("types", "types-csv", "naming", "regions"):
            assert ben.get(reverse(f"instances:{name}", args=[lab.slug])).status_code == 404


class TestOneType:
    def test_it_has_prices_in_every_region_and_its_family(self, aiko: Client, lab: Lab) -> None:
        page = get(aiko, lab, "type", "", "m7i.large")
        assert "0.1302" in page
        assert "us-east-1" in page
        assert "m7i.48xlarge" in page
        assert "ap-northeast-1a" in page

    @pytest.mark.parametrize("name", ["u7i-12tb.224xlarge", "mac2-m2.metal", "t1.micro", "p5.48xlarge"])
    def test_it_shows_types_without_price_or_watts(self, aiko: Client, lab: Lab, name: str) -> None:
        assert name in get(aiko, lab, "type", "", name)

    def test_it_knows_no_other(self, aiko: Client, lab: Lab) -> None:
        assert aiko.get(reverse("instances:type", args=[lab.slug, "m99.large"])).status_code == 404


class TestRegions:
    def test_it_lists_all_and_compares_two(self, aiko: Client, lab: Lab) -> None:
        page = get(aiko, lab, "regions", "?from=ap-northeast-1&to=eu-north-1")
        assert "30 regions, 95 zones" in page
        assert "From Asia Pacific (Tokyo) to Europe (Stockholm)" in page
        assert "There is no such region." in get(aiko, lab, "regions", "?to=mars-north-1")

    def test_it_chooses_the_labs_region(self, aiko: Client, lab: Lab) -> None:
        address = reverse("instances:set-region", args=[lab.slug])
        assert aiko.post(address, {"region": "eu-west-1"}).status_code == 302
        lab.refresh_from_db()
        assert lab.region_code == "eu-west-1"
        assert aiko.post(address, {"region": "mars-north-1"}).status_code == 404
        assert aiko.get(address).status_code == 405

    def test_it_lets_no_stranger_choose(self, ben: Client, lab: Lab) -> None:
        assert ben.post(reverse("instances:set-region", args=[lab.slug]), {"region": "eu-west-1"}).status_code == 404

    def test_it_finds_what_a_move_changes(self) -> None:
        moved = move("us-east-1", "ap-northeast-1")
        ratios = {one.family: one.ratio for one in moved.families}
        assert ratios["m5"] == pytest.approx(1.292, abs=0.002)
        assert len(moved.missing) > 100
        assert moved.services[0].ratio == pytest.approx(1.2)


def every_chart(lab: Lab, rf: object) -> list[Chart]:
    explored = explore(rf, lab)  # type: ignore[arg-type]
    page = type_page(lab, InstanceType.objects.get(name="m7i.large"), "ap-northeast-1")
    rows = region_rows("ap-northeast-1")
    return [
        compared_chart(explored),
        region_prices_chart(page),
        family_chart(page),
        regions_chart(rows, "ap-northeast-1"),
        move_chart(move("ap-northeast-1", "eu-north-1")),
    ]


def test_it_draws_charts_that_are_valid_by_plotlys_schema(lab: Lab, rf: object) -> None:
    request = rf.get("/?compare=m5.large&compare=u7i-12tb.224xlarge")  # type: ignore[attr-defined]
    for chart in every_chart(lab, request):
        graph_objects.Figure(json.loads(as_script(chart.figure)))
        assert len(chart.summary) > 15
        assert "%(" not in chart.summary
        assert chart.rows
        assert all(len(row) == len(chart.columns) for row in chart.rows)
