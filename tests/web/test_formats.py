"""Numbers, money, units and dates in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from virtlab.web import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [(1247, "1,247"), (1247.4, "1,247"), (41.26, "41.3"), (3.071, "3.07"), (0.1284, "0.128"), (-0.0, "0"), (None, "–")],
)
def test_it_shows_about_three_figures(value: float | None, text: str) -> None:
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2914.4, "$2,914"),
        (12.5, "$12.50"),
        (0.1054, "$0.1054"),
        (0, "$0.00"),
        (-250, "-$250"),
        (float("nan"), "–"),
        (None, "–"),
    ],
)
def test_it_writes_dollars(value: float, text: str) -> None:
    assert formats.usd(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0\N{NO-BREAK SPACE}%"),
        (1, "100\N{NO-BREAK SPACE}%"),
        (1e-9, "<\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}%"),
        (0.9999, ">\N{NO-BREAK SPACE}99\N{NO-BREAK SPACE}%"),
        (0.012, "1\N{NO-BREAK SPACE}%"),
        (0.5, "50\N{NO-BREAK SPACE}%"),
    ],
)
def test_it_says_none_and_all_of_a_whole_only_where_it_is_so(share: float, text: str) -> None:
    assert formats.part(share) == text


def test_it_says_what_the_catalogue_has_no_price_of() -> None:
    assert formats.price(2914.4) == "$2,914"
    assert formats.price(float("nan")) == formats.price(None) == "not in the catalogue"


def test_it_writes_money_to_the_cent_where_asked() -> None:
    assert formats.usd(Decimal("1234.565"), 2) == "$1,234.57"
    assert formats.jpy(437_100.4) == "¥437,100"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.34, "340 ms"),
        (0, "0 s"),
        (12, "12 s"),
        (1.5, "1.5 s"),
        (171, "2 min 51 s"),
        (3900, "1 h 5 min"),
        (273_600, "3 d 4 h"),
        (60, "1 min"),
    ],
)
def test_it_writes_durations_in_two_units(seconds: float, text: str) -> None:
    assert formats.duration(seconds).replace(formats.NBSP, " ") == text


def test_it_writes_units_that_fit() -> None:
    shown = [
        formats.mib(196_608),
        formats.gib(1536),
        formats.watts(1247.3),
        formats.watts(12_500),
        formats.carbon(233e3),
    ]
    assert [text.replace(formats.NBSP, " ") for text in shown] == [
        "192 GiB",
        "1.50 TiB",
        "1,247 W",
        "12.5 kW",
        "233 kg CO₂e",
    ]


def test_it_quotes_a_figure_with_every_decimal() -> None:
    assert [formats.exact(value) for value in (1.135, 0.0000166667, 150, 12_000.5)] == [
        "1.135",
        "0.000017",
        "150",
        "12,000.5",
    ]


def test_it_writes_dates_as_far_as_they_say() -> None:
    days = {"2026-07-20": "Jul 20, 2026", "2026-07": "Jul 2026", "2026": "2026", "": "–", "recent": "recent"}
    assert {text: formats.day(text) for text in days} == days


def test_it_writes_japanese() -> None:
    with override("ja"):
        assert formats.day(date(2026, 7, 20)) == "2026/07/20"
        assert formats.day("2026-07") == "2026年7月"
        assert formats.number(12_345.6) == "12,346"
        assert formats.short(12_000) == "1.2万"
        assert "2026/07/20" in formats.moment(datetime(2026, 7, 20, 9, 41, tzinfo=UTC))


def test_it_writes_moments_with_24_hours_as_the_labs_clock() -> None:
    at = datetime(2026, 7, 20, 23, 41, 5, tzinfo=timezone.get_current_timezone())
    for language, day in (("en", "Jul 20, 2026"), ("ja", "2026/07/20")):
        with override(language):
            assert formats.moment(at) == f"{day} 23:41:05"


@given(st.one_of(st.none(), st.floats(), st.integers(-(10**15), 10**15)))
def test_it_never_fails_on_a_number(value: float | None) -> None:
    for write in (formats.number, formats.usd, formats.percent, formats.watts, formats.carbon, formats.mib):
        assert write(value)
    if value is not None and value >= 0:
        assert formats.duration(value if value < 1e15 else None)


def test_it_writes_a_month_as_the_language_does() -> None:
    with override("ja"):
        assert formats.month(date(2032, 8, 1)) == "2032年8月"
    with override("en"):
        assert formats.month(date(2032, 8, 1)) == "August 2032"
