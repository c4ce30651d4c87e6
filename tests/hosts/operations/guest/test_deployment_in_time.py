"""A deployment ends with the slowest of its copies: its preview says when that is."""

from statistics import median

import pytest

from hosts.models import Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import save_template
from virtlab.jobs.models import Job
from virtlab.jobs.operations.plan import Plan
from virtlab.jobs.requests.forecast import forecast
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
RATIO = 1.3


@pytest.fixture
def estate() -> Operated:
    made = make_operated(system="windows", guests=1)
    Assumption.objects.create(lab=made.lab, key="duration_p95_ratio", value=RATIO)
    Datastore.objects.update(capacity_gib=10_000)
    save_template(made, made.vms[0])
    return made


def deployment(estate: Operated, number: int, **changes: object) -> tuple[VirtualMachine, dict[str, object]]:
    copies = {"count": 10, "pattern": f"w{number}-{{n}}", "first": 1, "vcpu": 1, "memory_mib": 512, "start": True}
    return estate.vm("base"), copies | changes


def plan_of(estate: Operated, **changes: object) -> Plan:
    template, params = deployment(estate, 0, **changes)
    return estate.prepared("template.deploy", template, **params).plan()


@pytest.mark.parametrize("linked", [False, True])
def test_it_ends_when_the_preview_says(estate: Operated, *, linked: bool) -> None:
    plan, lasted = plan_of(estate, linked=linked), list[float]()
    for number in range(5):
        template, params = deployment(estate, number, linked=linked)
        job = estate.run("template.deploy", template, **params)
        assert job.ends_lab_at
        assert job.started_lab_at
        lasted.append((job.ends_lab_at - job.started_lab_at).total_seconds())
        ends = [part.ends_lab_at for part in job.children.all() if part.ends_lab_at]
        assert (len(ends), abs((max(ends) - job.ends_lab_at).total_seconds()) < 1) == (10, True)
        VirtualMachine.objects.filter(made_from=template).delete()
    assert len(set(lasted)) == 5
    assert median(lasted) == pytest.approx(plan.duration_s, rel=0.08)
    assert max(lasted) < plan.p95_s(RATIO) * 1.1
    one_s = plan_of(estate, linked=linked, count=1).duration_s
    assert plan.p95_s(RATIO) > plan.duration_s > one_s * 1.05


def test_it_does_not_vary_where_nothing_is_started(estate: Operated) -> None:
    plan = plan_of(estate, start=False)
    assert plan.p95_s(RATIO) == pytest.approx(plan.duration_s, abs=0.01)


def test_it_is_foreseen_alone_as_it_is_planned(estate: Operated) -> None:
    plan = plan_of(estate)
    assert forecast(estate.lab, plan).later_s == 0


def test_it_counts_the_slowest_beside_what_is_at_work(estate: Operated) -> None:
    template, params = deployment(estate, 0)
    estate.start("template.deploy", template, **params)
    estate.let_pass(1)
    plan = plan_of(estate, pattern="second-{n}")
    foreseen_s = forecast(estate.lab, plan).duration_s
    job = estate.start("template.deploy", template, **params | {"pattern": "second-{n}"})
    estate.let_pass()
    ended = Job.objects.get(pk=job.pk)
    assert ended.ends_lab_at
    assert ended.started_lab_at
    assert (ended.ends_lab_at - ended.started_lab_at).total_seconds() == pytest.approx(foreseen_s, rel=0.1)
    assert foreseen_s > plan.duration_s + 60
