"""The comparison's pages: what they show, what they refuse, how much they ask of the database."""

import io
import json
import re
import zipfile

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hosts.inventory.write import create_estate
from instances.rules.risk import LEVELS
from tests.compare.conftest import report_of, small_inventory
from virtlab.compare.models import ShareLink
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.labs.models import Assumption, Lab
from virtlab.web import formats

HTMX = {"HX-Request": "true"}
SHEETS = [
    "Summary",
    "Alternatives",
    "Line items",
    "Payments",
    "Cash flow",
    "Assumptions",
    "Workloads",
    "Not carried",
]


def address(name: str, lab: Lab, *more: str) -> str:
    return reverse(f"compare:{name}", args=[lab.slug, *more])


class TestReport:
    def test_it_shows_both_sides_and_every_chart(self, visitor: Client, lab: Lab) -> None:
        page = visitor.get(address("report", lab)).content.decode()
        assert "On-prem as it is" in page
        assert "Cloud, right-sized, 1 year" in page
        charts = re.findall(r'data-chart="(\w+)"', page)
        assert charts == [
            "heatmap",
            "distribution",
            "allocated",
            "cost",
            "cumulative",
            "watts",
            "energy",
            "carbon",
            "hosts",
        ]
        scripts = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
        assert len(scripts) == len(charts)
        assert all(json.loads(script)["data"] for script in scripts)

    def test_it_fetches_the_range_after_itself(self, visitor: Client, lab: Lab) -> None:
        page = visitor.get(address("report", lab), {"pue_onprem": "1.4"}).content.decode()
        place = f"{address('outlook', lab)}?pue_onprem=1.4"
        assert f'hx-get="{place}"' in page
        region = visitor.get(place, headers=HTMX).content.decode()
        assert re.findall(r'data-chart="(\w+)"', region) == ["band", "tornado"]
        assert re.findall(r'id="outlook-\w+"', region) == re.findall(r'id="outlook-\w+"', page)
        assert "10,000 draws" in region

    @pytest.mark.parametrize("left", ["physical", "as_is", "consolidated", "refresh"])
    @pytest.mark.parametrize("right", ["same_size", "rightsized", "containers", "serverless"])
    def test_it_puts_any_two_alternatives_side_by_side(self, visitor: Client, lab: Lab, left: str, right: str) -> None:
        answer = visitor.get(address("report", lab), {"left": left, "right": right, "purchase": "three_year"})
        assert answer.status_code == 200
        assert answer.context["report"].left.key == left
        assert answer.context["report"].right.key == f"{right}-three_year"

    def test_it_answers_a_slider_with_a_fragment_and_its_address(self, visitor: Client, lab: Lab) -> None:
        query = {"electricity_usd_per_kwh": "0.3", "left": "as_is", "usd_jpy": "150"}
        answer = visitor.get(address("report", lab), query, headers=HTMX)
        assert answer["HX-Replace-Url"] == f"{address('report', lab)}?electricity_usd_per_kwh=0.3"
        assert "<html" not in answer.content.decode()
        assert 'id="result"' in answer.content.decode()

    def test_it_teaches_the_import_where_there_is_nothing(self, visitor: Client, empty_lab: Lab) -> None:
        page = visitor.get(address("report", empty_lab)).content.decode()
        assert reverse("inventory:upload", args=[empty_lab.slug]) in page

    def test_it_hides_the_lab_from_strangers(self, ben: Client, lab: Lab) -> None:
        for name in ("report", "workloads", "csv", "xlsx", "sizing"):
            assert ben.get(address(name, lab)).status_code == 404
        assert ben.get(address("items", lab, "as_is")).status_code == 404
        for name in ("save", "reset", "share"):
            assert ben.post(address(name, lab)).status_code == 404

    def test_it_speaks_japanese(self, visitor: Client, lab: Lab) -> None:
        assert visitor.get(address("report", lab), headers={"Accept-Language": "ja"}).status_code == 200

    def test_it_shows_the_ledger_on_the_labs_home(self, visitor: Client, lab: Lab, empty_lab: Lab) -> None:
        assert 'class="card ledger"' in visitor.get(reverse("compare:lab", args=[lab.slug])).content.decode()
        assert visitor.get(reverse("compare:lab", args=[empty_lab.slug])).status_code == 200


