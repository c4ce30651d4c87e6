"""What the page of readiness opens with: how many are ready, what to do first, and why some are not assessed."""

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from virtlab.compare.readiness.assess import Assessment
from virtlab.compare.readiness.rule import UNKNOWN, Rule, subjects
from virtlab.compare.readiness.words import TARGETS, Effect, Scope, State, Target
from virtlab.web import formats


def answer(assessment: Assessment) -> str:
    """How many of what is compared is ready for EC2, with conditions, not, and not assessed; empty without any."""
    counts = assessment.counts(Target.EC2)
    if not sum(counts):
        return ""
    words = {state.name.lower(): formats.number(counts[state]) for state in State}
    words["all"] = formats.number(sum(counts))
    sentence = ngettext(
        "%(ready)s of %(all)s compared workload is ready for EC2, %(conditions)s with conditions, %(not)s not.",
        "%(ready)s of %(all)s compared workloads are ready for EC2, %(conditions)s with conditions, %(not)s not.",
        sum(counts),
    )
    if not counts[State.NOT_ASSESSED]:
        return sentence % words
    left = ngettext(
        "%(not_assessed)s is not assessed yet.", "%(not_assessed)s are not assessed yet.", counts[State.NOT_ASSESSED]
    )
    return f"{sentence} {left}" % words


def others(assessment: Assessment) -> str:
    """How many machines no total and no count is of, why, and how many of them are not ready for EC2; empty without."""
    texts = {Scope.LEFT_OUT: _("%(count)s left out"), Scope.OFF: _("%(count)s off")}
    counts = {scope: int((assessment.scope == scope).sum()) for scope in texts}
    if not any(counts.values()):
        return ""
    parts = [texts[scope] % {"count": formats.number(count)} for scope, count in counts.items() if count]
    stopped = assessment.states[Target.EC2][~assessment.counted] == State.NOT
    words = {"parts": ", ".join(parts), "not": formats.number(int(stopped.sum()))}
    return _("Not counted here: %(parts)s; of these not ready for EC2: %(not)s.") % words


def readiness_sentence(assessment: Assessment) -> str:
    """How many are ready for EC2 as they are, and how many run an unsupported system; empty where none is compared."""
    counts = assessment.counts(Target.EC2)
    if not sum(counts):
        return ""
    unsupported = unsupported_count(assessment)
    words = {
        "ready": formats.number(counts[State.READY]),
        "all": formats.number(sum(counts)),
        "unsupported": formats.number(unsupported),
    }
    ready = _("Ready for EC2 without conditions: %(ready)s of %(all)s compared.") % words
    if not unsupported:
        return ready
    text = ngettext(
        "%(unsupported)s runs a system whose support has ended.",
        "%(unsupported)s run a system whose support has ended.",
        unsupported,
    )
    return f"{ready} {text % words}"


def unsupported_count(assessment: Assessment) -> int:
    """How many run a system whose support has ended, whether or not updates beyond it are sold."""
    counts = {rule.code: count for rule, count, _unknown in assessment.totals()}
    return counts["support-ended"] + counts["support-sold"]


def first_step(assessment: Assessment) -> str:
    """The rule that asks something of most machines before they go to EC2, with what to do; empty where none does."""
    counted = [(count, rule) for rule, count, _unknown in assessment.totals() if count and asks_for_more(rule)]
    if not counted:
        return ""
    count, rule = max(counted, key=lambda pair: pair[0])
    text = ngettext(
        "First: “%(title)s” (%(count)s workload). %(remedy)s",
        "First: “%(title)s” (%(count)s workloads). %(remedy)s",
        count,
    )
    return text % {"title": rule.title, "count": formats.number(count), "remedy": rule.remedy}


def asks_for_more(rule: Rule) -> bool:
    """Whether a finding of a rule keeps a machine from being ready for EC2 as it is."""
    return rule.effects.get(Target.EC2, Effect.NONE) >= Effect.CONDITION


def not_assessed(assessment: Assessment) -> list[str]:
    """For each target of which machines are not assessed how many, what nothing states of them, and what would."""
    sentences = []
    for target, name in TARGETS.items():
        if missing := missing_for(assessment, target):
            count = assessment.counts(target)[State.NOT_ASSESSED]
            text = ngettext(
                "%(target)s: %(count)s is not assessed. Not known: %(rules)s. To be stated: %(settles)s.",
                "%(target)s: %(count)s are not assessed. Not known: %(rules)s. To be stated: %(settles)s.",
                count,
            )
            words = {
                "target": name,
                "count": formats.number(count),
                "rules": subjects(missing),
                "settles": "; ".join(dict.fromkeys(str(rule.settles) for rule in missing)),
            }
            sentences.append(text % words)
    return sentences


def missing_for(assessment: Assessment, target: Target) -> list[Rule]:
    """The rules without whose answer machines are not assessed for a target, those that most of them lack first."""
    open_rows = assessment.counted & (assessment.states[target] == State.NOT_ASSESSED)
    lacking = (assessment.answers[open_rows] == UNKNOWN).sum(axis=0)
    order = np.argsort(-lacking, kind="stable").tolist()
    rules = [(assessment.rules[index], lacking[index]) for index in order]
    return [rule for rule, count in rules if count and target in rule.core | rule.needed]
