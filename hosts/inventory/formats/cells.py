"""Cells that hold more than a number or a text: tags, used and capacity together, a mean or peak by another column."""

import re
from datetime import date

from django.utils import timezone

from hosts.inventory.files.tables import Cells
from hosts.inventory.files.values import parse_number, parse_quantity
from hosts.inventory.formats.flat_fields import FlatFormat
from hosts.inventory.limits import MAX_DISK_MIB

TAG = re.compile(r"\s*([^:=,;]+)[:=]([^,;]*)")
MOST_TAGS = 20
TAG_CHARACTERS = 120
FIRST_PURCHASE = date(1990, 1, 1)
Usage = dict[str, float | None]


def tags_of(text: str) -> dict[str, str]:
    """Tags written as “owner:finance, tier:1” (AWS, Nutanix) or as bare words with semicolons (Proxmox)."""
    pairs = {name.strip()[:TAG_CHARACTERS]: value.strip()[:TAG_CHARACTERS] for name, value in TAG.findall(text)}
    if not pairs:
        pairs = {word.strip()[:TAG_CHARACTERS]: "" for word in re.split("[,;]", text) if word.strip()}
    return dict(list(pairs.items())[:MOST_TAGS])


def read_storage(cells: Cells, used_mib: float | None) -> tuple[float | None, list[float]]:
    """MiB used and the capacities of a row that has both in one cell (“61.2 GiB / 127 GiB”), or only what is used."""
    text = cells.text("storage")
    if "/" not in text:
        return used_mib, [] if used_mib is None else [used_mib]
    try:
        used, capacity = (parse_quantity(part, 1024.0) for part in text.split("/", 1))
    except ValueError:
        cells.note("value-ignored", "storage")
        return used_mib, []
    if capacity is None or not 0 <= capacity <= MAX_DISK_MIB:
        return used_mib, []
    return used, [capacity]


def day_of(cells: Cells, name: str) -> str:
    """A day written year first (2024-04-01, 2024/4/1; the first of a month alone) in ISO 8601, "" without one; one that
    is no day until now is noted.
    """
    text = cells.text(name)
    if not text:
        return ""
    year, month, day, *more = [*re.split(r"[-/]", text.split(" ")[0]), "1", "", ""]
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        found = date.max
    if any(part for part in more if part not in {"", "1"}) or found > timezone.localdate() or found < FIRST_PURCHASE:
        cells.note("date-ignored", name)
        return ""
    return found.isoformat()


def share_of(cells: Cells, name: str, shape: FlatFormat) -> float | None:
    """A utilisation as a share of 1, where the format writes shares also one without a percent sign up to 1."""
    raw = cells.raw(name)
    if shape.fractions and "%" not in str(raw):
        try:
            number = parse_number(raw, decimal_comma=cells.matched.table.decimal_comma)
        except ValueError:
            number = None
        if number is not None and 0 <= number <= 1:
            return number
    return cells.share(name)


def read_requested(cells: Cells) -> Usage:
    """What EC2 recommendations were asked for: a mean or a peak, as the column of the preference says."""
    usage: Usage = {}
    for what in ("cpu", "memory"):
        sizing, share = cells.text(f"{what}_sizing").casefold(), cells.share(f"{what}_requested")
        if share is not None and "average" in sizing:
            usage[f"{what}_mean"] = share
        elif share is not None and ("max" in sizing or "peak" in sizing):
            usage[f"{what}_peak"] = share
    return usage
