"""Which linked clones go on from a guest's snapshots: what is below a clone stays as it is."""

from collections.abc import Iterator, Mapping

from django.db.models import Q

from hosts.models import Snapshot, VirtualMachine


def clones_of_snapshots(vm: VirtualMachine) -> list[VirtualMachine]:
    """The clones that go on from any snapshot of a guest, by name; those of a template that has snapshots go on from
    the last.
    """
    of_it = Q(base_snapshot__vm=vm) | Q(base=vm) if vm.snapshot_id else Q(base_snapshot__vm=vm)
    return list(VirtualMachine.objects.filter(of_it).order_by("name"))


def clones_needing(snapshot: Snapshot) -> list[VirtualMachine]:
    """The clones that go on from a snapshot or from one taken after it: all of them read what is below."""
    vm = snapshot.vm
    parents = {each.pk: each.parent_id for each in vm.snapshots.all()}
    frozen = ((clone, clone.base_snapshot_id or vm.snapshot_id) for clone in clones_of_snapshots(vm))
    return [clone for clone, at in frozen if snapshot.pk in path(at, parents)]


def path(key: int | None, parents: Mapping[int, int | None]) -> Iterator[int]:
    """A snapshot and those before it."""
    while key is not None:
        yield key
        key = parents.get(key)
