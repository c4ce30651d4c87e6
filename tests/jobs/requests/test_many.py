"""A start costs the same however many jobs run beside it that share nothing with it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db.models.signals import post_init

from tests.jobs.estate import Estate
from virtlab.jobs.models import Step

pytestmark = pytest.mark.django_db


@contextmanager
def steps_made() -> Iterator[list[Step]]:
    """The rows of steps that are made meanwhile, read ones too."""
    made: list[Step] = []

    def note(instance: Step, **_: object) -> None:
        made.append(instance)

    post_init.connect(note, sender=Step)
    try:
        yield made
    finally:
        post_init.disconnect(note, sender=Step)


def test_it_reads_no_steps_of_jobs_that_move_nothing(estate: Estate) -> None:
    with steps_made() as alone:
        estate.resize(0)
    estate.resize(1)
    with steps_made() as beside_others:
        estate.resize(2)
    assert len(alone) == len(beside_others) > 0
