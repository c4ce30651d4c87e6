"""Names that nobody has yet. Upper and lower case do not tell two names apart."""

from collections.abc import Container, Iterable, Iterator

MOST_LETTERS = 255


def free_name(name: str, taken: Container[str]) -> str:
    """The name, or where `taken` holds its case-folded form the name with the least number behind it, from 2."""
    candidate, number = name, 2
    while candidate.casefold() in taken:
        ending = f" ({number})"
        candidate, number = f"{name[: MOST_LETTERS - len(ending)]}{ending}", number + 1
    return candidate


def free_names(names: Iterable[str], existing: Iterable[str]) -> Iterator[str]:
    """Each name as it is, or numbered where it is taken by `existing` or by one before."""
    taken = {name.casefold() for name in existing}
    for name in names:
        free = free_name(name, taken)
        taken.add(free.casefold())
        yield free
