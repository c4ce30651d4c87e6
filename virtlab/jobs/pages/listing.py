"""The list of a lab's jobs: filtered by state, side and words, all kept in the address."""

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import JobState, Side
from virtlab.jobs.models import Job
from virtlab.labs.models import Lab

COLUMNS = {
    "id": "pk",
    "job": "operation",
    "state": "state",
    "created": "created_at",
    "duration": "duration_s",
}


class JobFilter(forms.Form):
    """?state=&side=&q=&batch="""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *JobState.choices])
    side = forms.ChoiceField(label=_("Side"), required=False, choices=[("", _("All sides")), *Side.choices])
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    batch = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


def filtered_jobs(lab: Lab, query: QueryDict) -> tuple[QuerySet[Job], JobFilter]:
    """The jobs that the address asks for, and the form that shows what it asks; nonsense in it filters nothing."""
    form = JobFilter(query)
    form.is_valid()
    jobs = Job.objects.filter(lab=lab).select_related("requested_by")
    wanted = {name: form.cleaned_data[name] for name in ("state", "side", "batch") if form.cleaned_data.get(name)}
    return _search(jobs.filter(**wanted), form.cleaned_data.get("q", "")), form


def states_of(lab: Lab, batch: str) -> list[tuple[str, int]]:
    """(state in words, how many) of the jobs that one bulk request started, in the order of the states."""
    if not batch:
        return []
    jobs = Job.objects.filter(lab=lab, batch=batch).order_by()
    counts = dict(jobs.values_list("state").annotate(count=Count("pk")))
    return [(str(state.label), counts[state]) for state in JobState if state in counts]


def _search(jobs: QuerySet[Job], words: str) -> QuerySet[Job]:
    """Jobs of which every word is in an object's name, the operation, or who started it, or is the number."""
    for word in words.split():
        mentioned = Q(pk__in=Job.objects.filter(subjects__name__icontains=word).values("pk"))
        who = Q(requested_by__username__icontains=word)
        jobs = jobs.filter(mentioned | who | Q(operation__icontains=word) | _number(word))
    return jobs


def _number(word: str) -> Q:
    return Q(pk=int(word)) if word.isdecimal() and len(word) < 18 else Q(pk__in=[])
