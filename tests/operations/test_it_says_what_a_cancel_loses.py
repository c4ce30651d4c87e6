"""What a cancel in the cloud cannot bring back: each step takes it back, names it, or lets nobody cancel."""

import pytest

from tests.operations.case import operation_of
from tests.operations.cases import CASES
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.operations.registry import operation_named

REASONS = {
    "instance.enter": "it cannot be interrupted and goes on to a state that lasts, whose step has the way back",
    "instance.begin_stop": "as instance.enter",
    "instance.require_running": "it changes nothing",
    "instance.check_fails": "nobody can cancel the failure that it notices",
    "instance.migrate_away": "it changes nothing",
    "instances.enter": "the way back of the request terminates what runs; the next step says what stays owed",
}
"""By effect: why a step needs neither a way back nor words."""
CLOUD = [name for name in CASES if operation_named(operation_of(name)).side == Side.INSTANCES]


def keeps_silent(step: PlannedStep) -> bool:
    """Whether its effect would stay after a cancel and nobody was told."""
    taken_back, refused = step.undo or step.way_back, step.final and not step.interruptible
    return bool(step.effect) and not (taken_back or refused or step.lost)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CLOUD)
def test_it_says_what_a_cancel_loses(catalog: None, name: str) -> None:
    case = CASES[name]()
    steps = case.box.prepared(operation_of(name), case.subject, **case.params).plan().steps
    # After the last step there is nothing left to cancel.
    silent = {step.effect.name for step in steps[:-1] if step.effect and keeps_silent(step)}
    assert silent <= set(REASONS)
