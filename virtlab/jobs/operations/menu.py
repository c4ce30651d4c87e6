"""An object's menu: the operations that matter most as buttons, the others under one word, by group."""

from collections.abc import Sequence
from dataclasses import dataclass

from virtlab.jobs.operations.operation import Operation
from virtlab.web.lazy_text import LazyText

# So many need no menu behind a word.
FEW = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Operations under one heading (empty for those without); dangerous ones stand last, in a group of their own."""

    title: LazyText
    operations: Sequence[type[Operation]]
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """Buttons, and what stands under "More"."""

    buttons: Sequence[type[Operation]]
    groups: Sequence[Group]


def menu_of(offered: Sequence[type[Operation]]) -> Menu:
    """The menu of the operations offered, in their order: the primary ones (or the first few) are buttons."""
    if len(offered) <= FEW:
        return Menu(offered, [])
    primary = [operation for operation in offered if operation.primary]
    buttons = primary or [operation for operation in offered if not operation.danger][:FEW]
    rest = [operation for operation in offered if operation not in buttons]
    return Menu(buttons, _groups(rest))


def _groups(operations: Sequence[type[Operation]]) -> list[Group]:
    calm: dict[str, list[type[Operation]]] = {}
    for operation in operations:
        if not operation.danger:
            calm.setdefault(str(operation.group), []).append(operation)
    groups = [Group(each[0].group, each) for _title, each in sorted(calm.items(), key=lambda item: item[0] != "")]
    dangerous = [operation for operation in operations if operation.danger]
    return [*groups, Group("", dangerous, danger=True)] if dangerous else groups
