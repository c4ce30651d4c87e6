"""The catalog: prices known to be true, how many rows each rule of the repair gave, and how long loading takes."""

import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from bench import Figure
from bench.support import database as _database
from hosts.catalog.load import load_server_models
from instances.catalog import files
from instances.catalog.build.pricing import HOME, region_lines
from instances.catalog.build.siblings import is_close, nearest_sibling
from instances.catalog.build.sources import PackagedSource, SourceMissing
from instances.catalog.build.tables import sized_machines
from instances.catalog.load import load_catalog
from instances.catalog.naming import parse_family
from instances.catalog.queries import type_table
from instances.choices import RULE_KINDS, PriceRule

TOKYO = {
    "t3.micro": "0.0136",
    "m5.large": "0.124",
    "m7i.large": "0.1302",
    "m7g.large": "0.1054",
    "c7i.large": "0.11235",
    "r7i.large": "0.1596",
    "m8g.large": "0.11594",
}
CLOSE = Fraction(2, 100)


def figures() -> Iterator[Figure]:
    """Known prices, rules, prediction by siblings, loading."""
    yield from _known_prices()
    yield from _rules()
    yield from _siblings()
    yield from _loading()


def _known_prices() -> Iterator[Figure]:
    rows = files.read(files.DATA / "prices.csv")
    tokyo = {row["name"]: Decimal(row["usd_per_hour"]) for row in rows if row["region"] == "ap-northeast-1"}
    home = {row["name"]: Decimal(row["usd_per_hour"]) for row in rows if row["region"] == "us-east-1"}
    facts = files.read(files.FACTS / "family_usd_us_east_1.csv")
    known = {f"{fact['family']}.xlarge": Decimal(fact["xlarge_usd_per_hour"]) for fact in facts}
    known = {name: usd for name, usd in known.items() if name in home}
    exact = sum(tokyo.get(name) == Decimal(usd) for name, usd in TOKYO.items())
    yield Figure("prices.tokyo_exact", exact, "prices", f"= {len(TOKYO)}", exact == len(TOKYO))
    exact = sum(home[name] == usd for name, usd in known.items())
    yield Figure("prices.us_east_1_families_exact", exact, "families", f"= {len(known)}", exact == len(known))
    yield Figure("prices.tokyo_priced", len(tokyo), "types", ">= 1000", len(tokyo) >= 1000)


def _rules() -> Iterator[Figure]:
    counts = Counter(row["rule"] for row in files.read(files.DATA / "prices.csv"))
    for rule, count in counts.most_common():
        yield Figure(f"prices.rule_{rule}", count, "rows", "", ok=True, note=RULE_KINDS[PriceRule(rule)].value)


def _siblings() -> Iterator[Figure]:
    """Each confirmed family line left out and predicted from its nearest sibling, close ones of generation 6 and up."""

    try:
        source = PackagedSource()
    except SourceMissing as missing:
        yield Figure("prices.sibling_within_2pct", 0, "%", ">= 90", ok=False, note=str(missing))
        return
    machines, listed = sized_machines(source), source.prices()
    home = region_lines(listed[HOME], machines)
    errors = []
    for region in source.regions():
        lines = {f: line for f, line in region_lines(listed.get(region, {}), machines).items() if line.confirmed}
        ratios = {f: line.usd_per_unit / home[f].usd_per_unit for f, line in lines.items() if f in home}
        for family, ratio in ratios.items():
            sibling = nearest_sibling(family, ratios)
            if region != HOME and sibling and is_close(family, sibling) and (parse_family(family).generation or 0) >= 6:
                errors.append(abs(ratios[sibling] / ratio - 1))
    share = 100 * sum(error <= CLOSE for error in errors) / len(errors)
    median = float(sorted(errors)[len(errors) // 2]) * 100
    note = f"{len(errors)} lines left out and predicted, median error {median:.3f} %"
    yield Figure("prices.sibling_within_2pct", share, "%", ">= 90", share >= 90, note)


def _loading() -> Iterator[Figure]:
    _database.migrate()

    for name, target_s in (("first", 5), ("again", 5)):
        started = time.perf_counter()
        load_catalog()
        load_server_models()
        took = time.perf_counter() - started
        yield Figure(f"prices.load_{name}", took, "s", f"<= {target_s}", took <= target_s)
    for name in ("first", "kept"):
        started = time.perf_counter()
        type_table("ap-northeast-1")
        yield Figure(f"prices.type_table_{name}", (time.perf_counter() - started) * 1000, "ms", "", ok=True)
