"""The audit log: who did what to what, before and after, from where."""

from collections.abc import Sequence
from typing import Any

from virtlab.jobs.actor import Actor
from virtlab.jobs.models import AuditEntry, Job
from virtlab.jobs.operations.plan import Change
from virtlab.jobs.text import say
from virtlab.labs.models import Lab


def record(  # noqa: PLR0913 (keywords: an entry is one call)
    actor: Actor,
    action: str,
    lab: Lab | None,
    *,
    job: Job | None = None,
    target: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Writes one entry, in the caller's transaction: what is rolled back was not done."""
    written = entry(actor, action, lab, job=job, target=target or _target(job), before=before, after=after)
    written.save(force_insert=True)
    return written


def entry(  # noqa: PLR0913 (as above)
    actor: Actor,
    action: str,
    lab: Lab | None,
    *,
    job: Job | None = None,
    target: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    changes: Sequence[Change] = (),
) -> AuditEntry:
    """One entry that is not written yet; before and after may be given as an operation's changes."""
    return AuditEntry(
        user=actor.user,
        who=actor.name[:160],
        source=actor.source,
        address=actor.address,
        lab=lab,
        lab_name=lab.name if lab else "",
        action=action,
        target=target[:255],
        before=before if before is not None else _side(changes, "before"),
        after=after if after is not None else _side(changes, "after"),
        job=job,
    )


def _side(changes: Sequence[Change], name: str) -> dict[str, Any]:
    return {say(change.label).message: str(getattr(change, name)) for change in changes if change.differs}


def _target(job: Job | None) -> str:
    return ", ".join(job.subjects.values_list("name", flat=True)) if job else ""
