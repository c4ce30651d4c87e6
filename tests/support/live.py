"""A running VirtLab for tests (fixture `live_app`): web server, worker, beat, Redis and database, all real."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.support.demo import eventually
from virtlab.platform import services
from virtlab.platform.demo import answers
from virtlab.platform.listen import address, listen
from virtlab.platform.paths import redis_url
from virtlab.platform.processes import Child
from virtlab.platform.redis_server import wait_until_ready
from virtlab.platform.services import Service
from virtlab.platform.supervisor import Supervisor


@dataclass
class LiveApp:
    """Where the running VirtLab is, and ways into its database from the test's own process."""

    url: str
    var_dir: Path
    database_url: str
    supervisor: Supervisor
    blocker: DjangoDbBlocker

    @property
    def environment(self) -> dict[str, str]:
        """What a further process needs to belong to this VirtLab."""
        return {
            "VIRTLAB_VAR": str(self.var_dir),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": redis_url(self.var_dir),
            "DJANGO_SETTINGS_MODULE": "virtlab.settings",
        }

    def start(self, service: Service) -> Child:
        """One more process of this VirtLab, e.g. live_app.start(services.worker(2))."""
        return self.supervisor.start(replace(service, environment=self.environment))

    def service(self, name: str) -> Child:
        """The running "redis", "web", "worker1" or "beat"."""
        return next(child for child in self.supervisor.children if child.service.name == name)

    def manage(self, *arguments: str) -> str:
        """Runs manage.py on this VirtLab and returns what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    @contextmanager
    def orm(self) -> Iterator[None]:
        """Inside, this process' models use the running VirtLab's database, and settings.REDIS_URL is its Redis."""
        own = connections["default"]
        wanted = {**dj_database_url.parse(self.database_url), "TEST": own.settings_dict.get("TEST", {})}
        if own.vendor == "sqlite":
            wanted["OPTIONS"] = settings.SQLITE_OPTIONS
        databases: dict[str, Any] = connections.settings
        before, databases["default"] = databases["default"], {**databases["default"], **wanted}
        connections["default"] = connections.create_connection("default")
        try:
            with self.blocker.unblock(), override_settings(REDIS_URL=redis_url(self.var_dir)):
                yield
        finally:
            connections["default"].close()
            databases["default"] = before
            connections["default"] = own

    def session_of(self, user: AbstractBaseUser) -> str:
        """A session key that signs this user (of this VirtLab's database) in."""
        with self.orm():
            store = SessionStore()
            store[SESSION_KEY] = str(user.pk)
            store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            store[HASH_SESSION_KEY] = user.get_session_auth_hash()
            store.save()
            return str(store.session_key)


@pytest.fixture(scope="session")
def static_cache(pytestconfig: pytest.Config) -> Path | None:
    """Where the collected static files are kept from one run to the next: compressing them takes seconds. Of several
    processes each has its own, since it is written anew.
    """
    name = f"static{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    return Path(pytestconfig.cache.mkdir(name)) if pytestconfig.cache else None


@pytest.fixture(scope="session")
def live_app(
    tmp_path_factory: pytest.TempPathFactory, static_cache: Path | None, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveApp]:
    """VirtLab as it runs in production, on a free port, with its own database (of the kind DATABASE_URL says)."""
    var_dir = tmp_path_factory.mktemp("live")
    with listen({"VIRTLAB_PORT": "0"}) as listener, live_database(var_dir) as database_url:
        app = LiveApp(
            address(listener).rstrip("/"), var_dir, database_url, Supervisor(var_dir, print), django_db_blocker
        )
        try:
            app.start(services.redis(var_dir))
            wait_until_ready(redis_url(var_dir))
            prepare(app, static_cache)
            for service in (services.web(listener.fileno()), services.worker(), services.beat(var_dir)):
                app.start(service)
            eventually(lambda: answers(app.url), 300)
            yield app
        finally:
            app.supervisor.stop()


def prepare(app: LiveApp, cache: Path | None) -> None:
    """Migrates, loads the catalogs and collects the static files."""
    lend_static(cache, app.var_dir)
    child = app.start(Service("prepare", [sys.executable, "-m", "virtlab.platform.prepare"]))
    assert child.process.wait(600) == 0, child.last_words(40)
    app.supervisor.children.remove(child)
    if cache:
        shutil.rmtree(cache)
        shutil.copytree(app.var_dir / "static", cache)


def lend_static(cache: Path | None, var_dir: Path) -> None:
    """Gives a VirtLab folder the static files of an earlier run: where they still fit, nothing is collected."""
    if cache:
        shutil.copytree(cache, var_dir / "static")


@contextmanager
def live_database(var_dir: Path) -> Iterator[str]:
    """The URL of an empty database for the session: an SQLite file, or a new database on the PostgreSQL at hand."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{var_dir / 'live.sqlite3'}"
        return
    base, _, query = url.partition("?")
    name = f"virtlab_live_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
