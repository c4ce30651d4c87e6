"""The naming rule of instance types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.catalog import files
from instances.catalog.names.naming import BadName, nearest, parse, size_units
from instances.catalog.names.naming_words import UNKNOWN, explain

NAMES = [row["name"] for row in files.read(files.DATA / "instance_types.csv")]


def test_it_parses_every_type_of_the_catalog_and_knows_every_letter() -> None:
    for name in NAMES:
        parsed = parse(name)
        assert f"{parsed.family}.{parsed.size}" == name
        assert [part.text for part in explain(parsed) if part.meaning is UNKNOWN] == [], name


@pytest.mark.parametrize(
    ("name", "series", "generation", "processor", "options", "suffix", "terabytes"),
    [
        ("c7gn.2xlarge", "c", 7, "g", "n", "", None),
        ("u7i-12tb.224xlarge", "u", 7, "i", "", "12tb", 12),
        ("u-6tb1.metal", "u", 1, "", "", "", 6),
        ("mac2-m2.metal", "mac", 2, "", "", "m2", None),
        ("mac-m4.metal", "mac", None, "", "", "m4", None),
        ("x2iedn.32xlarge", "x", 2, "i", "edn", "", None),
        ("im4gn.large", "im", 4, "g", "n", "", None),
        ("hpc7a.96xlarge", "hpc", 7, "a", "", "", None),
        ("g4ad.xlarge", "g", 4, "a", "d", "", None),
        ("d3en.xlarge", "d", 3, "", "en", "", None),
        ("M7I-FLEX.Large ", "m", 7, "i", "", "flex", None),
        ("p6-b200.48xlarge", "p", 6, "", "", "b200", None),
    ],
)
def test_it_tells_the_parts_of_a_name(
    name: str,
    series: str,
    generation: int | None,
    processor: str,
    options: str,
    suffix: str,
    terabytes: int | None,
) -> None:
    parsed = parse(name)
    assert (parsed.series, parsed.generation, parsed.processor) == (series, generation, processor)
    assert (parsed.options, parsed.suffix, parsed.terabytes) == (options, suffix, terabytes)


@pytest.mark.parametrize(
    ("name", "part"),
    [("m5", "dot"), ("m5.large.x", "dot"), ("", "dot"), ("m5.huge", "size"), ("m5.", "size"), ("5m.large", "family")],
)
def test_it_says_which_part_of_a_name_is_wrong(name: str, part: str) -> None:
    with pytest.raises(BadName) as problem:
        parse(name)
    assert problem.value.part == part
    assert str(problem.value)


@given(st.text(max_size=60) | st.from_regex(r"\A[a-z0-9-]{0,12}\.[a-z0-9-]{0,12}\Z"))
def test_it_never_fails_otherwise_on_a_made_up_name(name: str) -> None:
    try:
        parsed = parse(name)
    except BadName:
        return
    assert explain(parsed)
    size_units(parsed.size)


def test_it_sizes_names_in_units_of_a_small() -> None:
    sizes = ("nano", "micro", "small", "medium", "large", "xlarge", "24xlarge")
    assert " ".join(str(size_units(size)) for size in sizes) == "1/4 1/2 1 2 4 8 192"
    assert size_units("metal-24xl") == 192
    assert size_units("metal") is None
    assert size_units("0xlarge") is None


def test_it_offers_the_nearest_names_that_exist() -> None:
    assert "m7i.large" in nearest("m7i.lage", NAMES)
    assert nearest("zzzzzzzzzz", NAMES) == []
