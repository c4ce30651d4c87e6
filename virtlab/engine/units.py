"""Constants and conversions. Every name carries its unit; nothing here is an assumption a user may edit."""

from virtlab.engine.arrays import Amount

HOURS_PER_MONTH = 730.0
"""Hours of a month, the cloud's own convention (8,760 h ÷ 12)."""
HOURS_PER_DAY = 24.0
MONTHS_PER_YEAR = 12.0

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3_600
SECONDS_PER_DAY = 86_400
SECONDS_PER_MONTH = HOURS_PER_MONTH * SECONDS_PER_HOUR

BYTES_PER_MIB = 1024**2
BYTES_PER_GIB = 1024**3
MIB_PER_GIB = 1024
GIB_PER_TIB = 1024.0
GB_PER_TB = 1000.0
GB_PER_GIB = 1.073741824

JOULES_PER_KWH = 3.6e6
WATTS_PER_KW = 1000.0
MIB_PER_S_OF_GBPS = 1e9 / 8 / BYTES_PER_MIB
"""A link of 1 Gb/s (decimal, as networks are sold) in MiB/s."""

SAMPLE_S = 300.0
"""Length of a trace's sample: five minutes, as PlanetLab, Bitbrains and most monitoring use."""


def tb_from_gib(size_gib: Amount) -> Amount:
    """TB (10¹² bytes) of a number of GiB."""
    return size_gib * GB_PER_GIB / GB_PER_TB


def kwh_per_month(power_w: Amount) -> Amount:
    """KWh that a draw of so many watts on average takes in a month."""
    return power_w * HOURS_PER_MONTH / WATTS_PER_KW
