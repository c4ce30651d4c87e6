"""How far licences of Windows Server that one owns cover the Dedicated Hosts that they are brought to.

A host is licensed by its physical cores: all of them with Datacenter, or with Standard once for every two of its
instances (AWS, "Microsoft licensing", Windows Server by Dedicated Host). Nothing is bought for that: only licences from
before October 2019 may be brought (AWS, "Operating BYOL Windows Server workloads effectively").
"""

import math
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.licences import DATACENTER, EDITIONS, STANDARD, VMS_PER_STANDARD
from hosts.pricing.unit_prices import Values, is_assured
from instances.pricing.hourly import OWN_WINDOWS
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.due import first_month, to_pay
from virtlab.compare.bills.items import Cited
from virtlab.compare.bills.microsoft import licensed_windows_cores
from virtlab.labs.choices import FigureKind
from virtlab.web import formats


@dataclass(frozen=True, slots=True)
class Covered:
    """Physical cores of Dedicated Hosts, those of hosts that owned licences cover, and the cores of licences that this
    takes and that are owned, of Datacenter and of Standard.
    """

    cores: int
    covered: int
    used: tuple[int, int]
    owned: tuple[int, int]

    @classmethod
    def of(cls, q: CloudQuantities, v: Values) -> "Covered":
        """Whole hosts, the smallest first, by Datacenter and what is left by Standard; instances are spread evenly.

        Licences by VM cover none: that is a right since October 2022.
        """
        owned = [
            licensed_windows_cores(q.owned_windows_cores, EDITIONS[edition], v) for edition in (DATACENTER, STANDARD)
        ]
        left, covered = list(owned), 0
        instances = q.own_hardware[OWN_WINDOWS].machines if q.host_cores else 0
        stacks = math.ceil(instances / max(len(q.host_cores), 1) / VMS_PER_STANDARD)
        for cores in sorted(q.host_cores):
            for edition, needed in ((DATACENTER, cores), (STANDARD, cores * stacks)):
                if needed <= left[edition]:
                    left[edition], covered = left[edition] - needed, covered + cores
                    break
        used = (owned[DATACENTER] - left[DATACENTER], owned[STANDARD] - left[STANDARD])
        return cls(sum(q.host_cores), covered, used, (owned[DATACENTER], owned[STANDARD]))

    @property
    def share(self) -> float:
        """The part of the hosts, 0 … 1, by their cores."""
        return self.covered / self.cores if self.cores else 0.0

    def used_usd(self, v: Values) -> float:
        """What the licences that it takes were bought for."""
        prices = zip((DATACENTER, STANDARD), self.used, strict=True)
        return sum(float(unit_prices.windows_price_usd(cores, EDITIONS[edition], v)) for edition, cores in prices)

    def cited(self) -> tuple[Cited, ...]:
        """How many cores there are, and of how many licences are owned."""
        words = format_lazy(
            _("{covered} of {cores}; owned are {datacenter} of Datacenter, {standard} of Standard"),
            covered=formats.number(self.covered),
            cores=formats.number(self.cores),
            datacenter=formats.number(self.owned[0]),
            standard=formats.number(self.owned[1]),
        )
        source = "AWS, Microsoft licensing; Amazon EC2 User Guide, Dedicated Host instance capacity configurations"
        label = _("Cores of Dedicated Hosts that owned licences of Windows Server cover")
        return (Cited(label, words, source, "2026", FigureKind.DERIVED.value),)


def lent_pct(q: CloudQuantities, v: Values) -> float:
    """% of the hours of instances on Dedicated Hosts for which AWS lends Windows Server: those on hosts that owned
    licences do not cover, and all from the month in which one's own hosts would buy theirs again, which those with
    Software Assurance never do.
    """
    kept = 1.0 if is_assured(v, needed=False) else 1 - to_pay(first_month(v, existing=True), v)
    return round(100 * (1 - Covered.of(q, v).share * kept), 4)
