"""How a burstable instance deals with its CPU credits, and what those cost that it has not earned."""

from instances.choices import CreditMode
from instances.models import InstanceType
from instances.pricing.hourly import Values
from virtlab.engine.load.cpu_credits import CREDITS_PER_VCPU_HOUR, surplus_vcpu
from virtlab.labs.choices import OperatingSystem

LINUX_KEY = "credits_usd_per_vcpu_hour_linux"
WINDOWS_KEY = "credits_usd_per_vcpu_hour_windows"
GRAVITON_KEY = "credits_usd_per_vcpu_hour_graviton"
GRAVITON_FAMILIES = {"t4g"}
STANDARD_FAMILIES = {"t2"}
"""Families that begin in standard mode; the other burstable ones begin in unlimited mode (Amazon EC2 User Guide)."""


def credit_mode(kind: InstanceType, chosen: str) -> str:
    """The mode that was chosen, or else the family's own; empty where a type is not burstable."""
    return (chosen or mode_of_family(kind.family)) if kind.burstable else ""


def mode_of_family(family: str) -> str:
    """How a burstable family begins."""
    return str(CreditMode.STANDARD if family in STANDARD_FAMILIES else CreditMode.UNLIMITED)


def surplus_key(family: str, system: str) -> str:
    """The parameter that holds the price of a family's surplus vCPU-hours."""
    if family in GRAVITON_FAMILIES:
        return GRAVITON_KEY
    return WINDOWS_KEY if system == OperatingSystem.WINDOWS else LINUX_KEY


def surplus_price(mode: str, price_key: str, values: Values) -> float:
    """USD for each vCPU-hour above the baseline; nothing in standard mode and for types without credits."""
    return values[price_key] if mode == CreditMode.UNLIMITED else 0.0


def charged_usd(credit: float, price_key: str, values: Values) -> float:
    """What so many surplus CPU credits cost that are charged; a credit is a vCPU-minute."""
    return credit / CREDITS_PER_VCPU_HOUR * values[price_key]


def surplus_usd_per_hour(
    mode: str, mean_vcpu: float | None, size: tuple[float, float], price_key: str, values: Values
) -> float:
    """A forecast: what an instance that runs on is charged an hour, as the mean over many days; none where no trace
    tells its mean demand. What was charged so far is in its ledger (`instances.live.credits`).

    `size` are its vCPU and those of them that last (its baseline).
    """
    price = surplus_price(mode, price_key, values)
    return 0.0 if mean_vcpu is None or not price else float(surplus_vcpu(mean_vcpu, *size)) * price
