"""What an operation says, before it starts, of the jobs in progress that will fail with what it takes away."""

from collections.abc import Sequence

from django.utils.translation import ngettext_lazy

from virtlab.jobs.models import Step
from virtlab.web.formats import names
from virtlab.web.lazy_text import LazyText


def steps_with_needs(lab: int) -> list[Step]:
    """A lab's steps in progress that need something, with their jobs, in the order of the jobs' start (one query)."""
    return list(
        Step.objects.in_progress().filter(job__lab=lab).exclude(needs=[]).select_related("job").order_by("job_id")
    )


def jobs_that_fail(steps: Sequence[Step]) -> list[LazyText]:
    """Names the jobs of these steps; nothing where there are none."""
    titles = [str(step.job.title) for step in steps]
    words = ngettext_lazy(
        "%(count)d job in progress fails with it: %(names)s.",
        "%(count)d jobs in progress fail with it: %(names)s.",
        len(titles),
    )
    return [words % {"count": len(titles), "names": names(titles)}] if titles else []
