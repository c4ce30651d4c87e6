"""Which linked clones go on from a guest's snapshots: what is below a clone stays as it is."""

from collections.abc import Iterator, Mapping

from hosts.models import Snapshot, VirtualMachine


def clones_of_snapshots(vm: VirtualMachine) -> list[VirtualMachine]:
    """The clones that go on from any snapshot of a guest, by name."""
    return list(VirtualMachine.objects.filter(base_snapshot__vm=vm).order_by("name"))


def clones_needing(snapshot: Snapshot) -> list[VirtualMachine]:
    """The clones that go on from a snapshot or from one taken after it: all of them read what is below."""
    parents = {each.pk: each.parent_id for each in snapshot.vm.snapshots.all()}
    return [vm for vm in clones_of_snapshots(snapshot.vm) if snapshot.pk in path(vm.base_snapshot_id, parents)]


def path(key: int | None, parents: Mapping[int, int | None]) -> Iterator[int]:
    """A snapshot and those before it."""
    while key is not None:
        yield key
        key = parents.get(key)
