"""Both totals are of the workloads that both sides carry, and what is left out is named; else nobody is ahead."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from hosts.inventory.write import create_estate, touch
from hosts.models import VirtualMachine
from tests.compare.conftest import VISITOR, machine, report_of, small_inventory
from tests.compare.sizing.conftest import CaseLab, OneVm, found
from virtlab.compare.alternatives.shape import Shape
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.items import Cited
from virtlab.compare.exports.lines import LineItems
from virtlab.compare.exports.sheets import alternatives, not_carried
from virtlab.compare.report import figures
from virtlab.compare.report.about import about
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.left_out import left_out_words
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.labs.models import Lab

LEFT_OUT = {"aix", "arm-win", "sol", "hana-12t", "hana-24t"}
TOO_LARGE = {"hana-12t", "hana-24t"}


@pytest.fixture
def edge(case: CaseLab) -> Lab:
    lab = case("edge_sizes.csv")
    lab.visitor_token = VISITOR
    lab.save()
    return lab


def test_it_counts_on_both_sides_only_what_both_carry(edge: Lab) -> None:
    report = report_of(edge, left="consolidated")
    assert set(report.not_carried) == LEFT_OUT
    assert report.counts["compared"] == 7
    assert report.left.shape.facts["guests"] == report.right.shape.machines == 7
    assert report.left.shape.not_carried == report.right.shape.not_carried == ()
    said = sure_answer(report)
    assert said.side == "instances"
    assert "(7 workloads); 5 are left out." in said.scope
    assert "Left out: aix, arm-win, hana-12t, hana-24t, sol. Why:" in str(dict(about(report))["Workloads left out"])
    assert said.range


def test_it_says_the_verdict_in_one_short_sentence(edge: Lab) -> None:
    report = report_of(edge, left="consolidated")
    said = sure_answer(report)
    assert said.headline.count(".") == 1
    assert len(said.headline) < 90
    assert report.names[report.right.key] in said.headline
    assert report.names[report.left.key] in said.scope


def test_it_computes_both_sides_as_if_the_others_were_not_there(case: CaseLab, edge: Lab) -> None:
    for name in LEFT_OUT:
        VirtualMachine.objects.filter(lab=edge, name=name).update(set_apart="hand")
    touch(edge)
    whole = report_of(case("edge_sizes.csv"), left="consolidated")
    without = report_of(edge, left="consolidated")
    assert without.not_carried == ()
    assert {item.key: item.usd for item in whole.alternatives} == {item.key: item.usd for item in without.alternatives}


def test_it_keeps_todays_hosts_whole_and_gives_no_verdict_where_that_decides(edge: Lab) -> None:
    report = report_of(edge)
    assert report.left.shape.facts["not_carried_share"] == pytest.approx(0.985, abs=0.01)
    assert {found(report)[key] for key in ("cost", "in_all")} == {
        "turns on hosts shared with what is left out: no verdict"
    }
    said = sure_answer(report)
    assert (said.side, said.range) == ("", "")
    assert said.headline == "No verdict: it turns on hosts shared with what is left out."
    assert "still pays for its hosts and datastores whole" in said.scope
    chart = figures.months(report.left, report.right, report.names, report.question.values)
    assert "cannot be compared" in str(chart.summary)


def test_it_still_sees_what_is_left_out_on_todays_hosts(edge: Lab) -> None:
    report = report_of(edge)
    facts, whole = report.left.shape.facts, report.book.shape("as_is").facts
    assert (facts["clusters"], facts["survive"]) == (whole["clusters"], whole["survive"])
    assert {row.name for row in workload_rows(report)} >= LEFT_OUT


def test_it_lists_behind_its_link_exactly_what_is_left_out(edge: Lab, visitor: Client) -> None:
    address = visitor.get(reverse("compare:report", args=[edge.slug])).context["left_out_address"]
    listed = visitor.get(f"{address}&format=csv").content.decode("utf-8-sig")
    assert {row["Workload"] for row in csv.DictReader(StringIO(listed))} == LEFT_OUT
    assert "left out of both totals" in visitor.get(address).content.decode()


def test_it_asks_new_hosts_for_what_some_build_holds(edge: Lab) -> None:
    report = report_of(edge, left="refresh")
    assert dict(report.not_carried_by_side)[report.names["refresh"]] == ("hana-12t", "hana-24t")
    assert report.counts["compared"] == 7


def test_it_holds_whole_a_cluster_in_which_nothing_else_runs(catalog: None) -> None:
    lab, estate = Lab.objects.create(name="AIX apart"), small_inventory()
    apart = replace(machine("aix-1", 1, 1, "esx-03", "other"), os_text="AIX 7.2", cluster="B", disk_gib=1.0)
    clusters = [*estate.clusters, replace(estate.clusters[0], name="B")]
    hosts = [*estate.hosts, replace(estate.hosts[0], name="esx-03", cluster="B")]
    create_estate(lab, replace(estate, clusters=clusters, hosts=hosts, vms=[*estate.vms, apart]))
    report = report_of(lab)
    assert report.not_carried == ("aix-1",)
    assert report.left.shape.facts["not_carried_share"] == pytest.approx(1 / 3), "one of three equal hosts"


def test_it_leaves_out_everywhere_what_neither_side_carries(edge: Lab) -> None:
    VirtualMachine.objects.filter(lab=edge, name__in=LEFT_OUT - TOO_LARGE).update(set_apart="hand")
    touch(edge)
    report = report_of(edge, left="physical")
    assert set(report.common.not_carried_by_side[0]) == set(report.common.not_carried_by_side[1])
    assert set(report.not_carried) == TOO_LARGE
    assert report.counts["compared"] == report.by_key["as_is"].shape.facts["guests"] == 7
    assert "(7 workloads); 2 are left out." in sure_answer(report).scope
    assert "hana-12t, hana-24t" in left_out_words(report)


def test_it_speaks_one_over_the_same_workloads(one_vm: OneVm) -> None:
    assert "verdict" not in found(report_of(one_vm()))["cost"]


def test_it_names_what_every_alternative_leaves_out_in_files(edge: Lab) -> None:
    report = report_of(edge, left="physical")
    table = alternatives(report, LineItems(report))
    column = table.head.index("Workloads left out")
    assert {row[column] for row in table.rows} == {5}
    rows = [tuple(row) for row in not_carried(report).rows]
    assert ("Physical servers", "hana-24t", "counted by no alternative", "No host holds it.") in rows
    reasons = {str(name): str(why) for side, name, _what, why in rows if side == report.names[report.right.key]}
    assert set(reasons) == LEFT_OUT
    assert "does not run on EC2." in reasons["aix"]
    assert "memory" in reasons["hana-24t"]
    assert dict(about(report))["· compared: both sides carry them"] == 7


def test_it_names_no_winner_before_the_range_is_drawn(edge: Lab, visitor: Client) -> None:
    asked = {"left": "consolidated"}
    first, drawn = (
        visitor.get(reverse(f"compare:{name}", args=[edge.slug]), asked).content.decode()
        for name in ("report", "paper")
    )
    assert "At the assumptions put in, “" in first
    assert 'class="card answer is-pending"' in first
    assert 'aria-label="The answer"\n         data-side=""' in first
    assert "At the assumptions put in, “" not in drawn


def test_it_names_them_on_the_page_and_in_the_workbook(edge: Lab, visitor: Client) -> None:
    page = visitor.get(reverse("compare:report", args=[edge.slug])).content.decode()
    assert page.count("Both totals count only what both sides carry (7 workloads)") == 1
    assert page.count("without 5 workloads: aix, arm-win, hana-12t, hana-24t, sol") == 1
    assert "the 7 workloads that both sides carry" in page
    assert "VMs in the lab: 12 = 7 compared + 5 left out." in page
    listed = reverse("compare:readiness", args=[edge.slug])
    assert f'href="{listed}' in page
    assert "No type has as much memory as it needs (2)" not in page, "the list says why"
    paper = visitor.get(reverse("compare:paper", args=[edge.slug])).content.decode()
    assert "No type has as much memory as it needs (2)" in paper
    book = openpyxl.load_workbook(BytesIO(visitor.get(reverse("compare:xlsx", args=[edge.slug])).content))
    names = [row[1] for row in book["Not carried"].iter_rows(min_row=2, values_only=True)]
    assert set(names) >= {"aix", "arm-win", "hana-12t", "hana-24t", "sol"}


def nodes_of(shape: Shape) -> tuple[Cited, ...]:
    """The types of an alternative's container nodes."""
    assert isinstance(shape.quantities, CloudQuantities)
    return shape.quantities.nodes.prices


class TestContainers:
    def test_it_keeps_arm_on_arm_nodes_and_other_systems_out(self, case: CaseLab) -> None:
        report = report_of(case("arm64_in_containers.csv"))
        shape = report.by_key["containers-one_year"].shape
        assert shape.facts["containers"] == 1
        assert report.not_carried == ("aix-1",)
        (node,) = nodes_of(shape)
        table = report.book.table
        assert table.arm[table.row_of[str(node.label)]]

    def test_it_has_nodes_of_both_architectures(self, edge: Lab) -> None:
        report = report_of(edge)
        table, nodes = report.book.table, nodes_of(report.by_key["containers-one_year"].shape)
        assert {bool(table.arm[table.row_of[str(node.label)]]) for node in nodes} == {True, False}

    def test_it_leaves_windows_on_instances(self, one_vm: OneVm) -> None:
        facts = report_of(one_vm(operating_system="windows")).by_key["containers-one_year"].shape.facts
        assert (facts["containers"], facts["guests"]) == (0, 1)