class TestBadInput:
    @pytest.mark.parametrize(
        ("key", "text", "words"),
        [
            ("electricity_usd_per_kwh", "cheap", "is not a number"),
            ("electricity_usd_per_kwh", "-1", "Choose between 0 and 1"),
            ("electricity_usd_per_kwh", "1e30", "Choose between"),
            ("pue_onprem", "nan", "Choose between 1 and 3"),
            ("spare_hosts", "1.5", "Choose a multiple of 1."),
            ("horizon_months", "13.7", "Choose a multiple of 1."),
            ("container_node_vcpu", "3", "Choose a multiple of 2."),
            ("usd_jpy", "inf", "Choose between 50 and 400"),
            ("usd_jpy", "", "Enter a number."),
            ("region", "moon-east-1", "is not one of the choices"),
            ("left", "abacus", "is not one of the choices"),
            ("purchase", "<script>", "is not one of the choices"),
        ],
    )
    def test_it_says_what_is_wrong_at_the_field_and_keeps_the_lab_value(
        self, visitor: Client, lab: Lab, key: str, text: str, words: str
    ) -> None:
        answer = visitor.get(address("report", lab), {key: text})
        assert answer.status_code == 200
        assert words in answer.context["question"].errors[key]
        note = re.search(rf'id="note-{key}"[^>]*>([^<]*)<', answer.content.decode())
        assert note
        assert words in note.group(1).replace("&quot;", '"')
        assert answer.context["report"].left.usd == visitor.get(address("report", lab)).context["report"].left.usd

    def test_it_keeps_the_last_good_value_of_the_address_shown(self, visitor: Client, lab: Lab) -> None:
        shown = f"http://testserver{address('report', lab)}?electricity_usd_per_kwh=0.4"
        answer = visitor.get(
            address("report", lab),
            {"electricity_usd_per_kwh": "4000"},
            headers={**HTMX, "HX-Current-URL": shown},
        )
        assert answer.context["question"].values["electricity_usd_per_kwh"] == 0.4
        assert answer["HX-Replace-Url"].endswith("?electricity_usd_per_kwh=0.4")

    def test_it_asks_for_the_default_where_a_choice_is_left_out(self, visitor: Client, lab: Lab) -> None:
        shown = f"http://testserver{address('report', lab)}?region=us-east-1&left=physical"
        answer = visitor.get(address("report", lab), headers={**HTMX, "HX-Current-URL": shown})
        assert answer.context["question"].region == lab.region_code
        assert answer.context["question"].left == "as_is"

    def test_it_leaves_unknown_fields_alone(self, visitor: Client, lab: Lab) -> None:
        answer = visitor.get(address("report", lab), {"no_such": "1", "assumed_cpu_mean_pct": "99"})
        assert not answer.context["question"].overrides

    def test_it_knows_no_other_alternative(self, visitor: Client, lab: Lab) -> None:
        assert visitor.get(address("items", lab, "abacus")).status_code == 404


class TestLineItems:
    def test_it_opens_the_line_items_of_every_alternative(self, visitor: Client, lab: Lab) -> None:
        report = visitor.get(address("report", lab)).context["report"]
        for item in report.alternatives:
            page = visitor.get(address("items", lab, item.key)).content.decode()
            assert f"{item.usd:,.2f}" in page
            assert all(anchor in page for anchor in ('id="machines"', 'id="cost"', 'id="energy"', 'id="carbon"'))

    def test_it_gives_a_fragment_to_the_dialog(self, visitor: Client, lab: Lab) -> None:
        page = visitor.get(address("items", lab, "as_is"), headers=HTMX).content.decode()
        assert "<html" not in page
        assert "GiB × $25.00) ÷ (5 years × 12 months) × 50 % of the months ahead, those after its refresh" in page

    def test_it_prices_as_the_address_asks(self, visitor: Client, lab: Lab) -> None:
        page = visitor.get(address("items", lab, "as_is"), {"server_base_usd": "20000"}).content.decode()
        assert "$20,000.00" in page


class TestWorkloads:
    def test_it_sorts_searches_and_pages(self, visitor: Client, lab: Lab) -> None:
        rows = visitor.get(address("workloads", lab)).context["rows"].page.object_list
        assert [row.usd_per_month for row in rows] == sorted((row.usd_per_month for row in rows), reverse=True)
        rows = visitor.get(address("workloads", lab), {"q": "WEB"}).context["rows"].page.object_list
        assert [row.name for row in rows] == ["web-0"]
        names = visitor.get(address("workloads", lab), {"sort": "name"}).context["rows"].page.object_list
        assert [row.name for row in names] == sorted(row.name for row in names)

    def test_it_gives_what_is_shown_as_a_file(self, visitor: Client, lab: Lab) -> None:
        answer = visitor.get(address("workloads", lab), {"q": "web", "format": "csv"})
        head, row = answer.content.decode("utf-8-sig").splitlines()
        assert head.startswith("Workload,Cluster,Host,System,Version of the system,vCPU now,GiB now,Disk (GiB)")
        assert "CPU used (%),CPU at the percentile (%),CPU in the busiest hour (%),Active memory (%)" in head
        assert row.startswith("web-0,")
        assert answer["Content-Disposition"] == 'attachment; filename="virtlab-small-estate-workloads.csv"'

    def test_it_filters_by_how_demand_is_known(self, visitor: Client, lab: Lab) -> None:
        stated = visitor.get(address("workloads", lab), {"evidence": "stated"}).context["rows"].page.object_list
        assert {row.evidence_text for row in stated} == {"stated mean"}
        assert not visitor.get(address("workloads", lab), {"evidence": "measured"}).context["rows"].page.object_list

    def test_it_filters_by_risk(self, visitor: Client, lab: Lab) -> None:
        levels = {row.name: row.risk_level for row in workload_rows(report_of(lab))}
        assert len(set(levels.values())) > 1
        for level in LEVELS:
            rows = visitor.get(address("workloads", lab), {"risk": level}).context["rows"].page.object_list
            assert {row.name for row in rows} == {name for name, its in levels.items() if its == level}

    def test_it_keeps_the_assumptions_while_it_searches(self, visitor: Client, lab: Lab) -> None:
        page = visitor.get(address("workloads", lab), {"region": "us-east-1", "q": "web"}).content.decode()
        assert '<input type="hidden" name="region" value="us-east-1">' in page


