"""Whether this process lives, whether it can do its work, and how it does it."""

import hmac
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from virtlab.jobs.events.redis_client import UNREACHABLE, client
from virtlab.jobs.monitoring.metrics import REGISTRY

_migrated = False


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; touches neither database nor Redis."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and Redis are there, else 503; each by name."""
    checks: dict[str, Callable[[], None]] = {"database": _database, "migrations": _migrations, "redis": _redis}
    outcomes = {name: _outcome(check) for name, check in checks.items()}
    return JsonResponse(outcomes, status=200 if set(outcomes.values()) == {"ok"} else 503)


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except (DatabaseError, *UNREACHABLE) as error:
        return type(error).__name__
    except RuntimeError as error:
        return str(error)
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    global _migrated  # noqa: PLW0603 (once applied they stay so while the process lives)
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise RuntimeError("not applied")
        _migrated = True


def _redis() -> None:
    client().ping()


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus. With VIRTLAB_METRICS_TOKEN set, only to whoever bears it; in production never without."""
    if not _may_read(request):
        raise PermissionDenied
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    return not settings.PRODUCTION
