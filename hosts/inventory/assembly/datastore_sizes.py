"""How large datastores are, and what their arrays make of what VMs hold on them.

A capacity that the file states is a fact. Where VMs hold more than the array uses (or has), it stores less than is
written to it (deduplication, compression, blocks of zeros), and the ratio of both is its data reduction.
"""

import math

from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import DatastoreRow, VmRow
from virtlab.engine.hypervisors.memory_files import memory_file_gib

SPARE = 1.25  # an assumption: a fifth of the datastore stays free
STEP_GIB = 1024
MAX_GIB = 1e8
Users = list[tuple[list[VmRow], str]]
"""The VMs of each cluster on a datastore, with the cluster's hypervisor."""


def size_for(vms: list[VmRow], hypervisor: str) -> float:
    """GiB that hold all that is allocated to VMs, with the files of their memory, and a quarter more, in full TiB."""
    allocated_gib = sum(max(vm.disk_gib, vm.disk_used_gib) for vm in vms) + memory_files_gib(vms, hypervisor)
    return min(MAX_GIB, max(1, math.ceil(allocated_gib * SPARE / STEP_GIB)) * STEP_GIB)


def memory_files_gib(vms: list[VmRow], hypervisor: str) -> float:
    """GiB of the files that stand for the memory of those that run."""
    return sum(memory_file_gib(hypervisor, vm.memory_mib) for vm in vms if vm.runs)


def give_sizes(whole: DatastoreRow, parts: list[DatastoreRow], users: Users, log: ProblemLog) -> None:
    """Gives each cluster's part of a datastore its share of what the file states of it, else a size that holds it."""
    if whole.capacity_gib < 1:
        for row, (vms, hypervisor) in zip(parts, users, strict=True):
            row.capacity_gib, row.assumed = size_for(vms, hypervisor), True
            log.add("datastore-size-assumed", value_gib=row.capacity_gib, name=row.name)
        return
    held_gib = [sum(vm.disk_used_gib for vm in vms) + memory_files_gib(vms, kind) for vms, kind in users]
    allocated_gib = [sum(vm.disk_gib for vm in vms) for vms, _kind in users]
    reduction = reduction_of(whole, sum(held_gib), log)
    note_overcommit(whole, sum(allocated_gib), log)
    for row, share in zip(parts, shares(whole.capacity_gib * reduction, allocated_gib, held_gib), strict=True):
        row.capacity_gib = min(MAX_GIB, max(1.0, whole.capacity_gib * share))
        row.used_gib, row.reduction = whole.used_gib * share, reduction


def shares(room_gib: float, allocated_gib: list[float], held_gib: list[float]) -> list[float]:
    """The share of each cluster in a datastore: by what is allocated to its VMs, or where one then holds more than its
    share has room for, by what they hold.
    """
    by_allocated = normalised(allocated_gib)
    fits = all(held <= room_gib * share for held, share in zip(held_gib, by_allocated, strict=True))
    return by_allocated if fits else normalised(held_gib)


def normalised(amounts: list[float]) -> list[float]:
    """The same as shares of 1; equal ones where there is nothing."""
    total = sum(amounts)
    return [amount / total if total else 1 / len(amounts) for amount in amounts]


def reduction_of(whole: DatastoreRow, held_gib: float, log: ProblemLog) -> float:
    """GiB that VMs hold for each GiB of an array, at least 1: by what it states to use; assumed, with a fifth of it
    free, where it does not say that and VMs hold more than it has. Both are noted.
    """
    used_gib = min(whole.used_gib, whole.capacity_gib)
    stated = used_gib > 0
    if not stated:
        used_gib = whole.capacity_gib / SPARE if held_gib > whole.capacity_gib else held_gib
    reduction = max(1.0, held_gib / used_gib) if used_gib else 1.0
    if reduction > 1:
        log.add(
            "data-reduction" if stated else "data-reduction-assumed",
            value_gib=used_gib,
            name=whole.name,
            held_gib=held_gib,
            capacity_gib=whole.capacity_gib,
            ratio=reduction,
        )
    return reduction


def note_overcommit(whole: DatastoreRow, allocated_gib: float, log: ProblemLog) -> None:
    """Notes that more is allocated on a datastore than it has."""
    if allocated_gib > whole.capacity_gib:
        ratio = allocated_gib / whole.capacity_gib
        log.add(
            "datastore-overcommitted",
            value_gib=allocated_gib,
            name=whole.name,
            capacity_gib=whole.capacity_gib,
            ratio=ratio,
        )
