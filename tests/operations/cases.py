"""All cases, and that no operation is without one."""

from tests.operations import cloud_cases, copy_cases, estate_cases, guest_cases, instance_cases
from tests.operations.case import CASES, operation_of
from virtlab.jobs.operations.registry import OPERATIONS

PARTS = (guest_cases, copy_cases, estate_cases, instance_cases, cloud_cases)
__all__ = ["CASES", "PARTS", "require_case_of_every_operation"]

# Of the benchmarks, which tests do not install.
NOT_VIRTLABS = {"probe.count", "probe.fail"}


def require_case_of_every_operation() -> None:
    """AssertionError that says what is missing."""
    missing = sorted({*OPERATIONS} - {operation_of(name) for name in CASES} - NOT_VIRTLABS)
    assert not missing, f"Add a case to tests/operations/*_cases.py for each of: {', '.join(missing)}."
