"""Events for open pages, kept in a Redis stream so that a page that reconnects misses none."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from virtlab.jobs.events.redis_client import attempt, client
from virtlab.jobs.models import Job
from virtlab.labs.models import Lab

Bare = bytes | bytearray | memoryview | str | int | float
Fields = dict[Bare, Bare]
STREAM = "virtlab:events"
# About this many events are kept: at 20 a second four minutes, far longer than a page takes to reconnect.
KEPT = 5_000


@dataclass
class News:
    """What one transaction changed in a lab: jobs by id with their state, things touched, and the clock."""

    lab: Lab
    jobs: dict[int, str] = field(default_factory=dict)
    things: set[str] = field(default_factory=set)
    clock: bool = False

    def job(self, job: Job) -> None:
        """Notes a job's state."""
        self.jobs[job.pk] = str(job.state)

    def touch(self, things: Iterable[str]) -> None:
        """Notes objects whose appearance changed."""
        self.things.update(things)

    def as_json(self) -> str:
        """What travels to the pages."""
        told: dict[str, Any] = {"jobs": self.jobs, "things": sorted(self.things)[:200], "revision": self.lab.revision}
        if self.clock:
            told["clock"] = clock_json(self.lab)
        return json.dumps(told, separators=(",", ":"))

    def publish_on_commit(self) -> None:
        """Sends the news once the transaction is committed; nothing is sent where it is rolled back."""
        if self.jobs or self.things or self.clock:
            fields: Fields = {"lab": self.lab.pk, "data": self.as_json()}
            transaction.on_commit(lambda: publish(fields))


def publish(fields: Fields) -> None:
    """Appends one event; without Redis the pages learn of it by their slow polling."""
    attempt(lambda: client().xadd(STREAM, fields, maxlen=KEPT, approximate=True))


def clock_json(lab: Lab) -> dict[str, float]:
    """The clock's line, from which a page computes the lab time at any moment (seconds since 1970)."""
    return {
        "real": lab.clock_real_at.timestamp(),
        "lab": lab.clock_lab_at.timestamp(),
        "speed": lab.clock_speed,
    }
