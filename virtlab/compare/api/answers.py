"""Comparisons as the REST API gives them."""

from django.utils import timezone

from instances.catalog.cache import catalog_version
from virtlab.charts.tornado import Swing
from virtlab.compare.api.lists import states_counted
from virtlab.compare.api.schemas import (
    AlternativeOut,
    AnswerOut,
    BalanceOut,
    BandOut,
    CashOut,
    ComparisonOut,
    EvidenceOut,
    LineOut,
    PaymentOut,
    RestOut,
    RunwayOut,
    SwingOut,
    TurnOut,
)
from virtlab.compare.bills.items import Cited, total
from virtlab.compare.readiness.words import Target
from virtlab.compare.report.about import changed_assumptions
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.cash.flow import CashFlow, outcome
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.explain import Balance, BalanceLine, explanation
from virtlab.compare.report.report import Report
from virtlab.compare.report.runway import Runway
from virtlab.compare.report.sensitivity.outlook import Outlook
from virtlab.compare.report.sensitivity.swings import Turn

CENTS = 2
SIDES = ("left", "right")
FACTS = {
    "hosts_loaded": "loaded",
    "hosts_at_least": "bound",
    "hosts_spare": "spare",
    "clusters": "clusters",
    "clusters_surviving": "survive",
}
"""What an alternative counts, by the name of its fact."""


def comparison(report: Report) -> ComparisonOut:
    """All of a report but its workloads."""
    confidence, assessed = report.confidence, report.readiness
    return ComparisonOut(
        lab=report.lab.slug,
        date=timezone.localdate(),
        catalogue_version=catalog_version(),
        region=report.question.region,
        purchase=report.question.purchase,
        left=report.left.key,
        right=report.right.key,
        counts=report.counts,
        answer=_answer(report),
        evidence=EvidenceOut(workloads=confidence.counts, cost_shares=confidence.shares),
        changed_assumptions={one.spec.key: one.value for one in changed_assumptions(report)},
        grid_g_per_kwh=report.place.grid_g_per_kwh,
        readiness={target.value: states_counted(assessed.counts(target)) for target in Target},
        cash={name: _cash(report, side) for name, side in zip(SIDES, (report.left, report.right), strict=True)},
        swings=[_swing(swing) for swing in report.outlook.swings] if report.outlook else [],
        turning_points=[_turn(turn) for turn in report.turns],
        runways=[_runway(row) for row in report.runways],
        alternatives=[_alternative(report, item) for item in report.alternatives],
    )


def _cash(report: Report, side: Alternative) -> CashOut:
    values = report.question.values
    months, flow = int(values["horizon_months"]), CashFlow.of(side, values)
    return CashOut(
        once_usd=flow.once_usd,
        monthly_usd=flow.monthly_usd,
        purchases=[
            PaymentOut(usd=one.usd, first_month=one.first, every_months=one.every, again=one.again)
            for one in flow.purchases
        ],
        paid_usd=flow.paid_usd(months).tolist(),
        left_usd=flow.left_usd(months),
        net_usd=flow.net_usd(months, values["discount_pct"]),
    )


def _swing(swing: Swing) -> SwingOut:
    return SwingOut(**{name: getattr(swing, name) for name in SwingOut.model_fields})


def _turn(turn: Turn) -> TurnOut:
    lever = turn.lever
    return TurnOut(
        key=lever.key,
        label=str(lever.label),
        unit=str(lever.unit),
        value=turn.value,
        text=lever.text(turn.value),
        known=lever.known,
        jump_usd=turn.jump_usd,
    )


def _runway(row: Runway) -> RunwayOut:
    return RunwayOut(**{name: getattr(row, name) for name in RunwayOut.model_fields})


def _answer(report: Report) -> AnswerOut:
    said, result = sure_answer(report), outcome(report.left, report.right, report.question.values)
    return AnswerOut(
        sentence=said.sentence,
        cheaper=SIDES[result.cheaper] if said.verdict else "",
        saved_usd=round(result.saved_usd, CENTS) if said.verdict else None,
        months=result.months,
        net_usd={side: round(usd, CENTS) for side, usd in zip(SIDES, result.net_usd, strict=True)},
        pays_off_in_month=result.month if said.verdict else None,
        why=said.why,
        range=said.range,
        band=_band(report.outlook) if report.outlook else None,
        evidence=said.evidence,
        turns=list(said.turns),
    )


def _band(outlook: Outlook) -> BandOut:
    of_band = {name: getattr(outlook.band, name) for name in BandOut.model_fields if hasattr(outlook.band, name)}
    return BandOut(**of_band, known=[lever.key for lever in outlook.known], own_prices=outlook.own_prices)


def _alternative(report: Report, item: Alternative) -> AlternativeOut:
    facts = item.shape.facts
    counts = {name: int(facts[key]) if key in facts else None for name, key in FACTS.items()}
    return AlternativeOut(
        **counts,
        key=item.key,
        name=report.names[item.key],
        side=item.side,
        purchase=item.purchase,
        machines=item.shape.machines,
        cpu_share=item.shape.cpu.share,
        memory_share=item.shape.memory.share,
        usd_per_month=float(item.usd),
        usd_per_month_before_tax=float(item.net_usd),
        jpy_per_month=float(item.usd) * report.question.values["usd_jpy"],
        usd_once=float(total(item.once)),
        kwh_per_month=float(item.kwh),
        mean_w=item.mean_w,
        kg_co2e_per_month=float(item.carbon_kg),
        kg_co2e_embodied_per_month=float(item.embodied_kg),
        not_carried=[*report.not_carried, *report.not_carried_by(item)],
        balances=[_balance(balance) for balance in explanation(report, item)],
    )


def _balance(balance: Balance) -> BalanceOut:
    lines = [_line(line) for line in balance.lines]
    head = {"key": balance.anchor, "title": balance.title, "unit": balance.unit}
    return BalanceOut(**head, total=float(balance.total), lines=lines)


def _line(line: BalanceLine) -> LineOut:
    item = line.item
    rests = [
        RestOut(
            key="" if isinstance(on, Cited) else on,
            label=str(rest.label),
            value=rest.value,
            source=str(rest.source),
            source_date=rest.source_date,
            kind=rest.kind,
        )
        for on, rest in zip(item.rests_on, line.rests_on, strict=True)
    ]
    return LineOut(
        key=item.key,
        name=str(line.name),
        category=item.category,
        formula=line.formula,
        numbers={name: number.value for name, number in item.numbers.items()},
        amount=None if item.unpriced else float(item.amount),
        rests_on=rests,
    )
