"""Which types a system starts on decides which of them it may have."""

from typing import Any

import numpy as np
import pytest

from instances.catalog.queries import type_table
from instances.rules.guest_needs import starts_on
from instances.rules.risk import MEDIUM, NOT_ASSESSED
from instances.rules.sizing_candidates import I386, XEN
from tests.compare.conftest import report_of
from tests.compare.sizing.conftest import OneVm, rows_of

OLD = "Microsoft Windows Server 2003 (64-bit)"
UNKNOWN_DEMAND: dict[str, Any] = {"cpu_mean": None, "memory_mean": None, "usage_from": ""}
OLD_32 = "Microsoft Windows Server 2003 Standard (32-bit)"


@pytest.mark.parametrize(
    ("name", "bit"),
    [
        (OLD, XEN),
        (OLD_32, I386),
        ("Microsoft Windows Server 2008 R2 (64-bit)", 0),
        ("Red Hat Enterprise Linux 6 (64-bit)", XEN),
        ("Microsoft Windows XP Professional (32-bit)", I386),
        ("", 0),
    ],
)
def test_it_knows_on_which_types_alone_a_system_starts(name: str, bit: int) -> None:
    assert starts_on(name) == bit


def test_it_takes_a_type_on_xen_where_a_system_has_no_drivers_for_nitro(one_vm: OneVm) -> None:
    lab = one_vm(size=(4, 16), operating_system="windows", os_text=OLD)
    row, table = rows_of(lab)["app"], type_table("ap-northeast-1")
    assert table.hypervisors[table.row_of[row.type]] == "xen"
    assert "types of the Xen generation alone start it" in row.risk_text
    newer = rows_of(one_vm("newer", (4, 16), operating_system="windows", os_text="Windows Server 2019"))["newer"]
    assert table.hypervisors[table.row_of[newer.type]] == "nitro"


def test_it_takes_none_that_only_bursts_for_it(one_vm: OneVm) -> None:
    for size in ((1, 1), (2, 4), (4, 16)):
        lab = one_vm(f"app-{size}", size, operating_system="windows", os_text=OLD)
        assert not rows_of(lab)[f"app-{size}"].type.startswith(("t1", "t2"))


def test_it_starts_32_bits_on_the_few_types_that_do(one_vm: OneVm) -> None:
    table = type_table("ap-northeast-1")
    row = rows_of(one_vm(size=(1, 2), operating_system="windows", os_text=OLD_32))["app"]
    assert table.x86_32[table.row_of[row.type]]
    assert "a few small types" in row.risk_text


def test_it_takes_a_burstable_type_where_no_other_starts_32_bits_and_says_so(one_vm: OneVm) -> None:
    lab = one_vm(size=(2, 4), operating_system="windows", os_text=OLD_32, **UNKNOWN_DEMAND)
    row = rows_of(lab)["app"]
    assert (row.type, row.same_size_type, row.risk_level) == ("t2.medium", "t2.medium", MEDIUM)
    assert "Lives on CPU credits, and nobody measured whether they last." in row.risk_text


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((4, 2), "No type has as much CPU as it needs."),
        ((2, 8), "No type has as much memory as it needs."),
    ],
)
def test_it_leaves_a_larger_one_out_of_both_sides_and_says_why(one_vm: OneVm, size: tuple[int, int], said: str) -> None:
    lab = one_vm(size=size, operating_system="windows", os_text=OLD_32, **UNKNOWN_DEMAND)
    assert report_of(lab).not_carried == ("app",)
    assert rows_of(lab)["app"].risk_text.startswith(said)
    assert "Its system has 32 bits" in rows_of(lab)["app"].risk_text


def test_it_says_that_no_type_with_a_gpu_starts_a_system_of_xen(one_vm: OneVm) -> None:
    lab = one_vm(os_text="Red Hat Enterprise Linux 6 (64-bit)", facts={"passthrough": True})
    assert report_of(lab).not_carried == ("app",)
    assert rows_of(lab)["app"].risk_text.startswith("No type with a GPU starts it")


def test_it_moves_containers_by_their_architecture_alone(one_vm: OneVm) -> None:
    report = report_of(one_vm(operating_system="rhel", os_text="Red Hat Enterprise Linux 6 (64-bit)"))
    assert report.by_key["containers-one_year"].shape.facts["containers"] == 1


@pytest.mark.usefixtures("catalog")
def test_it_offers_no_32_bits_on_nitro() -> None:
    table = type_table("ap-northeast-1")
    assert {table.hypervisors[row] for row in np.flatnonzero(table.x86_32)} == {"xen"}


@pytest.mark.parametrize("name", ["Microsoft Windows NT 4.0", "Microsoft Windows 2000 Server"])
def test_it_carries_no_windows_that_ec2_does_not_run(one_vm: OneVm, name: str) -> None:
    lab = one_vm(size=(1, 1), operating_system="windows", os_text=name)
    row = rows_of(lab)["app"]
    assert report_of(lab).not_carried == ("app",)
    assert (row.type, row.risk_level) == ("", NOT_ASSESSED)
    assert "does not run on EC2" in row.risk_text


@pytest.mark.parametrize("name", ["Microsoft MS-DOS", "Novell NetWare 6.x", "VMware ESXi 6.5"])
def test_it_carries_nothing_that_only_hosts_run(one_vm: OneVm, name: str) -> None:
    assert report_of(one_vm(operating_system="other", os_text=name)).not_carried == ("app",)
