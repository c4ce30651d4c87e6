"""What hosts and guests come to in all, without what each of them has of it: for previews of changes.

The sum of a host's lines does not change with the way they are split to its guests, so that nothing is split here.
"""

from datetime import datetime
from typing import NamedTuple

import numpy as np

from hosts.selectors.cost import total_cents
from hosts.selectors.demand import demand
from hosts.selectors.disks import disks_of
from hosts.selectors.facts import Facts
from hosts.selectors.load import frame_of, loads, tenths_w
from virtlab.labs.models import Lab


class Totals(NamedTuple):
    """Whole cents per month, and whole tenths of a watt now."""

    cents: int
    tenths_w: int

    def changed(self, before: "Totals", after: "Totals") -> "Totals":
        """The same where a part of it goes from `before` to `after`."""
        return Totals(self.cents + after.cents - before.cents, self.tenths_w + after.tenths_w - before.tenths_w)


def totals_of(lab: Lab, facts: Facts, lab_at: datetime, values: dict[str, float]) -> Totals:
    """The totals of some rows at a lab time: to the digit what their clusters come to in `live_of`."""
    frame = frame_of(facts, values)
    cpu, _memory = demand(lab, [guest.trace_id for guest in facts.guests], np.array([lab_at.timestamp()]))
    disks = disks_of(facts.guests, facts.snapshots, lab_at, values["delta_pct_per_day"] / 100)
    bill = total_cents(facts, frame, np.array([disk.taken_gib for disk in disks]), values)
    return Totals(bill, int(tenths_w(loads(frame, cpu)).sum()))
