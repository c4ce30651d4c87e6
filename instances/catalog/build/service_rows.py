"""Prices of services in every region: listed where known, else estimated from the region's EC2 price level."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from instances.catalog import files
from instances.catalog.build.pricing import HOME
from virtlab.labs.choices import FigureKind

COLUMNS = ["region", "item", "service", "unit", "usd", "kind", "source", "source_date"]
TOKYO = "ap-northeast-1"
LISTED = "AWS price list"
ESTIMATED = "us-east-1 price × the region's median EC2 price ratio"


def service_rows(ratios: Mapping[str, Fraction]) -> Iterator[dict[str, object]]:
    """One row per region and item; `ratios` are the regions' EC2 price levels against home."""
    facts = files.read(files.FACTS / "services.csv")
    for region in sorted(ratios):
        for fact in facts:
            usd, kind, source, date = _figure(fact, region, ratios[region])
            yield {
                "region": region,
                "item": fact["item"],
                "service": fact["service"],
                "unit": fact["unit"],
                "usd": usd,
                "kind": kind.value,
                "source": source,
                "source_date": date,
            }


def _figure(fact: files.Row, region: str, ratio: Fraction) -> tuple[str, FigureKind, str, str]:
    """USD, kind, source and date of one item in one region."""
    if region == TOKYO and fact["usd_ap_northeast_1"]:
        return fact["usd_ap_northeast_1"], FigureKind.LIST, LISTED, fact["date_ap_northeast_1"]
    if region == HOME or fact["same_everywhere"] == "yes":
        return fact["usd_us_east_1"], FigureKind.LIST, LISTED, fact["date_us_east_1"]
    usd = f"{float(Fraction(fact['usd_us_east_1']) * ratio):.4g}"
    return f"{float(usd):.10f}".rstrip("0"), FigureKind.ESTIMATE, ESTIMATED, fact["date_us_east_1"]
