"""From an own host to the cloud: export → upload → import → image → launch → cutover, or replication of the running
guest.

The transfer is what lasts: 234 TB over 1 Gb/s are weeks, so it is shown before the start. Nothing here knows of prices.

Used by migration between the sides (not yet by a page).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from virtlab.engine.durations.durations import Step, ami_s, at_rate_s, launch_steps
from virtlab.engine.durations.timings import READ, Timings
from virtlab.engine.sourced import Kind, Sourced, figure
from virtlab.engine.units import BYTES_PER_GIB, SECONDS_PER_DAY


def _rate(value: float, unit: str, low: float, high: float, what: str) -> Sourced:
    return Sourced(value, unit, what, READ, Kind.ASSUMPTION, low=low, high=high)


@dataclass(frozen=True, slots=True)
class CloudRates:
    """What governs a transfer to the cloud."""

    wan_share: float = figure(_rate(0.8, "of the line", 0.01, 1, "What the move may take of the line"))
    export_mib_per_s: float = figure(_rate(200, "MiB/s", 1, 20_000, "Reading a VM's disks into an image file"))
    sent_share: float = figure(_rate(1.0, "of the bytes", 0.05, 1, "What is sent after compression; 1 without"))
    import_mib_per_s: float = figure(
        _rate(60, "MiB/s", 1, 2000, "Conversion of an uploaded image by VM Import; AWS states no rate")
    )
    convert_s: float = figure(_rate(600, "s", 0, 7200, "Conversion of a replicated server at cutover; AWS states none"))
    cutover_s: float = figure(_rate(300, "s", 0, 86_400, "Names point to the new address: a DNS record's life"))


class CloudRoute(StrEnum):
    """With the guest off throughout (VM Import), or copied while it runs (Application Migration Service)."""

    IMPORT = "import"
    REPLICATE = "replicate"


DEFAULT = CloudRates()
DEFAULT_TIMINGS = Timings()


def line_bytes_per_s(rates: CloudRates = DEFAULT, timings: Timings = DEFAULT_TIMINGS) -> float:
    """What the move gets of the line. ValueError where the line carries nothing."""
    line = timings.wan_mbps * 1e6 / 8.0 * rates.wan_share
    if not line > 0:
        raise ValueError("The line to the cloud carries nothing.")
    return line


def upload_s(size_gib: float, rates: CloudRates = DEFAULT, timings: Timings = DEFAULT_TIMINGS) -> float:
    """Seconds on the line. ValueError where the line carries nothing."""
    return size_gib * BYTES_PER_GIB * rates.sent_share / line_bytes_per_s(rates, timings)


def import_steps(
    disks_gib: Sequence[float],
    rates: CloudRates = DEFAULT,
    timings: Timings = DEFAULT_TIMINGS,
    *,
    windows: bool = False,
) -> tuple[Step, ...]:
    """The steps of one guest's move with the guest off: it is down from its shutdown to the end of the cutover."""
    size_gib = math.fsum(disks_gib)
    steps = (
        Step("shutdown", timings.shutdown_s(windows=windows)),
        Step("export", at_rate_s(size_gib, rates.export_mib_per_s)),
        Step("upload", upload_s(size_gib, rates, timings)),
        Step("import", at_rate_s(size_gib, rates.import_mib_per_s)),
        Step("image", ami_s((0.0,), timings)),
        *launch_steps(timings, windows=windows),
        Step("cutover", rates.cutover_s),
    )
    return tuple(step._replace(down=True) for step in steps)


def replicate_steps(
    disks_gib: Sequence[float],
    change_gib_per_day: float,
    rates: CloudRates = DEFAULT,
    timings: Timings = DEFAULT_TIMINGS,
    *,
    windows: bool = False,
) -> tuple[Step, ...]:
    """The steps with the guest running until the cutover: the copy must outrun what the guest changes.

    ValueError where it changes more than the line carries: such a guest never catches up.
    """
    line = line_bytes_per_s(rates, timings) / rates.sent_share
    change = change_gib_per_day * BYTES_PER_GIB / SECONDS_PER_DAY
    if change >= line:
        raise ValueError(
            f"The guest changes {change:.0f} B/s and the line carries {line:.0f} B/s: it never catches up."
        )
    size = math.fsum(disks_gib) * BYTES_PER_GIB
    return (
        Step("initial_sync", size / (line - change)),
        Step("shutdown", timings.shutdown_s(windows=windows), down=True),
        Step("convert", rates.convert_s, down=True),
        *launch_steps(timings, windows=windows),
        Step("cutover", rates.cutover_s, down=True),
    )


def estate_upload_s(
    sizes_gib: Sequence[float], rates: CloudRates = DEFAULT, timings: Timings = DEFAULT_TIMINGS
) -> float:
    """Seconds on the line for a whole estate, one guest after the other or side by side: they share the line."""
    return upload_s(math.fsum(sizes_gib), rates, timings)


def upload_ends_s(
    sizes_gib: Sequence[float], rates: CloudRates = DEFAULT, timings: Timings = DEFAULT_TIMINGS
) -> tuple[float, ...]:
    """When each of several uploads that start together ends, the line shared evenly among those still under way."""
    order = sorted(range(len(sizes_gib)), key=lambda row: sizes_gib[row])
    ends = [0.0] * len(sizes_gib)
    now, done = 0.0, 0.0
    for place, row in enumerate(order):
        now += upload_s(sizes_gib[row] - done, rates, timings) * (len(order) - place)
        done = sizes_gib[row]
        ends[row] = now
    return tuple(ends)
