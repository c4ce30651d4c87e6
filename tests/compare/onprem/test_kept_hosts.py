"""Consolidated, an estate keeps hosts of its own, with their sizes and the dates at which they were bought."""

from dataclasses import replace

import numpy as np
import pytest
from django.utils import timezone

from hosts.inventory.rows import Inventory
from hosts.inventory.write import create_estate
from tests.compare.conftest import GIB, report_of, small_inventory
from virtlab.compare.alternatives.on_hosts.pack import pack_on
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.evaluate import Alternative
from virtlab.labs.models import Lab

GRAIN = np.array([1e-6, 1e-6])
LARGE, SMALL = [16.0, 64.0], [8.0, 32.0]


class TestPackedOnHostsThereAre:
    def test_it_fills_the_largest_first(self) -> None:
        packed = pack_on(np.tile([4.0, 16.0], (5, 1)), np.array([LARGE, SMALL, SMALL]), GRAIN, 0)
        assert packed.kept.tolist() == [0, 1]
        assert packed.more == 0
        assert np.bincount(packed.host).tolist() == [4, 1]
        assert packed.bound == 2

    def test_it_keeps_the_largest_free(self) -> None:
        packed = pack_on(np.tile([4.0, 16.0], (3, 1)), np.array([LARGE, SMALL, SMALL]), GRAIN, 1)
        assert packed.loaded.tolist() == [1, 2]
        assert packed.kept.tolist() == [1, 2, 0]
        assert np.bincount(packed.host).tolist() == [2, 1]

    def test_it_adds_hosts_like_the_largest(self) -> None:
        packed = pack_on(np.tile([4.0, 16.0], (9, 1)), np.array([LARGE, SMALL]), GRAIN, 1)
        assert (packed.kept.tolist(), packed.more, packed.loaded.tolist()) == ([1, 0], 2, [1, 0, 0])
        assert np.bincount(packed.host, minlength=4).tolist() == [2, 0, 4, 3], "the spare one is the second"
        assert packed.bound == 3

    def test_it_leaves_out_what_no_host_holds(self) -> None:
        packed = pack_on(np.array([[20.0, 8.0], [4.0, 8.0]]), np.array([LARGE, SMALL]), GRAIN, 0)
        assert packed.host.tolist() == [-1, 0]

    @pytest.mark.parametrize("rooms", [[LARGE, SMALL], [LARGE, LARGE]])
    @pytest.mark.parametrize("free", [0, 1, 3])
    def test_it_keeps_one_and_the_spare_where_nothing_is_carried(self, rooms: list[list[float]], free: int) -> None:
        packed = pack_on(np.array([[99.0, 1.0]]), np.array(rooms), GRAIN, free)
        assert packed.kept.size + packed.more == 1 + free
        assert len(set(packed.kept.tolist())) == packed.kept.size
        assert not packed.loaded.size

    def test_it_never_gives_a_host_more_than_it_has(self) -> None:
        chance = np.random.default_rng(3)
        for _ in range(20):
            sizes = np.column_stack([chance.integers(1, 9, 40), chance.integers(1, 33, 40)]).astype(float)
            rooms = np.array([LARGE, LARGE, SMALL, SMALL, SMALL])
            packed = pack_on(sizes, rooms, GRAIN, 1)
            assert (packed.host >= 0).all()
            its = np.concatenate([rooms[packed.kept], np.tile(LARGE, (packed.more, 1))])
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

    def test_it_keeps_the_largest_before_the_newest(self, catalog: None) -> None:
        assert self.names(("old", 512, 6), ("new", 256, 1)) == ("old",)

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

    def test_it_buys_hosts_like_the_largest_beside_them(self, catalog: None) -> None:
        side = consolidated(estate(("a", 384, 2), ("b", 192, 2)), spare_hosts=3)
        there, new = quantities(side).bought
        assert (there.servers, there.age_months, there.new) == (2, 24, False)
        assert (new.servers, new.memory_gib, new.age_months, new.new) == (2, 768, None, True)
