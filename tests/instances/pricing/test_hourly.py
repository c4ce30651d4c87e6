"""An hour of an instance: the same formula for one and for many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.catalog.queries import type_table
from instances.choices import PurchaseOption
from instances.pricing.hourly import (
    HourlyTerms,
    os_units,
    table_usd_per_hour,
    usd_per_hour,
)
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.parameters import SPECS

VALUES = {key: spec.default for key, spec in SPECS.items()}
PRICES = [key for key in VALUES if key.startswith(("windows_usd", "rhel_usd", "suse_usd", "discount_"))]
values = st.fixed_dictionaries({key: st.floats(SPECS[key].minimum, SPECS[key].maximum) for key in PRICES}).map(
    lambda drawn: {**VALUES, **drawn}
)
size = st.tuples(st.floats(0.001, 200.0), st.integers(1, 900), st.floats(0.05, 1.0))
systems = st.sampled_from(OperatingSystem.values)
purchases = st.sampled_from(PurchaseOption.values)


def in_words(linux_usd: float, vcpu: int, lasting_vcpu: float, terms: HourlyTerms) -> float:
    """The formula as docs/model.md says it, for one instance."""
    v, system = terms.values, terms.system
    key = {"one_year": "discount_one_year_pct", "three_year": "discount_three_year_pct"}.get(terms.purchase, "")
    discount = v.get(key, 0.0)
    band = "to_8" if vcpu <= 8 else "to_127" if vcpu <= 127 else "above"
    added = {
        "windows": lasting_vcpu * v["windows_usd_per_vcpu_hour"],
        "rhel": vcpu * v[f"rhel_usd_per_vcpu_hour_{band}"],
        "suse": v["suse_usd_per_hour_to_4" if vcpu <= 4 else "suse_usd_per_hour_above"],
    }
    dedicated = 1 + v["dedicated_surcharge_pct"] / 100 if system == OperatingSystem.WINDOWS_CLIENT else 1.0
    return linux_usd * dedicated * (1 - discount / 100) + added.get(system, 0.0)


@given(sizes=st.lists(size, min_size=1, max_size=20), system=systems, purchase=purchases, values=values)
def test_it_prices_many_as_it_prices_one(
    sizes: list[tuple[float, int, float]], system: str, purchase: str, values: dict[str, float]
) -> None:
    terms = HourlyTerms(system, purchase, values)
    linux, vcpu, share = (np.array(column, dtype=np.float64) for column in zip(*sizes, strict=True))
    many = usd_per_hour(linux, vcpu, vcpu * share, terms).tolist()
    assert many == [usd_per_hour(usd, float(n), n * lasts, terms) for usd, n, lasts in sizes]
    assert many == pytest.approx([in_words(usd, n, n * lasts, terms) for usd, n, lasts in sizes])


@given(vcpu=st.integers(1, 900), system=systems)
def test_it_charges_each_size_in_one_band(vcpu: int, system: str) -> None:
    charged = [units for units in os_units(system, float(vcpu), float(vcpu)).values() if units]
    assert charged == {"windows": [vcpu], "rhel": [vcpu], "suse": [1]}.get(system, [])


def test_it_does_not_know_the_price_of_what_no_source_prices() -> None:
    terms = HourlyTerms("windows", "one_year", VALUES)
    assert np.isnan(usd_per_hour(float("nan"), 2.0, 2.0, terms))


@pytest.mark.usefixtures("catalog")
@pytest.mark.parametrize("system", OperatingSystem.values)
def test_it_prices_a_row_of_a_table_as_the_table(system: str) -> None:
    table, terms = type_table("ap-northeast-1"), HourlyTerms(system, "three_year", VALUES)
    columns = (table.usd_per_hour.tolist(), table.vcpu.tolist(), table.lasting_vcpu.tolist())
    rows = [usd_per_hour(*of_row, terms) for of_row in zip(*columns, strict=True)]
    assert np.array_equal(rows, table_usd_per_hour(table, terms), equal_nan=True)
