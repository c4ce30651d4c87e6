"""Totals in one line: what is understood is taken, and what is not is said."""

import pytest

from hosts.pages.imports.totals import TotalsForm, line_said

SUMS = {"vms": 120, "vcpu": 480, "memory": pytest.approx(1.9 * 1024**2), "disk": 40 * 1024**2, "hosts": 12}


@pytest.mark.parametrize(
    "line",
    [
        "120 VMs, 480 vCPU, 1.9 TiB, 40 TiB, 12 hosts",
        "120 virtual machines, 480 vcpus, 1,9 TiB, 40 TiB, 12 servers",
        "12 VM hosts; 120 virtual servers; 480 cores; 40 TB storage; 1.9 TB RAM",
        "VMs: 120, vCPU: 480, RAM: 1.9 TiB, disk: 40 TiB, hosts: 12",
        "120 VMs, 480 virtual CPUs, 1.9 TiB, 40 TiB, 12 virtualization hosts",
        "仮想マシン120台、仮想CPU 480、メモリ1.9TiB、ディスク40TiB、仮想化ホスト 12台",
        "仮想マシン120台、480コア、メモリ1.9TiB、ディスク40TiB、ホスト12台",
        "１２０台,４８０コア,１．９ＴＢ,４０ＴＢ,１２ホスト",
    ],
)
def test_it_reads_the_sums(line: str) -> None:
    assert line_said(line) == (SUMS, [])


@pytest.mark.parametrize(
    "part", ["-5 VMs", "1e9 vCPU", "some coffee", "200 VMs", "3 VMs 4 hosts", "-1 TiB", "7 apples"]
)
def test_it_says_which_part_it_does_not_take(part: str) -> None:
    form = TotalsForm({"line": f"120 VMs, 480 vCPU, 1.9 TiB, 40 TiB, 12 hosts, {part}"})
    assert not form.is_valid()
    assert part in str(form.errors["line"])
