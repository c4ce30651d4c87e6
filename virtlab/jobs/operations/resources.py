"""What steps move bytes through and share: a datastore, a link, a volume.

    @resource("datastore")
    def datastores(names: Collection[str]) -> dict[str, Resource]:
        ...

A step names one as "datastore:5" in its flow: the kind, and what tells it from others of its kind (mostly a key of the
database).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """How it is shown, and how much goes through it at once."""

    name: str
    mib_per_s: float


ResourceFunction = Callable[[Collection[str]], dict[str, Resource]]
RESOURCES: dict[str, ResourceFunction] = {}
RATE_PARAMETERS: set[str] = set()
"""The lab parameters on which rates depend."""
BETWEEN = "/"


def resource(kind: str, *, parameters: Collection[str] = ()) -> Callable[[ResourceFunction], ResourceFunction]:
    """Registers what gives the resources of a kind by their names; raises ValueError for a kind that has one.

    `parameters`: the keys of the lab parameters that say what goes through them: a new value counts at once.
    """

    def register(function: ResourceFunction) -> ResourceFunction:
        if kind in RESOURCES and RESOURCES[kind].__qualname__ != function.__qualname__:
            raise ValueError(f"Two functions give resources of the kind {kind}.")
        RATE_PARAMETERS.update(parameters)
        return RESOURCES.setdefault(kind, function)

    return register


def resource_key(kind: str, *names: object) -> str:
    """As flows name it: by one key of the database, or by several names, as a line between two places."""
    return f"{kind}:{BETWEEN.join(map(str, names))}"


def resources_named(keys: Iterable[str]) -> dict[str, Resource]:
    """The resources of these keys; what is gone is left out (a query or a few for each kind)."""
    wanted: dict[str, set[str]] = {}
    for key in keys:
        kind, _colon, name = key.partition(":")
        wanted.setdefault(kind, set()).add(name)
    found: dict[str, Resource] = {}
    for kind, names in wanted.items():
        if kind in RESOURCES:
            found |= {resource_key(kind, name): each for name, each in RESOURCES[kind](names).items()}
    return found
