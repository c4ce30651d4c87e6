"""Preview and outcome of every operation: money, watts, states, downtime and duration are what was shown before."""

import pytest
from django.db.models import Model

from hosts.choices import PowerState
from hosts.models import Snapshot, VirtualMachine
from instances.choices import InstanceState
from instances.models import Instance
from tests.operations.case import CASES, Case, operation_of
from tests.operations.cases import require_case_of_every_operation
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Preview

# Rows that say what a job does, not how something is afterwards: by what they say, how it is read.
TAKES = {"Disk taken", "Memory written"}
FREES = {"Space freed"}
CHANGES = {"Of its memory on the datastore"}
MOVES = {"Merged into the disk below", "Copied to the backup storage"}
LASTS = {"Time: each by hand, and this way"}
# Known to nobody before: an address that the cloud chooses.
NEW = "a new one"
# What a page shows is rounded to one decimal.
ROUNDING = 0.05
CENT = 0.01
ASKED_AGAIN_S = 0.101
"""A job that waits for others asks for them once more that late where their moments differ by a microsecond."""


def test_it_has_a_case_of_every_operation() -> None:
    require_case_of_every_operation()


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_it_does_what_the_preview_said(catalog: None, name: str) -> None:
    case = CASES[name]()
    operation = case.box.prepared(operation_of(name), case.subject, **case.params)
    preview, plan = operation.preview(), operation.plan()
    figures, taken_gib, up = case.figures(), case.taken_gib(), runs(case)
    job = case.start(operation_of(name))
    case.box.let_pass(max(2 * plan.duration_s, 60.0))
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, str(job.error)
    require_durations(job, plan.duration_s, preview, up=up and runs(case))
    require_states(case, operation, preview, job, case.taken_gib() - taken_gib)
    require_figures(case, preview, figures)


def runs(case: Case) -> bool:
    """Whether what the operation is about is in use: guest, instance, or guests of a cluster."""
    subject = case.subject
    if isinstance(subject, Snapshot):
        return VirtualMachine.objects.get(pk=subject.vm_id).power_state == PowerState.RUNNING
    if isinstance(subject, VirtualMachine):
        return VirtualMachine.objects.filter(pk=subject.pk, power_state=PowerState.RUNNING, is_template=False).exists()
    if isinstance(subject, Instance):
        well = Instance.objects.filter(state=InstanceState.RUNNING, system_failed_lab_at=None)
        return well.filter(pk=subject.pk).exists()
    return True


def require_durations(job: Job, planned_s: float, preview: Preview, *, up: bool) -> None:
    """The job lasted as long as its plan said, and what was in use before and after was not for as long as was said."""
    assert job.started_lab_at
    assert job.ends_lab_at
    assert (job.ends_lab_at - job.started_lab_at).total_seconds() == pytest.approx(planned_s, abs=ASKED_AGAIN_S)
    steps = [step for each in (job, *job.children.all()) for step in each.steps.all() if step.down]
    down_s = sum(step.duration_s for step in steps)
    if up:
        assert (preview.downtime_s or 0.0) == pytest.approx(down_s), "downtime"
    else:
        assert not preview.downtime_s, "nobody notices: it was not in use before, or is not afterwards"


def require_states(case: Case, operation: Operation, preview: Preview, job: Job, taken_gib: float) -> None:
    """Each row of before and after says what is there afterwards."""
    now = {str(row.label): row.before for row in rows_now(operation)}
    for row in preview.changes:
        label = str(row.label)
        if str(row.after) == NEW:
            found = case.reads[label]() if label in case.reads else now[label]
            assert str(found) not in ("–", str(row.before)), label
        elif label in TAKES:
            assert taken_gib == pytest.approx(row.after, abs=ROUNDING), label
        elif label in FREES:
            assert -taken_gib == pytest.approx(row.after, abs=ROUNDING), label
        elif label in CHANGES:
            assert taken_gib == pytest.approx(row.after - row.before, abs=2 * ROUNDING), label
        elif label in MOVES:
            moved_gib = sum(step.moved_gib for step in job.steps.all())
            assert moved_gib == pytest.approx(row.after, abs=ROUNDING), label
        elif label in LASTS:
            assert sum(step.duration_s for step in job.steps.all()) == pytest.approx(row.after, abs=0.5), label
        else:
            found = case.reads[label]() if label in case.reads else now[label]
            assert shown(found) == shown(row.after), label


def rows_now(operation: Operation) -> list[Change]:
    """What a preview of the same would show as before; nothing where its subject is gone."""
    subject, kind = operation.subject, type(operation)
    if subject is not None:
        subject = kind.subjects(operation.lab).filter(pk=subject.pk).first()
        if subject is None:
            return []
    again = kind(operation.lab, subject, {name: as_it_is(value) for name, value in operation.values.items()})
    return list(again.changes())


def as_it_is(value: object) -> object:
    """A row that a form names, as the database has it now."""
    return type(value)._default_manager.filter(pk=value.pk).first() if isinstance(value, Model) else value


def shown(value: object) -> object:
    """A number as a number, anything else in words."""
    return pytest.approx(value) if isinstance(value, float) else value if isinstance(value, int) else str(value)


def require_figures(case: Case, preview: Preview, before: tuple[float, float]) -> None:
    """USD a month and watts change by what was shown; where nothing was shown, nothing changes."""
    after = case.figures()
    pairs = (preview.cost_usd_per_month, preview.power_w)
    assert bool(str(preview.of)) == any(pairs), "whose they are is said where there are any"
    for number, (pair, tolerance) in enumerate(zip(pairs, (CENT, case.watts_within), strict=True)):
        change = pair[1] - pair[0] if pair else 0.0
        assert after[number] - before[number] == pytest.approx(change, abs=tolerance), ("USD", "W")[number]
