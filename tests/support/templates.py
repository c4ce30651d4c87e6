"""Which template files a request opens (fixture `opened`)."""

from collections.abc import Callable
from typing import Any

import pytest
from template_partials.loader import Loader


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The template files that are opened meanwhile: pages, the frames they extend, what they and their tags include."""
    files: set[str] = set()
    get_template: Callable[..., Any] = Loader.get_template

    def noted(self: Loader, template_name: str, skip: object = None) -> object:
        files.add(template_name.partition("#")[0])
        return get_template(self, template_name, skip)

    monkeypatch.setattr(Loader, "get_template", noted)
    return files
