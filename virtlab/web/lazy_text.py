"""The type of texts that are translated when they are shown."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    LazyText = str | _StrPromise
else:
    # The name that has the methods of str exists for type checkers only.
    LazyText = str | Promise
