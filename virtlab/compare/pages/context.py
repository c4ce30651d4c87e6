"""What the report's templates show, for a lab's own page and for share links alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from virtlab.compare.inputs.question import assumption_keys
from virtlab.compare.pages import fields
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.charts import report_charts
from virtlab.compare.report.about import prices_words
from virtlab.compare.report.anonymous import reveals
from virtlab.compare.report.answer import Answer, answer
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.ledger import Row
from virtlab.compare.report.left_out import scope_words
from virtlab.compare.report.report import Report
from virtlab.compare.report.verdict import same_workloads, unpriced_words
from virtlab.web import formats

MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class AlternativeRow:
    """One alternative in the table of all."""

    name: str
    meaning: str
    side: str
    address: str
    chosen: bool
    not_carried: str
    unpriced: str
    machines: int
    bound: str
    cpu: float
    memory: float
    kwh: float
    carbon_kg: float
    embodied_kg: float
    usd: float
    jpy: float


def report_context(report: Report, addresses: Addresses) -> dict[str, Any]:
    """The report without its form."""
    return {
        **ledger_context(report, addresses),
        **answer_context(report, addresses, answer(report)),
        "question": report.question,
        "in_force": fields.in_force(report.question),
        "alternatives": [line(report, item, addresses) for item in report.alternatives],
        "sections": sections(report_charts(report)),
        "not_carried": _not_carried(report),
        "shared": False,
        "may_change": False,
        "saved": 0,
        "links": [],
        "reveals": reveals(anonymous=report.anonymous),
    }


def answer_context(report: Report, addresses: Addresses, said: Answer) -> dict[str, Any]:
    """What the answer is shown with: what it leaves out, of which prices it is, and where its range is drawn."""
    return {
        "answer": said,
        "left_out_address": addresses.left_out(report),
        "prices": prices_words(report),
        "outlook_key": outlook_key(report),
    }


def outlook_key(report: Report) -> str:
    """What tells the range of one question from that of another: its place on the page is fetched anew then."""
    return sha256(repr((report.question.query, report.estate.key)).encode()).hexdigest()[:8]


def ledger_context(report: Report, addresses: Addresses) -> dict[str, Any]:
    """The ledger alone, as the lab's home shows it too."""
    return {
        "report": report,
        "addresses": addresses,
        "confidence": report.confidence,
        "left_name": report.names[report.left.key],
        "right_name": _("%(name)s · %(region)s")
        % {"name": report.names[report.right.key], "region": report.place.name},
        "alike": same_workloads(report.left, report.right),
        "no_verdict": report.no_verdict,
        "scope": scope_words(report),
        "rows": [_ledger_row(report, row, addresses) for row in report.rows],
    }


def _ledger_row(report: Report, row: Row, addresses: Addresses) -> tuple[Row, str, str]:
    left, right = addresses.of("items", report.left.key), addresses.of("items", report.right.key)
    return row, f"{left}#{row.left.anchor}", f"{right}#{row.right.anchor}"


def line(report: Report, item: Alternative, addresses: Addresses) -> AlternativeRow:
    """An alternative as the table shows it."""
    facts = item.shape.facts
    bound = ""
    if "bound" in facts:
        counts = int(facts.get("loaded", facts.get("nodes", 0))), int(facts["bound"]), int(facts.get("spare", 0))
        bound = f"{_bound(*counts, nodes='nodes' in facts)} {_more(int(facts.get('more', 0)))}".strip()
    elif facts.get("clusters"):
        bound = _survives(int(facts["survive"]), int(facts["clusters"]))
    return AlternativeRow(
        name=report.names[item.key],
        meaning=item.meaning,
        side=item.side,
        address=addresses.of("items", item.key),
        not_carried=not_carried_words(report.not_carried_by(item)),
        unpriced=unpriced_words(item) if item.unpriced else "",
        chosen=item.key in {report.left.key, report.right.key},
        machines=item.shape.machines,
        bound=bound,
        cpu=item.shape.cpu.share,
        memory=item.shape.memory.share,
        kwh=float(item.kwh),
        carbon_kg=float(item.carbon_kg),
        embodied_kg=float(item.embodied_kg),
        usd=float(item.usd),
        jpy=float(item.usd) * report.question.values["usd_jpy"],
    )


