"""Prices of services in every region: listed where known, else estimated from the region's EC2 price level.

Storage and NAT gateways do not follow EC2's prices: Tokyo lists EBS at 1.0 to 1.2 times home, and EC2 at 1.26.
So a region's price is home's, raised by as many times what Tokyo's is above home as the region's EC2 prices are further
above home than Tokyo's. Singapore's list (2026-08-12) confirms it: gp3 0.096 (estimated 0.0927), NAT gateway 0.059
(0.0585), S3 0.025 (0.0246). Data transfer goes by countries and follows neither.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from instances.catalog import files
from instances.catalog.build.pricing import HOME
from virtlab.labs.choices import FigureKind

COLUMNS = ["region", "item", "service", "unit", "usd", "kind", "source", "source_date"]
TOKYO = "ap-northeast-1"
LISTED = "AWS price list"
ESTIMATED = "us-east-1 price × the region's median EC2 price ratio"
BY_ITSELF = (
    "us-east-1 price × the service's own ratio: Tokyo's, as far as the region's EC2 prices are above us-east-1; "
    "between {low} and {high}"
)
OF_THEIR_OWN = {"ebs", "s3", "fargate", "network"}
"""Services whose price is estimated from their own."""
Listed = Mapping[tuple[str, str], files.Row]
"""What is listed beside home, by region and item."""


def service_rows(ratios: Mapping[str, Fraction]) -> Iterator[dict[str, object]]:
    """One row per region and item; `ratios` are the regions' EC2 price levels against home."""
    facts = files.read(files.FACTS / "services.csv")
    listed = {(row["region"], row["item"]): row for row in files.read(files.FACTS / "service_usd.csv")}
    for region in sorted(ratios):
        for fact in facts:
            usd, kind, source, date = _figure(fact, region, ratios, listed)
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


def _figure(
    fact: files.Row, region: str, ratios: Mapping[str, Fraction], listed: Listed
) -> tuple[str, FigureKind, str, str]:
    """USD, kind, source and date of one item in one region."""
    if known := listed.get((region, fact["item"])):
        return known["usd"], FigureKind.LIST, known["source"], known["date"]
    if region == HOME or fact["same_everywhere"] == "yes":
        return fact["usd_us_east_1"], FigureKind.LIST, LISTED, fact["date_us_east_1"]
    home = Fraction(fact["usd_us_east_1"])
    in_tokyo = listed.get((TOKYO, fact["item"]))
    if in_tokyo and fact["service"] in OF_THEIR_OWN:
        tokyo = Fraction(in_tokyo["usd"]) / home
        ratio = 1 + (ratios[region] - 1) * (tokyo - 1) / (ratios[TOKYO] - 1)
        ends = sorted((home, home * tokyo, home * ratio, home * ratios[region]))
        source = BY_ITSELF.format(low=_digits(ends[0]), high=_digits(ends[-1]))
        return _digits(home * ratio), FigureKind.ESTIMATE, source, in_tokyo["date"]
    return _digits(home * ratios[region]), FigureKind.ESTIMATE, ESTIMATED, fact["date_us_east_1"]


def _digits(usd: Fraction) -> str:
    """USD to four digits that count."""
    return f"{float(f'{float(usd):.4g}'):.10f}".rstrip("0")
