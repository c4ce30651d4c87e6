"""What the preview of a host's failure says of the jobs in progress, and what becomes of them."""

from typing import Any

import pytest

from hosts.choices import Hypervisor
from hosts.models import Host
from tests.hosts.operations.operated import Operated, make_operated
from virtlab.jobs.choices import JobState

pytestmark = pytest.mark.django_db


def said(estate: Operated, host: Host) -> str:
    return " ".join(map(str, estate.prepared("host.fail", host).preview().notes))


@pytest.mark.parametrize(
    ("name", "params", "after_s"),
    [
        ("vm.stop", {}, 1),
        ("vm.suspend", {}, 1),
        ("vm.clone", {"name": "copy"}, 10),
        ("vm.clone", {"name": "copy", "start": True}, 100),
        ("backup.take", {}, 10),
        ("vm.restart", {}, 15),
    ],
)
def test_it_names_the_jobs_that_then_fail(name: str, params: dict[str, Any], after_s: float) -> None:
    estate = make_operated(Hypervisor.ESXI)  # which copies a guest that runs
    job = estate.start(name, estate.vms[0], **params)
    estate.let_pass(after_s)
    job.refresh_from_db()
    assert job.is_active
    made_on = estate.vm("copy").host if "start" in params else estate.hosts[0]
    host, other = sorted(estate.hosts, key=lambda each: each != made_on)
    assert f"1 job in progress needs this host and fails: {job.title}." in said(estate, host)
    assert "in progress" not in said(estate, other)
    estate.run_now("host.fail", host)
    job.refresh_from_db()
    assert JobState.FAILED in {job.state, job.ends_as}


def test_it_counts_them_and_names_the_first_five() -> None:
    estate = make_operated(guests=6)
    jobs = [estate.start("vm.restart", vm) for vm in estate.vms]
    estate.let_pass(1)
    named = ", ".join(str(job.title) for job in jobs[:5])
    assert f"6 jobs in progress need this host and fail: {named} + 1." in said(estate, estate.hosts[0])


def test_it_says_nothing_where_none_needs_it() -> None:
    estate = make_operated("esxi")
    estate.start("vm.rename", estate.vms[0], name="other")
    assert "in progress" not in said(estate, estate.hosts[0])
