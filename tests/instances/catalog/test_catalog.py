"""The committed tables, and loading them."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from instances.admin.price_form import family_units
from instances.catalog import files
from instances.catalog.build.repair import TOLERANCE
from instances.catalog.build.sources import PackagedSource, SourceMissing
from instances.catalog.build.tables import build
from instances.catalog.cache import catalog_version
from instances.catalog.load import load_catalog
from instances.choices import REGION_NAMES, SERVICE_ITEMS, Hypervisor, PriceRule
from instances.models import InstanceType, Offering, Price, Region, ServicePrice
from virtlab.labs.choices import FigureKind


def type_facts() -> list[files.Row]:
    """The types whose home price is known each for itself."""
    return files.read(files.FACTS / "type_usd_us_east_1.csv")


TOKYO = {
    "t3.micro": "0.0136",
    "m5.large": "0.124",
    "m7i.large": "0.1302",
    "m7g.large": "0.1054",
    "c7i.large": "0.11235",
    "r7i.large": "0.1596",
    "m8g.large": "0.11594",
}


def test_it_builds_the_same_bytes_again(tmp_path: Path) -> None:
    try:
        source = PackagedSource()
    except SourceMissing as missing:
        pytest.skip(str(missing))
    build(source, tmp_path)
    for path in files.DATA.glob("*.csv"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.usefixtures("catalog")
class TestCatalog:
    def test_it_holds_all_types_with_their_hypervisors(self) -> None:
        counts = Counter(InstanceType.objects.values_list("hypervisor", flat=True))
        assert counts == {Hypervisor.XEN: 74, Hypervisor.NITRO: 1167, Hypervisor.METAL: 154}

    def test_it_knows_where_each_type_is_offered(self) -> None:
        assert Region.objects.count() == 30
        assert Offering.objects.filter(region="ap-northeast-1").count() == 1202
        offering = Offering.objects.get(region="ap-northeast-1", instance_type="m5.large")
        assert offering.zone_names == ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]

    def test_it_has_the_known_prices_of_tokyo(self) -> None:
        prices = dict(
            Price.objects.filter(region="ap-northeast-1", instance_type__in=TOKYO).values_list(
                "instance_type", "usd_per_hour"
            )
        )
        assert prices == {name: Decimal(usd) for name, usd in TOKYO.items()}
        assert Price.objects.filter(region="ap-northeast-1").count() >= 1000

    def test_it_has_the_known_prices_of_us_east_1_exactly(self) -> None:
        families = files.read(files.FACTS / "family_usd_us_east_1.csv")
        known = {f"{fact['family']}.xlarge": Decimal(fact["xlarge_usd_per_hour"]) for fact in families}
        known |= {row["type"]: Decimal(row["usd_per_hour"]) for row in type_facts()}
        priced = {price.instance_type_id: price for price in Price.objects.filter(region="us-east-1")}
        offered = {name: usd for name, usd in known.items() if name in priced}
        assert len(offered) == 261
        assert {name: priced[name].usd_per_hour for name in offered} == offered
        assert {(priced[name].kind, priced[name].source_date) for name in offered} == {("list", "2026-07-20")}

    def test_it_never_calls_a_price_off_its_familys_line_a_list_price(self) -> None:
        """A family's line is by size; one with accelerators has a line by what its types cost at home."""
        alone = Price.objects.filter(rule=PriceRule.TYPE)
        units = {price.instance_type_id: Fraction(price.usd_per_hour) for price in alone}
        for of in {row.family: row for row in InstanceType.objects.all()}.values():
            units |= family_units(of)
        lines: dict[tuple[str, str], list[tuple[Fraction, str]]] = {}
        listed = Price.objects.filter(kind=FigureKind.LIST).exclude(rule=PriceRule.TYPE)
        for price in listed.select_related("instance_type"):
            per_unit = Fraction(price.usd_per_hour) / units[price.instance_type_id]
            lines.setdefault((price.region_id, price.instance_type.family), []).append((per_unit, str(price)))
        for line in lines.values():
            assert max(line)[0] <= min(line)[0] * (1 + TOLERANCE), line

    def test_it_gives_every_figure_a_kind_a_source_and_a_date(self) -> None:
        for rows in (Region.objects, InstanceType.objects, Price.objects, ServicePrice.objects):
            said = rows.filter(kind__in=FigureKind.values).exclude(source="").exclude(source_date="")
            assert said.count() == rows.count()
        assert not Price.objects.filter(usd_per_hour__lte=0).exists()

    def test_it_names_every_region_and_service_item(self) -> None:
        assert {row.code: row.name for row in Region.objects.all()} == {k: str(v) for k, v in REGION_NAMES.items()}
        assert ServicePrice.objects.count() == 30 * len(SERVICE_ITEMS)
        assert set(ServicePrice.objects.values_list("item", flat=True)) == set(SERVICE_ITEMS)

    def test_it_has_the_list_prices_of_ebs_and_nat_in_tokyo(self) -> None:
        rows = ServicePrice.objects.filter(region="ap-northeast-1", item__regex="^(ebs|nat)-")
        assert {row.kind for row in rows} == {FigureKind.LIST}
        read = {row.item: row.usd for row in rows if row.source_date == "2026-09-13"}
        assert read == {
            "ebs-gp3-iops-month": Decimal("0.006"),
            "ebs-gp3-mbps-month": Decimal("0.048"),
            "ebs-io2-gb-month": Decimal("0.142"),
            "ebs-io2-iops-month": Decimal("0.074"),
            "ebs-st1-gb-month": Decimal("0.054"),
            "ebs-sc1-gb-month": Decimal("0.018"),
            "ebs-snapshot-gb-month": Decimal("0.05"),
            "nat-gateway-hour": Decimal("0.062"),
            "nat-gateway-gb": Decimal("0.062"),
        }

    def test_it_prices_machines_with_accelerators_elsewhere_only_by_ratios_of_their_own_series(self) -> None:
        rows = Price.objects.exclude(instance_type__accelerators=[]).select_related("instance_type")
        assert {row.rule for row in rows} == {PriceRule.TYPE, PriceRule.LISTED, PriceRule.LINE, PriceRule.DISTANT}
        tokyo = {row.instance_type_id: row for row in rows if row.region_id == "ap-northeast-1"}
        assert (tokyo["g5.xlarge"].usd_per_hour, tokyo["g5.xlarge"].kind) == (Decimal("1.459"), FigureKind.LIST)
        assert (tokyo["g5.2xlarge"].usd_per_hour, tokyo["g5.2xlarge"].kind) == (Decimal("1.757762"), FigureKind.DERIVED)
        assert (tokyo["g7e.2xlarge"].basis, tokyo["g7e.2xlarge"].kind) == ("g6e", FigureKind.ESTIMATE)
        offered = Offering.objects.filter(region="ap-northeast-1", instance_type__family__in=("p4d", "p5", "p5en"))
        assert offered.exists()
        assert not {offering.instance_type_id for offering in offered} & set(tokyo)

    def test_it_carries_a_size_off_its_familys_line_to_other_regions(self) -> None:
        """x8i.96xlarge costs 1.16 times what its size would make of it, and so does the metal that is as large."""
        tokyo = dict(
            Price.objects.filter(region="ap-northeast-1", instance_type__family="x8i").values_list(
                "instance_type", "usd_per_hour"
            )
        )
        ratio = Decimal("48.74438") / Decimal("0.43766")
        assert tokyo["x8i.96xlarge"] / tokyo["x8i.xlarge"] == pytest.approx(ratio, rel=Decimal("1e-5"))
        assert tokyo["x8i.metal-96xl"] == tokyo["x8i.96xlarge"]

    def test_it_lists_data_transfer_by_country_and_says_where_it_does_not(self) -> None:
        """Frankfurt asks what us-east-1 asks, though its instances cost a fifth more."""
        rows = {(row.region_id, row.item): row for row in ServicePrice.objects.filter(service="transfer")}
        for item in ("data-out-gb-tier1", "data-out-gb-tier2", "data-out-gb-tier3", "data-out-gb-tier4"):
            home, frankfurt = rows["us-east-1", item], rows["eu-central-1", item]
            assert (frankfurt.usd, frankfurt.kind) == (home.usd, FigureKind.LIST)
        assert rows["sa-east-1", "data-out-gb-tier1"].usd == Decimal("0.15")
        assert rows["eu-central-1", "data-between-regions-gb"].usd == Decimal("0.02")
        estimated = {region for (region, _item), row in rows.items() if row.kind == FigureKind.ESTIMATE}
        assert estimated == {
            *("ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
            *("eu-central-2", "eu-south-2", "me-central-1"),
        }

    def test_it_lists_tokyos_load_balancer_and_estimates_others_by_it(self) -> None:
        rows = {row.region_id: row for row in ServicePrice.objects.filter(item="alb-hour")}
        assert (rows["ap-northeast-1"].usd, rows["ap-northeast-1"].kind) == (Decimal("0.0243"), FigureKind.LIST)
        assert rows["eu-central-1"].kind == FigureKind.ESTIMATE
        assert float(rows["eu-central-1"].usd) == pytest.approx(0.0225 * 1.06, rel=0.02)

    def test_it_estimates_storage_by_its_own_ratio_and_says_the_range(self) -> None:
        rows = ServicePrice.objects.filter(region="ap-southeast-1")
        usd = {row.item: float(row.usd) for row in rows}
        assert usd["ebs-gp3-gb-month"] == pytest.approx(0.096, rel=0.04)
        assert usd["nat-gateway-hour"] == pytest.approx(0.059, rel=0.02)
        assert usd["ebs-snapshot-gb-month"] == 0.05
        for row in ServicePrice.objects.filter(service="ebs", kind=FigureKind.ESTIMATE):
            low, high = row.source.rsplit("between ", 1)[1].split(" and ")
            assert Decimal(low) <= row.usd <= Decimal(high), row

    def test_it_knows_power_coefficients_for_all_types_it_would_recommend(self) -> None:
        without = InstanceType.objects.filter(cpu_power=None, current_generation=True, accelerators=[])
        families = set(without.exclude(hypervisor=Hypervisor.METAL).values_list("family", flat=True))
        assert families == {"t8i"}

    def test_it_counts_as_previous_what_aws_lists_as_such(self) -> None:
        previous = set(InstanceType.objects.filter(current_generation=False).values_list("family", flat=True))
        assert previous == {"a1", "c1", "c3", "c4", "i2", "m1", "m2", "m3", "m4", "r3", "r4", "t1"}


@pytest.mark.usefixtures("catalog")
class TestLoading:
    def test_it_changes_nothing_when_run_again(self) -> None:
        version = catalog_version()
        assert not any(done.touched for done in load_catalog().values())
        assert catalog_version() == version

    def test_it_repairs_what_was_changed_and_keeps_what_an_administrator_edited(self) -> None:
        mine, broken = Price.objects.filter(region="ap-northeast-1").order_by("pk")[:2]
        Price.objects.filter(pk=mine.pk).update(usd_per_hour=Decimal("0.5"), edited_at=timezone.now())
        Price.objects.filter(pk=broken.pk).update(usd_per_hour=Decimal("0.5"))
        gone = Offering.objects.filter(region="us-west-1").first()
        assert gone is not None
        gone.delete()
        version = catalog_version()
        done = load_catalog()
        assert (done["prices"].changed, done["prices"].kept, done["offerings"].created) == (1, 1, 1)
        assert Price.objects.get(pk=mine.pk).usd_per_hour == Decimal("0.5")
        assert Price.objects.get(pk=broken.pk).usd_per_hour == broken.usd_per_hour
        assert catalog_version() != version

    def test_it_removes_prices_that_the_tables_no_longer_hold(self) -> None:
        unpriced = InstanceType.objects.exclude(prices__region="us-east-1").first()
        assert unpriced is not None
        extra = Price(region_id="us-east-1", instance_type=unpriced, usd_per_hour=1, kind="list", source="?")
        extra.save()
        assert load_catalog()["prices"].removed == 1

    def test_it_says_what_it_did(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("load_catalog")
        assert "prices: 0 new, 0 changed, 0 removed, 0 edited and kept" in capsys.readouterr().out
