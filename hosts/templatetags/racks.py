"""The blocks of a slab as HTML: an estate has hundreds, and a template takes ten times as long for each."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from hosts.racks import Block

register = template.Library()
BLOCK = '<li class="vm s-{}{}" title="{}"><b>{}</b><small>{}</small>{}</li>'
FOOT = '<svg aria-hidden="true"><rect width="{}%" height="4"></rect></svg>'


@register.simple_tag
def blocks(machines: Iterable[Block]) -> SafeString:
    """A list item for each machine: its name, its size or why it does not run, and its mean CPU at the foot."""
    return format_html_join("", BLOCK, (_cells(block) for block in machines))


def _cells(block: Block) -> tuple[int, str, str, str, str, str]:
    off = " is-off" if block.off else ""
    return block.span, off, block.name, block.name, block.note or block.size, _foot(block.used)


def _foot(used: float) -> str:
    # Digits alone, so nothing needs escaping.
    return SafeString(FOOT.format(f"{used * 100:.1f}")) if used else ""