class TestAssumptions:
    def test_it_saves_and_forgets_the_labs_own(self, visitor: Client, lab: Lab) -> None:
        answer = visitor.post(address("save", lab), {"state": "usd_jpy=160&pue_onprem=1.3&left=physical"})
        assert answer["Location"] == f"{address('report', lab)}?left=physical"
        assert dict(Assumption.objects.values_list("key", "value")) == {"usd_jpy": 160.0, "pue_onprem": 1.3}
        assert visitor.get(address("report", lab)).context["question"].values["usd_jpy"] == 160.0
        visitor.post(address("reset", lab))
        assert not Assumption.objects.exists()

    def test_it_saves_nothing_that_is_out_of_range(self, visitor: Client, lab: Lab) -> None:
        visitor.post(address("save", lab), {"state": "usd_jpy=9e9&pue_onprem=abc"})
        assert not Assumption.objects.exists()


class TestShareLinks:
    def test_it_lets_anybody_read_and_nobody_change(self, visitor: Client, ben: Client, lab: Lab) -> None:
        visitor.post(address("share", lab), {"state": "left=physical&electricity_usd_per_kwh=0.5"})
        link = ShareLink.objects.get()
        answer = ben.get(link.get_absolute_url())
        assert answer.status_code == 200
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.context["report"].left.key == "physical"
        page = answer.content.decode()
        assert 'id="assumptions"' not in page
        assert lab.slug not in page
        for name in ("items", "workloads", "csv", "xlsx", "sizing"):
            more = ["physical"] if name == "items" else []
            assert ben.get(reverse(f"compare:shared-{name}", args=[link.token, *more]), follow=True).status_code == 200

    def test_it_goes_to_the_link_that_was_made(self, visitor: Client, lab: Lab) -> None:
        visitor.post(address("share", lab), {"state": ""})
        made = visitor.post(address("share", lab), {"state": "usd_jpy=170"})
        page, _hash, anchor = made["Location"].partition("#")
        assert anchor == f"link-{ShareLink.objects.latest('pk').pk}"
        assert f'id="{anchor}"' in visitor.get(page).content.decode()

    def test_it_freezes_the_assumptions(self, visitor: Client, ben: Client, lab: Lab) -> None:
        visitor.post(address("share", lab), {"state": ""})
        link = ShareLink.objects.get()
        before = ben.get(link.get_absolute_url()).context["report"].left.usd
        Assumption.objects.create(lab=lab, key="server_base_usd", value=99_000)
        assert ben.get(link.get_absolute_url()).context["report"].left.usd == before

    def test_it_says_that_a_link_was_withdrawn(self, visitor: Client, ben: Client, lab: Lab) -> None:
        visitor.post(address("share", lab), {"state": ""})
        link = ShareLink.objects.get()
        visitor.post(address("revoke", lab, link.token))
        answer = ben.get(link.get_absolute_url())
        assert answer.status_code == 410
        assert "withdrawn" in answer.content.decode()
        assert ben.get(reverse("compare:shared-xlsx", args=[link.token])).status_code == 410

    def test_it_knows_no_other_link(self, ben: Client, lab: Lab) -> None:
        assert ben.get(reverse("compare:shared", args=["no-such-token"])).status_code == 404

    def test_it_lets_nobody_withdraw_another_labs_link(self, visitor: Client, lab: Lab, empty_lab: Lab) -> None:
        link = ShareLink.objects.create(lab=lab, created_at=timezone.now())
        assert visitor.post(address("revoke", empty_lab, link.token)).status_code == 404


