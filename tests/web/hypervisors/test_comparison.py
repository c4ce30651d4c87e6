"""Hypervisors under the same load, as the pages of both sides compare them."""

import pytest
from django import forms
from django.http import QueryDict

from virtlab.engine.hypervisors.same_load import HostCapacity
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.power.watts import PowerCurve
from virtlab.web.hypervisors.comparison import Comparison, compare
from virtlab.web.hypervisors.form import LoadForm
from virtlab.web.hypervisors.question import LoadQuestion, NamedHost
from virtlab.web.hypervisors.tables import Row, feature_rows, figure_rows, live_rows, result_rows, usual_rows
from virtlab.web.lazy_text import LazyText

HOST = NamedHost("Test host", HostCapacity(32.0, 256.0, PowerCurve((100.0, 400.0), 256.0), 100_000.0), "a test", "2026")
LOAD = {"guests": 20, "vcpu": 4, "cpu_percent": 50.0, "memory_gib": 6.0, "iops": 4000.0}


def compared(*keys: str, **load: float) -> Comparison:
    """The hypervisors of these keys under LOAD, or a part of it changed."""
    return compare(LoadQuestion.of(LOAD | load, HOST), [(HYPERVISORS[key], key.upper()) for key in keys])


def bad_notes(rows: list[Row]) -> list[LazyText]:
    """What stands beside the figures shown as bad."""
    return [cell.note for row in rows for cell in row.cells if cell.state == "short"]


class SomeLoad(LoadForm):
    guests = forms.IntegerField(initial=3)
    iops = forms.FloatField(initial=lambda: 500.0)


class TestQuestion:
    def test_it_adds_up_what_all_guests_want(self) -> None:
        load = LoadQuestion.of(LOAD, HOST).load
        assert (load.cpu_cores, load.memory_gib, load.iops, load.vcpu) == (40.0, 120.0, 80_000.0, 80)

    def test_it_takes_from_the_address_what_that_says_and_the_rest_as_at_first(self) -> None:
        form = SomeLoad.of(QueryDict("guests=7&other=1"))
        assert form.is_valid()
        assert form.cleaned_data == {"guests": 7, "iops": 500.0}
        assert form.usual_load == {"guests": 3, "iops": 500.0}
        assert 'inputmode="decimal"' in str(form["iops"])


class TestComparison:
    def test_it_gives_each_guest_a_host_of_its_own_without_virtualization(self) -> None:
        bare, kvm = compared("none", "kvm").sides
        assert (bare.hosts, kvm.hosts) == (20, 1)
        assert bare.cpu[1] == pytest.approx(40.0)
        assert bare.memory_gib == 20 * 256

    def test_it_lets_bare_metal_of_the_cloud_share_one_host(self) -> None:
        assert compared("metal").sides[0].hosts == 1

    def test_it_compares_a_hypervisor_with_itself(self) -> None:
        left, right = compared("kvm", "kvm").sides
        assert left == right

    def test_it_runs_its_ranges_from_best_to_worst(self) -> None:
        for side in compared("esxi", "virtualbox", "ec2_xen").sides:
            assert side.cpu[0] >= side.cpu[1] >= side.cpu[2]
            assert side.iops[0] >= side.iops[1] >= side.iops[2]
            assert side.ready[0] <= side.ready[1] <= side.ready[2]

    def test_it_asks_the_same_with_other_guests(self) -> None:
        more = compared("kvm", "esxi").with_guests(60)
        assert more.names == ["KVM", "ESXI"]
        assert [side.question.guests for side in more.sides] == [60, 60]

    def test_it_draws_as_many_guests_as_have_room(self) -> None:
        assert [(len(side.drawing.guests), side.undrawn) for side in compared("kvm", guests=2).sides] == [(2, 0)]
        assert [(len(side.drawing.guests), side.undrawn) for side in compared("kvm").sides] == [(3, 17)]


class TestTables:
    def test_it_has_a_cell_for_each_hypervisor_in_every_row(self) -> None:
        comparison = compared("kvm", "esxi", "nitro")
        for rows in (result_rows, usual_rows, figure_rows, live_rows, feature_rows):
            assert {len(row.cells) for row in rows(comparison)} == {3}

    def test_it_says_the_usual_values_of_the_long_table_in_the_short_one(self) -> None:
        comparison = compared("kvm", "esxi")
        values = {cell.value for row in result_rows(comparison) for cell in row.cells}
        short = usual_rows(comparison)
        assert len(short) == 6
        assert {cell.value for row in short for cell in row.cells} <= values

    def test_it_says_how_large_a_guest_may_be_and_of_which_release(self) -> None:
        vcpu = next(row for row in feature_rows(compared("hyperv", "nitro")) if "vCPU" in str(row.name))
        assert [str(cell.value).split()[0] for cell in vcpu.cells] == ["240", "–"]
        assert [cell.note for cell in vcpu.cells] == ["Windows Server 2016/2019", ""]

    def test_it_says_the_rules_that_any_of_them_has_with_source(self) -> None:
        rows = {str(row.name): row.cells for row in feature_rows(compared("esxi", "hyperv"))}
        assert [str(cell.value) for cell in rows["Most snapshots one after the other"]] == ["32", "–"]
        assert [str(cell.value) for cell in rows["Most snapshots of one guest"]] == ["–", "50"]
        assert [str(cell.value) for cell in rows["No disk grows while it has snapshots"]] == ["yes", "yes"]
        assert "KB 1025279" in rows["No disk grows while it has snapshots"][0].source
        assert "Only Linux gives vCPU back live" not in rows
        assert not any("Largest disk" in str(row.name) for row in feature_rows(compared("nitro", "metal")))

    def test_it_says_on_both_sides_where_memory_is_too_little(self) -> None:
        comparison = compared("kvm", memory_gib=20.0)
        assert ["does not fit" in str(note) for note in bad_notes(result_rows(comparison))] == [True]
        assert bad_notes(usual_rows(comparison)) == ["too little"]
