"""Names for the hosts of a new map, so that as many VMs as possible stay where they are.

Used by balance and consolidation of clusters, and by maintenance mode (not yet by a page).
"""

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.placement.existing_hosts import spare_hosts
from virtlab.engine.placement.shapes import Rules
from virtlab.engine.placement.solver import quiet_solver


def matched(now: Ints, target: Ints, capacity: F64, rules: Rules) -> Ints:
    """`target` with its hosts renamed among those of equal capacity so that as many VMs as possible stay.

    Hosts with pinned VMs and spare hosts keep their names.
    """
    fixed = set(rules.pinned.values()) | set(spare_hosts(capacity, rules).tolist())
    open_hosts = np.array([host for host in range(len(capacity)) if host not in fixed], dtype=np.intp)
    names = np.arange(len(capacity))
    if open_hosts.size:
        _, kinds = np.unique(capacity[open_hosts], axis=0, return_inverse=True)
        for kind in range(int(kinds.max()) + 1):
            _rename(open_hosts[kinds.ravel() == kind], now, target, names)
    return np.where(target >= 0, names[target], -1)


def _rename(hosts: Ints, now: Ints, target: Ints, names: Ints) -> None:
    """Assignment with the most VMs that stay, as a linear program (its corners are whole assignments)."""
    both = np.flatnonzero(np.isin(target, hosts) & np.isin(now, hosts))
    pairs, stay = np.unique(np.column_stack([target[both], now[both]]), axis=0, return_counts=True)
    if not stay.size:
        return
    chosen = _best_pairs(pairs, stay.astype(np.float64))
    named = dict(pairs[chosen].tolist())
    free = [host for host in hosts.tolist() if host not in set(named.values())]
    others = [host for host in hosts.tolist() if host not in named]
    others.sort(key=lambda host: host not in free)
    for host in others:
        named[host] = host if host in free else free[0]
        free.remove(named[host])
    for host, name in named.items():
        names[host] = name


def _best_pairs(pairs: Ints, stay: F64) -> npt.NDArray[np.bool_]:
    """Which of the (target host, present host) pairs to take: no host twice, most VMs in all."""
    solver = quiet_solver()
    rows = np.column_stack([np.unique(pairs[:, side], return_inverse=True)[1].ravel() for side in (0, 1)])
    firsts = int(rows[:, 0].max()) + 1
    empty = np.empty(0)
    for _ in range(firsts + int(rows[:, 1].max()) + 1):
        solver.addRow(-np.inf, 1.0, 0, empty.astype(np.int32), empty)
    for (first, second), weight in zip(rows.tolist(), stay.tolist(), strict=True):
        solver.addCol(-weight, 0.0, 1.0, 2, np.array([first, firsts + second], dtype=np.int32), np.ones(2))
    solver.run()
    return np.array(solver.getSolution().col_value) > 0.5
