"""Max-min fair rates of transfers that share links (progressive filling: Bertsekas & Gallager, Data Networks, 1992,
section 6.5.2).

Used by whatever shares links and datastores: moves, copies, rebuilds (not yet by a page).
"""

import numpy as np

from virtlab.engine.arrays import F64, Ints


def fair_rates(routes: Ints, capacity: F64) -> F64:
    """The rate of each transfer (n,), in the capacity's unit.

    routes (n, k): the links a transfer crosses, −1 for none; each transfer crosses at least one. capacity (L,): what
    each link carries. Nobody's rate can rise without lowering that of a transfer that has no more; no link carries
    more than it can.
    """
    links = capacity.size
    rates = np.zeros(routes.shape[0])
    open_rows = np.arange(routes.shape[0])
    left = np.append(capacity.astype(np.float64), np.inf)
    while open_rows.size:
        crossing = np.where(routes[open_rows] < 0, links, routes[open_rows])
        users = np.bincount(crossing.ravel(), minlength=links + 1)
        share = np.divide(left, users, out=np.full(links + 1, np.inf), where=users > 0)
        own = share[crossing].min(axis=1)
        # A link none of whose transfers is held back elsewhere is a bottleneck: all such links are settled at once.
        lowest = np.full(links + 1, np.inf)
        np.minimum.at(lowest, crossing.ravel(), np.repeat(own, crossing.shape[1]))
        settled = (lowest[crossing] >= share[crossing] * (1.0 - 1e-12)).any(axis=1) | np.isinf(own)
        rates[open_rows[settled]] = own[settled]
        sent = np.repeat(own[settled], crossing.shape[1])
        left = np.maximum(left - np.bincount(crossing[settled].ravel(), weights=sent, minlength=links + 1), 0.0)
        open_rows = open_rows[~settled]
    return rates
