"""The REST API: one router of each app, described at /api/docs and /api/openapi.json."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import APIKeyCookie

from virtlab.jobs.api.bulk import router as jobs_in_bulk
from virtlab.jobs.api.jobs import router as jobs


class BrowserSession(APIKeyCookie):
    """The session cookie of a user or a visitor; changing requests carry the CSRF token (header X-CSRFToken)."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any | None:
        """Whoever has a session may ask; what they may see is decided for each lab."""
        return request.user if key else None


api = NinjaAPI(title="VirtLab", version="1", auth=BrowserSession(), urls_namespace="api")
# Before the other one, whose addresses of single jobs would else take its own.
api.add_router("", jobs_in_bulk)
api.add_router("", jobs)
