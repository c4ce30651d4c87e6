"""One denominator of CPU on every page of an estate, and its name beside each figure of another one."""

import re

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from hosts.live.facts import facts_of
from hosts.live.live import live
from hosts.live.load import load_inputs, load_result
from hosts.live.totals import estate_totals
from hosts.live.traces import demand
from hosts.models import Cluster, Host
from tests.compare.conftest import report_of
from virtlab.engine.arrays import F64
from virtlab.engine.units import SAMPLE_S
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.web.formats import number, percent

WEEK = 7 * 24 * 12


def words(visitor: Client, address: str) -> str:
    """A page as it comes, in one line."""
    return re.sub("[ \\n]+", " ", visitor.get(address).content.decode())


def mean_share_now(lab: Lab, values: dict[str, float]) -> dict[str, float]:
    """What the racks say of each host's CPU, as the mean of all moments of a week."""
    facts = facts_of(lab)
    times: F64 = lab.lab_time().timestamp() + SAMPLE_S * np.arange(WEEK, dtype=np.float64)
    cpu_vcpu, _memory = demand(lab, [guest.trace_id for guest in facts.guests], times)
    share = load_result(load_inputs(facts, values), cpu_vcpu).utilisation.mean(axis=1)
    return dict(zip([host.name for host in facts.hosts], share.tolist(), strict=True))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("smt_gain", [1.0, 1.5])
def test_it_counts_cpu_of_the_same_cores_in_racks_and_comparison(lab: Lab, threads: int, smt_gain: float) -> None:
    """But for what the hypervisor takes: 1 % of all in the comparison, by its kind in the racks."""
    Host.objects.filter(lab=lab).update(threads_per_core=threads, cores=8)
    shape = report_of(lab, smt_gain=smt_gain).left.shape
    assert shape.fleet
    now = mean_share_now(lab, {**lab_values(lab), "smt_gain": smt_gain})
    for name, share in zip(shape.fleet.names, shape.cpu_share.tolist(), strict=True):
        assert share > 0.1, "enough that another denominator would show"
        assert now[name] == pytest.approx(share, abs=0.015), name


def test_it_names_what_each_share_of_cpu_is_of(lab: Lab, visitor: Client) -> None:
    Lab.objects.filter(pk=lab.pk).update(clock_speed=0)
    lab.refresh_from_db()
    moment = lab.lab_time()
    totals, now, host = estate_totals(lab, moment), live(lab, moment), Host.objects.filter(lab=lab).earliest("pk")
    share, row = percent(totals.cpu_share, 0), now.hosts[host.pk]
    addresses = {
        "lab": lab.get_absolute_url(),
        "estate": reverse("hosts:estate", args=[lab.slug]),
        "host": reverse("hosts:host", args=[lab.slug, host.pk]),
        "report": reverse("compare:report", args=[lab.slug]),
    }
    pages = {name: words(visitor, each) for name, each in addresses.items()}
    ratio = number(totals.allocated_vcpu / 112)
    assert f"on 112 cores, {ratio} per core · {share} of what these can do is used now" in pages["lab"]
    assert f"on 112 cores: {ratio} per core" in pages["estate"]
    assert "of what the cores can do" in pages["estate"]
    for name in ("lab", "estate", "host"):
        assert f"{percent(row.cpu_share, 0)} CPU now" in pages[name], name
    assert "of what the cores can do" in pages["host"]
    for name in ("lab", "report"):
        assert "CPU used, mean" in pages[name], name
        assert "% of what the cores can do" in pages[name], name
    assert not [name for name, page in pages.items() if "threads ·" in page or "CPU in use" in page]


@pytest.mark.parametrize("threads", [1, 2])
def test_it_says_a_clusters_rule_by_thread_and_by_core(lab: Lab, visitor: Client, threads: int) -> None:
    """The rule counts by thread, as the comparison's planning counts by core: each page says both."""
    Host.objects.filter(lab=lab).update(threads_per_core=threads)
    Cluster.objects.filter(lab=lab).update(cpu_overcommit=3.0)
    host = Host.objects.filter(lab=lab).earliest("pk")
    cluster, one = (
        words(visitor, reverse(name, args=[lab.slug, key]))
        for name, key in (("hosts:cluster", host.cluster_id), ("hosts:host", host.pk))
    )
    rows = live(lab)
    allocated = rows.clusters[host.cluster_id].vcpu_allocated
    assert f"May allocate 3 vCPU per thread ({3 * threads} per physical core)" in cluster
    assert f"Allocated are {number(allocated / 112)} vCPU per physical core" in cluster
    assert f"May allocate {168 * threads} vCPU (3 per thread, {3 * threads} per physical core)" in one
    assert f"Allocated are {number(rows.hosts[host.pk].vcpu_allocated / 56)} vCPU per physical core" in one


def test_it_says_no_rule_by_core_of_a_cluster_whose_hosts_are_off(lab: Lab, visitor: Client) -> None:
    Host.objects.filter(lab=lab).update(state="maintenance")
    cluster = Cluster.objects.get(lab=lab)
    page = words(visitor, reverse("hosts:cluster", args=[lab.slug, cluster.pk]))
    assert "May allocate 4 vCPU per thread (– per physical core) and 1 times its memory." in page
