"""Pages of readiness: all machines of a lab with counts and filters, and all rules for one of them."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from virtlab.compare.exports.files import file_name
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.views import lab_of, lab_to_compare, question_of
from virtlab.compare.readiness.answer import answer, first_step, not_assessed, others
from virtlab.compare.readiness.assess import Assessment
from virtlab.compare.readiness.listed import READINESS, effects_of, ready_rows, text_of
from virtlab.compare.readiness.rule import Rule
from virtlab.compare.readiness.rules import RULES
from virtlab.compare.readiness.words import SCOPES, STATES, TARGETS, Scope, State, Target
from virtlab.compare.report.report import Report, build
from virtlab.labs.choices import OperatingSystem
from virtlab.web.filters import Filter, filtered_rows
from virtlab.web.htmx import render_region
from virtlab.web.lazy_text import LazyText
from virtlab.web.listing import list_page, listing


@dataclass(frozen=True, slots=True)
class Count:
    """A number of machines, and where they are listed."""

    machines: int
    address: str


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A rule with the machines of which it found something, and those for which it is not known."""

    rule: Rule
    found: Count
    unknown: Count

    @property
    def effects(self) -> list[tuple[str, str]]:
        """Targets with what a finding does to them."""
        return effects_of(self.rule)


@require_GET
def readiness(request: HttpRequest, slug: str) -> HttpResponse:
    """How ready every machine is for each target."""
    lab = lab_to_compare(request, slug)
    question = question_of(request, lab)
    return readiness_page(request, build(lab, question), Addresses.in_lab(lab, question))


def readiness_page(request: HttpRequest, report: Report, addresses: Addresses) -> HttpResponse:
    """The same for a lab and for a share link."""
    assessment = report.readiness
    rows, bar = filtered_rows(request, ready_rows(assessment), filters(), text_of)
    context = {
        **lab_of(addresses, report),
        "report": report,
        "addresses": addresses,
        "bar": bar,
        "answer": answer(assessment),
        "others": others(assessment),
        "first_step": first_step(assessment),
        "not_assessed": not_assessed(assessment),
        "states": list(STATES.items()),
        "by_target": by_target(assessment, addresses),
        "by_rule": by_rule(assessment, addresses),
    }
    listed = listing(request, READINESS, rows, file_name=f"{file_name(report)}-readiness.csv")
    return list_page(request, "compare/readiness/readiness.html", listed, context)


def by_target(assessment: Assessment, addresses: Addresses) -> list[tuple[LazyText, int, list[tuple[LazyText, Count]]]]:
    """Each target with how many machines are ready for it with every fact known, and in each state, by its word."""

    def address(target: Target, state: State) -> str:
        return addresses.asking("readiness", comparison=Scope.COMPARED, **{target.value: str(state.value)})

    return [
        (
            name,
            assessment.all_known(target),
            [
                (STATES[state], Count(count, address(target, state)))
                for state, count in zip(State, assessment.counts(target), strict=True)
            ],
        )
        for target, name in TARGETS.items()
    ]


def by_rule(assessment: Assessment, addresses: Addresses) -> list[RuleCount]:
    """Each rule with how many machines it found, and for how many it is not known."""
    return [
        RuleCount(
            rule,
            Count(found, addresses.asking("readiness", comparison=Scope.COMPARED, rule=rule.code)),
            Count(unknown, addresses.asking("readiness", comparison=Scope.COMPARED, unknown=rule.code)),
        )
        for rule, found, unknown in assessment.totals()
    ]


def filters() -> list[Filter]:
    """By the state for each target, system, what was found, what is not known, and what a comparison does with it."""
    states = [(str(state.value), word) for state, word in STATES.items()]
    rules = [(rule.code, rule.title) for rule in RULES]
    return [
        *(Filter(target.value, name, states, target.value) for target, name in TARGETS.items()),
        Filter("system", _("System"), OperatingSystem.choices, "kind"),
        Filter("rule", _("Found"), rules, "found_codes"),
        Filter("unknown", _("Not known"), rules, "unknown_codes"),
        Filter("comparison", _("Comparison"), [(key.value, word) for key, word in SCOPES.items()], "scope"),
    ]


@require_GET
def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All rules for one machine; for htmx, as its own page shows it, only what was found and what is not known."""
    lab = lab_to_compare(request, slug)
    question = question_of(request, lab)
    report = build(lab, question)
    row = next((row for row in ready_rows(report.readiness) if row.pk == pk), None)
    if row is None:
        raise Http404("No such machine, or one that no comparison carries.")
    context = {"lab": lab, "report": report, "addresses": Addresses.in_lab(lab, question), "row": row}
    return render_region(request, "compare/readiness/machine.html", "findings", context)
