"""Both sides carry the same workloads, or nobody is said to be ahead."""

from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.compare.conftest import VISITOR, report_of
from tests.compare.sizing.conftest import CaseLab, OneVm, found
from virtlab.compare.alternatives.shape import Shape
from virtlab.compare.bills.cloud import CloudQuantities
from virtlab.compare.bills.items import Cited
from virtlab.compare.exports.sheets import alternatives
from virtlab.compare.report import figures
from virtlab.labs.models import Lab

LEFT_OUT = {"aix", "arm-win", "sol", "hana-24t"}


@pytest.fixture
def edge(case: CaseLab) -> Lab:
    lab = case("edge_sizes.csv")
    lab.visitor_token = VISITOR
    lab.save()
    return lab


def test_it_speaks_no_verdict_over_different_workloads(edge: Lab) -> None:
    report = report_of(edge)
    assert set(report.right.shape.unfit) >= LEFT_OUT
    assert {found(report)[key] for key in ("cost", "power", "carbon")} == {"not the same workloads: no verdict"}
    chart = figures.months(report.left, report.right, report.names, report.question.values)
    assert "cannot be compared" in str(chart.summary)


def test_it_speaks_one_over_the_same_workloads(one_vm: OneVm) -> None:
    assert "verdict" not in found(report_of(one_vm()))["cost"]


def test_it_names_what_every_alternative_leaves_out_in_files(edge: Lab) -> None:
    report = report_of(edge)
    sheet = alternatives(report)
    rows = {row[0]: row[-2:] for row in sheet.rows}
    for item in report.alternatives:
        assert rows[report.names[item.key]] == [len(item.shape.unfit), ", ".join(item.shape.unfit)]
    assert rows[report.names["same_size-one_year"]][0] == 5


def test_it_names_them_on_the_page_and_in_the_workbook(edge: Lab, visitor: Client) -> None:
    page = visitor.get(reverse("compare:report", args=[edge.slug])).content.decode()
    assert "no verdict is given" in page
    assert page.count("without 5 workloads: aix, arm-win, hana-12t, hana-24t, sol") == 7
    book = openpyxl.load_workbook(BytesIO(visitor.get(reverse("compare:xlsx", args=[edge.slug])).content))
    head, *_rows = book["Alternatives"].values
    assert head[-2:] == ("Workloads left out", "Their names")


def nodes_of(shape: Shape) -> tuple[Cited, ...]:
    """The types of an alternative's container nodes."""
    assert isinstance(shape.quantities, CloudQuantities)
    return shape.quantities.node_prices


class TestContainers:
    def test_it_keeps_arm_on_arm_nodes_and_other_systems_out(self, case: CaseLab) -> None:
        report = report_of(case("arm64_in_containers.csv"))
        shape = report.by_key["containers-one_year"].shape
        assert shape.facts["containers"] == 1
        assert shape.unfit == ("aix-1",)
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
