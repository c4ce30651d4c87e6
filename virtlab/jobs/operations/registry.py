"""Every operation by name. Apps add theirs in AppConfig.ready: `register(ResizeVm, MoveVm)`."""

from django.db import models

from virtlab.jobs.models import Job
from virtlab.jobs.operations.operation import Operation
from virtlab.labs.choices import Role

OPERATIONS: dict[str, type[Operation]] = {}


class UnknownOperationError(LookupError):
    """No operation has this name."""


def register(*operations: type[Operation]) -> None:
    """Adds operations; raises ValueError for a name taken by another one."""
    for operation in operations:
        taken = OPERATIONS.setdefault(operation.name, operation)
        if taken.__qualname__ != operation.__qualname__:
            raise ValueError(f"Two operations are named {operation.name}.")


def operation_named(name: str) -> type[Operation]:
    """The operation of that name; raises UnknownOperationError."""
    try:
        return OPERATIONS[name]
    except KeyError:
        raise UnknownOperationError(name) from None


def role_for(job: Job) -> Role:
    """The least role that may start the operation of a job (anew); OPERATOR for real work and forgotten operations."""
    known = OPERATIONS.get(job.operation)
    return known.role if known else Role.OPERATOR


def operations_for(subject: models.Model) -> list[type[Operation]]:
    """What can be done to an object, in the order of registration."""
    return [operation for operation in OPERATIONS.values() if operation.offered_for(subject)]
