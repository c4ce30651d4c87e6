"""The live state as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

import numpy as np

from hosts.live.cost import Costs
from hosts.live.disks import Disk
from hosts.live.facts import EstateFacts
from hosts.live.load import LoadInputs, LoadResult, power_weights, tenths_w
from hosts.live.memory import Memory
from virtlab.engine.arrays import F64, Ints, sums
from virtlab.engine.whole_split import split_whole


@dataclass(frozen=True)
class LiveArrays:
    """Arrays at `lab_at`. Watts are whole tenths and money whole cents, so that guests sum to their host, and hosts and
    datastores to their cluster exactly. `full`: since when growing deltas have filled datastores, by their keys.
    """

    lab_at: datetime
    facts: EstateFacts
    inputs: LoadInputs
    load: LoadResult
    memory: Memory
    costs: Costs
    disks: list[Disk]
    full: Mapping[int, datetime]

    @cached_property
    def host_tenths_w(self) -> Ints:
        """Tenths of a watt of each host (H,)."""
        return tenths_w(self.load.power_w[:, 0])

    @cached_property
    def store_tenths_w(self) -> Ints:
        """Tenths of a watt of each datastore (S,)."""
        return tenths_w(self.inputs.store_power_w)

    @cached_property
    def guest_tenths_w(self) -> Ints:
        """Tenths of a watt of each guest (V,)."""
        return split_whole(self.host_tenths_w, power_weights(self.inputs, self.load), self.load.active_host)

    def by_host(self, amounts: F64) -> F64:
        """The sum over each host's running guests (H,) of what each guest has (V,)."""
        active = self.load.active_host >= 0
        return sums(self.load.active_host[active], amounts[active], len(self.facts.hosts))

    def of_host(self, amounts: F64) -> F64:
        """What its host has (H,) for each guest (V,), 0 for one that runs on none."""
        return np.append(amounts, 0.0)[self.load.active_host]


def usd(cents: Ints) -> list[Decimal]:
    return [Decimal(amount) / 100 for amount in cents.tolist()]
