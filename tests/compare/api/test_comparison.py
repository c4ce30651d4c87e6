"""The comparison over REST: what it says, whom it tells, what it refuses."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hosts.inventory.write import create_estate
from tests.compare.conftest import report_of, small_inventory
from virtlab.compare.readiness.words import State
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab, Membership

PATHS = (
    *("comparison", "comparison/workloads", "comparison/readiness"),
    *("comparison.xlsx", "comparison.zip", "comparison.html"),
)


def ask(client: Client, lab: Lab, path: str = "comparison", **query: object) -> Any:
    return client.get(f"/api/labs/{lab.slug}/{path}", {key: str(value) for key, value in query.items()})


class TestComparison:
    def test_it_says_what_the_report_says(self, visitor: Client, lab: Lab) -> None:
        said, report = (
            ask(visitor, lab, purchase="three_year", usd_jpy=160).json(),
            report_of(lab, purchase="three_year"),
        )
        assert said["left"] == "as_is"
        assert said["right"] == "rightsized-three_year"
        assert said["changed_assumptions"] == {"usd_jpy": 160.0}
        assert {one["key"]: one["usd_per_month"] for one in said["alternatives"]} == {
            item.key: float(item.usd) for item in report.alternatives
        }
        assert said["answer"]["cheaper"] in {"left", "right"}
        assert said["answer"]["sentence"].startswith("Over 60 months")
        assert sum(said["evidence"]["workloads"].values()) == 5

    def test_it_gives_lines_that_sum_to_totals_with_what_they_rest_on(self, visitor: Client, lab: Lab) -> None:
        for one in ask(visitor, lab).json()["alternatives"]:
            for balance in one["balances"]:
                assert sum(line["amount"] for line in balance["lines"]) == pytest.approx(balance["total"], abs=1e-6)
                assert all(rest["source"] for line in balance["lines"] for rest in line["rests_on"])
            assert any(line["rests_on"] for balance in one["balances"] for line in balance["lines"])

    def test_it_gives_workloads(self, visitor: Client, lab: Lab) -> None:
        said = ask(visitor, lab, "comparison/workloads").json()
        rows = {row["name"]: row for row in said["items"]}
        assert said["count"] == len(rows) == 5
        assert rows["web-0"]["host"] == "esx-02"
        assert rows["web-0"]["usd_per_month"] < rows["web-0"]["same_size_usd_per_month"]

    def test_it_says_of_workloads_what_the_list_and_its_file_say(self, visitor: Client, lab: Lab) -> None:
        rows = ask(visitor, lab, "comparison/workloads").json()["items"]
        for row, shown in zip(rows, workload_rows(report_of(lab)), strict=True):
            assert row["cpu_percentile_share"] == shown.cpu_percentile_share
            assert row["cpu_busiest_hour_share"] == shown.cpu_busiest_hour_share
            assert row["use_assumed"] == (shown.evidence == "unknown")
            assert row["readiness"] == State(shown.ready).name.lower()
            assert (row["power_now_w"], row["power_w"]) == (shown.power_now_w, shown.power_w)
            assert (row["carbon_now_kg_per_month"], row["carbon_kg_per_month"]) == (
                shown.carbon_now_kg_per_month,
                shown.carbon_kg_per_month,
            )
            assert (row["type"], row["type_vcpu"], row["type_memory_gib"]) == (
                shown.type,
                shown.type_vcpu,
                shown.type_memory_gib,
            )

    def test_it_pages(self, visitor: Client, lab: Lab) -> None:
        whole = ask(visitor, lab, "comparison/workloads").json()["items"]
        for path in ("comparison/workloads", "comparison/readiness"):
            pages = [ask(visitor, lab, path, limit=2, offset=offset).json() for offset in (0, 2, 4, 6, 99)]
            assert {page["count"] for page in pages} == ({5} if path.endswith("workloads") else {6})
            names = [row["name"] for page in pages for row in page["items"]]
            assert set(names) >= {row["name"] for row in whole}
            assert len(names) == pages[0]["count"]

    def test_it_says_how_ready_each_workload_is(self, visitor: Client, lab: Lab) -> None:
        said = ask(visitor, lab, "comparison/readiness").json()
        assert said["totals"] == ask(visitor, lab).json()["readiness"]
        assert said["count"] == 6
        assert all(sum(states.values()) == 5 for states in said["totals"].values()), "of those that are compared"
        assert [item["name"] for item in said["items"] if item["scope"] != "compared"] == ["old-0"]
        for row in said["items"]:
            assert set(row["states"]) == {"ec2", "containers", "serverless", "hosts"}
            assert all(found["code"] and found["title"] and found["remedy"] for found in row["found"])
        assert any(row["found"] for row in said["items"])
        assert any(row["unknown"] for row in said["items"])

    def test_it_says_of_alternatives_what_the_workbook_says(self, visitor: Client, lab: Lab) -> None:
        said, report = ask(visitor, lab).json(), report_of(lab)
        for one, item in zip(said["alternatives"], report.alternatives, strict=True):
            balances = {balance["key"]: balance for balance in one["balances"]}
            assert one["kg_co2e_embodied_per_month"] == balances["embodied"]["total"] == float(item.embodied_kg)
            assert one["usd_once"] == (balances["once"]["total"] if "once" in balances else 0)
            assert one["mean_w"] == pytest.approx(item.mean_w)
            assert one["jpy_per_month"] == pytest.approx(float(item.usd) * 150)
            if item.book:
                assert balances["book"]["unit"] == "USD"
        assert "book" in {balance["key"] for one in said["alternatives"] for balance in one["balances"]}
        as_is = next(one for one in said["alternatives"] if one["key"] == "as_is")
        assert as_is["clusters"] == 1

    def test_it_gives_payments_runways_and_what_would_turn_it(self, visitor: Client, lab: Lab) -> None:
        asked: dict[str, Any] = {"horizon_months": 24, "data_out_gib_per_workload": 3_000}
        said = ask(visitor, lab, **asked).json()
        for name, side in said["cash"].items():
            assert len(side["paid_usd"]) == 25
            assert side["net_usd"] == pytest.approx(said["answer"]["net_usd"][name])
        assert {row["unit"] for row in said["runways"]} >= {"GiB", "vCPU"}
        assert said["swings"]
        turning = {one["key"] for one in said["turning_points"]}
        assert turning == {turn.key for turn in report_of(lab, **asked).turns}
        assert "data_out_gib_per_workload" in turning

    def test_it_gives_files(self, visitor: Client, lab: Lab) -> None:
        book = openpyxl.load_workbook(io.BytesIO(ask(visitor, lab, "comparison.xlsx", usd_jpy=170).content))
        assert "Line items" in book.sheetnames
        archive = zipfile.ZipFile(io.BytesIO(ask(visitor, lab, "comparison.zip").content))
        assert "line-items.csv" in archive.namelist()
        paper = ask(visitor, lab, "comparison.html", usd_jpy=170)
        assert paper["Content-Type"].startswith("text/html")
        assert "Small estate" in paper.content.decode()

    def test_it_lists_the_assumptions_that_it_takes(self, visitor: Client, lab: Lab) -> None:
        rows = {row["key"]: row for row in ask(visitor, lab, "assumptions").json()}
        assert rows["usd_jpy"]["default"] == rows["usd_jpy"]["value"] == 150
        assert ask(visitor, lab, **{key: row["maximum"] for key, row in list(rows.items())[:8]}).status_code == 200


class TestRefusals:
    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize(
        ("key", "text", "words"),
        [
            ("usd_jpy", "cheap", "is not a number"),
            ("usd_jpy", "9e9", "Choose between"),
            ("region", "moon-east-1", "is not one of the choices"),
            ("usd_yen", "150", "There is no such assumption."),
        ],
    )
    def test_it_assumes_nothing_in_place_of_what_is_wrong(
        self, visitor: Client, lab: Lab, path: str, key: str, text: str, words: str
    ) -> None:
        answer = ask(visitor, lab, path, **{key: text})
        assert answer.status_code == 422
        assert words in answer.json()["fields"][key][0]

    @pytest.mark.parametrize(
        ("key", "text", "words"),
        [
            ("usd_jpy", "NaN", "Choose between"),
            ("usd_jpy", "-Infinity", "Choose between"),
            ("usd_jpy", "1e400", "Choose between"),
            ("usd_jpy", "9" * 5000, "Choose between"),
            ("usd_jpy", "1_50", "is not a number"),
            ("usd_jpy", "1\0", "is not a number"),
            ("horizon_months", "1e12", "Choose between"),
            ("horizon_months", "12.5", "Choose a multiple"),
            ("horizon_months", "-12", "Choose between"),
            ("unmeasured_demand", "nan", "is not one of the choices"),
            ("left", "same_size", "is not one of the choices"),
            ("purchase", "\ud7ff" * 500, "is not one of the choices"),
        ],
    )
    def test_it_takes_no_nonsense_for_a_number(
        self, visitor: Client, lab: Lab, key: str, text: str, words: str
    ) -> None:
        answer = ask(visitor, lab, **{key: text})
        assert answer.status_code == 422
        assert words in answer.json()["fields"][key][0]

    def test_it_says_that_there_is_nothing_to_compare(self, visitor: Client, empty_lab: Lab) -> None:
        assert ask(visitor, empty_lab).status_code == 404

    def test_it_tells_strangers_nothing(self, ben: Client, lab: Lab) -> None:
        assert ask(ben, lab).status_code == 401
        ben.get("/")
        session = ben.session
        session["any"] = "thing"
        session.save()
        for path in (*PATHS, "assumptions"):
            assert ask(ben, lab, path).status_code == 404

    def test_it_lets_a_viewer_read(self, dara: User, client_of: Callable[[User], Client], lab: Lab) -> None:
        Membership.objects.create(lab=lab, user=dara, role=Role.VIEWER)
        assert ask(client_of(dara), lab).status_code == 200

    def test_it_takes_nothing_twice(self, visitor: Client, lab: Lab) -> None:
        answer = visitor.get(f"/api/labs/{lab.slug}/comparison?usd_jpy=150&usd_jpy=160")
        assert answer.status_code == 422
        assert "more than once" in answer.json()["fields"]["usd_jpy"][0]

    @pytest.mark.parametrize(
        "query", [{"limit": 0}, {"limit": 1001}, {"offset": -1}, {"limit": "x"}, {"offset": 10**30}]
    )
    def test_it_names_what_is_wrong_with_a_page(self, visitor: Client, lab: Lab, query: dict[str, object]) -> None:
        answer = ask(visitor, lab, "comparison/workloads", **query)
        assert answer.status_code == 422
        assert set(answer.json()["fields"]) == set(query)

    def test_it_pages_nothing_but_lists(self, visitor: Client, lab: Lab) -> None:
        assert "limit" in ask(visitor, lab, limit=5).json()["fields"]


class TestAssumptions:
    def keep(self, client: Client, lab: Lab, body: str) -> Any:
        return client.patch(f"/api/labs/{lab.slug}/assumptions", body, content_type="application/json")

    def test_it_makes_values_the_labs_own_and_takes_them_back(self, visitor: Client, lab: Lab) -> None:
        answer = self.keep(visitor, lab, '{"values": {"usd_jpy": 160, "horizon_months": 36}}')
        assert answer.status_code == 200
        assert ask(visitor, lab).json()["changed_assumptions"] == {"usd_jpy": 160, "horizon_months": 36}
        assert visitor.delete(f"/api/labs/{lab.slug}/assumptions").status_code == 200
        assert ask(visitor, lab).json()["changed_assumptions"] == {}

    @pytest.mark.parametrize(
        ("body", "status", "words"),
        [
            ('{"values": {"usd_jpy": 160, "horizon_months": -1}}', 422, "Choose between"),
            ('{"values": {"usd_jpy": 160, "nothing": 1}}', 422, "no such assumption"),
            ('{"values": {"usd_jpy": 160, "left": 1}}', 422, "is not one of the choices"),
            ('{"values": {"usd_jpy": 160, "usd_jpy": 170}}', 400, "more than once"),
            ('{"values": {"usd_jpy": 160, "horizon_months": NaN}}', 400, "is not a number"),
            ('{"values": {"usd_jpy": 160, "horizon_months": 1e400}}', 422, "Choose between"),
            ('{"values": {"usd_jpy": "dear"}}', 422, "number"),
            ('{"values": [1]}', 422, "values"),
            ('{"values"', 400, "not JSON"),
            ("[" * 100_000, 400, "not JSON"),
        ],
    )
    def test_it_keeps_all_or_nothing(self, visitor: Client, lab: Lab, body: str, status: int, words: str) -> None:
        answer = self.keep(visitor, lab, body)
        assert answer.status_code == status
        assert words in " ".join(answer.json()["reasons"])
        assert not lab.assumptions.exists()

    def test_it_is_for_those_who_may_change_the_lab(
        self, dara: User, client_of: Callable[[User], Client], lab: Lab
    ) -> None:
        Membership.objects.create(lab=lab, user=dara, role=Role.VIEWER)
        client = client_of(dara)
        assert self.keep(client, lab, '{"values": {"usd_jpy": 160}}').status_code == 404
        assert client.delete(f"/api/labs/{lab.slug}/assumptions").status_code == 404
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        assert self.keep(strict, lab, '{"values": {"usd_jpy": 160}}').status_code == 403


@pytest.mark.parametrize("path", PATHS[:3])
def test_it_asks_the_database_as_often_for_many_workloads_as_for_few(visitor: Client, lab: Lab, path: str) -> None:
    few = len(_queries(visitor, lab, path))
    create_estate(lab, small_inventory(copies=40), replace=True)
    assert len(_queries(visitor, lab, path)) <= few


def _queries(client: Client, lab: Lab, path: str) -> list[Any]:
    with CaptureQueriesContext(connection) as queries:
        assert ask(client, lab, path).status_code == 200
    return list(queries)
