"""What a catalogue has no price of is said on its line, wherever that stands: never 0, and no verdict without it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import openpyxl
from django.test import Client
from django.urls import reverse

from instances.catalog.cache import renew_catalog_version
from instances.choices import SERVICE_ITEMS
from instances.models import ServicePrice
from tests.compare.conftest import report_of
from virtlab.compare.inputs.price_file import PriceRow
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.services import keep_prices
from virtlab.labs.models import Lab

EVERYTHING: dict[str, str | int] = {
    "nat_gateways": 2,
    "nat_gb": 500,
    "load_balancers": 1,
    "public_ipv4": 3,
    "inter_zone_gb": 1000,
    "gp3_iops_per_volume": 5000,
    "gp3_mib_per_s_per_volume": 250,
    "st1_share_pct": 10,
    "sc1_share_pct": 10,
    "data_out_gib_per_workload": 40_000,
    "right": "containers",
}
GONE = "not in the catalogue"


@contextmanager
def out_of_catalogue(item: str) -> Iterator[None]:
    """An administrator deletes a price in every region, and later puts it back."""
    rows = list(ServicePrice.objects.filter(item=item))
    ServicePrice.objects.filter(item=item).delete()
    renew_catalog_version()
    yield
    ServicePrice.objects.bulk_create(rows)
    renew_catalog_version()


def test_it_says_so_on_the_line_of_each_item(visitor: Client, lab: Lab) -> None:
    """One after the other is deleted and put back."""
    before, address = report_of(lab, **EVERYTHING), reverse("compare:items", args=[lab.slug, "containers-one_year"])
    for item, label in SERVICE_ITEMS.items():
        with out_of_catalogue(item):
            report = report_of(lab, **EVERYTHING)
            for side, was in zip(report.alternatives, before.alternatives, strict=True):
                gone = {line.key for line in was.cost if str(label) in map(_label, line.rests_on)}
                assert {line.key for line in side.unpriced} == gone, item
                assert [line.key for line in side.cost] == [line.key for line in was.cost], "no line is lost"
            page = visitor.get(address, EVERYTHING)
            assert page.status_code == 200
            assert (GONE in page.content.decode()) == bool(report.by_key["containers-one_year"].unpriced), item


def _label(rests: object) -> str:
    return str(getattr(rests, "label", ""))


def test_it_shows_every_page_without_a_price(visitor: Client, lab: Lab) -> None:
    with out_of_catalogue("ebs-gp3-gb-month"):
        for name in ("report", "outlook", "workloads", "paper", "lab", "readiness", "prices"):
            page = visitor.get(reverse(f"compare:{name}", args=[lab.slug]))
            assert page.status_code == 200, name
            assert (GONE in page.content.decode()) == (name in {"report", "paper", "lab"}), name


def test_it_gives_no_verdict_without_a_price(lab: Lab) -> None:
    ServicePrice.objects.filter(item="ebs-gp3-gb-month").delete()
    renew_catalog_version()
    report = report_of(lab)
    answer = sure_answer(report)
    assert not answer.verdict
    assert answer.headline == "No verdict: prices are missing."
    assert "Volumes (EBS gp3)" in answer.scope
    assert report.outlook is None
    assert {row.key: row.finding for row in report.rows}["cost"] == "prices are missing: no verdict"
    assert {row.key: row.finding for row in report.rows}["power"] != "prices are missing: no verdict"


def test_it_stands_in_the_files(visitor: Client, lab: Lab) -> None:
    ServicePrice.objects.filter(item="ebs-gp3-gb-month").delete()
    renew_catalog_version()
    archive = zipfile.ZipFile(io.BytesIO(visitor.get(reverse("compare:csv", args=[lab.slug])).content))
    rows = list(csv.DictReader(io.StringIO(archive.read("line-items.csv").decode("utf-8-sig"))))
    volumes = [row["Amount"] for row in rows if row["Line"] == "Volumes (EBS gp3)"]
    assert volumes
    assert set(volumes) == {GONE}
    assert "Total, without what is not in the catalogue" in {row["Line"] for row in rows}
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(reverse("compare:xlsx", args=[lab.slug])).content))
    cells = [row[5].value for row in book["Line items"].iter_rows() if row[2].value == "Volumes (EBS gp3)"]
    assert set(cells) == {GONE}


def test_it_takes_a_price_of_ones_own_instead(lab: Lab) -> None:
    ServicePrice.objects.filter(item="ebs-gp3-gb-month").delete()
    renew_catalog_version()
    region = report_of(lab).question.region
    keep_prices(lab, region, [PriceRow("ebs-gp3-gb-month", Decimal("0.1"), "")])
    lab.refresh_from_db()
    assert all(not side.unpriced for side in report_of(lab).alternatives)
