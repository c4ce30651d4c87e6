"""The report's charts as HTML, for the page: those that no price changes are kept."""

from collections.abc import Callable

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from virtlab.charts.base import Chart
from virtlab.charts.html import rendered
from virtlab.compare.report import figures
from virtlab.compare.report.answer import draws_words
from virtlab.compare.report.report import Report
from virtlab.web.cache import LabCache

CHARTS: LabCache[SafeString] = LabCache(max_bytes=64 * 1024 * 1024, size_of=len)
WIDE = {"heatmap", "hosts", "cost", "watts"}


def report_charts(report: Report) -> list[tuple[str, SafeString]]:
    """Every chart of a report with its key, in the page's order."""
    return [*_physical_charts(report), *_priced_charts(report)]


def _physical_charts(report: Report) -> list[tuple[str, SafeString]]:
    left, right, estate, basis = report.left, report.right, report.estate, report.common.book.basis
    sides = (
        report.common.book.key(left.shape.key),
        report.common.book.key(right.shape.key, right.purchase),
        right.purchase,
        get_language(),
    )

    def cached(key: str, make: Callable[[], Chart | None]) -> tuple[str, SafeString]:
        return key, CHARTS.of(report.estate.key, key, sides, make=lambda: _html(make()))

    charts = [
        cached("heatmap", lambda: figures.as_known(figures.heatmap(left, report.times), estate, stated=2)),
        cached("distribution", lambda: figures.as_known(figures.spread(basis.estate, right, report.names), estate)),
        cached("allocated", lambda: figures.holdings(left, right, report.names)),
    ]
    return [(key, html) for key, html in charts if html]


def _priced_charts(report: Report) -> list[tuple[str, SafeString]]:
    left, right, names, values = report.left, report.right, report.names, report.question.values
    shown = (left.key, right.key)
    charts = [
        figures.costs(report.alternatives, names),
        figures.months(left, right, names, values),
        figures.as_known(figures.watts(left, right, report.times, names), report.estate),
        figures.energy(report.alternatives, names, shown),
        figures.carbon(report.alternatives, names, shown),
        figures.by_host(left),
    ]
    return [(chart.key, _html(chart)) for chart in charts if chart]


def outlook_charts(report: Report) -> list[SafeString]:
    """How sure the difference is, and what it depends on; none where no verdict is given."""
    if report.outlook is None:
        return []
    names = (report.names[report.left.key], report.names[report.right.key])
    months = report.question.values["horizon_months"]
    band, swings = report.outlook.band, report.outlook.swings
    charts = (figures.outcomes(band, names, draws_words(report), months), figures.depends(swings, months))
    return [_html(chart) for chart in charts]


def _html(chart: Chart | None) -> SafeString:
    return rendered(chart, wide=chart.key in WIDE) if chart else SafeString("")
