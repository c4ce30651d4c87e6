"""The range in words: who costs less by how much in how many draws, what is not drawn, what pulls draws away."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from virtlab.compare.report.sensitivity.band import Band
from virtlab.compare.report.sensitivity.joint import Joint
from virtlab.compare.report.sensitivity.levers import Lever
from virtlab.compare.report.sensitivity.outlook import Outlook
from virtlab.compare.report.sensitivity.swings import Turn
from virtlab.web import formats
from virtlab.web.formats import rounded_usd

Names = tuple[str, str]
"""Of the left and the right side; where assumptions are moved, how hours are bought is one of them, not of a name."""
DRAWN_DIGITS = 3
"""Significant digits of what is drawn."""
MOST_NUMBERS, MOST_NAMED, MOST_KNOWN = 4, 3, 2
"""So many assumptions are named: numbers that turn it alone; choices that do, what was set, and what pulls draws
away from the answer; what was set and would turn it.
"""


def band_words(band: Band, names: Names, months: float, digits: int = DRAWN_DIGITS) -> str:
    """The band as a sentence: who costs less, by how much in 8 of 10 draws, and in how many of all."""
    facts = _facts(band, names, months, digits) | {"share": in_draws(band.ahead_share)}
    if band.is_of_both:
        text = _(
            "Over %(months)s months, with assumed numbers drawn at random within their ranges, 8 of 10 draws lie "
            "between “%(left)s” costing %(left_less)s less and “%(right)s” costing %(right_less)s less; “%(cheaper)s” "
            "costs less %(share)s."
        )
    else:
        text = _(
            "Over %(months)s months, with assumed numbers drawn at random within their ranges, “%(cheaper)s” costs "
            "between %(least)s and %(most)s less in 8 of 10 draws; it costs less %(share)s."
        )
    words = text % facts
    if round(band.undecided_share * band.draws):
        turns = _("It turns %(share)s on the part of today's hosts that serves what is left out.")
        words = f"{words} {turns % {'share': in_draws(band.undecided_share)}}"
    return words


def probable_words(band: Band, names: Names, months: float, digits: int = DRAWN_DIGITS) -> str:
    """The same as a verdict of its own, shorter: who probably costs less, by how much."""
    text = (
        _("Over %(months)s months “%(cheaper)s” probably costs between %(saves)s less and %(loses)s more.")
        if band.is_of_both
        else _("Over %(months)s months “%(cheaper)s” probably costs between %(least)s and %(most)s less.")
    )
    return text % _facts(band, names, months, digits)


def _facts(band: Band, names: Names, months: float, digits: int) -> dict[str, str]:
    least, most = sorted((abs(band.low_usd), abs(band.high_usd)))
    less = (max(0.0, -band.low_usd), max(0.0, band.high_usd))
    usd = {
        "least": least,
        "most": most,
        "left_less": less[0],
        "right_less": less[1],
        "saves": less[band.ahead],
        "loses": less[1 - band.ahead],
    }
    words = {"months": formats.number(months), "cheaper": names[band.ahead], "left": names[0], "right": names[1]}
    return words | {name: rounded_usd(amount, digits) for name, amount in usd.items()}


def in_draws(share: float) -> str:
    """In how many draws, a share (0 … 1): all and none only where it is so."""
    if share in {0.0, 1.0}:
        return _("in all draws") if share else _("in no draw")
    text = formats.part(share)
    if text == formats.percent(share, 0):
        return _("in %(share)s of all draws") % {"share": text}
    return _("in fewer than 1 % of all draws") if share < 0.5 else _("in more than 99 % of all draws")


def known_words(outlook: Outlook) -> str:
    """How many numbers that matter were set, and so are not drawn; empty where none was."""
    said = []
    if outlook.known:
        text = ngettext(
            "%(count)s number that was set is taken as known, not drawn: %(names)s.",
            "%(count)s numbers that were set are taken as known, not drawn: %(names)s.",
            len(outlook.known),
        )
        names = formats.names([str(lever.label) for lever in outlook.known], MOST_NAMED)
        said.append(text % {"count": formats.number(len(outlook.known)), "names": names})
    if outlook.own_prices:
        text = ngettext(
            "%(count)s price of one's own is taken as known, not drawn.",
            "%(count)s prices of one's own are taken as known, not drawn.",
            outlook.own_prices,
        )
        said.append(text % {"count": formats.number(outlook.own_prices)})
    return " ".join(said)


def choices_words(outlook: Outlook, names: Names, now_usd: float, digits: int = DRAWN_DIGITS) -> str:
    """That choices are not drawn, and which of them moves the difference most: who costs less by how much with it."""
    chosen = [swing for swing in outlook.swings if swing.names]
    if not chosen:
        return _("Choices are not drawn.")
    most = max(chosen, key=lambda swing: abs(swing.farthest[1]))
    other, moved_usd = most.farthest
    usd = now_usd + moved_usd
    text = _(
        "Choices are not drawn. Of those tried “%(choice)s” moves the difference most: with “%(other)s” “%(cheaper)s” "
        "costs about %(usd)s less on the same workloads."
    )
    return text % {
        "choice": most.label,
        "other": other,
        "cheaper": names[usd >= 0],
        "usd": rounded_usd(abs(usd), digits),
    }


def aside_words(outlook: Outlook, names: Names, now_usd: float) -> str:
    """That at the values put in the difference is not in the midst of what chance draws, and what moves draws away from
    it; empty where it is.
    """
    band = outlook.band
    if band.in_middle(now_usd):
        return ""
    text = (
        _(
            "At the values put in the difference lies towards one end of this range: assumptions can move farther in "
            "favour of “%(side)s” than against it."
        )
        if band.holds(now_usd)
        else _(
            "At the values put in the difference lies outside this range: assumptions can move farther in favour of "
            "“%(side)s” than against it."
        )
    )
    below = band.median_usd < now_usd
    said = text % {"side": names[not below]}
    pulling = [str(pull.name) for pull in outlook.pulls if (pull.usd < 0) == below]
    most = _("Most of all: %(names)s.") % {"names": " · ".join(pulling[:MOST_NAMED])}
    return f"{said} {most}" if pulling else said


def joint_words(joint: Joint, names: Names, digits: int = DRAWN_DIGITS) -> str:
    """Which assumptions turn the verdict together, or that the strongest do not either."""
    parts = [_at(lever, value) for lever, value in zip(joint.levers, joint.values, strict=True)]
    words = {
        "parts": " · ".join(parts),
        "count": formats.number(len(parts)),
        "cheaper": names[joint.usd >= 0],
        "usd": rounded_usd(abs(joint.usd), digits),
    }
    if joint.turned:
        return _("These turn it together: %(parts)s. “%(cheaper)s” then costs about %(usd)s less.") % words
    text = _(
        "Nor do the %(count)s that each move it most towards the other side turn it together: %(parts)s. “%(cheaper)s” "
        "then still costs about %(usd)s less."
    )
    return text % words


def _at(lever: Lever, value: float) -> str:
    words = {"name": lever.label, "value": lever.measured(value), "now": lever.now_text}
    if lever.is_number:
        return _("%(name)s at %(value)s (now %(now)s)") % words
    return _("%(name)s: “%(value)s” (now “%(now)s”)") % words


def turns_words(turning: Sequence[Turn], joint: Joint | None, names: Names, digits: int = DRAWN_DIGITS) -> list[str]:
    """What turns the verdict, in sentences: single assumptions, the nearest ones; where none does, several together;
    and last what somebody set.
    """
    free = [turn for turn in turning if not turn.lever.known]
    known = [turn for turn in turning if turn.lever.known]
    numbers = [turn for turn in free if turn.lever.is_number][:MOST_NUMBERS]
    choices = [turn for turn in free if not turn.lever.is_number][:MOST_NAMED]
    said = [turn_words(turn, names, digits) for turn in (*numbers, *choices)]
    if more := len(free) - len(said):
        text = ngettext("%(count)s more turns it alone.", "%(count)s more turn it alone.", more)
        said.append(text % {"count": formats.number(more)})
    if not free:
        none = (
            _("No single assumption that nobody set within its range, and no single choice of those tried.")
            if known
            else _("No single assumption within its range, and no single choice of those tried.")
        )
        left = _("Not tried: other regions, hours that instances run, families of types, editions of SQL Server.")
        said.append(f"{none} {left}")
        said += [joint_words(joint, names, digits)] if joint else []
    return [*said, *_known_turns(known[:MOST_KNOWN])]


def _known_turns(known: Sequence[Turn]) -> list[str]:
    if not known:
        return []
    text = ngettext(
        "If what was set were wrong, this would turn it alone: %(parts)s.",
        "If what was set were wrong, each of these would turn it alone: %(parts)s.",
        len(known),
    )
    return [text % {"parts": " · ".join(_at(turn.lever, turn.value) for turn in known)}]


def turn_words(turn: Turn, names: Names, digits: int = DRAWN_DIGITS) -> str:
    """A single assumption that turns it, where, and who costs less by how much then."""
    lever, usd = turn.lever, turn.then_usd
    words = {"name": lever.label, "value": lever.measured(turn.value), "now": lever.now_text}
    if usd is None:
        return _("%(name)s: both cost the same at %(value)s; now %(now)s.") % words
    words |= {"cheaper": names[usd >= 0], "usd": rounded_usd(abs(usd), digits)}
    if not lever.is_number:
        return _("%(name)s: with “%(value)s” “%(cheaper)s” costs about %(usd)s less; now “%(now)s”.") % words
    text = (
        _("%(name)s: a little above %(value)s “%(cheaper)s” costs about %(usd)s less; now %(now)s.")
        if turn.value >= lever.now
        else _("%(name)s: a little below %(value)s “%(cheaper)s” costs about %(usd)s less; now %(now)s.")
    )
    return text % words
