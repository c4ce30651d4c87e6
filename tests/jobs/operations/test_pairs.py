"""Operations that do the same on both sides name each other."""

from virtlab.jobs.choices import Side
from virtlab.jobs.operations.registry import OPERATIONS


def test_it_pairs_operations_that_exist_on_the_other_side() -> None:
    other = {Side.HOSTS: Side.INSTANCES, Side.INSTANCES: Side.HOSTS}
    for operation in OPERATIONS.values():
        if operation.counterpart:
            assert OPERATIONS[operation.counterpart].side == other[Side(operation.side)], operation.name
