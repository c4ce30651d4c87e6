"""Consolidation: the moves that leave the fewest hosts in use.

`consolidate` first puts right what is wrong: pins, VMs that must be apart, oversubscribed hosts. Then it evacuates
whole hosts, those with the fewest VMs first, into the room that the others have: every VM that need not move stays.
`repack` places everything from the ground, its hosts so named that most VMs stay: seldom fewer hosts, many more moves.

Used by balance and consolidation of clusters, and by maintenance mode (not yet by a page).
"""

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import F64, Ints, check_map
from virtlab.engine.consolidation.evacuation import evacuated
from virtlab.engine.consolidation.matching import matched
from virtlab.engine.consolidation.moves import MovePlan, plan_moves
from virtlab.engine.placement.equal_hosts import DEFAULT, Options
from virtlab.engine.placement.existing_hosts import place_on
from virtlab.engine.placement.shapes import Rules, as_sizes


def consolidate(
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    now: npt.ArrayLike,
    options: Options = DEFAULT,
    idle_w: npt.ArrayLike = 0.0,
) -> MovePlan:
    """Few moves that leave few hosts in use: demand (V, R), capacity (H, R), now (V,) with −1 for VMs on no host.

    `idle_w` (H,): watts that an emptied host saves. ValueError for negative, NaN or infinite numbers, unknown hosts.
    """
    sizes, room = as_sizes(demand), as_sizes(capacity, "Capacity")
    start = check_map(now, len(sizes), len(room))
    target = evacuated(sizes, room, start, options.rules)
    return plan_moves(sizes, room, (start, target), options.rules, idle_w)


def repack(
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    now: npt.ArrayLike,
    options: Options = DEFAULT,
    idle_w: npt.ArrayLike = 0.0,
) -> MovePlan | None:
    """As `consolidate`, to a placement from the ground; None where that does not place every VM."""
    sizes, room = as_sizes(demand), as_sizes(capacity, "Capacity")
    start = check_map(now, len(sizes), len(room))
    target = repacked(sizes, room, start, options)
    return None if target is None else plan_moves(sizes, room, (start, target), options.rules, idle_w)


def repacked(sizes: F64, capacity: F64, now: Ints, options: Options) -> Ints | None:
    """A placement from the ground of the VMs that are on a host, its hosts named after today's; None: not all fit."""
    running = np.flatnonzero(now >= 0)
    place = {int(vm): index for index, vm in enumerate(running)}
    apart = [[place[vm] for vm in members if vm in place] for members in options.rules.anti_affinity]
    pinned = {place[vm]: host for vm, host in options.rules.pinned.items() if vm in place}
    rules = Rules(apart, pinned, options.rules.spare_hosts)
    placement = place_on(sizes[running], capacity, options._replace(rules=rules))
    if placement.unplaced:
        return None
    target = now.copy()
    target[running] = placement.host_of_vm
    return matched(now, target, capacity, options.rules)
