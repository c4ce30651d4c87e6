"""Why the API refuses what no view of it has seen: an unknown address, a wrong method, no token, a large body."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from virtlab.rest.why import Why

API = "/api/"


def problem(text: str) -> dict[str, Any]:
    """The form in which the API says why not, for what is of no field."""
    return {"detail": text, **Why(reasons=[text]).model_dump()}


def sentence(status: int) -> str:
    """What an HTTP status means where nobody has said more."""
    sentences = {
        HTTPStatus.BAD_REQUEST: _("The request cannot be read. Nothing was changed."),
        HTTPStatus.UNAUTHORIZED: _("This request has no session: sign in, or open a lab first."),
        HTTPStatus.FORBIDDEN: _("The request was refused: the header X-CSRFToken or the Referer is missing or wrong."),
        HTTPStatus.NOT_FOUND: _("There is no such thing here, or it is not yours."),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This address does not take this method; the header Allow says which."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("The request is larger than anything that is taken here."),
        HTTPStatus.INTERNAL_SERVER_ERROR: _("The fault is VirtLab's, and it is in the server's log."),
    }
    return sentences.get(HTTPStatus(status)) or HTTPStatus(status).phrase


def too_large(limit_bytes: int) -> str:
    """Why a body of more than so many bytes is not taken."""
    return _("A request has at most %(limit)d MiB here. Nothing was stored.") % {"limit": limit_bytes // 1024**2}


class ProblemsMiddleware(MiddlewareMixin):
    """Refusals of the API are JSON, whoever refuses; and nothing has an address with a NUL in it, which no database
    could look up.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """The page for what is not there, where it cannot be looked up."""
        return page_not_found(request, Http404()) if "\0" in request.path_info else None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The same refusal in the API's form."""
        status, kind = response.status_code, response.get("Content-Type", "")
        fault_to_look_at = settings.DEBUG and status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if status < HTTPStatus.BAD_REQUEST or not request.path_info.startswith(API) or fault_to_look_at:
            return response
        if kind.startswith("application/json"):
            return response
        said = JsonResponse(problem(sentence(status)), status=status)
        if "Allow" in response:
            said["Allow"] = response["Allow"]
        return said
