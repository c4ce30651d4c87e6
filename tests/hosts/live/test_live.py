"""The live state: sums that are exact, a fixed number of queries, load that follows the clock."""

from datetime import timedelta

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from hosts.demo.service import fill_with_demo
from hosts.live.history import history_of_guest, history_of_host
from hosts.live.live import Live, live, live_for_hosts
from hosts.live.rows import GuestLive, HostLive
from hosts.live.totals import estate_totals
from hosts.models import Datastore, Host, Snapshot, VirtualMachine
from virtlab.engine.load.overcommit import cpu_ready_share, cpu_ready_shares
from virtlab.engine.whole_split import split_whole
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.web.cache import clear_caches

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Lab:
    lab = Lab.objects.create(name="Demo", clock_speed=0.0)
    fill_with_demo(lab)
    return lab


def test_it_sums_money_and_watts_of_guests_to_hosts_and_of_hosts_to_clusters_exactly(lab: Lab) -> None:
    now = live(lab)
    for host in now.hosts.values():
        guests = [guest for guest in now.guests.values() if guest.host_id == host.pk]
        assert (
            sum(g.cost_usd_per_month for g in guests) + host.cost_unallocated_usd_per_month == host.cost_usd_per_month
        )
        assert round(sum(g.power_w for g in guests) + host.power_unallocated_w, 1) == host.power_w
    for cluster in now.clusters.values():
        hosts = [host for host in now.hosts.values() if host.cluster_id == cluster.pk]
        assert sum(host.cost_usd_per_month for host in hosts) == cluster.cost_of_placed_usd_per_month
        assert round(sum(host.power_w for host in hosts), 1) == cluster.power_of_hosts_w
        stores = [store for store in now.datastores.values() if store.cluster_id == cluster.pk]
        assert round(sum(store.power_w for store in stores), 1) == cluster.power_of_storage_w > 0
        assert round(cluster.power_of_hosts_w + cluster.power_of_storage_w, 1) == cluster.power_w
        unplaced = [guest for guest in now.guests.values() if guest.cluster_id == cluster.pk and guest.host_id is None]
        unused = sum(store.unused_usd_per_month for store in stores)
        assert unused == cluster.unused_space_usd_per_month > 0
        parts = cluster.cost_of_placed_usd_per_month + sum(guest.cost_usd_per_month for guest in unplaced) + unused
        assert parts == cluster.cost_usd_per_month


def _storage_cents(now: Live, store: int) -> int:
    """What a datastore's guests are charged for storage and its electricity."""
    rows = [row for row, guest in enumerate(now.facts.guests) if guest.datastore_id == store]
    return sum(int(now.costs.own_lines[line][row]) for line in ("storage", "storage_electricity") for row in rows)


def test_it_charges_a_datastore_whole_by_its_capacity_and_leaves_what_nothing_takes_to_it(lab: Lab) -> None:
    values = lab_values(lab)
    now = live(lab)
    for pk, store in now.datastores.items():
        terabytes = store.capacity_gib * 2**30 / 1e12
        price_usd = terabytes * values["storage_usd_per_tb"]
        months, upkeep = values["server_lifetime_years"] * 12, values["maintenance_pct"] / 100 / 12
        watts = terabytes * 1.25 * values["storage_w_per_tb_onprem"]
        energy_usd = watts * 0.73 * values["pue_onprem"] * values["electricity_usd_per_kwh"]
        assert store.power_w == pytest.approx(watts, abs=0.05)
        usd_per_month = price_usd * (1 / months + upkeep) + energy_usd
        assert float(store.cost_usd_per_month) == pytest.approx(usd_per_month, abs=0.02)
        assert _storage_cents(now, pk) + 100 * store.unused_usd_per_month == 100 * store.cost_usd_per_month
        free = (store.free_gib + store.memory_files_gib) / store.capacity_gib
        assert float(store.unused_usd_per_month / store.cost_usd_per_month) == pytest.approx(free, abs=0.001)


def test_it_leaves_nothing_unused_on_a_datastore_that_its_deltas_overran(lab: Lab) -> None:
    store = Datastore.objects.filter(lab=lab)[0]
    Datastore.objects.filter(pk=store.pk).update(capacity_gib=live(lab).datastores[store.pk].taken_gib / 2)
    clear_caches()
    now = live(lab)
    assert now.datastores[store.pk].unused_usd_per_month == 0
    assert _storage_cents(now, store.pk) == 100 * now.datastores[store.pk].cost_usd_per_month > 0


def test_it_charges_what_is_installed_whether_it_runs_or_not(lab: Lab) -> None:
    values = lab_values(lab)
    before = live(lab)
    VirtualMachine.objects.filter(lab=lab).update(power_state="stopped")
    failed, off = Host.objects.filter(lab=lab)[:2]
    Host.objects.filter(pk=failed.pk).update(state="failed")
    Host.objects.filter(pk=off.pk).update(state="off")
    clear_caches()
    after = live(lab)
    for line in set(before.costs.host_lines) - {"electricity"}:
        assert after.costs.host_lines[line].tolist() == before.costs.host_lines[line].tolist(), line
        assert after.costs.guest_lines[line].tolist() == before.costs.guest_lines[line].tolist(), line
    for line, cents in before.costs.own_lines.items():
        assert after.costs.own_lines[line].tolist() == cents.tolist(), line
    for row, host in enumerate(after.facts.hosts):
        assert (after.costs.host_lines["electricity"][row] > 0) == (host.pk not in {failed.pk, off.pk})
    assert after.costs.guest_lines["electricity"].sum() == 0
    systems = sum(not guest.is_template for guest in after.facts.guests)
    care_usd = systems * values["admin_hours_per_guest"] * values["admin_usd_per_hour"]
    assert after.costs.own_lines["vm_administration"].sum() == pytest.approx(100 * care_usd)


