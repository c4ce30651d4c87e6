"""The one way to Redis. What goes there is a hint or an event, so an unreachable Redis delays and never breaks."""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import redis
from celery.exceptions import OperationalError as CeleryOperationalError
from django.conf import settings
from kombu.exceptions import OperationalError as KombuOperationalError

T = TypeVar("T")
logger = logging.getLogger(__name__)

# After a failure nobody tries again for this long, so that a dead Redis does not slow down every request.
PAUSE_S = 1.0
UNREACHABLE = (redis.RedisError, CeleryOperationalError, KombuOperationalError, OSError)
_resume_at = 0.0


@lru_cache(maxsize=4)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, decode_responses=True, socket_timeout=2, socket_connect_timeout=1)


def client() -> "redis.Redis":
    """This process' client (its pool is safe to share among threads and after a fork)."""
    return _client(settings.REDIS_URL)


def attempt(what: Callable[[], T]) -> T | None:
    """Does something that needs Redis; None (and a line in the log) where Redis cannot be reached."""
    global _resume_at  # noqa: PLW0603 (one breaker per process)
    if time.monotonic() < _resume_at:
        return None
    try:
        return what()
    except UNREACHABLE as error:
        _resume_at = time.monotonic() + PAUSE_S
        logger.warning("Redis is unreachable, going on without it: %s", error)
        return None
