"""Fixtures for every test: the personas, the shared data, a real Redis, and a browser on a running VirtLab."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
import redis as redis_py
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from virtlab.platform.redis_server import EmbeddedRedis

# Playwright's loop lives in the main thread, where Django would else refuse every query of a browser test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytest_plugins = [
    "tests.support.live",
    "tests.support.browser",
    "tests.support.catalog",
    "tests.support.templates",
]

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
DATABASE = {"django_db_setup", "live_app"}
"""Of these fixtures at least one is behind whatever reads or writes a database: pytest-django refuses all else."""
SCRATCH = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Keeps uploads out of the working copy, names static files plainly and hashes passwords fast."""
    scratch = config.stash[SCRATCH] = Path(tempfile.mkdtemp(prefix="virtlab-tests-"))
    # Of several processes each has its own: Playwright empties it when it starts.
    config.option.output = str(scratch / "browser")
    settings.VAR_DIR = scratch
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": scratch / "media"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = scratch / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Removes what the tests wrote."""
    if scratch := config.stash.get(SCRATCH, None):
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Marks what touches a database, for -m. Browser tests come last: Playwright's loop, once started, stays in this
    thread and asyncio.run() then fails.
    """
    for item in items:
        if item.get_closest_marker("django_db") or not DATABASE.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("database")
    yield
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leaves what imports and collection made, which stays to the end, out of garbage collections, and lets these come
    more rarely: walking all of it again and again was a twentieth of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inventories and traces; skips where the machine has none."""
    if not SHARED_DATA.is_dir():
        pytest.skip(
            f"needs the real inventories and traces in {SHARED_DATA.parent.name}/{SHARED_DATA.name} beside the checkout"
        )
    return SHARED_DATA


@pytest.fixture(autouse=True)
def no_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps last as long as planned, so that tests can state durations; those of the spread set it in their lab."""
    from virtlab.jobs.lifecycle.admission import SPREAD
    from virtlab.labs.parameters import SPECS

    monkeypatch.setitem(SPECS, SPREAD.key, replace(SPREAD, default=1.0))


@pytest.fixture(autouse=True)
def same_slugs(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The labs of a test have the same slugs in every run, since what varies in a lab is drawn by its slug."""
    numbers = count()

    def token_hex(size: int) -> str:
        return sha256(f"{request.node.nodeid} {next(numbers)}".encode()).hexdigest()[: 2 * size]

    monkeypatch.setattr("virtlab.labs.models.secrets", SimpleNamespace(token_hex=token_hex))


@pytest.fixture(autouse=True)
def whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """One drive lets happen all that is due, however slow the machine is on which the tests run."""
    monkeypatch.setattr("virtlab.jobs.runner.drive.BATCH_S", 60.0)


@pytest.fixture(scope="session", autouse=True)
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """One real Redis for the session; settings.REDIS_URL and Celery's broker point to it."""
    from virtlab.celery import app

    with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as server:
        settings.REDIS_URL = server.url
        settings.CELERY_BROKER_URL = server.url.replace("unix://", "redis+socket://", 1)
        app.conf.update(broker_url=settings.CELERY_BROKER_URL)
        yield server


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    """Labs of two tests have the same keys, and what is cached goes by them."""
    from virtlab.web.cache import clear_caches

    clear_caches()


@pytest.fixture(autouse=True)
def _english() -> None:
    """A page that was asked for in Japanese leaves its language to whatever comes after it in the same thread."""
    translation.deactivate()


@pytest.fixture
def redis(redis_server: EmbeddedRedis) -> Iterator[redis_py.Redis]:
    """A client of the session's Redis, empty at the start of the test."""
    with redis_py.Redis.from_url(redis_server.url) as client:
        client.flushall()
        yield client


@pytest.fixture
def aiko() -> Client:
    """Aiko, a student: a visitor without an account, in a browser session of her own."""
    return Client()


@pytest.fixture
def ben() -> Client:
    """Ben, another visitor: whatever is Aiko's is not his."""
    return Client()


@pytest.fixture
def chitose(db: None) -> User:
    """Chitose, a teacher with an account."""
    return User.objects.create_user("chitose", "chitose@example.org", "a-long-passphrase")


@pytest.fixture
def dara(db: None) -> User:
    """Dara, an engineer with an account."""
    return User.objects.create_user("dara", "dara@example.org", "a-long-passphrase")


@pytest.fixture
def eve(db: None) -> User:
    """Eve, the administrator."""
    return User.objects.create_superuser("eve", "eve@example.org", "a-long-passphrase")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A function that signs a user in and returns the client: client_of(dara).get(…)."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