def test_it_gives_the_head_of_a_page_the_sums_of_all_hosts(lab: Lab) -> None:
    Host.objects.filter(lab=lab, name=Host.objects.filter(lab=lab)[0].name).update(state="failed")
    now = live(lab)
    totals, hosts = estate_totals(lab, now.lab_at), list(now.hosts.values())
    assert (totals.hosts, totals.guests) == (len(hosts), len(now.guests))
    assert totals.total.cents == 100 * sum(cluster.cost_usd_per_month for cluster in now.clusters.values())
    stores = now.datastores.values()
    assert totals.total.tenths_w == round(10 * (sum(h.power_w for h in hosts) + sum(s.power_w for s in stores)))
    assert totals.cores == sum(host.cores for host in hosts)
    used = sum(host.cpu_share * host.guest_cores for host in hosts)
    assert totals.cpu_share == pytest.approx(used / sum(host.guest_cores for host in hosts), rel=1e-12)
    sums = {
        "vcpu_allocated": totals.allocated_vcpu,
        "memory_allocated_gib": totals.allocated_gib,
        "memory_gib": totals.memory_gib,
        "memory_used_gib": totals.used_gib,
    }
    for field, amount in sums.items():
        assert amount == pytest.approx(sum(getattr(host, field) for host in hosts), rel=1e-12), field


def test_it_asks_the_database_as_often_for_many_as_for_few(
    lab: Lab, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    few = Lab.objects.create(name="Few", clock_speed=0.0)
    fill_with_demo(few)
    VirtualMachine.objects.filter(lab=few, host__name__startswith="esx").delete()
    for one in (few, lab):
        clear_caches()
        with django_assert_max_num_queries(9):
            live(one)


def test_it_keeps_the_state_of_a_revision(lab: Lab, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    first = live(lab)
    with django_assert_max_num_queries(3):
        assert live(lab) is first
    lab.revision += 1
    assert live(lab) is not first


def test_it_follows_the_clock_and_begins_the_trace_anew(lab: Lab) -> None:
    now, later, week = (live(lab, lab.lab_time() + timedelta(hours=hours)) for hours in (0, 6, 24 * 7))
    used = [sum(host.cpu_used_vcpu for host in one.hosts.values()) for one in (now, later, week)]
    assert used[0] != used[1]
    assert used[0] == pytest.approx(used[2])


def test_it_counts_only_what_runs(lab: Lab) -> None:
    VirtualMachine.objects.update(power_state="stopped")
    now = live(lab)
    assert all(guest.power_w == 0 for guest in now.guests.values())
    for host in now.hosts.values():
        assert (host.vcpu_allocated, host.memory_allocated_gib) == (0, 0)
        assert host.power_unallocated_w == host.power_w > 0


def test_it_gives_the_history_of_a_guest_and_a_host(lab: Lab) -> None:
    host = Host.objects.filter(lab=lab).order_by("name").first()
    assert host is not None
    whole = history_of_host(host, 24)
    guests = [history_of_guest(vm, 24) for vm in VirtualMachine.objects.filter(host=host)]
    assert len(whole.times) == 289
    assert np.allclose(sum(guest.power_w for guest in guests), whole.power_w)
    assert np.allclose(sum(guest.used_vcpu for guest in guests), whole.used_vcpu)
    assert whole.power_w[-1] == pytest.approx(live(lab).hosts[host.pk].power_w, abs=0.06)


def test_it_splits_whole_numbers_by_largest_remainder() -> None:
    group = np.array([0, 0, 0, 1, -1, 2])
    parts = split_whole(np.array([10, 7, 5]), np.array([1.0, 1.0, 1.0, 5.0, 1.0, 0.0]), group)
    assert parts.tolist() == [4, 3, 3, 7, 0, 0]
    with pytest.raises(ValueError, match="negative"):
        split_whole(np.array([1]), np.array([-1.0]), np.array([0]))


def test_it_knows_the_waiting_of_many_hosts_as_that_of_one() -> None:
    vcpu, busy, cores = (
        np.array([48, 64, 8, 20, 4]),
        np.array([0.3, 0.3, 0.9, 1.0, 0.0]),
        np.array([16, 16, 16, 16.5, 2]),
    )
    many = cpu_ready_shares(vcpu, busy, cores)
    one = [cpu_ready_share(int(v), float(b), float(c)) for v, b, c in zip(vcpu, busy, cores, strict=True)]
    assert many.tolist() == pytest.approx(one)


def test_it_shows_some_hosts_and_their_guests_as_it_shows_the_whole(lab: Lab) -> None:
    estate = Lab.objects.get(pk=lab.pk)
    unplaced = VirtualMachine.objects.filter(lab=lab).exclude(host=None).order_by("name")[0]
    snapshot = Snapshot.objects.create(vm=unplaced, name="before", taken_lab_at=lab.lab_time(), delta_gib=3.0)
    VirtualMachine.objects.filter(pk=unplaced.pk).update(host=None, power_state="stopped", snapshot=snapshot)
    host = Host.objects.filter(lab=lab).order_by("name")[1]
    part, now = live_for_hosts(estate, [host.pk]), live(estate)
    assert set(part.hosts) == {host.pk}
    assert _without_money(part.hosts[host.pk]) == _without_money(now.hosts[host.pk])
    assert unplaced.pk in part.guests
    assert now.guests[unplaced.pk].snapshots == 1
    for pk, guest in part.guests.items():
        assert _without_money(guest) == _without_money(now.guests[pk])


def _without_money(row: HostLive | GuestLive) -> dict[str, object]:
    return {name: value for name, value in row._asdict().items() if "cost" not in name}