class TestExports:
    def test_it_gives_tables_that_reconcile_with_the_page(self, visitor: Client, lab: Lab) -> None:
        report = visitor.get(address("report", lab)).context["report"]
        book = openpyxl.load_workbook(io.BytesIO(visitor.get(address("xlsx", lab)).content), data_only=True)
        assert book.sheetnames == SHEETS
        rows = list(book["Alternatives"].iter_rows(min_row=2, values_only=True))
        assert [row[9] for row in rows] == [float(item.usd) for item in report.alternatives]
        lines = [row for row in book["Line items"].iter_rows(min_row=2, values_only=True) if row[1] == "Cost per month"]
        amounts = {
            kind: sum(float(str(row[5])) for row in lines if (row[2] == "Total") == kind) for kind in (True, False)
        }
        assert amounts[True] == pytest.approx(amounts[False])
        assert amounts[True] == pytest.approx(sum(float(i.usd) for i in report.alternatives))

    def test_it_says_of_what_and_when_it_is(self, visitor: Client, lab: Lab) -> None:
        answer = visitor.get(address("xlsx", lab), {"usd_jpy": "160", "purchase": "three_year"})
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        said = {str(row[0]): str(row[1]) for row in book["Summary"].iter_rows(min_row=2, values_only=True)}
        assert "Asia Pacific (Tokyo)" in said["Region"]
        assert "its prices are of" in said["Catalogue version"]
        assert said["Catalogue version"] in visitor.get(address("report", lab)).context["prices"]
        assert said["Date of the report"] == formats.day(timezone.localdate())
        assert said["Assumptions changed from their default"] == "1"
        assert "Over 60 months" in said["Answer"]
        changed = [row for row in book["Assumptions"].iter_rows(min_row=2, values_only=True) if row[4]]
        assert [(row[1], row[3], row[10]) for row in changed] == [(160, 150, "usd_jpy")]

    def test_it_counts_in_cells_that_are_numbers(self, visitor: Client, lab: Lab) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(visitor.get(address("xlsx", lab)).content))["Summary"]
        found = {str(row[0].value): row[1] for row in sheet.iter_rows(min_row=2) if row[1].data_type != "f"}
        for label, count in {"VMs in the lab": 6, "· off": 1, "Hosts": 2, "· set apart, templates too": 0}.items():
            assert (found[label].value, found[label].number_format) == (count, "#,##0")
        digits = [label for label, cell in found.items() if str(cell.value).replace(",", "").isdecimal()]
        assert len(digits) > 5
        assert all(isinstance(found[label].value, int) for label in digits), digits

    def test_it_lists_workloads_so_that_a_plan_of_waves_can_start(self, visitor: Client, lab: Lab) -> None:
        book = openpyxl.load_workbook(io.BytesIO(visitor.get(address("xlsx", lab)).content))
        head, *rows = ([str(cell) for cell in row] for row in book["Workloads"].iter_rows(values_only=True))
        row = next(dict(zip(head, row, strict=True)) for row in rows if row[0] == "web-0")
        assert [row[name] for name in ("Host", "Cluster", "Disk (GiB)")] == ["esx-02", "A", "100"]
        assert row["Demand known"] == "stated mean"
        assert float(row["USD per month, same size"]) > float(row["USD per month"]) > 0
        assert row["Type of the same size"] != row["Type"]

    def test_it_keeps_cells_that_look_like_formulas_text(self, visitor: Client, lab: Lab) -> None:
        book = openpyxl.load_workbook(io.BytesIO(visitor.get(address("xlsx", lab)).content))
        cells = {cell.value: cell.data_type for cell in book["Workloads"]["A"]}
        assert cells["=cmd()-0"] == "s"
        text = visitor.get(address("sizing", lab), follow=True).content.decode("utf-8-sig")
        assert "'=cmd()-0" in text
        assert "\n=cmd" not in text

    def test_it_zips_one_file_a_table(self, visitor: Client, lab: Lab) -> None:
        archive = zipfile.ZipFile(io.BytesIO(visitor.get(address("csv", lab)).content))
        names = [name.lower().replace(" ", "-") for name in SHEETS]
        assert archive.namelist() == [f"{name}.csv" for name in names]
        assert "ROUND(" not in archive.read("line-items.csv").decode("utf-8-sig")


def queries(visitor: Client, lab: Lab, headers: dict[str, str] | None = None) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert visitor.get(address("report", lab), headers=headers).status_code == 200
    return len(captured)


def test_it_asks_the_database_as_often_for_many_machines_as_for_few(visitor: Client, lab: Lab) -> None:
    queries(visitor, lab)
    few = queries(visitor, lab)
    create_estate(lab, small_inventory(copies=30), replace=True)
    queries(visitor, lab)
    assert queries(visitor, lab) == few
    assert few <= 20


def test_it_says_so_where_no_catalog_was_loaded(visitor: Client, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("virtlab.compare.pages.views.regions", dict)
    assert "administrator" in visitor.get(address("report", lab)).content.decode()
    assert visitor.get(address("xlsx", lab)).status_code == 404
