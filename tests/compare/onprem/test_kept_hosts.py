"""Consolidated, an estate keeps hosts of its own, with their sizes and the dates at which they were bought."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import ArrayLike

from hosts.inventory.rows import Inventory
from hosts.inventory.write import create_estate
from tests.compare.conftest import GIB, report_of, small_inventory
from virtlab.compare.alternatives.on_hosts.pack_own import OwnHosts, PackedOn, pack_on
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.evaluate import Alternative
from virtlab.engine.arrays import F64
from virtlab.labs.models import Lab

GRAIN = np.array([1e-6, 1e-6])
LARGE, SMALL = [16.0, 64.0], [8.0, 32.0]


def packed_on(sizes: F64, rooms: ArrayLike, free: int, years: Sequence[float] = ()) -> PackedOn:
    """Packed on hosts that cost by what they have, all of one age where none is given."""
    room = np.array(rooms, dtype=float)
    age_months = np.array(years or np.zeros(len(room))) * 12.0
    return pack_on(sizes, OwnHosts(room, room.sum(axis=1), age_months), GRAIN, free)


class TestPackedOnHostsThereAre:
    def test_it_fills_the_largest_first(self) -> None:
        packed = packed_on(np.tile([4.0, 16.0], (5, 1)), [LARGE, SMALL, SMALL], 0)
        assert packed.staying.tolist() == [0, 1]
        assert packed.more.size == 0
        assert np.bincount(packed.host).tolist() == [4, 1]
        assert packed.bound == 2

    def test_it_keeps_the_largest_free(self) -> None:
        packed = packed_on(np.tile([4.0, 16.0], (3, 1)), [LARGE, SMALL, SMALL], 1)
        assert packed.loaded.tolist() == [1, 2]
        assert packed.staying.tolist() == [1, 2, 0]
        assert np.bincount(packed.host).tolist() == [2, 1]

    def test_it_adds_hosts_like_its_own(self) -> None:
        packed = packed_on(np.tile([4.0, 16.0], (9, 1)), [LARGE, SMALL], 1)
        assert (packed.staying.tolist(), packed.more.tolist(), packed.loaded.tolist()) == ([1, 0], [0, 0], [1, 0, 0])
        assert np.bincount(packed.host, minlength=4).tolist() == [2, 0, 4, 3], "the spare one is the second"
        assert packed.bound == 3

    def test_it_leaves_out_what_no_host_holds(self) -> None:
        packed = packed_on(np.array([[20.0, 8.0], [4.0, 8.0]]), [LARGE, SMALL], 0)
        assert packed.host.tolist() == [-1, 0]

    @pytest.mark.parametrize("rooms", [[LARGE, SMALL], [LARGE, LARGE]])
    @pytest.mark.parametrize("free", [0, 1, 3])
    def test_it_keeps_one_and_the_spare_where_nothing_is_carried(self, rooms: list[list[float]], free: int) -> None:
        packed = packed_on(np.array([[99.0, 1.0]]), rooms, free)
        assert packed.staying.size + packed.more.size == 1 + free
        assert len(set(packed.staying.tolist())) == packed.staying.size
        assert not packed.loaded.size

    @pytest.mark.parametrize(
        ("rooms_gib", "vms", "hosts"), [((1024, 256, 256, 256), 16, 2), ((512, 256), 8, 2), ((512, 256, 256), 5, 2)]
    )
    def test_it_loads_the_largest_where_that_takes_fewer(
        self, rooms_gib: tuple[int, ...], vms: int, hosts: int
    ) -> None:
        packed = packed_on(np.tile([1.0, 50.0], (vms, 1)), [[64.0, gib] for gib in rooms_gib], 1)
        assert packed.staying.size + packed.more.size == hosts

    def test_it_buys_what_needs_the_fewest_of_the_cheapest(self) -> None:
        """A host of few cores has the most memory: CPU decides."""
        rooms = [[16.0, 1024.0], [64.0, 512.0], [64.0, 256.0]]
        packed = packed_on(np.tile([8.0, 4.0], (34, 1)), rooms, 0)
        assert packed.more.tolist() == [2, 2]
        assert packed.bound == 5

    def test_it_proves_no_more_than_a_placement_takes(self) -> None:
        """The first host is small in what decides: counted as on hosts like it there would have to be 17."""
        packed = packed_on(np.tile([8.0, 4.0], (34, 1)), [[16.0, 1024.0], *[[64.0, 512.0]] * 5], 0)
        assert (packed.bound, packed.loaded.size) == (5, 5)

    def test_it_leaves_a_host_free_that_has_the_cores_of_the_others(self) -> None:
        rooms = [[24.0, 1536.0], *[[64.0, 512.0]] * 4]
        packed = packed_on(np.tile([5.0, 20.0], (36, 1)), rooms, 1)
        assert packed.spare == 1
        assert np.array(rooms)[packed.staying[packed.loaded.size :]].tolist() == [[64.0, 512.0]]

    def test_it_leaves_one_of_each_size_free_where_none_holds_all(self) -> None:
        packed = packed_on(np.array([[60.0, 1.0], [1.0, 60.0]]), [[64.0, 16.0], [16.0, 64.0]] * 2, 1)
        assert (packed.spare, packed.more.size, packed.staying.size) == (2, 0, 4)

    def test_it_keeps_the_newest_of_those_that_hold_as_much(self) -> None:
        packed = packed_on(np.array([[2.0, 8.0]]), [LARGE, LARGE, SMALL, SMALL], 1, years=[9, 8, 1, 2])
        assert sorted(packed.staying.tolist()) == [2, 3]

    @given(
        sizes=arrays(float, st.tuples(st.integers(1, 30), st.just(2)), elements=st.integers(1, 40)),
        rooms=arrays(float, st.tuples(st.integers(2, 8), st.just(2)), elements=st.sampled_from([16, 32, 64, 128])),
        free=st.integers(0, 3),
    )
    def test_it_could_put_what_a_host_carries_on_each_spare_one(self, sizes: F64, rooms: F64, free: int) -> None:
        packed = packed_on(sizes, rooms, free)
        its = np.concatenate([rooms[packed.staying], rooms[packed.more]])
        taken, carried = np.zeros_like(its), packed.host >= 0
        np.add.at(taken, packed.host[carried], sizes[carried])
        fits = np.asarray((rooms[None] >= sizes[:, None]).all(axis=2))
        assert (carried == fits.any(axis=1)).all()
        assert (taken <= its + 1e-3).all()
        loaded = np.unique(packed.host[carried])
        spare = np.setdiff1d(np.arange(len(its)), loaded)
        assert packed.bound <= loaded.size == packed.loaded.size
        assert len(set(packed.staying.tolist())) == packed.staying.size
        if loaded.size and len(np.unique(rooms, axis=0)) > 1:
            assert spare.size == packed.spare
            holds = (its[spare][:, None] + 1e-3 >= taken[loaded]).all(axis=2)
            assert (holds.sum(axis=0) >= free).all()

    def test_it_never_gives_a_host_more_than_it_has(self) -> None:
        chance = np.random.default_rng(3)
        for _ in range(20):
            sizes = np.column_stack([chance.integers(1, 9, 40), chance.integers(1, 33, 40)]).astype(float)
            rooms = np.array([LARGE, LARGE, SMALL, SMALL, SMALL])
            packed = packed_on(sizes, rooms, 1)
            assert (packed.host >= 0).all()
            its = np.concatenate([rooms[packed.staying], rooms[packed.more]])
            taken = np.zeros_like(its)
            np.add.at(taken, packed.host, sizes)
            assert (taken <= its + 1e-3).all()
            assert np.unique(packed.host).size == packed.loaded.size >= packed.bound


def estate(*sizes: tuple[str, int, int | None]) -> Inventory:
    """The small estate, its hosts being of these names, GiB and years of age (None: nobody said)."""
    several, today = small_inventory(), timezone.localdate()
    hosts = [
        replace(
            several.hosts[0],
            name=name,
            memory_mib=memory_gib * GIB,
            purchased_on="" if years is None else today.replace(year=today.year - years, day=1).isoformat(),
        )
        for name, memory_gib, years in sizes
    ]
    return replace(several, hosts=hosts, vms=[replace(vm, host=hosts[0].name) for vm in several.vms])


def consolidated(inventory: Inventory, **values: float) -> Alternative:
    lab = Lab.objects.create(name="Kept", visitor_token="x")
    create_estate(lab, inventory)
    return report_of(lab, **values).by_key["consolidated"]


def quantities(side: Alternative) -> OnPremQuantities:
    assert isinstance(side.shape.quantities, OnPremQuantities)
    return side.shape.quantities


class TestKeptHosts:
    def names(self, *sizes: tuple[str, int, int | None], spare: int = 0) -> tuple[str, ...]:
        fleet = consolidated(estate(*sizes), spare_hosts=spare).shape.fleet
        assert fleet is not None
        return fleet.names

    def test_it_keeps_the_newest_of_those_alike(self, catalog: None) -> None:
        sizes = ("a", 384, 6), ("b", 384, 1), ("c", 384, None), ("d", 384, 3)
        assert self.names(*sizes) == ("b",)
        assert self.names(*sizes, spare=3) == ("b", "d", "a", "c")

    def test_it_keeps_the_newest_of_those_that_hold_as_much(self, catalog: None) -> None:
        assert self.names(("old", 512, 6), ("new", 256, 1)) == ("new",)
        assert self.names(("old", 512, 6), ("new", 8, 1)) == ("old",), "the newest is too small"

    def test_it_pays_for_what_stays_at_its_own_refresh(self, catalog: None) -> None:
        """Straight from the dates: of five years of use and of months ahead, a host of one year is due in year four."""
        values = {"spare_hosts": 0, "server_lifetime_years": 5, "horizon_months": 60, "existing_age_years": 4}
        side = consolidated(estate(("old", 384, 4), ("new", 384, 1)), **values)
        (group,) = quantities(side).bought
        assert group.age_months == 12
        line = next(item for item in side.cost if item.key == "servers")
        usd = group.price_usd(side.values)
        assert float(line.amount) == pytest.approx(usd / 60 * (1 - 48 / 60), abs=0.01)
        book = next(item for item in side.book if item.key == "servers")
        assert float(book.amount) == pytest.approx(usd * 48 / 60, abs=0.02)

    def test_it_takes_the_size_of_each_host_that_stays(self, catalog: None) -> None:
        side = consolidated(estate(("a", 384, None), ("b", 192, None)), spare_hosts=1)
        assert [(group.servers, group.memory_gib) for group in quantities(side).bought] == [(2, 576)]
        assert side.shape.facts["more"] == 0

    def test_it_buys_hosts_like_the_cheapest_that_would_do(self, catalog: None) -> None:
        side = consolidated(estate(("a", 384, 2), ("b", 192, 2)), spare_hosts=3)
        there, new = quantities(side).bought
        assert (there.servers, there.age_months, there.new) == (2, 24, False)
        assert (new.servers, new.memory_gib, new.age_months, new.new) == (2, 2 * 192, None, True)
