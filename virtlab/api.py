"""The REST API: one router of each app, described at /api/docs and /api/openapi.json."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import APIKeyCookie

from hosts.pages.imports.api import router as imports
from hosts.pages.imports.api_lists import router as import_lists
from virtlab.compare.api.assumptions import router as assumptions
from virtlab.compare.api.comparison import router as comparison
from virtlab.compare.api.links import router as links
from virtlab.compare.api.lists import router as compared
from virtlab.compare.api.prices import router as prices
from virtlab.jobs.api.bulk import router as jobs_in_bulk
from virtlab.jobs.api.jobs import router as jobs
from virtlab.labs.pages.api import router as labs
from virtlab.rest.json_body import JsonBodyError, StrictParser
from virtlab.rest.problems import problem, sentence, too_large
from virtlab.rest.why import Why, WhyNotError


class BrowserSession(APIKeyCookie):
    """The session cookie of a user or a visitor; changing requests carry the CSRF token (header X-CSRFToken)."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any | None:
        """Whoever has a session may ask; what they may see is decided for each lab."""
        return request.user if key else None


api = NinjaAPI(title="VirtLab", version="1", auth=BrowserSession(), urls_namespace="api", parser=StrictParser())
# Before the other one, whose addresses of single jobs would else take its own.
api.add_router("", jobs_in_bulk)
api.add_router("", jobs)
api.add_router("", labs)
api.add_router("", imports)
api.add_router("", import_lists)
api.add_router("", assumptions)
api.add_router("", comparison)
api.add_router("", compared)
api.add_router("", prices)
api.add_router("", links)


@api.exception_handler(ValidationError)
def wrong_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit the description of the API, by field, beside the places in ninja's own words."""
    fields: dict[str, list[str]] = {}
    for each in error.errors:
        place = ".".join(str(part) for part in each["loc"][2:] or each["loc"][1:])
        fields.setdefault(place, []).append(str(each["msg"]).removeprefix("Value error, "))
    reasons = [f"{name}: {text}" for name, texts in fields.items() for text in texts]
    why = Why(reasons=reasons, fields=fields).model_dump()
    # What was sent is not sent back: it may be anything, also what is no JSON.
    places = [{name: each[name] for name in ("type", "loc", "msg")} for each in error.errors]
    return api.create_response(request, {**why, "detail": places}, status=422)


@api.exception_handler(WhyNotError)
def why_not(request: HttpRequest, error: WhyNotError) -> HttpResponse:
    """What a view refuses."""
    return api.create_response(request, error.why.model_dump(), status=error.status)


@api.exception_handler(HttpError)
def no_body(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Why a body cannot be read, where that is what is wrong."""
    cause, status = error.__cause__, error.status_code
    text = str(cause) if isinstance(cause, JsonBodyError) else sentence(status)
    return api.create_response(request, problem(text), status=status)


@api.exception_handler(RequestDataTooBig)
def too_much(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """What a body without files may have."""
    return api.create_response(request, problem(too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)), status=413)


@api.exception_handler(Http404)
def nothing_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """What one may not see is not told from what is not there."""
    return api.create_response(request, problem(sentence(404)), status=404)
