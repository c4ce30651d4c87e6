"""A guest's memory on its way to or from its datastore."""

from hosts.models import VirtualMachine
from hosts.operations.needs import through
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.operations.plan import PlannedStep, flow_s
from virtlab.web.lazy_text import LazyText


def memory_step(key: str, title: LazyText, vm: VirtualMachine, gib: float, timings: Timings) -> PlannedStep:
    """So much memory, at what the datastore has left for it; where none is known, at the engine's own figure."""
    flow = through(vm.datastore, gib)
    duration_s = flow_s(flow, gib, timings.datastore_mib_per_s)
    return PlannedStep(key, title, duration_s, physics={"kind": "memory", "memory_gib": gib}, flow=flow)
