"""Max-min fair rates of transfers that share links (progressive filling: Bertsekas & Gallager, Data Networks, 1992,
section 6.5.2).

Used by whatever shares links and datastores: moves, copies, rebuilds (`virtlab/jobs/runner/flows.py`).
"""

import numpy as np

from virtlab.engine.arrays import F64, Ints


def fair_rates(routes: Ints, capacity: F64) -> F64:
    """The rate of each transfer (n,), in the capacity's unit.

    routes (n, k): the links a transfer crosses, −1 for none, one that it crosses twice named twice; each transfer
    crosses at least one. capacity (L,): what each link carries. Nobody's rate can rise without lowering that of a
    transfer that has no more; no link carries more than it can.
    """
    return shared_rates(routes, capacity)[0]


def shared_rates(routes: Ints, capacity: F64) -> tuple[F64, Ints]:
    """As fair_rates, and beside each rate the link that limits the transfer."""
    links, count = capacity.size, routes.shape[0]
    rates, limits = np.zeros(count), np.full(count, -1)
    open_rows = np.arange(count)
    left = np.append(capacity.astype(np.float64), np.inf)
    while open_rows.size:
        crossing = np.where(routes[open_rows] < 0, links, routes[open_rows])
        users = np.bincount(crossing.ravel(), minlength=links + 1)
        share = np.divide(left, users, out=np.full(links + 1, np.inf), where=users > 0)
        limit = crossing[np.arange(open_rows.size), share[crossing].argmin(axis=1)]
        own = share[limit]
        # A link none of whose transfers is held back elsewhere is a bottleneck: all such links are settled at once.
        lowest = np.full(links + 1, np.inf)
        np.minimum.at(lowest, crossing.ravel(), np.repeat(own, crossing.shape[1]))
        settled = (lowest[crossing] >= share[crossing] * (1.0 - 1e-12)).any(axis=1) | np.isinf(own)
        rates[open_rows[settled]], limits[open_rows[settled]] = own[settled], limit[settled]
        sent = np.repeat(own[settled], crossing.shape[1])
        left = np.maximum(left - np.bincount(crossing[settled].ravel(), weights=sent, minlength=links + 1), 0.0)
        open_rows = open_rows[~settled]
    return rates, limits
