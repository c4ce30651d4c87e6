"""A region's prices read anew from small files in the formats that AWS documents."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from instances.catalog.cache import catalog_version
from instances.catalog.load import load_catalog
from instances.catalog.queries import type_table
from instances.catalog.refresh.read import read_files
from instances.catalog.refresh.write_prices import write_prices
from instances.models import CatalogRefresh, ListedRate, Price, ServicePrice

HERE = Path(__file__).parent
OFFERS, PLANS = str(HERE / "ec2_offers.csv"), str(HERE / "savings_plans.csv")
TOKYO = "ap-northeast-1"


def refresh(*places: str, **options: object) -> str:
    """What the command says."""
    said = StringIO()
    call_command("refresh_catalogue", region=TOKYO, from_file=list(places), stdout=said, **options)
    return said.getvalue()


class TestReading:
    def test_it_takes_on_demand_prices_on_shared_hardware_alone(self) -> None:
        linux = {name: at.usd for name, at in read_files(TOKYO, [OFFERS]).linux.items()}
        assert linux == {
            "m5.large": Decimal("0.126"),
            "m7i.large": Decimal("0.1302"),
            "p5.48xlarge": Decimal("68.8"),
            "m9x.large": Decimal("0.15"),
            "m5.metal": Decimal("5.952"),
        }

    def test_it_takes_systems_reserved_instances_and_savings_plans_of_the_region(self) -> None:
        prices = read_files(TOKYO, [OFFERS, PLANS])
        hourly = {str(key): str(at.usd.normalize()) for key, at in prices.hourly.items() if key.type_name == "m5.large"}
        assert hourly == {
            "m5.large linux on_demand": "0.126",
            "m5.large windows on_demand": "0.218",
            "m5.large rhel on_demand": "0.1528",
            "m5.large suse on_demand": "0.18",
            "m5.large linux reserved 1 y, none upfront": "0.079",
            "m5.large linux reserved 3 y, partial upfront": "0.025",
            "m5.large linux reserved 3 y, all upfront": "0",
            "m5.large linux ec2_plan 1 y, none upfront": "0.0781",
            "m5.large linux ec2_plan 3 y, all upfront": "0.0491",
            "m5.large linux compute_plan 1 y, partial upfront": "0.0868",
            "m5.large windows ec2_plan 1 y, none upfront": "0.1701",
        }
        assert {key.upfront: at.usd for key, at in prices.upfront.items()} == {"partial": 657, "all": 1235}

    def test_it_counts_what_it_leaves_out_for_its_price(self) -> None:
        assert read_files(TOKYO, [OFFERS]).notes == {"on-demand rows have a price of 0 and were left out": 1}

    def test_it_takes_the_region_of_the_first_row_where_none_is_named(self) -> None:
        assert read_files("", [OFFERS]).region == TOKYO


@pytest.mark.usefixtures("catalog")
class TestBadFiles:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "no price list in CSV"),
            ('{"formatVersion": "v1.0"}', "the JSON form is not read"),
            ("FormatVersion,v1.0\nDisclaimer,-\nVersion,1\nOfferCode,AmazonEC2\nx,y\n", "lack Publication Date"),
            ("FormatVersion,v1.0\nDisclaimer,-\nPublication Date,soon\nVersion,1\nOfferCode,AmazonEC2\n", "is no date"),
        ],
    )
    def test_it_says_what_is_wrong_with_the_first_lines(self, tmp_path: Path, text: str, says: str) -> None:
        path = tmp_path / "bad.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match=says):
            refresh(str(path))

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("AmazonEC2", "AmazonS3", "a list of AmazonS3"),
            ('"PricePerUnit"', '"Price"', "line 6 lacks the columns PricePerUnit"),
            ("ap-northeast-1", "mars-north-1", "no price of ap-northeast-1"),
        ],
    )
    def test_it_says_what_a_file_is_instead(self, tmp_path: Path, old: str, new: str, says: str) -> None:
        path = tmp_path / "bad.csv"
        path.write_text(Path(OFFERS).read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        with pytest.raises(CommandError, match=says):
            refresh(str(path))

    def test_it_changes_nothing_where_the_file_is_cut_off(self, tmp_path: Path) -> None:
        path, before = tmp_path / "cut.csv", dict(Price.objects.filter(region=TOKYO).values_list("pk", "usd_per_hour"))
        path.write_text(Path(OFFERS).read_text(encoding="utf-8")[:-300], encoding="utf-8")
        with pytest.raises(CommandError, match=r"line 41 has \d+ columns of 39|a line is no CSV"):
            refresh(str(path))
        assert dict(Price.objects.filter(region=TOKYO).values_list("pk", "usd_per_hour")) == before

    @pytest.mark.parametrize(
        ("place", "says"),
        [
            ("http://pricing.us-east-1.amazonaws.com/index.csv", "only https"),
            ("file:///etc/passwd", "only https"),
            ("nowhere.csv", "cannot be read"),
        ],
    )
    def test_it_reads_files_and_https_addresses_alone(self, place: str, says: str) -> None:
        with pytest.raises(CommandError, match=says):
            refresh(place)

    def test_it_says_that_bytes_are_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "bytes.csv"
        path.write_bytes(b"FormatVersion,\xff\xfe\n" * 9)
        with pytest.raises(CommandError, match="no text in UTF-8"):
            refresh(str(path))

    def test_it_asks_for_a_region_of_the_catalogue(self) -> None:
        with pytest.raises(CommandError, match="Name a region"):
            call_command("refresh_catalogue")
        with pytest.raises(CommandError, match="mars-north-1 is no region"):
            call_command("refresh_catalogue", region="mars-north-1")


pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("catalog")
class TestWriting:
    def test_it_tells_new_and_changed_prices_with_old_and_new(self) -> None:
        said = refresh(OFFERS)
        assert "prices of types: 1 new, 1 changed" in said
        assert "changed  m5.large  0.124 → 0.126 (+1.6 %)" in said
        assert "new      p5.48xlarge  68.8" in said
        assert "prices of services: 0 new, 1 changed, 0 gone" in said
        assert "changed  ebs-snapshot-gb-month  0.05 → 0.051 (+2.0 %)" in said
        assert "1 types that the catalogue does not have (read them with --types): m9x.large" in said

    def test_it_calls_them_list_prices_of_their_file(self) -> None:
        refresh(OFFERS)
        price = Price.objects.get(region=TOKYO, instance_type="m5.large")
        assert (price.usd_per_hour, price.kind, price.rule, price.source_date) == (
            Decimal("0.126"),
            "list",
            "refreshed",
            "2026-11-20",
        )
        assert price.source == "AWS price list, AmazonEC2 offer file, version 20261120183221, SKU 7MYWT7Y96UT3NJ2D"
        throughput = ServicePrice.objects.get(region=TOKYO, item="ebs-gp3-mbps-month")
        assert (throughput.usd, throughput.kind, throughput.unit) == (Decimal("0.048"), "list", "MB/s-month")

    def test_it_keeps_rates_with_their_terms_and_skus(self) -> None:
        refresh(OFFERS, PLANS)
        rates = ListedRate.objects.filter(region=TOKYO, instance_type="m5.large")
        assert rates.count() == 10
        upfront = rates.get(offer="reserved", upfront="all")
        assert (upfront.upfront_usd, upfront.usd_per_hour, upfront.years) == (Decimal(1235), Decimal(0), 3)
        plan = rates.get(offer="ec2_plan", years=3)
        assert (plan.sku, plan.usd_per_hour, plan.source_date) == ("2JT7C3ZD2AXA73Q5", Decimal("0.0491"), "2026-11-18")
        refresh(OFFERS)
        assert rates.count() == 10
        assert "listed rates: 0 new, 0 changed, 0 gone" in refresh(PLANS)

    def test_it_drops_what_was_computed_from_the_catalogue(self) -> None:
        version, table = catalog_version(), type_table(TOKYO)
        refresh(OFFERS)
        assert catalog_version() != version
        again = type_table(TOKYO)
        assert (table.usd_per_hour[table.row_of["m5.large"]], again.usd_per_hour[again.row_of["m5.large"]]) == (
            0.124,
            0.126,
        )

    def test_it_changes_nothing_in_a_dry_run(self) -> None:
        version = catalog_version()
        said = refresh(OFFERS, PLANS, dry_run=True)
        assert "changed  m5.large  0.124 → 0.126" in said
        assert "Dry run: nothing was changed." in said
        assert Price.objects.get(region=TOKYO, instance_type="m5.large").usd_per_hour == Decimal("0.124")
        assert not ListedRate.objects.exists()
        assert not CatalogRefresh.objects.exists()
        assert catalog_version() == version

    def test_it_leaves_what_an_administrator_edited(self) -> None:
        mine = Price.objects.filter(region=TOKYO, instance_type="m5.large")
        mine.update(usd_per_hour=Decimal("0.5"), edited_at=timezone.now())
        assert "prices of types: 1 new, 0 changed" in refresh(OFFERS)
        assert mine.get().usd_per_hour == Decimal("0.5")

    def test_it_leaves_prices_that_the_list_lacks_unless_it_is_told(self) -> None:
        before = Price.objects.filter(region=TOKYO).count()
        assert f"{before - 3} gone" in refresh(OFFERS)
        assert Price.objects.filter(region=TOKYO).count() == before + 1
        refresh(OFFERS, remove_gone=True)
        assert Price.objects.filter(region=TOKYO).count() == 4
        assert Price.objects.filter(region="us-east-1").count() > 1000

    def test_it_stays_when_the_committed_tables_are_loaded_again(self) -> None:
        refresh(OFFERS, remove_gone=True)
        done = load_catalog()
        assert not any(table.touched for table in done.values())
        assert Price.objects.filter(region=TOKYO).count() == 4
        assert ServicePrice.objects.get(region=TOKYO, item="ebs-snapshot-gb-month").usd == Decimal("0.051")
        CatalogRefresh.objects.all().delete()
        load_catalog()
        assert Price.objects.get(region=TOKYO, instance_type="m5.large").usd_per_hour == Decimal("0.124")
        assert ServicePrice.objects.get(region=TOKYO, item="ebs-snapshot-gb-month").usd == Decimal("0.05")

    def test_it_asks_as_often_for_many_rows_as_for_few(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        prices = read_files(TOKYO, [OFFERS, PLANS])
        with django_assert_max_num_queries(40):
            write_prices(prices)
