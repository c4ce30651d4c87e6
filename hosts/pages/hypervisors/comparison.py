"""Any two hypervisors of the on-prem side under the same load."""

from collections.abc import Mapping
from typing import Any

from hosts.choices import Hypervisor
from hosts.models import ServerModel
from virtlab.engine.hypervisors.same_load import HostCapacity
from virtlab.engine.hypervisors.table import hypervisor
from virtlab.engine.power.watts import PowerCurve
from virtlab.web.hypervisors.comparison import Comparison, compare
from virtlab.web.hypervisors.question import LoadQuestion, NamedHost

SPECPOWER = "SPECpower_ssj2008"


def compared(values: Mapping[str, Any], smt_gain: float) -> Comparison:
    """The two hypervisors of a valid form under its load."""
    pair = [(hypervisor(values[key]), str(Hypervisor(values[key]).label)) for key in ("left", "right")]
    return compare(LoadQuestion.of(values, _host(values["server"], values["disk_iops"], smt_gain)), pair)


def _host(model: ServerModel, disk_iops: float, smt_gain: float) -> NamedHost:
    cores = model.cores * (smt_gain if model.threads_per_core > 1 else 1.0)
    curve = PowerCurve(tuple(model.watts), model.memory_gib)
    capacity = HostCapacity(cores, model.memory_gib, curve, disk_iops)
    return NamedHost(model.name, capacity, f"{SPECPOWER}, {model.name}", str(model.published))
