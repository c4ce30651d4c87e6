"""The answer that the report opens with: a short verdict, its scope, how far it can be trusted, what would turn it."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from virtlab.compare.bills.once import UPGRADES
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.readiness.answer import readiness_sentence, unsupported_count
from virtlab.compare.report.assumed import ages_words
from virtlab.compare.report.cash.flow import Outcome, outcome
from virtlab.compare.report.evidence import disks_sentence, editions_sentence, sql_sentence, undrawn_words
from virtlab.compare.report.left_out import scope_words, sum_words
from virtlab.compare.report.report import Report
from virtlab.compare.report.sensitivity.band import Band
from virtlab.compare.report.sensitivity.words import (
    DRAWN_DIGITS,
    aside_words,
    band_words,
    choices_words,
    in_draws,
    known_words,
    probable_words,
    turns_words,
)
from virtlab.compare.report.verdict import has_verdict, is_level, least_of, runs_any, same_workloads, unpriced_words
from virtlab.compare.report.why import why_words
from virtlab.web import formats

LIKELY_SHARE = 0.66
"""Draws (0 … 1) that have to agree with a verdict. With fewer it is "about as likely as not" (IPCC, Guidance Note on
Consistent Treatment of Uncertainties, 2010, table 1: "likely" from 66 % on).
"""
TOTALS_DIGITS = 2
"""What follows from an estate's totals alone is said to so many significant digits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said in one short sentence, what that is of and leaves out, why it is so, its range, what it rests on,
    and what would turn it. Without a `verdict` it says why there is none.

    `side` is the one that costs less, empty without a verdict; `open`: at other assumptions within their ranges the
    other one does, about as likely as not; `verdict_of_draws`: what the headline says, the values put in do not.
    """

    headline: str
    scope: str = ""
    side: str = ""
    why: str = ""
    range: str = ""
    evidence: str = ""
    turns: tuple[str, ...] = ()
    open: bool = False
    verdict_of_draws: bool = False

    @property
    def sentence(self) -> str:
        """All that is said, where there is one text for it."""
        return f"{self.headline} {self.scope}".strip()

    @property
    def verdict(self) -> bool:
        """Whether one side is ahead."""
        return bool(self.side)


def answer(report: Report) -> Answer:
    """The answer to the report's question."""
    return _answer(report, outcome(report.left, report.right, report.question.values), None)


def _answer(report: Report, result: Outcome, band: Band | None) -> Answer:
    """With the range of what is drawn; None where nothing is drawn yet."""
    given, level = has_verdict(report.left, report.right, result.net_usd), is_level(*result.net_usd)
    agreeing = 1.0 if band is None else (band.left_cheaper_share, band.right_cheaper_share)[result.cheaper]
    ahead, is_open, is_drawn = given and not level, False, False
    if not given:
        headline, scope = _no_verdict(report, result)
    elif band and band.ahead_share >= LIKELY_SHARE and not band.holds(result.difference_usd):
        headline, scope = _probable_verdict(report, result, band)
        is_drawn = ahead and band.ahead != result.cheaper
        ahead = ahead and not is_drawn
    elif level:
        headline, scope = _level(report, result)
    elif is_open := agreeing < LIKELY_SHARE:
        headline, scope = _open_verdict(report, result, agreeing)
    else:
        headline, scope = _verdict(report, result, drawn=band is not None)
    sides = (report.left, report.right)
    winner, values = sides[result.cheaper], report.question.values
    name = report.names[winner.key]
    return Answer(
        headline=_("From totals only. %(text)s") % {"text": headline} if given and _digits(report) else headline,
        scope=" ".join(filter(None, (scope, scope_words(report), sum_words(report)))),
        side=winner.side if ahead else "",
        why=why_words(sides, result.cheaper, name, values, _digits(report)) if ahead else "",
        evidence=" ".join(_evidence(report)),
        open=is_open,
        verdict_of_draws=is_drawn,
    )


def sure_answer(report: Report) -> Answer:
    """The same with its range and what would turn it, which takes seconds where nobody asked before."""
    if report.band is None:
        return answer(report)
    result = outcome(report.left, report.right, report.question.values)
    said = _answer(report, result, report.band)
    joint = report.outlook.joint if report.outlook else None
    turns = turns_words(report.turns, joint, _kinds(report), _digits(report) or DRAWN_DIGITS)
    if said.verdict_of_draws:
        turns = [_of_values(report, result), *turns]
    return replace(said, range=_range_words(report, result.difference_usd), turns=tuple(turns))


