"""The layout of the house holds: rooms that are not crowded, twins that are twins, seams that stand once."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("hosts", "instances", "virtlab", "bench", "tests", "tools")
MOST_MODULES = 15
WIDEST_LINE = 120
LONGEST_TEMPLATE = 150
# A cloud account has no file to import yet.
ONLY_ONPREM = {"inventory"}


def sources(*folders: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def rooms_of(app: str) -> set[str]:
    return {path.parts[1].removesuffix(".py") for path in sources(app)} - {"__init__"}


def places_of(pattern: str, *folders: str) -> list[str]:
    wanted = re.compile(pattern, re.MULTILINE)
    return [str(path) for path in sources(*folders) if wanted.search((ROOT / path).read_text(encoding="utf-8"))]


def templates() -> list[tuple[str, list[tuple[int, str]]]]:
    """Every template's path with its numbered lines."""
    paths = sorted((ROOT / "templates").rglob("*.html"))
    return [
        (str(path.relative_to(ROOT)), list(enumerate(path.read_text(encoding="utf-8").splitlines(), 1)))
        for path in paths
    ]


class TestRooms:
    def test_it_has_no_crowded_folder(self) -> None:
        modules = [path for path in sources(*HOUSE) if path.name != "__init__.py" and "migrations" not in path.parts]
        crowded = {str(folder): count for folder, count in Counter(path.parent for path in modules).items()}
        assert {folder: count for folder, count in crowded.items() if count > MOST_MODULES} == {}

    def test_it_has_the_same_rooms_on_both_sides(self) -> None:
        assert rooms_of("hosts") - ONLY_ONPREM == rooms_of("instances")


class TestTemplates:
    def test_it_has_no_long_line(self) -> None:
        wide = [f"{path}:{number}" for path, lines in templates() for number, line in lines if len(line) > WIDEST_LINE]
        assert wide == []

    def test_it_has_no_long_file(self) -> None:
        assert [path for path, lines in templates() if len(lines) > LONGEST_TEMPLATE] == []


class TestSeams:
    def test_it_says_why_not_in_one_form(self) -> None:
        assert places_of(r"^    reasons: ", "hosts", "instances", "virtlab") == ["virtlab/rest/why.py"]

    def test_it_knows_htmx_in_one_module(self) -> None:
        spoken = r"HX-Request|HX-History|HX-Redirect|HtmxDetails|request\.htmx"
        assert places_of(spoken, "hosts", "instances", "virtlab") == ["virtlab/web/htmx.py"]

    def test_it_defines_units_once(self) -> None:
        assert places_of(r"^MIB_PER_GIB\b.*=", "hosts", "instances", "virtlab") == ["virtlab/engine/units.py"]

    def test_it_asks_for_roles_in_one_module(self) -> None:
        assert places_of(r"\{Role\.OPERATOR, Role\.OWNER\}|STRENGTH\[", "hosts", "instances", "virtlab") == [
            "virtlab/labs/access.py"
        ]

    def test_it_checks_addresses_in_one_module(self) -> None:
        checks = places_of(r"url_has_allowed_host_and_scheme|Sec-CH-UA-Mobile", "hosts", "instances", "virtlab")
        assert checks == ["virtlab/web/requests.py"]

    def test_it_names_prices_of_hours_and_watts_in_their_formula_alone(self) -> None:
        prices = (
            r"purchase_factor\(|\[\"memory_w_per_gib_cloud\"\]|windows_key\(edition\)\]|\[\"admin_usd_per_hour\"\] \*"
        )
        assert places_of(prices, "hosts", "instances", "virtlab") == [
            "hosts/pricing/unit_prices.py",
            "instances/pricing/hourly.py",
            "instances/pricing/power.py",
        ]


class TestTests:
    def test_it_collects_every_test(self) -> None:
        """Only functions that say what `it` does are tests: one of another name would never run."""
        assert places_of(r"^\s*(async )?def test_(?!it_)", "tests") == []
