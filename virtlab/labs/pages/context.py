"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest

THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's theme, as chosen in this browser."""
    theme = request.COOKIES.get("theme", "auto")
    return {"shell": {"theme": theme if theme in THEMES else "auto"}}
