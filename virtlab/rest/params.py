"""What addresses of the API take: the lab, and which rows of a list."""

import itertools
from collections.abc import Iterable
from typing import Annotated, TypeVar

from ninja import Field, Path, Schema

MOST_ROWS = 1_000
# A lab's address, called `lab` in the API's addresses.
LabSlug = Annotated[str, Path(alias="lab")]
Row = TypeVar("Row")


class Paged(Schema):
    """Which rows of a list."""

    limit: int = Field(100, ge=1, le=MOST_ROWS, description="how many rows at most")
    offset: int = Field(0, ge=0, le=10**9, description="how many rows to leave out at the beginning")

    def of(self, rows: Iterable[Row]) -> list[Row]:
        """The rows of this page."""
        return list(itertools.islice(rows, self.offset, self.offset + self.limit))
