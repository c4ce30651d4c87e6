"""Each worker node says in Redis that it lives, so that the console and /metrics see it without asking around."""

import json
import time
from typing import Any

from celery.signals import heartbeat_sent, worker_ready, worker_shutdown

from virtlab.jobs.events.redis_client import attempt, client
from virtlab.jobs.monitoring.figures import WORKERS_KEY

EVERY_S = 5.0
_said_at = 0.0


def alive(sender: Any, **_kwargs: Any) -> None:
    """Says that this node lives, at most every few seconds."""
    global _said_at  # noqa: PLW0603 (one node per process)
    now = time.time()
    if now - _said_at >= EVERY_S:
        _said_at = now
        attempt(lambda: client().hset(WORKERS_KEY, _name(sender), json.dumps(now)))


def gone(sender: Any, **_kwargs: Any) -> None:
    """Says that this node has stopped in good order."""
    attempt(lambda: client().hdel(WORKERS_KEY, _name(sender)))


def _name(sender: Any) -> str:
    eventer = getattr(sender, "eventer", None)
    return str(getattr(sender, "hostname", None) or getattr(eventer, "hostname", "?"))


def listen() -> None:
    """Connects to Celery's signals; they are sent in worker nodes only."""
    heartbeat_sent.connect(alive, weak=False)
    worker_ready.connect(alive, weak=False)
    worker_shutdown.connect(gone, weak=False)
