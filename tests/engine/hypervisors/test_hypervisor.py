"""Hypervisors: what they can, what they take, and the same load on two of them."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosts import choices
from virtlab.engine.hypervisors.disk_formats import DISK_FORMATS, converts
from virtlab.engine.hypervisors.hypervisor import (
    Change,
    Duty,
    Feature,
    Hypervisor,
    LatencyClass,
    LayerKind,
)
from virtlab.engine.hypervisors.same_load import HostCapacity, HostLoad, SameLoad, compare, same_load
from virtlab.engine.hypervisors.table import HYPERVISORS, hypervisor
from virtlab.engine.power.watts import PowerCurve

ALL = tuple(HYPERVISORS.values())
HOST = HostCapacity(cores=32, memory_gib=256, power=PowerCurve((100.0, 400.0), 256), disk_iops=100_000)
loads = st.builds(HostLoad, st.floats(0, 64), st.floats(0, 512), st.floats(0, 1e6))


def test_it_knows_the_hypervisors_of_both_sides() -> None:
    own = {"esxi", "hyperv", "hyperv_2025", "kvm", "xen", "virtualbox", "workstation", "none"}
    assert set(HYPERVISORS) == own | {"ec2_xen", "nitro", "metal", "container"}
    with pytest.raises(KeyError):
        hypervisor("unknown")


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
class TestEach:
    """What holds for every one of them."""

    def test_it_says_where_its_figures_come_from(self, one: Hypervisor) -> None:
        figures = [one.cpu_overhead, one.io_share, one.host_cpu_share, one.host_memory_gib, one.host_memory_share]
        for sourced in [*figures, one.guest_memory_share, one.most_vcpu, one.most_memory_gib, one.live_source]:
            if sourced is not None:
                assert sourced.source
                assert sourced.date[:2] == "20"

    def test_it_says_where_its_rules_come_from(self, one: Hypervisor) -> None:
        rules = [getattr(one.rules, field.name) for field in fields(one.rules)]
        assert all(rule.source and rule.date[:2] == "20" for rule in rules if rule is not None)

    def test_it_leaves_the_guests_less_than_everything(self, one: Hypervisor) -> None:
        assert 0 < one.guest_cores(32) <= 32
        assert 0 < one.guest_memory_gib(256, 200) <= 256
        assert one.guest_memory_gib(1, 1) >= 0

    def test_it_names_the_release_of_its_limits(self, one: Hypervisor) -> None:
        assert bool(one.limits_of) == (one.most_vcpu is not None)
        assert one.most_vcpu is not None or one.most_memory_gib is None

    def test_it_takes_live_only_what_it_adds_live(self, one: Hypervisor) -> None:
        assert one.changes_live(Change.ADD_CPU) or not one.changes_live(Change.REMOVE_CPU)
        assert one.changes_live(Change.ADD_MEMORY) or not one.changes_live(Change.REMOVE_MEMORY)

    def test_it_has_somebody_for_each_duty_once(self, one: Hypervisor) -> None:
        duties = [duty for layer in one.layers for duty in layer.duties]
        assert sorted(duties) == sorted(Duty)
        assert one.layers[0].kind is LayerKind.HARDWARE
        assert one.layers[-1].kind is LayerKind.WORKLOAD


class TestFacts:
    """Facts that the pages teach."""

    @pytest.mark.parametrize(
        ("key", "cpu", "memory"),
        [("esxi", True, True), ("kvm", True, True), ("hyperv", False, True), ("workstation", False, False)],
    )
    def test_it_adds_live_what_its_vendor_documents(self, key: str, cpu: bool, memory: bool) -> None:
        one = hypervisor(key)
        assert (one.changes_live(Change.ADD_CPU), one.changes_live(Change.ADD_MEMORY)) == (cpu, memory)

    @pytest.mark.parametrize(
        ("key", "cpu", "memory"),
        [("esxi", False, False), ("kvm", True, True), ("xen", True, True), ("hyperv", False, True)],
    )
    def test_it_takes_away_live_what_its_vendor_documents(self, key: str, cpu: bool, memory: bool) -> None:
        one = hypervisor(key)
        assert (one.changes_live(Change.REMOVE_CPU), one.changes_live(Change.REMOVE_MEMORY)) == (cpu, memory)

    def test_it_moves_live_on_servers_alone(self) -> None:
        assert all(hypervisor(key).can(Feature.LIVE_MIGRATION) for key in ("esxi", "hyperv", "kvm", "xen"))
        assert not any(hypervisor(key).can(Feature.LIVE_MIGRATION) for key in ("workstation", "none", "metal", "nitro"))

    def test_it_lets_a_control_domain_do_the_work_on_xen_and_cards_on_nitro(self) -> None:
        xen = {layer.kind: layer.duties for layer in hypervisor("xen").layers}
        nitro = {layer.kind: layer.duties for layer in hypervisor("nitro").layers}
        assert Duty.NETWORK in xen[LayerKind.CONTROL_DOMAIN]
        assert Duty.NETWORK in nitro[LayerKind.OFFLOAD_CARDS]
        assert hypervisor("nitro").guest_cores(96) == 96

    def test_it_gives_the_control_domain_an_eighth_of_small_hosts_and_8_gib_of_large_ones(self) -> None:
        xen = hypervisor("xen")
        assert xen.host_memory_reserved_gib(16) == pytest.approx(1.8)
        assert xen.host_memory_reserved_gib(512) == 8

    def test_it_knows_what_one_guest_may_have(self) -> None:
        assert hypervisor("esxi").too_large(768, 24_560) == ()
        assert hypervisor("xen").too_large(65, 2000) == (Change.ADD_CPU, Change.ADD_MEMORY)
        assert hypervisor("none").too_large(10**9, 10**9) == ()
        assert hypervisor("hyperv").too_large(241, 12_289) == (Change.ADD_CPU, Change.ADD_MEMORY)
        assert hypervisor("hyperv_2025").too_large(2048, 245_760) == ()
        assert hypervisor("workstation").too_large(33, 129) == (Change.ADD_CPU, Change.ADD_MEMORY)
        assert hypervisor("virtualbox").too_large(33, 10**6) == (Change.ADD_CPU,)
        assert hypervisor("esxi").too_large(1, 1, 63_489) == (Change.GROW_DISK,)
        assert hypervisor("hyperv").too_large(1, 1, 65_537) == (Change.GROW_DISK,)
        for key, most_gib in (("xen", 2040), ("workstation", 8192)):
            assert hypervisor(key).too_large(1, 1, most_gib) == ()
            assert hypervisor(key).too_large(1, 1, most_gib + 1) == (Change.GROW_DISK,)

    def test_it_overcommits_memory_only_where_it_can_be_taken_back(self) -> None:
        able = {one.key for one in ALL if one.can(Feature.OVERCOMMIT_MEMORY)}
        assert able == {"esxi", "kvm", "xen", "container"}


class TestSameLoad:
    """The same load on the same server."""

    def test_it_gives_all_to_a_light_load(self) -> None:
        for result in compare(HostLoad(8, 64, 10_000), HOST, ALL):
            assert result.usual.cpu_cores == pytest.approx(8)
            assert result.usual.ready_share == 0
            assert result.memory_fits

    def test_it_costs_watts_to_virtualise(self) -> None:
        bare, esxi, desktop = _usual("none", "esxi", "virtualbox")
        assert bare.usual.power_w < esxi.usual.power_w < desktop.usual.power_w
        assert bare.usual.power_w == pytest.approx(100 + 300 * 16 / 32)
        assert [result.latency for result in (bare, esxi, desktop)] == [
            LatencyClass.DIRECT,
            LatencyClass.THROUGH_HOST,
            LatencyClass.THROUGH_HOST_OS,
        ]

    def test_it_leaves_more_to_guests_on_nitro_than_on_xen(self) -> None:
        xen, nitro, metal = compare(
            HostLoad(32, 200, 100_000), HOST, tuple(map(hypervisor, ("ec2_xen", "nitro", "metal")))
        )
        assert xen.usual.cpu_cores < nitro.usual.cpu_cores <= metal.usual.cpu_cores
        assert xen.iops < nitro.iops <= metal.iops
        assert xen.guest_memory_gib < nitro.guest_memory_gib == metal.guest_memory_gib

    def test_it_halves_the_accesses_under_kvm(self) -> None:
        assert same_load(HostLoad(1, 1, 1e6), HOST, hypervisor("kvm")).iops == 50_000

    def test_it_waits_more_on_many_small_guests(self) -> None:
        mean = same_load(HostLoad(28, 64), HOST, hypervisor("kvm"))
        many = same_load(HostLoad(28, 64, vcpu=128), HOST, hypervisor("kvm"))
        assert mean.usual.ready_share == 0
        assert many.usual.ready_share > 0.01

    @given(loads, st.sampled_from(ALL))
    def test_it_stays_within_the_hardware(self, load: HostLoad, one: Hypervisor) -> None:
        result = same_load(load, HOST, one)
        for part in (result.best, result.usual, result.worst):
            assert 0 <= part.cpu_cores <= min(load.cpu_cores, HOST.cores) + 1e-9
            assert 0 <= part.utilisation <= 1 + 1e-9
            assert 100 <= part.power_w <= 400 + 1e-6
            assert 0 <= part.ready_share <= 1
        assert result.worst.cpu_cores <= result.usual.cpu_cores + 1e-9
        assert result.usual.cpu_cores <= result.best.cpu_cores + 1e-9
        low, high = result.iops_range
        assert low <= result.iops <= high <= HOST.disk_iops

    @pytest.mark.parametrize("load", [(-1, 1, 1, 0), (float("nan"), 1, 1, 0), (8, 1, 1, 4)])
    def test_it_refuses_impossible_loads(self, load: tuple[float, float, float, int]) -> None:
        with pytest.raises(ValueError, match=r"load|cannot"):
            HostLoad(*load)


def _usual(*keys: str) -> tuple[SameLoad, ...]:
    return compare(HostLoad(16, 64, 1000), HOST, tuple(hypervisor(key) for key in keys))


def test_it_knows_the_disk_format_of_every_hypervisor() -> None:
    assert set(DISK_FORMATS) == set(choices.Hypervisor.values)
    assert converts("kvm", "esxi")
    assert not converts("hyperv", "hyperv_2025")
