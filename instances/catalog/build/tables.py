"""Builds the catalog's committed tables from raw facts and the fact tables. The same input gives the same bytes."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from instances.catalog import files
from instances.catalog.build.cpus import coefficient_name, family_cpus
from instances.catalog.build.images import COLUMNS as IMAGE_COLUMNS
from instances.catalog.build.images import image_rows
from instances.catalog.build.pricing import HOME, Book, Machines, PricedType, home_prices, prices, region_lines
from instances.catalog.build.repair import EVEN_MEMORY
from instances.catalog.build.service_rows import COLUMNS as SERVICE_COLUMNS
from instances.catalog.build.service_rows import service_rows
from instances.catalog.build.sources import CatalogSource, DescribedType
from instances.catalog.build.type_facts import accelerated_families, home_facts, with_type_facts
from instances.catalog.build.types import COLUMNS as TYPE_COLUMNS
from instances.catalog.build.types import type_row
from instances.catalog.names.naming import size_units

OFFERING_COLUMNS = ["region", "name", "zones"]
PRICE_COLUMNS = ["region", "name", "usd_per_hour", "rule", "basis"]
SOURCE_COLUMNS = ["table", "citation", "date"]

OLDER_IMAGES = "Assumption: an older image, listed without a region in moto 5.2.5; offered in every region for teaching"
ILLUSTRATIVE_IMAGES = (
    "Illustrative: a system of today that moto 5.2.5 does not list, offered in every region; name and ID are made up"
)

Row = dict[str, object]


def build(source: CatalogSource, folder: Path = files.DATA) -> Counter[str]:
    """Writes all tables into `folder`; returns the number of rows per table and, for prices, per rule."""
    types = type_rows(source.instance_types())
    offerings = {region: source.offerings(region) for region in source.regions()}
    priced = _all_prices(source, types, {region: list(types_of) for region, types_of in offerings.items()})
    counts = Counter({f"rule {price.rule}": 0 for prices_ in priced.values() for price in prices_})
    counts.update(f"rule {price.rule}" for prices_ in priced.values() for price in prices_)
    tables: dict[str, tuple[list[str], Iterable[Row]]] = {
        "instance_types": (TYPE_COLUMNS, types),
        "offerings": (OFFERING_COLUMNS, _offering_rows(offerings)),
        "prices": (PRICE_COLUMNS, _price_rows(priced)),
        "service_prices": (SERVICE_COLUMNS, service_rows(_median_ratios(priced))),
        "images": (IMAGE_COLUMNS, image_rows(source)),
        "sources": (SOURCE_COLUMNS, _source_rows(source)),
    }
    for table, (columns, rows) in tables.items():
        counts[table] = files.write(folder / f"{table}.csv", columns, rows)
    return counts


def type_rows(described: Iterable[DescribedType]) -> list[Row]:
    """The table of types from what the cloud describes, each with its processor and power coefficient."""
    baselines = {(r["family"], r["size"]): r["baseline_share"] for r in files.read(files.FACTS / "baselines.csv")}
    rows = [type_row(item, baselines) for item in described]
    known = {row["family"]: row["cpu"] for row in files.read(files.FACTS / "family_cpu.csv")}
    cpus = family_cpus(sorted({str(row["family"]) for row in rows}), known)
    for row in rows:
        cpu, guessed = cpus[str(row["family"])]
        row |= {"cpu": cpu, "cpu_power": coefficient_name(cpu), "cpu_from_sibling": guessed and bool(cpu)}
    return rows


def sized_machines(source: CatalogSource) -> Machines:
    """What pricing needs of a source's types."""
    return machines(type_rows(source.instance_types()))


def machines(types: list[Row]) -> Machines:
    """Sizes and families of the types whose price follows their size: accelerated families are left out whole."""
    by_family = by_family_name(types)
    plain = {f: rows for f, rows in by_family.items() if not any(row["accelerators"] for row in rows)}
    units = {name: value for rows in plain.values() for name, value in _units(rows).items()}
    uneven = {name for rows in plain.values() if _is_uneven(rows, units) for name in _names(rows)}
    families = {family: _names(rows) for family, rows in plain.items()}
    return Machines({n: u for n, u in units.items() if n not in uneven}, families, frozenset(uneven))


def by_family_name(types: list[Row]) -> dict[str, list[Row]]:
    """The rows of each family."""
    by_family: dict[str, list[Row]] = {}
    for row in types:
        by_family.setdefault(str(row["family"]), []).append(row)
    return by_family


def _names(rows: list[Row]) -> list[str]:
    return [str(row["name"]) for row in rows]


def _units(rows: list[Row]) -> dict[str, Fraction]:
    """Each type's size in units; plain `metal` is as large as its family's largest size."""
    sized = {str(row["name"]): size_units(str(row["size"])) for row in rows}
    largest = max((units for units in sized.values() if units), default=None)
    return {name: units for name in sized if (units := sized[name] or largest)}


def _is_uneven(rows: list[Row], units: dict[str, Fraction]) -> bool:
    per_unit = [Fraction(str(row["memory_mib"])) / units[name] for row in rows if (name := str(row["name"])) in units]
    return bool(per_unit) and max(per_unit) > min(per_unit) * EVEN_MEMORY


def _all_prices(source: CatalogSource, types: list[Row], offered: dict[str, list[str]]) -> dict[str, list[PricedType]]:
    listed, known = source.prices(), home_facts()
    sizes = with_type_facts(machines(types), accelerated_families(types), known)
    book = Book(known.families, region_lines(listed[HOME], sizes), known.types)
    rule = {HOME: home_prices}
    return {r: rule.get(r, prices)(listed.get(r, {}), names, sizes, book) for r, names in offered.items()}


def _median_ratios(priced: dict[str, list[PricedType]]) -> dict[str, Fraction]:
    """Each region's EC2 prices against home: the median over the types priced in both."""
    home = {price.name: price.usd_per_hour for price in priced[HOME]}
    ratios = {}
    for region, priced_types in priced.items():
        both = sorted(Fraction(p.usd_per_hour) / Fraction(home[p.name]) for p in priced_types if p.name in home)
        ratios[region] = both[len(both) // 2]
    return ratios


def _offering_rows(offerings: dict[str, dict[str, list[str]]]) -> Iterable[Row]:
    for region, zones_of in offerings.items():
        for name, zones in zones_of.items():
            yield {"region": region, "name": name, "zones": " ".join(zone.removeprefix(region) for zone in zones)}


def _price_rows(priced: dict[str, list[PricedType]]) -> Iterable[Row]:
    for region, priced_types in priced.items():
        for price in sorted(priced_types, key=lambda price: price.name):
            usd = f"{price.usd_per_hour.normalize():f}"
            yield {
                "region": region,
                "name": price.name,
                "usd_per_hour": usd,
                "rule": price.rule.value,
                "basis": price.basis,
            }


def _source_rows(source: CatalogSource) -> list[Row]:
    return [
        {"table": "types", "citation": source.types_citation, "date": source.types_date},
        {"table": "prices", "citation": source.prices_citation, "date": source.prices_date},
        {
            "table": "family_prices",
            "citation": "AWS price list, xlarge size by family, us-east-1",
            "date": "2026-07-20",
        },
        {"table": "type_prices", "citation": "AWS price list, by type, us-east-1", "date": "2026-07-20"},
        {"table": "images", "citation": source.images_citation, "date": source.types_date},
        {"table": "older_images", "citation": OLDER_IMAGES, "date": "2017-11-03"},
        {"table": "illustrative_images", "citation": ILLUSTRATIVE_IMAGES, "date": "2026-11-28"},
    ]
