"""Constants and conversions. Every name carries its unit; nothing here is an assumption a user may edit."""

HOURS_PER_MONTH = 730.0
"""Hours of a month, the cloud's own convention (8,760 h ÷ 12)."""
HOURS_PER_DAY = 24.0
MONTHS_PER_YEAR = 12.0
DAYS_PER_MONTH = HOURS_PER_MONTH / HOURS_PER_DAY

SECONDS_PER_MINUTE = 60.0
SECONDS_PER_HOUR = 3_600.0
SECONDS_PER_DAY = 86_400.0
SECONDS_PER_MONTH = HOURS_PER_MONTH * SECONDS_PER_HOUR

BYTES_PER_MIB = 1024**2
BYTES_PER_GIB = 1024**3
MIB_PER_GIB = 1024
GIB_PER_TIB = 1024.0
GB_PER_TB = 1000.0
MB_PER_MIB = 1.048576
GB_PER_GIB = 1.073741824

JOULES_PER_KWH = 3.6e6
WATTS_PER_KW = 1000.0
GRAMS_PER_KG = 1000.0

SAMPLE_S = 300.0
"""Length of a trace's sample: five minutes, as PlanetLab, Bitbrains and most monitoring use."""


def gib_from_mib(memory_mib: float) -> float:
    """GiB of a number of MiB."""
    return memory_mib / MIB_PER_GIB


def mib_from_gib(memory_gib: float) -> float:
    """MiB of a number of GiB."""
    return memory_gib * MIB_PER_GIB


def kwh_from_joules(energy_j: float) -> float:
    """KWh of a number of joules."""
    return energy_j / JOULES_PER_KWH


def kwh_per_month(power_w: float, hours_per_month: float = HOURS_PER_MONTH) -> float:
    """KWh that a constant draw takes in a month."""
    return power_w * hours_per_month / WATTS_PER_KW


def transfer_s(size_bytes: float, rate_bits_per_s: float) -> float:
    """Seconds to send `size_bytes` at `rate_bits_per_s`; ValueError where the rate is not positive."""
    if rate_bits_per_s <= 0:
        raise ValueError(f"The rate must be above zero, not {rate_bits_per_s} bit/s.")
    return size_bytes * 8.0 / rate_bits_per_s
