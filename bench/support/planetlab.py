"""The reference experiment: 1,052 PlanetLab traces of 2011-03-03 cycled to N one-core VMs, 16 to a 16-core host."""

from pathlib import Path

import numpy as np

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.power.watts import HostPower, PowerCurve

TRACES = Path(__file__).resolve().parents[3] / "shared" / "data" / "planetlab_20110303.npz"
PER_HOST = 16
STEP_S = 300.0
CURVE = PowerCurve((100.0, 250.0))


def demand_vcpu(vms: int) -> F64:
    """Demand (V, 288) in cores; where the real traces are absent, made-up ones of the same shape and mean."""
    base = np.load(TRACES)["cpu_percent"] / 100 if TRACES.is_file() else _made_up()
    return np.stack([np.roll(base[k % len(base)], (k // len(base)) * 17) for k in range(vms)]).astype(np.float64)


def _made_up() -> F64:
    return np.random.default_rng(20110303).beta(0.5, 3.6, (1052, 288))


def hosts_of(vms: int) -> tuple[Ints, F64, HostPower]:
    """The map (V,), capacity (H,) and power of the hosts: VM k on host k // 16."""
    host = np.arange(vms) // PER_HOST
    hosts = int(host[-1]) + 1
    return host, np.full(hosts, float(PER_HOST)), HostPower.of([CURVE] * hosts)
