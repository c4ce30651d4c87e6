"""A guest's memory on its way to or from its datastore."""

from hosts.models import VirtualMachine
from hosts.operations.flows import PASSES, moved
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.operations.plan import Flow, PlannedStep, flow_s
from virtlab.web.lazy_text import LazyText


def memory_written(key: str, title: LazyText, vm: VirtualMachine, gib: float, timings: Timings) -> PlannedStep:
    """So much memory, at what the datastore has left for it; where none is known, at the engine's own figure."""
    flow = moved(gib, timings, vm, writes=vm.datastore)
    return _memory(key, title, gib, flow, timings.datastore_mib_per_s)


def memory_read(key: str, title: LazyText, vm: VirtualMachine, gib: float, timings: Timings) -> PlannedStep:
    """As `memory_written`, the other way."""
    flow = moved(gib, timings, vm, reads=vm.datastore)
    return _memory(key, title, gib, flow, timings.datastore_mib_per_s)


def memory_copied(key: str, title: LazyText, vm: VirtualMachine, gib: float, timings: Timings) -> PlannedStep:
    """As `memory_written`, from what is kept of a suspended guest on the same datastore."""
    flow = moved(gib, timings, vm, reads=vm.datastore, writes=vm.datastore)
    return _memory(key, title, gib, flow, timings.datastore_mib_per_s / PASSES)


def _memory(key: str, title: LazyText, gib: float, flow: Flow | None, otherwise_mib_per_s: float) -> PlannedStep:
    duration_s = flow_s(flow, gib, otherwise_mib_per_s)
    return PlannedStep(key, title, duration_s, physics={"kind": "memory", "memory_gib": gib}, flow=flow)
