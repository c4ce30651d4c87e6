"""Prices of a lab's own: entered, read from a file, used and marked in the comparison."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.compare.conftest import report_of
from virtlab.compare.bills.items import Cited, Usd
from virtlab.compare.inputs.price_file import read_prices
from virtlab.compare.models import OwnPrice
from virtlab.compare.report.about import price_dates
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab, Membership

KNOWN = {"m7i.large", "nat-gateway-hour"}


class TestFile:
    def test_it_reads_items_prices_and_notes(self) -> None:
        rows, errors = read_prices(
            "\ufeffItem,USD,Note\nＭ７ｉ.large,0.09,contract 7\n\nnat-gateway-hour,0.05,\n".encode(), KNOWN
        )
        assert not errors
        assert [(row.item, str(row.usd), row.note) for row in rows] == [
            ("m7i.large", "0.09", "contract 7"),
            ("nat-gateway-hour", "0.05", ""),
        ]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("m7i.large,cheap,", "not a number"),
            ("m7i.large,0,", "above 0"),
            ("m7i.large,-1,", "above 0"),
            ("m7i.large,nan,", "above 0"),
            ("m7i.large,0.00000000001,", "10 decimals"),
            ("m7i.large,1e-999999999,", "10 decimals"),
            ("m7i.largest,1,", "neither an instance type"),
            ("m7i.large,1,\nm7i.large,2,", "more than once"),
        ],
    )
    def test_it_says_of_a_row_what_is_wrong_with_it(self, row: str, said: str) -> None:
        _rows, errors = read_prices(f"item,usd,note\n{row}\n".encode(), KNOWN)
        assert len(errors) == 1
        assert said in errors[0].text

    def test_it_names_columns_that_are_missing(self) -> None:
        (error,) = read_prices(b"type,price\nm7i.large,1\n", KNOWN)[1]
        assert "item, usd" in error.text
        assert read_prices(b"\xff\xfe\x00", KNOWN)[1]


class TestComparison:
    def test_it_uses_and_marks_the_price_of_a_type(self, lab: Lab) -> None:
        before = report_of(lab, purchase="on_demand")
        row = max(workload_rows(before), key=lambda one: one.usd_per_month)
        OwnPrice.objects.create(lab=lab, region=lab.region_code, item=row.type, usd="0.0001", note="contract 7")
        after = report_of(lab, purchase="on_demand")
        assert after.right.usd < before.right.usd
        assert row.name in {one.name for one in workload_rows(after) if one.kind == "yours"}
        (cited,) = [one for one in _cited(after) if one.kind == "yours"]
        assert cited.source == "yours: contract 7"
        assert "Assumption" not in after.confidence.cost_sentence
        assert "Yours" in after.confidence.cost_sentence

    def test_it_dates_prices_by_all_that_lines_cite(self, lab: Lab) -> None:
        report = report_of(lab)
        dates, cited = price_dates(report), _cited(report)
        assert all(dates[0] <= one.source_date <= dates[-1] for one in cited if isinstance(one.value, Usd))
        assert {one.source_date for one in cited if str(one.label).startswith("EBS gp3")} <= set(dates)

    def test_it_uses_and_marks_the_price_of_a_service(self, lab: Lab) -> None:
        OwnPrice.objects.create(lab=lab, region=lab.region_code, item="ebs-gp3-gb-month", usd="0.01")
        report = report_of(lab)
        (line,) = [item for item in report.right.cost if item.key == "volumes"]
        assert "$0.01" in line.text
        assert [one.source for one in line.rests_on if isinstance(one, Cited)] == ["yours"]

    def test_it_keeps_prices_of_other_labs_and_regions_apart(self, lab: Lab, empty_lab: Lab) -> None:
        before = report_of(lab).right.usd
        OwnPrice.objects.create(lab=lab, region="eu-north-1", item="ebs-gp3-gb-month", usd="9")
        OwnPrice.objects.create(lab=empty_lab, region=lab.region_code, item="ebs-gp3-gb-month", usd="9")
        assert report_of(lab).right.usd == before


class TestPage:
    def test_it_enters_changes_and_deletes_a_price(self, lab: Lab, visitor: Client) -> None:
        address = reverse("compare:prices", args=[lab.slug])
        for usd in ("0.08", "0.09"):
            sent = {"one-region": lab.region_code, "one-item": "M7i.large", "one-usd": usd, "one-note": "=contract"}
            assert visitor.post(address, sent).status_code == 302
        (price,) = OwnPrice.objects.all()
        assert (price.item, price.plain_usd) == ("m7i.large", "0.09")
        assert "0.09" in visitor.get(f"{address}?change={price.pk}").content.decode()
        visitor.post(reverse("compare:prices-delete", args=[lab.slug, price.pk]))
        assert not OwnPrice.objects.exists()

    def test_it_says_at_the_field_what_is_wrong(self, lab: Lab, visitor: Client) -> None:
        sent = {"one-region": lab.region_code, "one-item": "m99.large", "one-usd": "-3"}
        answer = visitor.post(reverse("compare:prices", args=[lab.slug]), sent)
        assert answer.status_code == 200
        assert {"item", "usd"} <= set(answer.context["one"].errors)
        assert visitor.get(reverse("compare:prices", args=[lab.slug]), {"change": "x"}).status_code == 200

    def test_it_keeps_all_rows_of_a_file_or_none(self, lab: Lab, visitor: Client) -> None:
        address = reverse("compare:prices-upload", args=[lab.slug])

        def send(text: str) -> str:
            file = SimpleUploadedFile("prices.csv", text.encode())
            answer = visitor.post(address, {"many-region": lab.region_code, "many-file": file}, follow=True)
            return answer.content.decode()

        assert "Line 3" in send("item,usd,note\nm7i.large,0.09,\nm7i.large2,1,\n")
        assert not OwnPrice.objects.exists()
        assert "2 prices are kept" in send("item,usd,note\nm7i.large,0.09,\nnat-gateway-hour,0.05,x\n")
        assert OwnPrice.objects.count() == 2

    def test_it_is_for_those_who_may_change_the_lab(self, lab: Lab, client: Client, django_user_model: type) -> None:
        viewer = django_user_model.objects.create_user("vera")  # type: ignore[attr-defined]
        Membership.objects.create(lab=lab, user=viewer, role=Role.VIEWER)
        client.force_login(viewer)
        assert client.get(reverse("compare:prices", args=[lab.slug])).status_code == 404
        assert client.post(reverse("compare:prices-upload", args=[lab.slug])).status_code == 404


def _cited(report: object) -> list[Cited]:
    lines = report.right.cost  # type: ignore[attr-defined]
    return [one for item in lines if item.key == "instances" for one in item.rests_on if isinstance(one, Cited)]
