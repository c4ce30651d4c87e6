"""Names that nobody has yet."""

from hypothesis import given
from hypothesis import strategies as st

from virtlab.labs.names import MOST_LETTERS, free_name, free_names


def test_it_leaves_a_free_name_as_it_is() -> None:
    assert free_name("web", {"db"}) == "web"


def test_it_gives_the_least_free_number() -> None:
    assert free_name("Web", {"web", "web (2)", "web (4)"}) == "Web (3)"


def test_it_keeps_long_names_within_their_column() -> None:
    name = "n" * MOST_LETTERS
    assert free_name(name, {name}) == f"{'n' * (MOST_LETTERS - 4)} (2)"


@given(names=st.lists(st.text("aAb (2)", min_size=1, max_size=4)), existing=st.lists(st.text("aAb", max_size=2)))
def test_it_never_gives_a_name_twice(names: list[str], existing: list[str]) -> None:
    given_names = [name.casefold() for name in free_names(names, existing)]
    assert len(set(given_names)) == len(names)
    assert not set(given_names) & {name.casefold() for name in existing}
