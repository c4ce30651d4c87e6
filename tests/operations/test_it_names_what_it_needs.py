"""Each step in the cloud that lasts says what it needs meanwhile: else it would go on in a zone that is out."""

from collections.abc import Iterator

import pytest

from tests.operations.case import operation_of
from tests.operations.cases import CASES
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import EFFECTS
from virtlab.jobs.operations.needs import NEEDS
from virtlab.jobs.operations.plan import Plan, PlannedStep
from virtlab.jobs.operations.registry import operation_named

NEEDS_NOTHING = {
    "fault.end": "what is stopped, terminated or out again meanwhile is left out of those that are up",
    "quota.request": "people at the provider look at it, wherever the lab's instances are",
}
CLOUD = [name for name in CASES if operation_named(operation_of(name)).side == Side.INSTANCES]


def lasting(plan: Plan) -> Iterator[PlannedStep]:
    """The steps that take time, there and back."""
    for step in plan.steps:
        yield from (one for one in (step, *step.way_back) if one.duration_s > 0)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CLOUD)
def test_it_names_what_each_step_needs_that_lasts(catalog: None, name: str) -> None:
    case = CASES[name]()
    steps = list(lasting(case.box.prepared(operation_of(name), case.subject, **case.params).plan()))
    without = [step.key for step in steps if not step.needs]
    if operation_of(name) in NEEDS_NOTHING:
        assert without, "not in the list any more"
    else:
        assert not without


def test_it_has_an_effect_that_takes_each_need_away() -> None:
    broken = {need for effect in EFFECTS.values() for need in effect.breaks}
    assert broken == {name for name, need in NEEDS.items() if not need.at_begin}
