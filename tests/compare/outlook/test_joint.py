"""What turns the verdict together, where nothing does alone."""

from dataclasses import replace

import pytest

from tests.compare.conftest import report_of
from tests.compare.outlook.test_outlook import pair_of
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.cash.flow import outcome
from virtlab.compare.report.report import Report
from virtlab.compare.report.sensitivity.joint import Joint, joint_turn
from virtlab.compare.report.sensitivity.levers import TERMS, levers
from virtlab.compare.report.sensitivity.swings import turns
from virtlab.compare.report.sensitivity.trials import trials
from virtlab.labs.models import Lab


def joint_of(report: Report) -> tuple[Joint, float, bool]:
    """What turns it together, the difference now, and whether something turns it alone."""
    alone = trials(report.pair, levers(report.question.values, report.question.purchase), {})
    now_usd = outcome(report.left, report.right, report.question.values).difference_usd
    joint = joint_turn(alone, now_usd)
    assert joint
    return joint, now_usd, bool(turns(alone, now_usd))


@pytest.mark.parametrize("data_out_gib", [2_000, 3_300, 20_000])
def test_it_is_what_both_sides_come_to_there(lab: Lab, data_out_gib: float) -> None:
    report = report_of(lab, data_out_gib_per_workload=data_out_gib)
    joint, now_usd, _alone = joint_of(report)
    moved = dict(zip((lever.key for lever in joint.levers), joint.values, strict=True))
    sides = pair_of(report).at(moved)
    exact = outcome(*sides, pair_of(report).moved_values(moved)).difference_usd
    assert joint.usd == pytest.approx(exact)
    assert joint.turned == ((exact < 0) != (now_usd < 0))
    assert (joint.usd - now_usd) * now_usd < 0
    assert sum(lever.key in TERMS for lever in joint.levers) <= 1
    assert not [lever for lever in joint.levers if lever.known]


def test_it_says_which_few_turn_it_together_or_that_the_strongest_do_not(lab: Lab) -> None:
    report = report_of(lab)
    assert report.outlook
    joint = joint_of(report)[0]
    said = []
    for turned in (True, False):
        report.__dict__["outlook"] = replace(report.outlook, turns=(), joint=replace(joint, turned=turned))
        said.append(sure_answer(report).turns)
    assert all(one[0].startswith("No single assumption") for one in said)
    assert said[0][1].startswith("These turn it together: ")
    assert said[1][1].startswith(
        f"Nor do the {len(joint.levers)} that each move it most towards the other side turn it together: "
    )
    assert all(str(lever.label) in one[1] for one in said for lever in joint.levers)


def test_it_is_asked_only_where_nothing_turns_it_alone(lab: Lab) -> None:
    for data_out_gib in (1, 3_300, 20_000):
        outlook = report_of(lab, data_out_gib_per_workload=data_out_gib).outlook
        assert outlook
        assert any(not turn.lever.known for turn in outlook.turns) == (outlook.joint is None)


def test_it_takes_two_where_two_are_enough(lab: Lab) -> None:
    found = []
    for data_out_gib in range(500, 20_001, 1_500):
        report = report_of(lab, data_out_gib_per_workload=data_out_gib)
        joint, now_usd, alone = joint_of(report)
        if alone or not joint.turned or len(joint.levers) < 3:
            found.append(len(joint.levers) if joint.turned else 0)
            continue
        found.append(3)
        for left_out in range(3):
            three = enumerate(zip(joint.levers, joint.values, strict=True))
            moved = {lever.key: value for n, (lever, value) in three if n != left_out}
            sides = pair_of(report).at(moved)
            assert (outcome(*sides, pair_of(report).moved_values(moved)).difference_usd < 0) == (now_usd < 0)
    assert 2 in found
