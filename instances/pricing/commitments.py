"""What is owed for a commitment while nothing runs for it.

It is billed for every hour of its term, used or not (EC2 User Guide, "Reserved Instances", 2023-06). Here it belongs to
one instance and begins with its launch; its operating system is charged by use.
"""

from datetime import datetime, timedelta

from instances.choices import PurchaseOption

TERMS = {
    PurchaseOption.ONE_YEAR.value: timedelta(days=365),
    PurchaseOption.THREE_YEAR.value: timedelta(days=3 * 365),
}


def term_ends(purchase: str, launched_lab_at: datetime | None) -> datetime | None:
    """When the commitment of an instance ends; None where it has none, or was never launched."""
    term = TERMS.get(purchase)
    return launched_lab_at + term if term and launched_lab_at else None


def owed(purchase: str, launched_lab_at: datetime | None, at: datetime) -> bool:
    """Whether its commitment is owed at a moment, whatever the instance does."""
    ends = term_ends(purchase, launched_lab_at)
    return ends is not None and at < ends