def _of_values(report: Report, result: Outcome) -> str:
    """That what turns the values put in is no turn of what the draws say."""
    text = _("At the values put in “%(cheaper)s” costs less; what turns that:")
    return text % {"cheaper": _kinds(report)[result.cheaper]}


def draws_words(report: Report) -> str:
    """Who costs less by how much in how many draws, and what of the estate no draw changes; empty without a verdict."""
    if report.band is None:
        return ""
    months = report.question.values["horizon_months"]
    words = band_words(report.band, _side_names(report), months, _digits(report) or DRAWN_DIGITS)
    undrawn = undrawn_words(report.confidence, report.assumed if report.on_present_hosts else None)
    return f"{words} {undrawn}".strip()


def _range_words(report: Report, now_usd: float) -> str:
    if report.outlook is None:
        return ""
    outlook, names = report.outlook, _side_names(report)
    choices = choices_words(outlook, _kinds(report), now_usd, _digits(report) or DRAWN_DIGITS)
    rest = (known_words(outlook), choices, aside_words(outlook, names, now_usd))
    return " ".join(filter(None, (draws_words(report), *rest)))


def _side_names(report: Report) -> tuple[str, str]:
    return report.names[report.left.key], report.names[report.right.key]


def _kinds(report: Report) -> tuple[str, str]:
    return str(report.left.kind.name), str(report.right.kind.name)


def _evidence(report: Report) -> list[str]:
    assumed = [*report.assumed.sentences, _ages(report)] if report.on_present_hosts else []
    said = report.confidence
    carried, values = report.common.book.basis.estate.vms, report.question.values
    across = type(report.left.shape.quantities) is not type(report.right.shape.quantities)
    of_sql = (sql_sentence(carried, values), editions_sentence(carried, values) if across else "")
    old = unsupported_sentence(report) if unsupported_count(report.readiness) else ""
    known = (disks_sentence(report.estate.vms), *of_sql, readiness_sentence(report.readiness), old)
    return [text for text in (said.sentence, said.totals_sentence, said.cost_sentence, *known, *assumed) if text]


def _ages(report: Report) -> str:
    quantities = report.left.shape.quantities
    return ages_words(quantities.bought, report.question.values) if isinstance(quantities, OnPremQuantities) else ""


def unsupported_sentence(report: Report) -> str:
    """What of systems whose support has ended is counted, and on which side."""
    staying = _("What it costs to stay on them, updates that their makers sell included, is counted on neither side.")
    sides = (report.left, report.right)
    paid = {side.key: line.amount for side in sides for line in side.once if line.key == UPGRADES and line.amount}
    if len(paid) != 1:
        return staying
    ((key, usd),) = paid.items()
    text = _(
        "The work to upgrade old systems (%(usd)s once) is counted for “%(name)s” alone: the other side runs them as "
        "they are, and to upgrade them there is as much work."
    )
    return f"{staying} {text}" % {"usd": formats.usd(usd, 0), "name": report.names[key]}


def _no_verdict(report: Report, result: Outcome) -> tuple[str, str]:
    """That there is none with the reason in a few words, and more of it."""
    if not runs_any(report.left):
        return _("No verdict: nothing runs that the two sides could be compared by."), ""
    names = {"left": report.names[report.left.key], "right": report.names[report.right.key]}
    if not same_workloads(report.left, report.right):
        words = {
            **names,
            "few": formats.number(len(report.left.shape.not_carried)),
            "many": formats.number(len(report.right.shape.not_carried)),
        }
        more = _("Their totals cannot be compared: “%(left)s” leaves out %(few)s, “%(right)s” %(many)s.") % words
        return _("No verdict: the two sides do not carry the same workloads."), more
    if unpriced := [side for side in (report.left, report.right) if side.unpriced]:
        parts = "; ".join(f"“{report.names[side.key]}” {unpriced_words(side)}" for side in unpriced)
        return _("No verdict: prices are missing."), _("The totals cannot be compared: %(sides)s.") % {"sides": parts}
    whole_usd, right_usd = result.net_usd
    words = {
        **names,
        "months": formats.number(result.months),
        "whole": _said_usd(report, whole_usd),
        "least": _said_usd(report, least_of(report.left, whole_usd)),
        "cost": _said_usd(report, right_usd),
    }
    more = _(
        "Over %(months)s months “%(left)s” costs %(whole)s with its hosts whole, and at least %(least)s without the "
        "part that serves what is left out; “%(right)s” costs %(cost)s, between the two."
    )
    return _("No verdict: it turns on hosts shared with what is left out."), more % words


