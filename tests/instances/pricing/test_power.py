"""Watts of instances: the same formula for one, for many, and for all together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.catalog.queries import middle_w_per_vcpu, type_table, w_per_vcpu
from instances.models import InstanceType
from instances.pricing.power import InstancePower, draw_w
from virtlab.labs.parameters import SPECS

VALUES = {key: spec.default for key, spec in SPECS.items()}
instance = st.tuples(
    st.integers(1, 900),
    st.floats(0.5, 24_576.0),
    st.floats(0.1, 5.0),
    st.floats(0.0, 20.0),
    st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3),
)


def in_words(vcpu: float, memory_gib: float, watts: tuple[float, float], used_vcpu: float) -> float:
    """The formula as docs/model.md says it, for one instance at one moment."""
    idle_w, full_w = watts
    return vcpu * idle_w + used_vcpu * (full_w - idle_w) + memory_gib * VALUES["memory_w_per_gib_cloud"]


@given(st.lists(instance, min_size=1, max_size=20))
def test_it_draws_for_many_what_it_draws_for_one(
    instances: list[tuple[int, float, float, float, list[float]]],
) -> None:
    rows = [(n, gib, (idle, idle + more), [n * share for share in use]) for n, gib, idle, more, use in instances]
    expected = np.array([[in_words(n, gib, watts, vcpu) for vcpu in used] for n, gib, watts, used in rows])
    one = [InstancePower.of(n, gib, watts, VALUES).power_w(np.array(used)) for n, gib, watts, used in rows]
    assert np.allclose(one, expected)
    vcpu, memory = (np.array([row[at] for row in rows], dtype=np.float64) for at in (0, 1))
    idle, full = (np.array([row[2][at] for row in rows]) for at in (0, 1))
    many, used = InstancePower.of(vcpu, memory, (idle, full), VALUES), np.array([row[3] for row in rows])
    assert np.array_equal(np.column_stack([many.power_w(used[:, at]) for at in range(3)]), np.array(one))
    assert many.together_w(used.astype(np.float32)) == pytest.approx(expected.sum(axis=0), rel=1e-5)


@pytest.mark.usefixtures("catalog")
def test_it_draws_for_a_type_what_its_processor_says() -> None:
    kind = InstanceType.objects.select_related("cpu_power").get(pk="m5.large")
    # 8175M: 81.32 GiB a processor of 48 vCPU are in its watts per vCPU already.
    assert draw_w(kind, 0.5, VALUES) == pytest.approx(in_words(2, 8 - 2 * 81.32 / 48, w_per_vcpu(kind), 0.5))
    assert draw_w(kind, 99.0, VALUES) == draw_w(kind, 2.0, VALUES)
    assert draw_w(kind, -1.0, VALUES) == draw_w(kind, 0.0, VALUES)


@pytest.mark.usefixtures("catalog")
@pytest.mark.parametrize(
    ("name", "extra_gib"),
    [
        ("c5.large", 4 - 2 * 81.32 / 36),
        ("r7i.large", 16 - 2 * 256 / 96),
        ("m7i.large", 8 - 2 * 256 / 96),
        ("c7i.large", 0.0),
        ("t3.large", 0.0),
        ("m6g.large", 8 - 2 * 129.78 / 64),
    ],
)
def test_it_adds_memory_only_beyond_what_was_measured_and_none_to_burstable_types(name: str, extra_gib: float) -> None:
    kind = InstanceType.objects.select_related("cpu_power").get(pk=name)
    assert draw_w(kind, 0.0, VALUES) == pytest.approx(
        kind.vcpu * w_per_vcpu(kind)[0] + max(0.0, extra_gib) * VALUES["memory_w_per_gib_cloud"]
    )


@pytest.mark.usefixtures("catalog")
def test_it_takes_the_middle_of_all_where_a_processor_is_not_known() -> None:
    table = type_table("ap-northeast-1")
    name = next(name for name, watts in zip(table.names, table.idle_w_per_vcpu, strict=True) if np.isnan(watts))
    assert w_per_vcpu(InstanceType.objects.get(pk=name)) == middle_w_per_vcpu() > (0, 0)


@pytest.mark.usefixtures("catalog")
def test_it_lets_as_many_vcpu_last_in_a_table_as_on_a_type() -> None:
    table, kinds = type_table("ap-northeast-1"), InstanceType.objects.in_bulk()
    assert table.lasting_vcpu.tolist() == [kinds[name].lasting_vcpu for name in table.names]
