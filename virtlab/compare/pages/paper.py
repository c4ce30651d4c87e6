"""The report on paper: six to eight pages that a manager reads, for a lab and for share links alike."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from instances.rules.risk import LEVELS, level_name
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.charts import outlook_charts, report_charts
from virtlab.compare.pages.context import report_context
from virtlab.compare.pages.fields import MAIN
from virtlab.compare.pages.views import lab_to_compare, question_of
from virtlab.compare.readiness.words import STATES, TARGETS, Scope, Target
from virtlab.compare.report.about import Changed, changed_assumptions, counts, origin
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.explain import Balance, Rest, explanation
from virtlab.compare.report.left_out import left_out_words
from virtlab.compare.report.report import Report, build
from virtlab.compare.report.workloads.rows import WorkloadRow, running_rows, workload_rows
from virtlab.labs.choices import Evidence, FigureKind, kind_label
from virtlab.labs.parameters import SPECS
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

Tally = tuple[LazyText, list[tuple[LazyText, int]]]
MONEY_CHARTS, POWER_CHARTS = ("cost", "cumulative"), ("watts", "carbon")
MONEY = frozenset({"cost", "once"})
DEAREST = 6
MOST_CHANGED = 16
MOST_LABELS = 4


@require_GET
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The report of a lab, to be printed."""
    lab = lab_to_compare(request, slug)
    question = question_of(request, lab)
    return paper_page(request, build(lab, question), Addresses.in_lab(lab, question))


def paper_page(request: HttpRequest, report: Report, addresses: Addresses) -> HttpResponse:
    """The same for a lab and for a share link."""
    return render(request, "compare/paper/paper.html", paper_context(report, addresses))


def paper_context(report: Report, addresses: Addresses) -> dict[str, Any]:
    """What is on the pages, in their order."""
    charts, explained, rows = dict(report_charts(report)), _explained(report), compared_rows(report)
    return {
        **report_context(report, addresses),
        "answer": sure_answer(report),
        "prices": "",
        "today": timezone.localdate(),
        "origin": origin(report),
        "counts": [(label, formats.number(count)) for label, count in counts(report)],
        "left_out": left_out_words(report),
        "money_charts": [charts[key] for key in MONEY_CHARTS if key in charts],
        "power_charts": [charts[key] for key in POWER_CHARTS if key in charts],
        "depends": outlook_charts(report),
        "bills": [(name, [one for one in balances if one.anchor in MONEY]) for name, balances in explained],
        "tallies": tallies(report, rows),
        "dearest": dearest(rows),
        **_assumed(report),
        "sources": sources(one for _name, balances in explained for one in balances),
    }


def _explained(report: Report) -> list[tuple[str, list[Balance]]]:
    return [(report.names[side.key], explanation(report, side)) for side in (report.left, report.right)]


def compared_rows(report: Report) -> list[WorkloadRow]:
    """The workloads that both totals are of."""
    compared = report.common.scope[running_rows(report)] == Scope.COMPARED
    return [row for row, counted in zip(workload_rows(report), compared.tolist(), strict=True) if counted]


def tallies(report: Report, rows: Sequence[WorkloadRow]) -> list[Tally]:
    """How many of the workloads that are compared are known how, at what risk, and how ready for EC2."""
    known, risks = Counter(row.evidence for row in rows), Counter(row.risk_level for row in rows)
    assessment = report.readiness
    ready = [*zip(STATES.values(), assessment.counts(Target.EC2), strict=True)]
    ready.insert(1, (_("of these with every fact known"), assessment.all_known(Target.EC2)))
    return [
        (_("Demand known"), [(kind.label, known[kind.value]) for kind in Evidence]),
        (_("Risk"), [(level_name(level), risks[level]) for level in LEVELS]),
        (TARGETS[Target.EC2], ready),
    ]


def dearest(rows: Sequence[WorkloadRow]) -> list[WorkloadRow]:
    """The workloads whose instances cost most."""
    return sorted(rows, key=lambda row: (-row.usd_per_month, row.name))[:DEAREST]


def _assumed(report: Report) -> dict[str, Any]:
    changed, values = changed_assumptions(report), report.question.values
    keys = {one.spec.key for one in changed[:MOST_CHANGED]}
    return {
        "changed": changed[:MOST_CHANGED],
        "changed_more": max(0, len(changed) - MOST_CHANGED),
        "main": [Changed(SPECS[key], values[key]) for key in MAIN if key not in keys],
    }


def sources(balances: Iterable[Balance]) -> list[Rest]:
    """The published and estimated figures that the two sides rest on, those of one source and date together.

    Mere assumptions are in the workbook, and the main ones on the page before.
    """
    grouped: dict[tuple[str, str, str], dict[str, str]] = {}
    shown = {str(SPECS[key].label) for key in MAIN}
    rests = (rest for balance in balances for line in balance.lines for rest in line.rests_on)
    for rest in (rest for rest in rests if rest.kind != FigureKind.ASSUMPTION and str(rest.label) not in shown):
        grouped.setdefault((str(rest.source), rest.source_date, rest.kind), {})[str(rest.label)] = rest.value
    return [
        Rest(
            label=formats.names(list(values), MOST_LABELS),
            value=next(iter(values.values())) if len(values) == 1 else "",
            source=source,
            source_date=day,
            kind=kind_label(kind) if kind else "",
        )
        for (source, day, kind), values in grouped.items()
    ]
