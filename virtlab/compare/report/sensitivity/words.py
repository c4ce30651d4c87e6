"""The range in words: who costs less by how much in how many draws, what is not drawn, what pulls draws away."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from virtlab.compare.report.sensitivity.band import Band
from virtlab.compare.report.sensitivity.joint import Joint
from virtlab.compare.report.sensitivity.levers import Lever
from virtlab.compare.report.sensitivity.outlook import Outlook
from virtlab.web import formats

Names = tuple[str, str]
"""Of the left and the right side."""
MOST_NAMED = 3
"""So many assumptions are named that were set, or pull what is drawn away from the answer."""


def band_words(band: Band, names: Names, months: float) -> str:
    """The band as a sentence: who costs less, by how much in 8 of 10 draws, and in how many of all."""
    onprem = band.median_usd < 0
    ends = sorted((abs(band.low_usd), abs(band.high_usd)))
    facts = {
        "cheaper": names[0] if onprem else names[1],
        "least": rounded_usd(ends[0]),
        "most": rounded_usd(ends[1]),
        "months": formats.number(months),
        "share": in_draws(band.left_cheaper_share if onprem else band.right_cheaper_share),
        "left": names[0],
        "right": names[1],
        "left_less": rounded_usd(max(0.0, -band.low_usd)),
        "right_less": rounded_usd(max(0.0, band.high_usd)),
    }
    if band.low_usd < 0 < band.high_usd:
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


def in_draws(share: float) -> str:
    """In how many draws, a share (0 … 1): all and none only where it is so."""
    if share in {0.0, 1.0}:
        return _("in all draws") if share else _("in no draw")
    text = formats.part(share)
    if text == formats.percent(share, 0):
        return _("in %(share)s of all draws") % {"share": text}
    return _("in fewer than 1 % of all draws") if share < 0.5 else _("in more than 99 % of all draws")


def rounded_usd(amount: float) -> str:
    """USD to three significant digits: more of them would say more than random draws know."""
    return formats.usd(float(f"{amount:.3g}"), 0)


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


def choices_words(outlook: Outlook, names: Names, now_usd: float) -> str:
    """That choices are not drawn, and which of them moves the difference most: who costs less by how much with it."""
    chosen = [swing for swing in outlook.swings if swing.names]
    if not chosen:
        return _("Choices are not drawn.")
    most = max(chosen, key=lambda swing: abs(swing.farthest[1]))
    other, moved_usd = most.farthest
    usd = now_usd + moved_usd
    text = _(
        "Choices are not drawn. Of those tried “%(choice)s” moves the difference most: with “%(other)s” “%(cheaper)s” "
        "costs about %(usd)s less."
    )
    return text % {"choice": most.label, "other": other, "cheaper": names[usd >= 0], "usd": rounded_usd(abs(usd))}


def aside_words(outlook: Outlook, names: Names, now_usd: float) -> str:
    """That the answer itself is not in the midst of what chance draws, and what pulls draws away from it; empty where
    it is.
    """
    band = outlook.band
    if band.in_middle(now_usd):
        return ""
    if band.holds(now_usd):
        said = _(
            "The answer itself lies outside the middle half of these draws: ranges of assumptions reach farther to one "
            "side than to the other."
        )
    else:
        said = _(
            "The answer itself lies outside this range: ranges of assumptions reach farther to one side than to the "
            "other."
        )
    below = band.median_usd < now_usd
    pulling = [str(pull.name) for pull in outlook.pulls if (pull.usd < 0) == below]
    if not pulling:
        return said
    pulled = _("Most of all these pull draws towards “%(side)s”: %(names)s.") % {
        "side": names[not below],
        "names": " · ".join(pulling[:MOST_NAMED]),
    }
    return f"{said} {pulled}"


def joint_words(joint: Joint, names: Names) -> str:
    """Which assumptions turn the verdict together, or that the strongest do not either."""
    parts = [_at(lever, value) for lever, value in zip(joint.levers, joint.values, strict=True)]
    words = {
        "parts": " · ".join(parts),
        "count": formats.number(len(parts)),
        "cheaper": names[joint.usd >= 0],
        "usd": rounded_usd(abs(joint.usd)),
    }
    if joint.turned:
        return _("These turn it together: %(parts)s. “%(cheaper)s” then costs about %(usd)s less.") % words
    text = _(
        "Nor do the %(count)s that move it most turn it together: %(parts)s. “%(cheaper)s” then still costs about "
        "%(usd)s less."
    )
    return text % words


def _at(lever: Lever, value: float) -> str:
    words = {"name": lever.label, "text": lever.text(value), "unit": lever.unit, "now": lever.text(lever.now)}
    if lever.is_number:
        return _("%(name)s at %(text)s %(unit)s (now %(now)s)") % words
    return _("%(name)s: “%(text)s” (now “%(now)s”)") % words