def _survives(survive: int, clusters: int) -> str:
    words = {"survive": formats.number(survive), "clusters": formats.number(clusters)}
    if survive == clusters:
        return _("With one host lost every cluster of several hosts still holds the memory of its VMs.")
    return (
        _(
            "With one host lost %(survive)s of %(clusters)s clusters of several hosts still hold the memory of their "
            "VMs: not what alternatives with spare hosts promise."
        )
        % words
    )


def _more(hosts: int) -> str:
    """How many hosts a plan takes beyond what its clusters have today, and why; empty where it takes none."""
    text = ngettext(
        "%(count)s host is beyond what its cluster has: planning keeps spare hosts and, where nobody knows the "
        "demand, its vCPU per core, while today's hosts hold more.",
        "%(count)s hosts are beyond what their clusters have: planning keeps spare hosts and, where nobody knows the "
        "demand, its vCPU per core, while today's hosts hold more.",
        hosts,
    )
    return text % {"count": formats.number(hosts)} if hosts else ""


def _bound(loaded: int, bound: int, spare: int, *, nodes: bool) -> str:
    if not loaded:
        return _("No VM that runs is packed here, so none carries load.")
    facts = {"loaded": formats.number(loaded), "bound": formats.number(bound), "spare": formats.number(spare)}
    if spare:
        text = ngettext(
            "%(loaded)s carry load (proven: at least %(bound)s needed), %(spare)s is spare.",
            "%(loaded)s carry load (proven: at least %(bound)s needed), %(spare)s are spare.",
            spare,
        )
        return text % facts
    if nodes:
        text = ngettext(
            "%(loaded)s node carries load (proven: at least %(bound)s is needed).",
            "%(loaded)s nodes carry load (proven: at least %(bound)s are needed).",
            loaded,
        )
    else:
        text = ngettext(
            "%(loaded)s host carries load (proven: at least %(bound)s is needed).",
            "%(loaded)s hosts carry load (proven: at least %(bound)s are needed).",
            loaded,
        )
    return text % facts


def _not_carried(report: Report) -> list[tuple[str, str]]:
    """The two sides that do not carry every workload, with which they leave out."""
    return [(side, not_carried_words(names)) for side, names in report.not_carried_by_side]


def not_carried_words(names: Sequence[str]) -> str:
    """How many workloads an alternative leaves out, and the first of them by name; empty where it carries all."""
    if not names:
        return ""
    shown = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
    text = ngettext("without %(count)s workload: %(names)s", "without %(count)s workloads: %(names)s", len(names))
    return text % {"count": formats.number(len(names)), "names": shown}


def sections(charts: Sequence[tuple[str, SafeString]]) -> list[tuple[str, list[tuple[str, SafeString]]]]:
    """The charts under their headings."""
    groups = (
        (_("Utilisation"), ("heatmap", "distribution", "allocated")),
        (_("Cost"), ("cost", "cumulative")),
        (_("Power and carbon"), ("watts", "energy", "carbon", "hosts")),
    )
    return [(title, [(key, html) for key, html in charts if key in keys]) for title, keys in groups]


def form_context(report: Report) -> dict[str, Any]:
    """The assumptions' form."""
    main = fields.main_fields(report.question, report.estate)
    grouped = fields.grouped_fields(report.question, {field.key: field for field in main})
    others = [field for _name, fields in grouped for field in fields]
    return {
        "choices": fields.choices(report.question),
        "main_fields": main,
        "groups": grouped,
        "more_open": any(field.error or field.changed for field in others),
    }


def note_context(report: Report) -> dict[str, Any]:
    """What was wrong at each of the form's fields, for an answer that leaves the form as it is."""
    errors = report.question.errors
    keys = ("left", "right", "region", "purchase", *assumption_keys())
    return {"note_keys": [(key, errors.get(key, "")) for key in keys]}
