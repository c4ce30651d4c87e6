"""Copies of VMs and their snapshots: clones, templates, chains of delta disks, and what they cost in time and reads."""

from collections.abc import Sequence

from virtlab.engine.durations.durations import DEFAULT
from virtlab.engine.durations.timings import Timings

COPIES_AT_ONCE = 8
"""VMware vSphere, Limits on simultaneous migrations (2018): provisioning operations per host."""


def deploy_s(
    copies: int, one_s: float, *, at_once: int = COPIES_AT_ONCE, shared: bool = True
) -> tuple[tuple[float, float], ...]:
    """(start, end) of each of `copies` clones of one template, `at_once` side by side; one alone takes `one_s`.

    `shared`: they are full clones on one datastore and share it evenly, so eight side by side end together, after eight
    times as long; linked clones do not get in each other's way. At most 8 such operations run per host (VMware vSphere,
    Limits on simultaneous migrations, 2018). ValueError where a number is wrong.
    """
    if copies < 1 or at_once < 1 or not 0 <= one_s < float("inf"):
        raise ValueError(f"{copies} copies, {at_once} at once, {one_s} s each, are not possible.")
    ends: list[tuple[float, float]] = []
    now = 0.0
    for first in range(0, copies, at_once):
        together = min(at_once, copies - first)
        took = one_s * together if shared else one_s
        ends += [(now, now + took)] * together
        now += took
    return tuple(ends)


def by_hand_s(copies: int, timings: Timings = DEFAULT) -> float:
    """Making the same VMs one after the other by hand."""
    return copies * timings.install_by_hand_s


def chain_read_factor(written_share: Sequence[float], timings: Timings = DEFAULT) -> float:
    """How many times as long a read takes on a chain of snapshots as on the disk alone.

    written_share: for each delta disk, oldest first, the share of the disk's blocks that it holds. Each delta costs
    `chain_read_share` of a read, in which its tables are asked; the blocks that it holds lie scattered in it and are
    found through more of these tables, which costs so much again where it holds all of them. That it is more with each
    delta and with what is in it is what VMware says ("how long the snapshot or snapshot tree is in place, the depth of
    the tree, and how much the virtual machine has changed": A Closer Look at vSAN Snapshots, 2019-12); that it is
    linear, and by how much, is assumed. No delta: 1. One, nothing written since: 1.2, all of the disk: 1.4. ValueError
    unless each share lies between 0 and 1.
    """
    if any(not 0 <= share <= 1 for share in written_share):
        raise ValueError("Each share of written blocks must lie between 0 and 1.")
    return 1.0 + timings.chain_read_share * sum(1.0 + share for share in written_share)
