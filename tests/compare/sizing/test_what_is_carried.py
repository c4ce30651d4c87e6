"""What no alternative carries costs nothing in any; what nobody described or measured is said, not guessed away."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from hosts.inventory.reading import read_file
from hosts.inventory.write import create_estate
from tests.compare.conftest import VISITOR, report_of
from tests.compare.sizing.conftest import found
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.figures import as_known, heatmap
from virtlab.compare.report.left_out import sum_words
from virtlab.compare.report.sensitivity.band import DRAWS, SEED, draw
from virtlab.compare.report.sensitivity.response import respond
from virtlab.labs.models import Lab

HEAD = (
    "VM,Powerstate,Template,CPUs,Memory,Total disk capacity MiB,In Use MiB,Host,Cluster,OS according to the "
    "configuration file\n"
)
WEB = "web,poweredOn,False,2,4096,102400,102400,h1,C,Ubuntu Linux (64-bit)\n"
PLATFORM = (
    "vCLS-a,poweredOn,False,1,128,2048,2048,h1,C,Other\n"
    "nsx-mgr-01,poweredOn,False,8,32768,1024000,1024000,h1,C,Ubuntu Linux (64-bit)\n"
    "tpl,poweredOff,True,4,20480,2048000,2048000,h1,C,Ubuntu Linux (64-bit)\n"
)
HOST_HEAD = "Host,Cluster,CPU Model,# CPU,Cores per CPU,# Cores,# Memory,Vendor,Model\n"
HOST = ",C,Intel Xeon Gold 6130,2,16,32,524288,Dell Inc.,PowerEdge R740\n"
Written = Callable[..., Lab]
KEYS = ("same_size-one_year", "rightsized-one_year")


@pytest.fixture
def written(catalog: None, tmp_path: Path) -> Written:
    """A lab with the estate of a table of VMs, and one of hosts where there is one."""

    def make(vms: str, hosts: str = "", *, name: str = "RVTools.zip") -> Lab:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("RVTools_tabvInfo.csv", vms)
            if hosts:
                archive.writestr("RVTools_tabvHost.csv", HOST_HEAD + hosts)
        path = tmp_path / name
        path.write_bytes(packed.getvalue())
        lab = Lab.objects.create(name=name, visitor_token=VISITOR)
        create_estate(lab, read_file(path, name).inventory)
        return lab

    return make


def test_it_bills_neither_templates_nor_what_serves_the_platform(written: Written) -> None:
    with_them, without = report_of(written(HEAD + WEB + PLATFORM)), report_of(written(HEAD + WEB))
    kinds = ("physical", "same_size-one_year", "rightsized-one_year", "containers-one_year", "serverless-one_year")
    for key in kinds:
        assert with_them.by_key[key].usd == without.by_key[key].usd, key
    assert with_them.by_key["consolidated"].shape.quantities.storage_tb == (
        without.by_key["consolidated"].shape.quantities.storage_tb
    )


def test_it_rents_nothing_for_what_no_instance_carries(written: Written) -> None:
    report = report_of(written(HEAD + WEB + "aix,poweredOn,False,2,4096,5120000,5120000,h1,C,IBM AIX 7.2\n"))
    for key in ("same_size-one_year", "rightsized-one_year", "containers-one_year", "serverless-one_year"):
        shape = report.by_key[key].shape
        assert isinstance(shape.quantities, CloudQuantities)
        assert report.not_carried == ("aix",)
        assert shape.quantities.volume_gib == 100.0
        assert shape.quantities.data_out_gib == 10.0


@pytest.mark.parametrize(
    "off",
    [
        "aix,poweredOff,False,2,4096,5120000,5120000,h1,C,IBM AIX 7.2\n",
        "old,poweredOff,False,64,4096,102400,102400,h1,C,Microsoft Windows Server 2003 (32-bit)\n",
    ],
)
def test_it_moves_nothing_that_is_off_and_runs_nowhere_there(written: Written, off: str) -> None:
    """As where it is switched on: left out, counted and named, and nothing of it is paid on any side."""
    report = report_of(written(HEAD + WEB + off))
    alone = report_of(written(HEAD + WEB, name="alone.zip"))
    assert report.not_carried == (off.split(",", maxsplit=1)[0],)
    for key in ("same_size-one_year", "rightsized-one_year", "containers-one_year", "serverless-one_year"):
        assert report.by_key[key].usd == alone.by_key[key].usd, key
        assert report.by_key[key].once[0] == alone.by_key[key].once[0], key
    assert sum_words(report) == "VMs in the lab: 2 = 1 compared + 1 left out."


def test_it_moves_what_is_off_and_runs_there(written: Written) -> None:
    off = "spare,poweredOff,False,2,4096,10240,10240,h1,C,Ubuntu Linux (64-bit)\n"
    report = report_of(written(HEAD + WEB + off))
    assert not report.not_carried
    quantities = report.by_key["rightsized-one_year"].shape.quantities
    assert isinstance(quantities, CloudQuantities)
    assert quantities.stopped == 1
    assert sum_words(report) == "VMs in the lab: 2 = 1 compared + 1 off."


def test_it_says_what_volumes_are_of(written: Written) -> None:
    half = WEB.replace("102400,102400", "102400,51200")
    report = report_of(written(HEAD + half + half.replace("web", "api")))
    lines = {key: next(line for line in report.by_key[key].cost if line.key == "volumes") for key in KEYS}
    resting = {key: "disk_headroom_pct" in line.rests_on for key, line in lines.items()}
    assert resting == {KEYS[0]: False, KEYS[1]: True}
    assert "in use with room to grow" in lines[KEYS[1]].text
    assert "in use" not in lines[KEYS[0]].text
    said = "they keep today's vCPU and memory. Volumes are what is in use + 25\xa0%"
    assert said in report.confidence.sentence


def test_it_gives_one_where_todays_hosts_decide_nothing(written: Written) -> None:
    report = report_of(written(HEAD + WEB + "aix,poweredOn,False,1,1024,5120,5120,h1,C,IBM AIX 7.2\n"))
    assert report.not_carried == ("aix",)
    assert 0 < report.left.shape.facts["not_carried_share"] < 0.5
    said = sure_answer(report)
    assert said.side
    assert "still pays for its hosts and datastores whole, of which what is left out holds up to" in said.scope


def test_it_draws_by_the_same_rule(written: Written) -> None:
    """In some draws a side is ahead only with, or only without, the part of the hosts that serves what is left out."""
    estate = HEAD + WEB + "aix,poweredOn,False,1,1024,5120,5120,h1,C,IBM AIX 7.2\n"
    report = report_of(written(estate), data_out_gib_per_workload=10_000)
    share = report.left.shape.facts["not_carried_share"]
    pair, levers_drawn = report.pair, report.outlook.moved if report.outlook else ()
    left_usd, right_usd = respond(pair, levers_drawn).sides_usd(draw(levers_drawn, DRAWS, SEED))
    between = (left_usd >= right_usd) & (left_usd * (1 - share) < right_usd)
    band = report.band
    assert band
    assert band.undecided_share == pytest.approx(between.mean(), abs=0.001)
    assert band.undecided_share > 0.01
    assert "on the part of today's hosts that serves what is left out" in sure_answer(report).range


class TestHostsThatNobodyDescribes:
    VMS = "".join(f"v{n},poweredOn,False,4,16384,102400,51200,h{n % 3},C,Ubuntu Linux (64-bit)\n" for n in range(30))

    def test_it_takes_them_to_be_like_the_others(self, written: Written) -> None:
        report = report_of(written(HEAD + self.VMS, "h0" + HOST))
        hosts = report.estate.hosts
        assert dict(zip(hosts.names, hosts.assumed.tolist(), strict=True)) == {"h0": False, "h1": True, "h2": True}
        assert set(hosts.cores) == {32.0}
        assert set(hosts.sockets) == {2.0}
        assert len(set(hosts.model_id.tolist())) == 1
        assert "hosts assumed 67\xa0%" in report.rows[3].left.mark

    def test_it_takes_them_for_the_others_where_these_have_no_vms(self, written: Written) -> None:
        report = report_of(written(HEAD + self.VMS, "".join(f"10.0.0.{n}{HOST}" for n in range(3))))
        assert not report.estate.hosts.assumed.any()

    def test_it_says_so_beside_the_cost(self, written: Written, visitor: Client) -> None:
        lab = written(HEAD + WEB)
        for address in (reverse("compare:report", args=[lab.slug]), reverse("compare:items", args=[lab.slug, "as_is"])):
            page = visitor.get(address).content.decode()
            assert "does not describe" in page, address
            assert re.search(r"how large the datastores are: [\d.]+\s[GT]iB are assumed", page), address

    def test_it_says_of_how_many_hosts_the_power_is_that_of_another(
        self, written: Written, lab: Lab, visitor: Client
    ) -> None:
        report, said = (
            report_of(written(HEAD + self.VMS, "h0" + HOST)),
            "the nearest server with a published measurement",
        )
        assert f"The power of 3 of 3 hosts is that of {said}." in sure_answer(report).evidence
        assert said not in visitor.get(reverse("compare:report", args=[lab.slug])).content.decode()

    def test_it_says_nothing_of_the_kind_where_all_is_described(self, lab: Lab, visitor: Client) -> None:
        assert "does not describe" not in visitor.get(reverse("compare:report", args=[lab.slug])).content.decode()


class TestWhatNobodyMeasured:
    VMS = "".join(f"v{n},poweredOn,False,8,8192,10240,10240,h1,C,Ubuntu Linux (64-bit)\n" for n in range(64))

    def test_it_is_packed_by_the_ratio_that_is_planned_with(self, written: Written) -> None:
        lab = written(HEAD + self.VMS, "h1" + HOST)
        loaded = {ratio: self.loaded(lab, ratio) for ratio in (8, 4, 2)}
        # 512 vCPU on hosts of 32 cores: they fill 64, 128 and 256 of these.
        assert loaded == {8: 2, 4: 4, 2: 8}

    def test_it_counts_cores_whatever_a_second_thread_or_a_hypervisor_does(self, written: Written) -> None:
        lab = written(HEAD + self.VMS, "h1" + HOST)
        for values in ({"smt_gain": 1.0}, {"smt_gain": 1.5}, {"hypervisor_cpu_pct": 10}):
            assert self.loaded(lab, 4, **values) == 4, values

    def test_it_is_proven_by_the_same_rule(self, written: Written) -> None:
        lab = written(HEAD + self.VMS, "h1" + HOST)
        for key in ("consolidated", "refresh"):
            shape = report_of(lab).by_key[key].shape
            assert shape.facts["bound"] == shape.facts["loaded"], key
            cores = shape.facts["cores"] / shape.machines
            assert (shape.facts["loaded"] - 1) * cores < 512 / 4 <= shape.facts["loaded"] * cores, key

    def test_it_is_packed_by_the_assumption_where_instances_are_sized_by_it_too(self, written: Written) -> None:
        lab = written(HEAD + self.VMS, "h1" + HOST)
        assert self.loaded(lab, 2, unmeasured_demand=1) == self.loaded(lab, 8, unmeasured_demand=1)

    @staticmethod
    def loaded(lab: Lab, ratio: float, **values: float) -> float:
        sent = {"unmeasured_vcpu_per_core": ratio, **values}
        return report_of(lab, **sent).by_key["consolidated"].shape.facts["loaded"]


def test_it_counts_what_a_hypervisor_keeps_when_a_host_is_lost(written: Written) -> None:
    vms = "".join(f"v{n},poweredOn,False,1,8192,10240,10240,h{n % 2},C,Ubuntu Linux (64-bit)\n" for n in range(8))
    small = ",C,Intel Xeon Gold 6130,2,16,32,65536,Dell Inc.,PowerEdge R740\n"
    facts = report_of(written(HEAD + vms, f"h0{small}h1{small}")).by_key["as_is"].shape.facts
    assert (facts["clusters"], facts["survive"]) == (1, 0)


class TestNothingRuns:
    OFF = "ad,poweredOff,False,4,8192,102400,51200,h1,C,Microsoft Windows Server 2019 (64-bit)\n"

    def test_it_speaks_no_verdict(self, written: Written) -> None:
        report = report_of(written(HEAD + self.OFF))
        assert found(report)["cost"] == "nothing runs: no verdict"

    def test_it_keeps_a_host_and_licences_for_what_is_off(self, written: Written) -> None:
        for key in ("consolidated", "refresh"):
            shape = report_of(written(HEAD + self.OFF, "h1" + HOST, name=f"{key}.zip")).by_key[key].shape
            assert isinstance(shape.quantities, OnPremQuantities)
            assert shape.machines == 1
            assert shape.quantities.windows_cores, key


def test_it_leaves_a_cell_empty_for_what_is_not_computed(written: Written, visitor: Client) -> None:
    old = "old,poweredOn,False,64,4096,102400,102400,h1,C,Microsoft Windows Server 2003 (32-bit)\n"
    lab = written(HEAD + WEB + old, "h1" + HOST)
    file = visitor.get(reverse("compare:workloads", args=[lab.slug]), {"format": "csv"}).content.decode("utf-8-sig")
    rows = {row["Workload"]: row for row in csv.DictReader(file.splitlines())}
    computed = {"W now", "kg CO₂e per month now", "W there", "kg CO₂e per month there", "Type's vCPU", "Type's GiB"}
    assert {rows["old"][head] for head in computed} == {""}
    assert all(float(rows["web"][head]) > 0 for head in computed)
    assert {row["CPU and memory used: assumed"] for row in rows.values()} == {"assumed"}


def test_it_says_in_charts_what_nobody_measured(written: Written) -> None:
    report = report_of(written(HEAD + WEB, "h1" + HOST))
    vms = report.estate.vms
    for measured, mark in ((False, " (assumed)"), (True, "")):
        known = np.full(len(vms), "measured" if measured else "stated")
        estate = replace(report.estate, vms=replace(vms, evidence=known))
        chart = as_known(heatmap(report.left, report.times), estate, stated=2)
        assert chart is not None
        assert chart.title == f"CPU used, host by host{mark}"
        assert list(chart.columns[1:]) == [
            "Mean (% CPU)",
            *(f"{name} (% CPU){mark}" for name in ("95th percentile", "Highest")),
        ]
        assert ("peaks and percentiles are assumed" in chart.summary) is not measured
