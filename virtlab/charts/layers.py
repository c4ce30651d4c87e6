"""A hypervisor drawn as layers: who does what, from the hardware up to the guests (templates/parts/layers.html)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from virtlab.engine.hypervisors.hypervisor import Duty, Hypervisor, Layer, LayerKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LAYER_NAMES: dict[LayerKind, "_StrPromise"] = {
    LayerKind.HARDWARE: _("Hardware"),
    LayerKind.OFFLOAD_CARDS: _("Cards for network, storage and security"),
    LayerKind.HOST_OS: _("The host's operating system"),
    LayerKind.HYPERVISOR: _("Hypervisor"),
    LayerKind.CONTROL_DOMAIN: _("Control domain"),
    LayerKind.CONTAINER_RUNTIME: _("Container runtime"),
    LayerKind.GUEST_OS: _("Guest system"),
    LayerKind.WORKLOAD: _("Workload"),
}
DUTY_NAMES: dict[Duty, "_StrPromise"] = {
    Duty.CPU: _("CPU"),
    Duty.MEMORY: _("memory"),
    Duty.NETWORK: _("network"),
    Duty.STORAGE: _("storage"),
    Duty.SECURITY: _("security"),
    Duty.MANAGEMENT: _("management"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One layer as drawn: its name and what it looks after for every guest."""

    kind: str
    name: "_StrPromise"
    duties: list["_StrPromise"]

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
        beside=[_box(layer) for layer in whole if layer.kind == LayerKind.CONTROL_DOMAIN],
        shared=[_box(layer) for layer in whole if layer.kind not in _APART],
        base=[_box(layer) for layer in reversed(whole) if layer.kind in _BASE],
    )


_BASE = {LayerKind.HARDWARE, LayerKind.OFFLOAD_CARDS}
_APART = _BASE | {LayerKind.CONTROL_DOMAIN}


def _box(layer: Layer) -> Box:
    return Box(layer.kind.value, LAYER_NAMES[layer.kind], [DUTY_NAMES[duty] for duty in layer.duties])
