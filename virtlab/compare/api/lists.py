"""Workloads and their readiness over REST, page by page."""

from dataclasses import asdict

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from virtlab.compare.api.asked import Asked, report_asked
from virtlab.compare.readiness.listed import Finding, ReadyRow, ready_rows
from virtlab.compare.readiness.words import Effect, State, Target
from virtlab.compare.report.workloads.rows import WorkloadRow, running_rows, workload_rows
from virtlab.labs.choices import Evidence
from virtlab.rest.params import LabSlug, Paged
from virtlab.rest.why import Why

router = Router(tags=["comparison"])
OF_TYPE = ("type_vcpu", "type_memory_gib", "usd_per_month", "power_w", "carbon_kg_per_month")
OF_SAME_SIZE = ("same_size_usd_per_month",)
"""What is not there without a type."""


class WorkloadOut(Schema):
    """A running workload, where it is, what it has and uses, and its types; without a type there is no price.

    Shares are of what it has (1 is all of it). Watts on average and kg CO2e a month, storage and building included.
    """

    name: str
    cluster: str
    host: str
    operating_system: str
    system_version: str
    vcpu: float
    memory_gib: float
    disk_gib: float
    disk_used_gib: float
    cpu_share: float = Field(description="mean")
    cpu_percentile_share: float = Field(description="at the percentile that sizes rest on")
    cpu_busiest_hour_share: float
    memory_share: float = Field(description="mean")
    evidence: str = Field(description="how demand is known: measured, stated or unknown")
    evidence_text: str
    use_assumed: bool = Field(description="the shares of CPU and memory are assumed: nobody measured or stated any")
    same_size_type: str
    same_size_usd_per_month: float | None
    type: str
    type_vcpu: float | None
    type_memory_gib: float | None
    usd_per_month: float | None
    kind: str
    risk: str
    risk_text: str
    readiness: str = Field(description="for EC2: ready, conditions, not or not_assessed")
    readiness_text: str
    power_now_w: float
    carbon_now_kg_per_month: float
    power_w: float | None = Field(description="on its type")
    carbon_kg_per_month: float | None = Field(description="on its type")


class WorkloadPage(Schema):
    """Some of `count` running workloads, in the order of the inventory."""

    count: int
    items: list[WorkloadOut]


class FoundOut(Schema):
    """What a rule found: its code, what the inventory says, what to do, and what that does to each target (note,
    condition or stop).
    """

    code: str
    title: str
    evidence: str
    remedy: str
    effects: dict[str, str]


class ReadyOut(Schema):
    """A workload. By target: ready, conditions, not or not_assessed. `scope`: compared, left_out or off; `unknown` are
    codes of the rules that the inventory leaves open.
    """

    name: str
    system: str
    scope: str
    states: dict[str, str]
    found: list[FoundOut]
    unknown: list[str]


class ReadyPage(Schema):
    """Some of `count` workloads, in the order of the inventory, and how many of those that are compared are in each
    state, by target.
    """

    count: int
    totals: dict[str, dict[str, int]]
    items: list[ReadyOut]


@router.get("/labs/{lab}/comparison/workloads", response={200: WorkloadPage, 422: Why})
def workloads(request: HttpRequest, slug: LabSlug, asked: Query[Asked], paged: Query[Paged]) -> WorkloadPage:
    """Running workloads with the type for their size and the type for their demand."""
    report = report_asked(request, slug, *Paged.model_fields)
    rows = workload_rows(report, slice(paged.offset, paged.offset + paged.limit))
    return WorkloadPage(count=len(running_rows(report)), items=[_workload(row) for row in rows])


def _workload(row: WorkloadRow) -> WorkloadOut:
    left_out = (*(() if row.type else OF_TYPE), *(() if row.same_size_type else OF_SAME_SIZE))
    renamed = {
        "readiness": State(row.ready).name.lower(),
        "use_assumed": row.evidence == Evidence.UNKNOWN.value,
        **dict.fromkeys(left_out),
    }
    return WorkloadOut(**{**asdict(row), **renamed})


@router.get("/labs/{lab}/comparison/readiness", response={200: ReadyPage, 422: Why})
def readiness(request: HttpRequest, slug: LabSlug, asked: Query[Asked], paged: Query[Paged]) -> ReadyPage:
    """How ready every workload is for each target, with what was found and what is not known."""
    report = report_asked(request, slug, *Paged.model_fields)
    assessment = report.readiness
    totals = {target.value: states_counted(assessment.counts(target)) for target in Target}
    items = [_ready(row) for row in paged.of(ready_rows(assessment))]
    return ReadyPage(count=len(assessment.machines), totals=totals, items=items)


def states_counted(counts: list[int]) -> dict[str, int]:
    """Numbers of machines by state."""
    return {state.name.lower(): count for state, count in zip(State, counts, strict=True)}


def _ready(row: ReadyRow) -> ReadyOut:
    return ReadyOut(
        name=row.name,
        system=row.system,
        scope=row.scope,
        states={target.value: State(getattr(row, target)).name.lower() for target in Target},
        found=[_found(finding) for finding in row.findings],
        unknown=sorted(row.unknown_codes),
    )


def _found(finding: Finding) -> FoundOut:
    rule = finding.rule
    return FoundOut(
        code=rule.code,
        title=str(rule.title),
        evidence=finding.evidence,
        remedy=str(rule.remedy),
        effects={target.value: effect.name.lower() for target, effect in rule.effects.items() if effect != Effect.NONE},
    )
