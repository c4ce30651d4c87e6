"""An object's menu of operations."""

from typing import ClassVar

from virtlab.jobs.operations.menu import menu_of
from virtlab.jobs.operations.operation import Operation


def named(title: str, **flags: object) -> type[Operation]:
    """An operation of that title."""
    return type(title, (Operation,), {"name": title, "title": title, **flags})


class TestMenu:
    few: ClassVar = [named("Start"), named("Stop"), named("Delete", danger=True)]

    def test_it_shows_a_few_as_buttons(self) -> None:
        menu = menu_of(self.few)
        assert (list(menu.buttons), list(menu.groups)) == (self.few, [])

    def test_it_shows_the_primary_ones_and_the_rest_by_group_dangerous_ones_last(self) -> None:
        start, resize = named("Start", primary=True), named("Resize", group="Size")
        grow, clone = named("Grow a disk", group="Size"), named("Clone")
        menu = menu_of([start, named("Delete", danger=True), resize, clone, grow])
        assert menu.buttons == [start]
        assert [(group.title, [op.title for op in group.operations]) for group in menu.groups] == [
            ("", ["Clone"]),
            ("Size", ["Resize", "Grow a disk"]),
            ("", ["Delete"]),
        ]

    def test_it_never_makes_a_dangerous_one_a_button_by_chance(self) -> None:
        menu = menu_of([named("Delete", danger=True), *(named(f"Do {n}") for n in range(5))])
        assert [op.title for op in menu.buttons] == ["Do 0", "Do 1", "Do 2"]