def _digits(report: Report) -> int | None:
    """To how many significant digits amounts are said; None: to the dollar."""
    return TOTALS_DIGITS if report.confidence.from_totals else None


def _probable_verdict(report: Report, result: Outcome, band: Band) -> tuple[str, str]:
    """What the draws say, where the values put in lie outside them; and what it is at these."""
    words = _words(report, result)
    headline = probable_words(band, _side_names(report), result.months, _digits(report) or DRAWN_DIGITS)
    if is_level(*result.net_usd):
        text = _("So say 8 of 10 draws. At the assumptions put in both cost about the same, in %(region)s.")
    elif band.ahead != result.cheaper:
        text = _(
            "So say 8 of 10 draws. At the assumptions put in “%(cheaper)s” costs %(saved)s (%(share)s) less than "
            "“%(dearer)s”, in %(region)s."
        )
    elif result.saved_usd > max(abs(band.low_usd), abs(band.high_usd)):
        text = _(
            "So say 8 of 10 draws. At the assumptions put in “%(cheaper)s” costs %(saved)s (%(share)s) less than "
            "“%(dearer)s”, in %(region)s: fewer than 1 in 10 draws reach as much."
        )
    else:
        text = _(
            "So say 8 of 10 draws. At the assumptions put in “%(cheaper)s” costs %(saved)s (%(share)s) less than "
            "“%(dearer)s”, in %(region)s: more than 9 in 10 draws give more."
        )
    return headline, text % words


def _open_verdict(report: Report, result: Outcome, likely_share: float) -> tuple[str, str]:
    """That the difference is smaller than the assumptions are known; and what it is at those put in."""
    text = _("Over %(months)s months either side may cost less.")
    more = _(
        "At the assumptions put in “%(cheaper)s” costs %(saved)s (%(share)s) less than “%(dearer)s”, in %(region)s; "
        "drawn at random within their ranges they agree %(likely)s."
    )
    words = {**_words(report, result), "likely": in_draws(likely_share)}
    return text % words, more % words


def _verdict(report: Report, result: Outcome, *, drawn: bool) -> tuple[str, str]:
    """Which side costs less, by how much; and than what, where. Before it is drawn, it is of the assumptions alone:
    what may be taken back is not said as a verdict.
    """
    words = _words(report, result)
    text = (
        _("Over %(months)s months “%(cheaper)s” costs %(saved)s (%(share)s) less.")
        if drawn
        else _("At the assumptions put in, “%(cheaper)s” costs %(saved)s (%(share)s) less over %(months)s months.")
    )
    return text % words, _("Compared with “%(dearer)s”, in %(region)s.") % words


def _level(report: Report, result: Outcome) -> tuple[str, str]:
    words = _words(report, result)
    more = _("“%(cheaper)s” and “%(dearer)s” (%(region)s) differ by %(saved)s, less than the assumptions are exact.")
    return _("Over %(months)s months both sides cost about the same.") % words, more % words


def _said_usd(report: Report, usd: float) -> str:
    """An amount as exact as what is known of the estate allows."""
    digits = _digits(report)
    text = formats.rounded_usd(usd, digits)
    return _("about %(usd)s") % {"usd": text} if digits else text


def _words(report: Report, result: Outcome) -> dict[str, str]:
    names = (report.names[report.left.key], report.names[report.right.key])
    dearer_usd = result.net_usd[1 - result.cheaper]
    return {
        "months": formats.number(result.months),
        "cheaper": names[result.cheaper],
        "dearer": names[1 - result.cheaper],
        "saved": _said_usd(report, result.saved_usd),
        "share": formats.percent(result.saved_usd / dearer_usd if dearer_usd else 0.0, 0),
        "region": report.place.name,
    }
