"""The programs that make up one VirtLab on one machine, in the order in which they start."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from virtlab.platform.redis_server import prepare_command

WORKER_PROCESSES = 2


@dataclass(frozen=True)
class Service:
    """One program: its command, what it needs beyond the environment, and how long it may take to stop."""

    name: str
    command: list[str]
    fds: tuple[int, ...] = ()
    stop_within_s: float = 8
    environment: Mapping[str, str] = field(default_factory=dict)


def redis(var_dir: Path) -> Service:
    """The embedded Redis."""
    return Service("redis", prepare_command(var_dir), stop_within_s=5)


def web(fd: int) -> Service:
    """The web server on a listening socket that is open already, given by its file descriptor."""
    # Each open event stream has an idle thread; two allocation arenas for all of them save a tenth of the memory.
    arenas = {"MALLOC_ARENA_MAX": "2"}
    return Service("web", [sys.executable, "-m", "virtlab.platform.web", str(fd)], fds=(fd,), environment=arenas)


def worker(number: int = 1, processes: int = WORKER_PROCESSES) -> Service:
    """A Celery worker with its pool of processes."""
    options = ["--concurrency", str(processes), "--hostname", f"worker{number}@%h", "--without-gossip"]
    return Service(f"worker{number}", [*_celery("worker"), *options])


def beat(var_dir: Path) -> Service:
    """Celery's clock: sends the sweeper and other regular work on their way."""
    schedule = var_dir / "run" / "beat-schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    return Service("beat", [*_celery("beat"), "--schedule", str(schedule), "--pidfile="])


def _celery(command: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "virtlab", command, "--loglevel", "WARNING"]
