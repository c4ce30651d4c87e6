"""Pages of labs: the start page, opening, settings, parameters, and the choice of colours."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from virtlab.labs import selectors, services
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.labs.pages.context import THEMES
from virtlab.labs.pages.forms import LabForm
from virtlab.web.filters import words_asked
from virtlab.web.requests import own_address

YEAR_S = 31_536_000


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The start page: what VirtLab is, a button that opens a lab, and the labs one has."""
    return render(request, "labs/start/start.html", {"labs": selectors.my_labs(request)})


@require_POST
def new_lab(request: HttpRequest) -> HttpResponse:
    """Opens a lab with the demo estate and goes there."""
    try:
        lab = services.create_lab(request)
    except services.TooManyLabsError:
        messages.error(request, too_many_labs())
        return redirect("labs:index")
    return redirect(lab)


def too_many_labs() -> str:
    """Why there is no further lab."""
    return _("You have %(limit)d labs already. Delete one to open another.") % {"limit": services.LABS_PER_PERSON}


@require_http_methods(["GET", "POST"])
def lab_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """A lab's name, and the way to delete it."""
    lab = open_lab(request, slug, Role.OWNER)
    form = LabForm(request.POST or None, initial={"name": lab.name})
    if request.method == "POST" and form.is_valid():
        services.rename_lab(lab, form.cleaned_data["name"])
        messages.success(request, _("The lab has its new name."))
        return redirect(lab)
    return render(request, "labs/settings.html", {"lab": lab, "form": form})


@require_POST
def delete_lab(request: HttpRequest, slug: str) -> HttpResponse:
    """Deletes a lab and says so."""
    lab = open_lab(request, slug, Role.OWNER)
    name = lab.name
    services.delete_lab(lab)
    messages.success(request, _("The lab “%(name)s” is deleted.") % {"name": name})
    return redirect("labs:index")


@require_GET
def parameters(request: HttpRequest) -> HttpResponse:
    """Every parameter with its unit, value, source, date and kind; ?q= searches."""
    search = words_asked(request.GET)
    rows = selectors.parameter_rows(search)
    context = {"groups": selectors.grouped(rows), "count": len(rows), "search": search}
    return render(request, "labs/parameters/parameters.html", context)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Changes to the next colour theme where no script did, and goes back."""
    now = request.COOKIES.get("theme", "auto")
    chosen = THEMES[(THEMES.index(now) + 1) % len(THEMES)] if now in THEMES else THEMES[1]
    response = redirect(own_address(request, request.POST.get("next", ""), "/"))
    response.set_cookie("theme", chosen, max_age=YEAR_S, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response
