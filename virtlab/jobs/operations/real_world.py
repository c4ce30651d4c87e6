"""What an operation is called outside: where a console has it, what one types, and the error codes of its refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from virtlab.web.lazy_text import LazyText

AWS, VSPHERE, HYPERV, KVM = "AWS", "vSphere", "Hyper-V", "KVM"
CONSOLES = {AWS: "AWS Management Console", VSPHERE: "vSphere Client"}


@dataclass(frozen=True, slots=True)
class RealWorld:
    """One product's way to do it. `console` is a path in the words of its console, `cli` commands or API calls, one a
    line, `errors` the codes with which it refuses. `note` says what differs, or why there is no command.
    """

    product: str = ""
    console: LazyText = ""
    cli: str = ""
    errors: Sequence[str] = ()
    note: LazyText = ""

    @property
    def console_name(self) -> str:
        """What the product calls its console."""
        return CONSOLES.get(self.product, self.product)

    def as_json(self) -> dict[str, Any]:
        """In the active language, as the API gives it."""
        return {
            "product": self.product,
            "console": str(self.console),
            "cli": self.cli,
            "errors": list(self.errors),
            "note": str(self.note),
        }


REAL_WORLD: dict[str, Sequence[RealWorld]] = {}


def register_real_world(table: Mapping[str, Sequence[RealWorld]]) -> None:
    """Adds what operations, by name, are called outside; raises ValueError for one of which another table says it."""
    for name, ways in table.items():
        if REAL_WORLD.setdefault(name, ways) is not ways:
            raise ValueError(f"Two tables say what {name} is called outside.")


def real_world_of(name: str) -> Sequence[RealWorld]:
    """What an operation is called outside; empty if unknown."""
    return REAL_WORLD.get(name, ())
