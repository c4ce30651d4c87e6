"""Records whose fields name the columns that they are read from."""

from typing import Annotated, NamedTuple

import pytest
from pytest_django import DjangoAssertNumQueries

from hosts.models import ServerModel
from virtlab.web.records import Source, columns, from_columns, read_records


class ModelRow(NamedTuple):
    cores: int
    label: Annotated[str, Source("name")]


def test_it_takes_the_columns_from_the_fields() -> None:
    assert columns(ModelRow) == ("cores", "name")


@pytest.mark.django_db
def test_it_reads_the_rows_of_a_query_as_records(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ServerModel.objects.all().delete()
    ServerModel.objects.create(name="R760", cores=64, memory_gib=512, watts=[100, 500], published="2026-01-01")
    with django_assert_num_queries(1):
        assert read_records(ModelRow, ServerModel.objects.all()) == [ModelRow(cores=64, label="R760")]


def test_it_makes_records_of_columns_whatever_their_order() -> None:
    rows = from_columns(ModelRow, label=["a", "b"], cores=[1, 2])
    assert rows == [ModelRow(cores=1, label="a"), ModelRow(cores=2, label="b")]
    assert from_columns(ModelRow, label=[], cores=[]) == []


def test_it_refuses_columns_that_are_missing_unknown_or_of_another_length() -> None:
    with pytest.raises(TypeError, match="cores"):
        from_columns(ModelRow, label=["a"])
    with pytest.raises(TypeError, match="memory"):
        from_columns(ModelRow, label=["a"], cores=[1], memory=[2])
    with pytest.raises(ValueError, match="longer"):
        from_columns(ModelRow, label=["a", "b"], cores=[1])
