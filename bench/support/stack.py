"""A whole VirtLab for a bench, in a folder of its own: Redis, workers, beat and web as processes that may be killed.

Import this before any model: it decides on the database. BENCH_DATABASE=postgres takes a PostgreSQL of its own.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.support.migrated import migrate
from virtlab.platform import services
from virtlab.platform.paths import redis_url
from virtlab.platform.postgres import ThrowawayPostgres
from virtlab.platform.processes import Child
from virtlab.platform.redis_server import wait_until_ready
from virtlab.platform.services import Service
from virtlab.platform.supervisor import Supervisor

SMOKE = os.environ.get("BENCH_SMOKE") == "1"


@dataclass
class Stack:
    """The running processes."""

    var_dir: Path
    supervisor: Supervisor
    postgres: ThrowawayPostgres | None
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, service: Service) -> Child:
        """Starts one more process."""
        return self.supervisor.start(replace(service, environment={**self.environment, **service.environment}))

    def child(self, name: str) -> Child:
        """The running process of that name."""
        return next(child for child in self.supervisor.children if child.service.name == name)


@contextmanager
def stack(database: str = "sqlite") -> Iterator[Stack]:
    """A migrated database and a Redis; Django of this process is set up for them."""
    var_dir = Path(tempfile.mkdtemp(prefix="vl-"))
    postgres = ThrowawayPostgres() if database == "postgres" else None
    try:
        if postgres:
            postgres.__enter__()
        environment = {
            "VIRTLAB_VAR": str(var_dir),
            "DATABASE_URL": postgres.url if postgres else f"sqlite:///{var_dir}/db.sqlite3",
            "REDIS_URL": redis_url(var_dir),
            "VIRTLAB_EXTRA_APPS": "bench.probe",
            "VIRTLAB_ALLOWED_HOSTS": "*",
            "DJANGO_SETTINGS_MODULE": "virtlab.settings",
        }
        os.environ.update(environment)
        running = Stack(var_dir, Supervisor(var_dir, lambda _text: None), postgres, environment)
        try:
            running.start(services.redis(var_dir))
            wait_until_ready(environment["REDIS_URL"])
            set_up_django()
            yield running
        finally:
            running.supervisor.stop()
    finally:
        if postgres:
            close_connections()
            postgres.__exit__(None, None, None)
        shutil.rmtree(var_dir, ignore_errors=True)


def set_up_django() -> None:
    """Loads the applications and makes the tables."""
    import django

    django.setup()
    migrate()


def close_connections() -> None:
    """Lets the database go."""
    from django.db import connections

    connections.close_all()


def eventually(what: Callable[[], bool], within_s: float, every_s: float = 0.25) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(every_s)
    return what()
