"""What must hold for the jobs of a lab at every moment, whatever was asked for and whatever was lost."""

from collections import defaultdict

from virtlab.jobs.choices import ACTIVE, StepState
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.resources import resources_named
from virtlab.jobs.progress import moved_gib, progress
from virtlab.labs.models import Lab


def require_consistent_jobs(lab: Lab) -> None:
    """Ended jobs hold nothing and have nothing left to do; what moves bytes keeps to what its resources carry."""
    now = lab.lab_time()
    assert not JobSubject.objects.filter(job__lab=lab, held=True).exclude(job__state__in=ACTIVE).exists()
    open_steps = Step.objects.filter(job__lab=lab, state__in=[StepState.PENDING, StepState.RUNNING])
    assert not open_steps.exclude(job__state__in=ACTIVE).exists()
    used: defaultdict[str, float] = defaultdict(float)
    for step in open_steps.filter(state=StepState.RUNNING, rated_lab_at__isnull=False).exclude(flow={}):
        assert 0 <= moved_gib(step, now) <= step.flow["gib"]
        for key in step.flow["through"]:
            used[key] += step.rate_mib_per_s or 0.0
    for key, resource in resources_named(used).items():
        assert used[key] <= resource.mib_per_s * (1 + 1e-9), f"{resource.name} carries more than it can"
    for job in Job.objects.filter(lab=lab, state="running"):
        running = list(job.steps.filter(state=StepState.RUNNING))
        assert [step.position for step in running] == [job.position], job
        assert 0 <= progress(job, now) <= 1
