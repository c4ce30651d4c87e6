"""Hypervisors drawn as layers."""

import pytest

from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.web.hypervisors.layers import drawing


def words(boxes: list) -> list[tuple[str, int]]:  # type: ignore[type-arg]
    return [(box.kind, len(box.duties)) for box in boxes]


@pytest.mark.parametrize("key", sorted(HYPERVISORS))
def test_it_draws_every_layer_once(key: str) -> None:
    kind = HYPERVISORS[key]
    layers = drawing(kind, guests=2)
    shown = [*(layers.guests[0] if layers.guests else []), *layers.beside, *layers.shared, *layers.base]
    assert sorted(box.kind for box in shown) == sorted(layer.kind.value for layer in kind.layers)
    assert all(str(box.name) and all(str(duty) for duty in box.duties) for box in shown)
    assert layers.title == kind.name


def test_it_puts_the_control_domain_beside_the_guests_and_the_cards_beside_the_hardware() -> None:
    xen, nitro = drawing(HYPERVISORS["ec2_xen"]), drawing(HYPERVISORS["nitro"], 4)
    assert words(xen.beside) == [("control_domain", 4)]
    assert words(drawing(HYPERVISORS["hyperv"]).beside) == [("root_partition", 4)]
    assert words(xen.base) == [("hardware", 0)]
    assert words(nitro.base) == [("hardware", 0), ("offload_cards", 4)]
    assert len(nitro.guests) == 4


def test_it_draws_a_machine_without_a_hypervisor_as_one_stack() -> None:
    metal = drawing(HYPERVISORS["metal"])
    assert not metal.guests
    assert [box.kind for box in metal.shared] == ["workload", "guest_os"]
