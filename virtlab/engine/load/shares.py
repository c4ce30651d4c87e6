"""Max-min sharing by weight: nobody gets more than asked, and the rest goes to the others by weight (water-filling)."""

import numpy as np

from virtlab.engine.arrays import F64


def max_min_delivered(demand: F64, weights: F64, room: F64) -> F64:
    """What each of n claimants gets of `room` (T,), asked (n, T), weights (n,) above zero → (n, T).

    Claimant i gets min(asked_i, level × weight_i), the level being the one that uses up the room (Bertsekas & Gallager,
    Data Networks, 1992, section 6.5.2). One sort by asked ÷ weight finds it for all samples at once.
    """
    if not demand.size:
        return demand.copy()
    total = demand.sum(axis=0)
    tight = total > room
    given = demand.copy()
    if tight.any():
        level = _level(demand[:, tight], weights, room[tight])
        given[:, tight] = np.minimum(demand[:, tight], level * weights[:, None])
    return given


def _level(demand: F64, weights: F64, room: F64) -> F64:
    """Water level per sample (T,), where the sum of asked exceeds the room."""
    ratio = demand / weights[:, None]
    order = np.argsort(ratio, axis=0, kind="stable")
    ratio = np.take_along_axis(ratio, order, axis=0)
    filled = np.cumsum(np.take_along_axis(demand, order, axis=0), axis=0)
    weight = weights[order]
    open_weight = weight[::-1].cumsum(axis=0)[::-1]
    filled_before = np.vstack([np.zeros((1, demand.shape[1])), filled[:-1]])
    level = (room - filled_before) / open_weight
    first = np.argmax(level <= ratio, axis=0)
    chosen_level: F64 = np.take_along_axis(level, first[None, :], axis=0)[0]
    return chosen_level
