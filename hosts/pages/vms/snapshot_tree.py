"""A VM's snapshots as a tree for its page: nested, oldest first, with the place where the VM is now."""

from collections import defaultdict
from dataclasses import dataclass, field

from hosts.models import Snapshot, VirtualMachine


@dataclass(slots=True)
class Point:
    """A snapshot with what was taken after it; `is_here`: the VM goes on from this one."""

    snapshot: Snapshot
    is_here: bool
    children: list["Point"] = field(default_factory=list)

    @property
    def size_gib(self) -> float:
        """What it takes of the datastore: what was written before it, and the memory kept."""
        return self.snapshot.delta_gib + self.snapshot.memory_gib


def tree_of(vm: VirtualMachine) -> list[Point]:
    """The points that no other one stands before, each with those after it and its linked clones (two queries)."""
    points = {
        snapshot.pk: Point(snapshot, snapshot.pk == vm.snapshot_id)
        for snapshot in vm.snapshots.order_by("taken_lab_at", "pk").prefetch_related("linked_clones")
    }
    children: dict[int, list[Point]] = defaultdict(list)
    for point in points.values():
        parent = point.snapshot.parent_id
        children[parent if parent in points and parent is not None else 0].append(point)
    for pk, point in points.items():
        point.children = children[pk]
    return children[0]
