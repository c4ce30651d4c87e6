"""What the page shows of an import that was read and not yet accepted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from hosts.inventory import selectors
from hosts.inventory.assembly.totals import FORMAT as TOTALS
from hosts.inventory.formats.known import MATCHED, SEVERAL
from hosts.inventory.packing import Packed, unpack
from hosts.inventory.problems import KEPT_PER_CODE, MESSAGES, SEVERITIES, Problem, Severity
from hosts.inventory.report.fields import known_kinds, labels
from hosts.inventory.rows import VmRow
from hosts.inventory.traces.shapes import FORMAT as TRACES
from hosts.models.inventory_import import InventoryImport
from hosts.pages.imports.report import checks
from hosts.pages.imports.tables import FINDINGS, IMPORTED_VMS, Finding, LeftOut
from virtlab.web.filters import words_asked
from virtlab.web.listing import listing

SPELT_OUT = 3
FINDINGS_FILE = "findings.csv"


def preview(request: HttpRequest, staged: InventoryImport, packed: Packed) -> dict[str, Any]:
    """The parts of the page that ?view= asks for: findings (default), VMs, hosts or columns."""
    views = {"findings": findings_view, "vms": vms_view, "hosts": hosts_view, "columns": columns_view}
    view = request.GET.get("view", "findings")
    view = view if view in views else "findings"
    context: dict[str, Any] = {
        "view": view,
        "tabs": tabs(staged, packed),
        "assumed": assumed(packed),
        "format": format_label(staged),
    }
    context |= {"trace_start": trace_start(staged), "checks": checks(staged.summary.get("totals"))}
    context |= {"missing": labels(staged.summary.get("missing", [])), "left_out_tabs": left_out_tabs(packed)}
    return context | views[view](request, packed)


def format_label(staged: InventoryImport) -> str:
    """What kind of file it was."""
    words = {
        TRACES: _("Traces"),
        MATCHED: _("Columns named by you"),
        SEVERAL: _("Several kinds"),
        TOTALS: _("Totals only"),
    }
    return words.get(staged.format) or known_kinds().get(staged.format, staged.format)


def left_out_tabs(packed: Packed) -> list[tuple[str, int]]:
    """The tabs with rows that were left out, and how many of each are in its file."""
    return [(tab["tab"], len(tab["rows"])) for tab in packed.left_out]


def error_rows(staged: InventoryImport, tab: str) -> Iterator[list[object]]:
    """A file of the rows of a tab that were left out (of the first with any): row, what is wrong, its own cells."""
    packed = unpack(staged.content)
    tabs = packed.left_out
    chosen = next((one for one in tabs if one["tab"] == tab), tabs[0] if tabs else {"tab": "", "header": []})
    yield [_("Row"), _("What is wrong"), *chosen["header"]]
    for row in rows_left_out(packed):
        if row.tab == chosen["tab"]:
            yield [row.row, row.reason, *row.cells]


def rows_left_out(packed: Packed) -> Iterator[LeftOut]:
    """The rows that were left out, by tab."""
    problems = {(row.tab, row.row, row.code): row for row in packed.problem_rows()}
    for one in packed.left_out:
        for number, code, cells in one["rows"]:
            problem = problems.get((one["tab"], number, code)) or Problem(code=code)
            reason = problem.message if problem.row else str(MESSAGES[code].text)
            yield LeftOut(tab=one["tab"], row=number, code=code, reason=reason, header=one["header"], cells=cells)


def trace_start(staged: InventoryImport) -> datetime | None:
    """When the traces begin, None without traces."""
    traces = staged.summary.get("traces")
    return datetime.fromtimestamp(traces["start_s"], UTC) if traces else None


def tabs(staged: InventoryImport, packed: Packed) -> list[tuple[str, str, int]]:
    """The views of the page that have something to show, findings always: key, label, how many rows."""
    views = [
        ("findings", _("Findings"), sum(packed.counts.values())),
        ("vms", _("VMs"), staged.summary["vms"]),
        ("hosts", _("Hosts"), staged.summary["hosts"]),
        ("columns", _("Columns"), len(packed.inventory["columns"])),
    ]
    return [view for view in views if view[2] or view[0] == "findings"]


def assumed(packed: Packed) -> list[tuple[str, int]]:
    """The defaults that stand in for what the file does not say: sentences, with how many more there are like each."""
    by_code: dict[str, list[str]] = {}
    for problem in packed.problem_rows():
        if problem.severity == Severity.DEFAULT:
            by_code.setdefault(problem.code, []).append(problem.message)
    rows: list[tuple[str, int]] = []
    for code, messages in by_code.items():
        shown = messages if packed.counts[code] <= SPELT_OUT else messages[:1]
        rows += [(message, 0) for message in shown[:-1]]
        rows.append((shown[-1], packed.counts[code] - len(shown)))
    return rows


def findings_view(request: HttpRequest, packed: Packed) -> dict[str, Any]:
    """The findings, of one severity and one tab where the reader asks for these."""
    problems = packed.problem_rows()
    severity, tab = request.GET.get("severity", ""), request.GET.get("tab", "")
    rows = findings_of(problems, severity, tab)
    return {
        "rows": listing(request, FINDINGS, rows, file_name=FINDINGS_FILE),
        "severities": [(str(key), label) for key, label in SEVERITIES.items()],
        "severity": severity,
        "file_tabs": sorted({problem.tab for problem in problems if problem.tab}),
        "file_tab": tab,
        "hidden": sum(packed.counts.values()) - len(problems),
        "kept_per_kind": KEPT_PER_CODE,
    }


def findings_of(problems: list[Problem], severity: str, tab: str) -> list[Finding]:
    """The findings of a severity and a tab, where these are named."""
    return [row for row in findings(problems) if severity in {"", row.severity} and tab in {"", row.tab}]


def findings(problems: list[Problem]) -> Iterator[Finding]:
    """Problems as rows, rows that are left out first."""
    ranked = sorted(problems, key=lambda problem: (list(Severity).index(problem.severity), problem.tab, problem.row))
    for order, problem in enumerate(ranked):
        yield Finding(
            order=order,
            code=problem.code,
            severity=problem.severity.value,
            severity_label=str(SEVERITIES[problem.severity]),
            tab=problem.tab,
            row=problem.row,
            column=problem.column,
            message=problem.message,
        )


def vms_view(request: HttpRequest, packed: Packed) -> dict[str, Any]:
    """The VMs, those whose name, host or cluster holds ?q=."""
    search = words_asked(request.GET)
    raw = packed.inventory["vms"]
    rows = [VmRow(**row) for row in raw if search.casefold() in searched(row)]
    return {"rows": listing(request, IMPORTED_VMS, rows), "search": search}


def searched(row: dict[str, Any]) -> str:
    """What a search looks at."""
    return f"{row['name']}\n{row['host']}\n{row['cluster']}".casefold()


def hosts_view(request: HttpRequest, packed: Packed) -> dict[str, Any]:
    """The hosts by make and size, with the server model that stands for each."""
    return {"host_groups": selectors.host_groups(packed.inventory["hosts"])}


def columns_view(request: HttpRequest, packed: Packed) -> dict[str, Any]:
    """Every column by tab, and which were used."""
    by_tab: dict[str, list[dict[str, str]]] = {}
    for column in packed.inventory["columns"]:
        by_tab.setdefault(column["tab"], []).append(column)
    return {"columns": list(by_tab.items())}
