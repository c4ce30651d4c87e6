"""What steps move bytes through and share: a datastore, a link, a volume.

    @resource("datastore")
    def datastores(pks: Collection[int]) -> dict[int, Resource]:
        ...

A step names one as "datastore:5" in its flow.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """What it is called, and how much goes through it at once."""

    name: str
    mib_per_s: float


ResourceFunction = Callable[[Collection[int]], dict[int, Resource]]
RESOURCES: dict[str, ResourceFunction] = {}


def resource(kind: str) -> Callable[[ResourceFunction], ResourceFunction]:
    """Registers what gives the resources of a kind by their keys; raises ValueError for a kind that has one."""

    def register(function: ResourceFunction) -> ResourceFunction:
        if kind in RESOURCES and RESOURCES[kind].__qualname__ != function.__qualname__:
            raise ValueError(f"Two functions give resources of the kind {kind}.")
        return RESOURCES.setdefault(kind, function)

    return register


def resource_key(kind: str, pk: int) -> str:
    """As flows name it."""
    return f"{kind}:{pk}"


def resources_named(keys: Iterable[str]) -> dict[str, Resource]:
    """The resources of these names; what is gone is left out (a query for each kind)."""
    pks: dict[str, set[int]] = {}
    for key in keys:
        kind, _colon, pk = key.partition(":")
        pks.setdefault(kind, set()).add(int(pk))
    found: dict[str, Resource] = {}
    for kind, wanted in pks.items():
        if kind in RESOURCES:
            found |= {resource_key(kind, pk): each for pk, each in RESOURCES[kind](wanted).items()}
    return found
