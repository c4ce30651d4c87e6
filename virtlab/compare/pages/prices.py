"""A lab's own prices: the list, a form for one, a file for many. For those who may change the lab."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from instances.catalog.prices import service_prices
from instances.catalog.queries import type_table
from virtlab.compare.inputs.place import regions
from virtlab.compare.inputs.price_file import (
    MOST_BYTES,
    NOTE_LENGTH,
    PriceRow,
    item_problem,
    plain_item,
    read_prices,
    usd_problem,
)
from virtlab.compare.models import OwnPrice
from virtlab.compare.services import keep_prices, take_price_back
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab

Regions = Sequence[tuple[str, str]]
SHOWN_ERRORS = 100
KEY_DIGITS = 10


def known_items(region: str) -> set[str]:
    """What may have a price in a region: its types, its services."""
    return {*type_table(region).row_of, *service_prices(region)}


class RegionForm(forms.Form):
    """The region in which a price holds."""

    region = forms.ChoiceField(label=gettext_lazy("Region"), widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, places: Regions, *args: Any, **kwargs: Any) -> None:
        """`places`: regions of the catalogue as (code, name)."""
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = places  # type: ignore[attr-defined]


class PriceForm(RegionForm):
    """One price."""

    item = forms.CharField(
        label=gettext_lazy("Instance type or service"),
        max_length=60,
        help_text=gettext_lazy("As the catalogue writes it: m7i.large, ebs-gp3-gb-month, nat-gateway-hour."),
    )
    usd = forms.DecimalField(
        label=gettext_lazy("USD per unit"),
        help_text=gettext_lazy("Of a type an hour of Linux on demand, before commitments and licences."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=NOTE_LENGTH, required=False)

    def clean_item(self) -> str:
        """The item as the catalogue writes it."""
        return plain_item(self.cleaned_data["item"])

    def clean(self) -> dict[str, Any]:
        """Refuses what the region does not have, and a price out of range."""
        given = self.cleaned_data
        known = known_items(given["region"]) if "region" in given else set()
        if "item" in given and known and (problem := item_problem(given["item"], known)):
            self.add_error("item", problem)
        if "usd" in given and (problem := usd_problem(given["usd"])):
            self.add_error("usd", problem)
        return given


class PriceFileForm(RegionForm):
    """Many prices."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Columns item, usd and, where wanted, note. All rows are kept, or none."),
        error_messages={"required": gettext_lazy("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> bytes:
        """The file's content."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        content: bytes = file.read()
        return content


@require_http_methods(["GET", "HEAD", "POST"])
def own_prices_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The list with its forms; a sent form keeps one price."""
    lab, places = lab_and_places(request, slug)
    if request.method != "POST":
        return _page(request, lab, places, one=PriceForm(places, initial=_asked(request, lab), prefix="one"))
    form = PriceForm(places, request.POST, prefix="one")
    if not form.is_valid():
        return _page(request, lab, places, one=form)
    given = form.cleaned_data
    keep_prices(lab, given["region"], [PriceRow(given["item"], given["usd"], given["note"])])
    messages.success(request, _("The price is kept, and the comparison uses it."))
    return redirect("compare:prices", lab.slug)


@require_POST
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Keeps all prices of a file, or says of each wrong row what is wrong with it."""
    lab, places = lab_and_places(request, slug)
    form = PriceFileForm(places, request.POST, request.FILES, prefix="many")
    if not form.is_valid():
        return _page(request, lab, places, many=form)
    region = form.cleaned_data["region"]
    rows, errors = read_prices(form.cleaned_data["file"], known_items(region))
    if errors:
        return _page(request, lab, places, many=form, errors=errors)
    count = keep_prices(lab, region, rows)
    sentence = ngettext("%(count)d price is kept.", "%(count)d prices are kept.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("compare:prices", lab.slug)


@require_POST
def delete(request: HttpRequest, slug: str, price: int) -> HttpResponse:
    """Takes a price back: the catalogue's holds again."""
    lab = open_lab(request, slug, Role.OPERATOR)
    take_price_back(get_object_or_404(OwnPrice, lab=lab, pk=price))
    messages.success(request, _("The price is taken back: the catalogue's holds again."))
    return redirect("compare:prices", lab.slug)


def lab_and_places(request: HttpRequest, slug: str) -> tuple[Lab, Regions]:
    """The lab, for whoever may change it, and the regions of the catalogue as (code, name), by name."""
    lab = open_lab(request, slug, Role.OPERATOR)
    places = sorted(((code, region.label) for code, region in regions().items()), key=lambda pair: pair[1])
    if not places:
        raise Http404("There is no catalogue.")
    return lab, places


def _asked(request: HttpRequest, lab: Lab) -> dict[str, object]:
    """What the form begins with: the price that is to be changed, else the lab's region."""
    number = request.GET.get("change", "")
    is_number = number.isascii() and number.isdigit() and len(number) < KEY_DIGITS
    row = OwnPrice.objects.filter(lab=lab, pk=int(number)).first() if is_number else None
    if row is None:
        return {"region": lab.region_code}
    return {"region": row.region, "item": row.item, "usd": row.plain_usd, "note": row.note}


def _page(request: HttpRequest, lab: Lab, places: Regions, **given: Any) -> HttpResponse:
    """The page; a form that was sent in vain stands as it was sent."""
    start = {"region": lab.region_code}
    errors = given.get("errors", [])
    context = {
        "lab": lab,
        "one": given.get("one") or PriceForm(places, initial=start, prefix="one"),
        "many": given.get("many") or PriceFileForm(places, initial=start, prefix="many"),
        "errors": errors[:SHOWN_ERRORS],
        "more_errors": max(0, len(errors) - SHOWN_ERRORS),
        "prices": list(OwnPrice.objects.filter(lab=lab)),
        "places": dict(places),
        "back": reverse("compare:report", args=[lab.slug]),
    }
    return render(request, "compare/prices/prices.html", context)
