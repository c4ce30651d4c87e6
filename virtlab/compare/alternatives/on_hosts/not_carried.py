"""What today's hosts carry for nobody: the VMs that are left out of a comparison."""

import numpy as np

from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F64

NOT_CARRIED_SHARE = "not_carried_share"
"""A fact of the hosts as they are: `not_carried_share`."""


def not_carried_share(estate: EstateArrays) -> float:
    """What the VMs that are left out hold of today's hosts or disks (0 … 1), whichever is more.

    Today's hosts and datastores stay whole without them, so that this is the most of their cost that is not due to what
    is compared. Of a cluster's hosts they hold the most of their shares of vCPU, memory and CPU in demand: all where
    nothing else runs there. Clusters count by their cores.
    """
    if not estate.not_carried:
        return 0.0
    vms, hosts, rows, count = estate.vms, estate.hosts, list(estate.not_carried), len(estate.clusters)
    ran = sorted({*rows} - {*estate.not_carried_off})
    kept = np.flatnonzero(vms.running)
    sizes = (vms.vcpu, vms.memory_gib, estate.traces.cpu_mean_vcpu)
    held = [[np.bincount(vms.cluster[of], size[of], count).astype(np.float64) for of in (ran, kept)] for size in sizes]
    of_cluster = np.max([_share(out, rest) for out, rest in held], axis=0)
    cores = np.bincount(hosts.cluster, hosts.cores, count)
    of_hosts = float((of_cluster * cores).sum() / cores.sum()) if cores.any() else 0.0
    disks = (vms.disk_gib[of].sum(keepdims=True) for of in (rows, vms.installed))
    return max(of_hosts, float(_share(*disks)[0]))


def _share(out: F64, rest: F64) -> F64:
    """A part of the whole that it is with the rest, 0 where both are nothing."""
    whole = out + rest
    return np.divide(out, whole, out=np.zeros_like(whole), where=whole > 0)
