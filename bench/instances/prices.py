"""The catalog: prices known to be true, how many rows each rule of the repair gave, and how long loading takes."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from django.core.management import call_command

from bench import Figure
from bench.hosts.imports import peak_mib
from bench.support import big_prices
from bench.support import database as _database
from hosts.catalog.load import load_server_models
from instances.catalog import files
from instances.catalog.build.pricing import HOME, region_lines
from instances.catalog.build.siblings import is_close, nearest_sibling
from instances.catalog.build.sources import PackagedSource, SourceMissing
from instances.catalog.build.tables import sized_machines
from instances.catalog.load import load_catalog
from instances.catalog.names.naming import parse_family
from instances.catalog.queries import type_table
from instances.choices import RULE_KINDS, PriceRule
from instances.models import ListedRate

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
LIST_MIB = 10 if os.environ.get("BENCH_SMOKE") else 300
"""How large the price list is that is read: about as large as Tokyo's."""
MOST_MIB = 300


def figures() -> Iterator[Figure]:
    """Known prices, rules, prediction by siblings, loading, refreshing from a price list."""
    yield from _known_prices()
    yield from _rules()
    yield from _siblings()
    yield from _loading()
    yield from _refreshing()


def _known_prices() -> Iterator[Figure]:
    rows = files.read(files.DATA / "prices.csv")
    tokyo = {row["name"]: Decimal(row["usd_per_hour"]) for row in rows if row["region"] == "ap-northeast-1"}
    home = {row["name"]: Decimal(row["usd_per_hour"]) for row in rows if row["region"] == "us-east-1"}
    facts = files.read(files.FACTS / "family_usd_us_east_1.csv")
    known = {f"{fact['family']}.xlarge": Decimal(fact["xlarge_usd_per_hour"]) for fact in facts}
    alone = files.read(files.FACTS / "type_usd_us_east_1.csv")
    known |= {row["type"]: Decimal(row["usd_per_hour"]) for row in alone}
    known = {name: usd for name, usd in known.items() if name in home}
    exact = sum(tokyo.get(name) == Decimal(usd) for name, usd in TOKYO.items())
    yield Figure("prices.tokyo_exact", exact, "prices", f"= {len(TOKYO)}", exact == len(TOKYO))
    exact = sum(home[name] == usd for name, usd in known.items())
    yield Figure("prices.us_east_1_exact", exact, "prices", f"= {len(known)}", exact == len(known))
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


def _refreshing() -> Iterator[Figure]:
    """A price list read and written by a process of its own: the most memory that it held."""
    with tempfile.TemporaryDirectory() as folder:
        path = big_prices.write(Path(folder) / "index.csv", LIST_MIB * 1024**2)
        command = [sys.executable, "-m", "bench.instances.prices", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    note = f"a list of {LIST_MIB} MiB, {told['rates']} rates kept; {told['before_mib']:.0f} MiB before it was opened"
    yield Figure("refresh.memory_mib", told["peak_mib"], "MiB", f"<= {MOST_MIB}", told["peak_mib"] <= MOST_MIB, note)
    yield Figure("refresh.took", told["took_s"], "s", "", ok=True)


def refresh(path: str) -> dict[str, float]:
    """Refreshes from a file in a database of its own: seconds and peak memory."""
    _database.migrate()
    load_catalog()
    before_mib, started = peak_mib(), time.perf_counter()
    call_command("refresh_catalogue", region=big_prices.REGION, from_file=path, verbosity=0)
    took_s = time.perf_counter() - started
    return {
        "before_mib": before_mib,
        "peak_mib": peak_mib(),
        "took_s": took_s,
        "rates": ListedRate.objects.filter(region=big_prices.REGION).count(),
    }


if __name__ == "__main__":
    print(json.dumps(refresh(sys.argv[1])))
