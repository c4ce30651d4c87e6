"""Sends a share of all messages twice, as a broker may do: BENCH_DOUBLED=0.2."""

import os
import random
from typing import Any

from celery import current_app
from celery.signals import after_task_publish

from virtlab.jobs.events.redis_client import attempt

SHARE = float(os.environ.get("BENCH_DOUBLED", "0"))
_sending = False


def again(sender: str, body: Any, **_kwargs: Any) -> None:
    """Sends the message once more."""
    global _sending  # noqa: PLW0603 (one publisher per process)
    if _sending or random.random() >= SHARE:
        return
    _sending = True
    try:
        attempt(lambda: current_app.send_task(sender, body[0], body[1], retry=False, expires=30))
    finally:
        _sending = False


def listen() -> None:
    """Connects where a share is asked for."""
    if SHARE:
        after_task_publish.connect(again, weak=False)
