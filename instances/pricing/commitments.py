"""What is owed for a commitment, until when, and which types it covers.

It is billed for every hour of its term, used or not (EC2 User Guide, "Reserved Instances", 2023-06). Here it belongs to
one instance and begins with its launch, for the type that it is launched as, whatever it becomes; its operating system
is charged by use. As a regional Reserved Instance of Linux it covers all sizes of its family, by their normalization
factors, in which prices are linear; what a larger size is beyond it is paid on demand. With other systems, and in some
families, it covers its own type alone ("How Reserved Instances are applied", 2025).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from instances.choices import PurchaseOption
from instances.models import Instance
from instances.pricing.hourly import Commitment, Values
from instances.pricing.plans import upfront_share
from virtlab.engine.units import SECONDS_PER_HOUR
from virtlab.labs.choices import OperatingSystem

TERMS = {
    PurchaseOption.ONE_YEAR.value: timedelta(days=365),
    PurchaseOption.THREE_YEAR.value: timedelta(days=3 * 365),
}
FIXED_SYSTEMS = {OperatingSystem.WINDOWS, OperatingSystem.RHEL, OperatingSystem.SUSE}
FIXED_FAMILIES = {
    "g4ad",
    "g4dn",
    "g5",
    "g5g",
    "g6",
    "g6e",
    "g6f",
    "gr6",
    "gr6f",
    "hpc7a",
    "p5",
    "inf1",
    "inf2",
    "u7i-6tb",
    "u7i-8tb",
}


def term_ends(purchase: str, launched_lab_at: datetime | None) -> datetime | None:
    """When the commitment of an instance ends; None where it has none, or was never launched."""
    term = TERMS.get(purchase)
    return launched_lab_at + term if term and launched_lab_at else None


def paid_at_once_usd(purchase: str, committed_usd_per_hour: float, values: Values) -> float:
    """USD that are due at the launch for the term, at the commitment's price by the hour; 0 where none are.

    They are spread over the term's hours in the figures, as a server's price is over its lifetime.
    """
    share = upfront_share(purchase, values)
    return committed_usd_per_hour * TERMS[purchase].total_seconds() / SECONDS_PER_HOUR * share if share else 0.0


def owed(purchase: str, launched_lab_at: datetime | None, at: datetime) -> bool:
    """Whether its commitment is owed at a moment, whatever the instance does."""
    ends = term_ends(purchase, launched_lab_at)
    return ends is not None and at < ends


def committed_until(instance: Instance, at: datetime) -> datetime | None:
    """When the commitment of an instance ends that is owed at a moment; None where none is."""
    ends = term_ends(instance.purchase, instance.launched_lab_at)
    return ends if ends and at < ends else None


def commitment_to(
    committed_type: str, type_name: str, system: str, linux_usd: Callable[[str], float]
) -> Commitment | None:
    """A commitment for one type as it is seen from the type that runs; None where there is none (an empty name).

    `linux_usd` gives a type's on-demand Linux price, NaN where no source has one.
    """
    if not committed_type:
        return None
    return Commitment(linux_usd(committed_type), covers(committed_type, type_name, system))


def covers(committed_type: str, type_name: str, system: str) -> bool:
    """Whether a commitment for one type lowers what another one costs that runs a system."""
    if type_name == committed_type:
        return True
    family, other = committed_type.partition(".")[0], type_name.partition(".")[0]
    return family == other and family not in FIXED_FAMILIES and system not in FIXED_SYSTEMS
