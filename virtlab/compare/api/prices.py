"""A lab's own prices over REST: read, set, taken back, for those who may change the lab."""

import datetime
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import BeforeValidator, WithJsonSchema

from virtlab.compare import services
from virtlab.compare.inputs.price_file import MOST_ROWS, PriceRow, price_row, read_prices, repeated, twice_words
from virtlab.compare.models import OwnPrice
from virtlab.compare.pages.prices import PriceFileForm, PriceForm, Regions, known_items, lab_and_places
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.rest.params import LabSlug, Paged
from virtlab.rest.why import Why, WhyNotError
from virtlab.web.requests import lookup_key

router = Router(tags=["comparison"])


def as_text(usd: object) -> str:
    """A price as it was written: 0.1 is 0.1 then, and not the nearest number that a computer can hold."""
    if isinstance(usd, bool) or not isinstance(usd, int | float | str):
        raise ValueError(_("“%(text)s” is not a number.") % {"text": str(usd)[:40]})
    return str(usd)


Usd = Annotated[str, BeforeValidator(as_text), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})]


class PriceIn(Schema):
    """A price: of an instance type USD an hour of Linux on demand, of a service's item USD per its unit."""

    item: str
    usd: Usd
    note: str = ""


class PricesIn(Schema):
    """Prices in a region; those of other items stay as they are."""

    region: str = Field("", description="A region's code; the lab's where it is empty")
    prices: list[PriceIn] = Field(min_length=1, max_length=MOST_ROWS)


class PriceOut(Schema):
    """A price of the lab's own, by whose `id` it is taken back."""

    id: int
    region: str
    item: str
    usd: float
    note: str
    noted_on: datetime.date


class PricePage(Schema):
    """Some of `count` prices, by region and item."""

    count: int
    items: list[PriceOut]


class PricesKept(Schema):
    """How many prices were kept."""

    kept: int


class PricesTaken(Schema):
    """How many prices were taken back."""

    taken_back: int


@router.get("/labs/{lab}/prices", response={200: PricePage, 422: Why})
def prices(request: HttpRequest, slug: LabSlug, paged: Query[Paged], region: str = "") -> PricePage:
    """The prices of the lab's own, which stand before the catalogue's; of one `region`, or of all."""
    lab, places = lab_and_places(request, slug)
    rows = lab.own_prices.filter(region=_region(lab, places, region)) if region else lab.own_prices.all()
    shown = rows[paged.offset : paged.offset + paged.limit]
    return PricePage(count=rows.count(), items=[PriceOut.from_orm(row) for row in shown])


@router.patch("/labs/{lab}/prices", response={200: PricesKept, 422: Why})
def keep(request: HttpRequest, slug: LabSlug, body: PricesIn) -> PricesKept:
    """Makes prices the lab's own, all of them or none. 422: `fields` says of each row what is wrong with it."""
    lab, places = lab_and_places(request, slug)
    region = _region(lab, places, body.region)
    known = known_items(region)
    rows = [price_row(price.dict(), known) for price in body.prices]
    wrong = {
        f"prices.{at}.{name}": [text]
        for at, row in enumerate(rows)
        if not isinstance(row, PriceRow)
        for name, text in row.items()
    }
    good = {at: row for at, row in enumerate(rows) if isinstance(row, PriceRow)}
    places_of = list(good)
    for place in repeated(list(good.values())):
        at = places_of[place]
        wrong[f"prices.{at}.item"] = [twice_words(good[at].item)]
    if wrong:
        raise WhyNotError(Why.of_fields(wrong))
    return PricesKept(kept=services.keep_prices(lab, region, list(good.values())))


@router.post("/labs/{lab}/prices/file", response={200: PricesKept, 422: Why})
def keep_file(
    request: HttpRequest, slug: LabSlug, file: File[UploadedFile], region: Form[str] = ""
) -> Status[PricesKept | Why]:
    """The same with a CSV file of the columns item, usd and, where wanted, note (multipart/form-data)."""
    lab, places = lab_and_places(request, slug)
    code = _region(lab, places, region)
    form = PriceFileForm(places, {"region": code}, request.FILES)
    if not form.is_valid():
        return Status(422, Why.of_fields({"file": form.errors["file"]}))
    rows, errors = read_prices(form.cleaned_data["file"], known_items(code))
    if errors:
        return Status(422, Why.of_fields({"file": errors}))
    return Status(200, PricesKept(kept=services.keep_prices(lab, code, rows)))


@router.delete("/labs/{lab}/prices", response={200: PricesTaken, 422: Why})
def take_all_back(request: HttpRequest, slug: LabSlug, region: str = "") -> PricesTaken:
    """The catalogue's prices hold again, in one `region` or in all."""
    lab, places = lab_and_places(request, slug)
    of = _region(lab, places, region) if region else ""
    return PricesTaken(taken_back=services.take_prices_back(lab, of))


@router.delete("/labs/{lab}/prices/{price}", response=PricesTaken)
def take_back(request: HttpRequest, slug: LabSlug, price: int) -> PricesTaken:
    """The catalogue's price of one item holds again."""
    lab = open_lab(request, slug, Role.OPERATOR)
    services.take_price_back(get_object_or_404(OwnPrice, lab=lab, pk=lookup_key(price)))
    return PricesTaken(taken_back=1)


def _region(lab: Lab, places: Regions, sent: str) -> str:
    """The region that is meant; WhyNotError where there is none of that name."""
    form = PriceForm(places, {"region": sent or lab.region_code})
    if errors := form.errors.get("region"):
        raise WhyNotError(Why.of_fields({"region": [errors[0]]}))
    return str(form.cleaned_data["region"])
