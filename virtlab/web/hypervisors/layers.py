"""A hypervisor drawn as layers: who does what, from the hardware up to the guests (parts/hypervisors/layers.html)."""

from dataclasses import dataclass

from virtlab.engine.hypervisors.hypervisor import Hypervisor, Layer, LayerKind
from virtlab.web.hypervisors.words import DUTIES, LAYERS
from virtlab.web.lazy_text import LazyText

BASE = {LayerKind.HARDWARE, LayerKind.OFFLOAD_CARDS}
BESIDE = {LayerKind.CONTROL_DOMAIN, LayerKind.ROOT_PARTITION}


@dataclass(frozen=True, slots=True)
class Box:
    """One layer as drawn: its name and what it looks after for every guest."""

    kind: str
    name: LazyText
    duties: list[LazyText]

    @property
    def works(self) -> bool:
        """Whether it does something for the guests."""
        return bool(self.duties)


@dataclass(frozen=True, slots=True)
class Drawing:
    """From the top down: `guests` side by side with `beside` next to them; below lie `shared`, from edge to edge.

    `base` is the hardware with what is plugged into it.
    """

    title: str
    guests: list[list[Box]]
    beside: list[Box]
    shared: list[Box]
    base: list[Box]


def drawing(hypervisor: Hypervisor, guests: int = 3, title: str = "") -> Drawing:
    """The layers of one hypervisor with so many guests on it (a machine without any has one)."""
    per_guest = [_box(layer) for layer in reversed(hypervisor.layers) if layer.per_guest]
    whole = [layer for layer in reversed(hypervisor.layers) if not layer.per_guest]
    return Drawing(
        title=title or hypervisor.name,
        guests=[per_guest] * guests if per_guest else [],
        beside=[_box(layer) for layer in whole if layer.kind in BESIDE],
        shared=[_box(layer) for layer in whole if layer.kind not in BASE | BESIDE],
        base=[_box(layer) for layer in reversed(whole) if layer.kind in BASE],
    )


def _box(layer: Layer) -> Box:
    return Box(layer.kind.value, LAYERS[layer.kind], [DUTIES[duty] for duty in layer.duties])
