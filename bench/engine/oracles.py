"""Energy of the reference experiment against five independent simulators, and placement against known bounds."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench import Figure
from bench.support.planetlab import STEP_S, TRACES, demand_vcpu, hosts_of
from virtlab.engine.load.replay import replay
from virtlab.engine.placement.equal_hosts import pack

KNOWN_KWH = {100: 19.497, 1_000: 178.344, 10_000: 1776.543}
CASES = Path(__file__).resolve().parents[2] / "tests" / "engine" / "data" / "packing_cases.json"


def figures() -> Iterator[Figure]:
    """kWh for 100, 1,000 and 10,000 VMs (where the real traces are at hand); hosts beside the LP bound by case."""
    for vms, known in KNOWN_KWH.items() if TRACES.is_file() else ():
        host, capacity, power = hosts_of(vms)
        kwh = float(power.energy_kwh(replay(demand_vcpu(vms), host, capacity).host_utilisation, STEP_S).sum())
        exact = abs(kwh - known) <= 0.001
        yield Figure(
            f"oracles.energy_{vms}", kwh, "kWh", f"{known} ± 0.001", exact, f"{kwh:.4f} on {len(capacity)} hosts"
        )
    yield from _packing()


def _packing() -> Iterator[Figure]:
    at_bound = 0
    cases = json.loads(CASES.read_text())
    for name, case in cases.items():
        demand = np.array([[vm["vcpu"], vm["memory_gib"]] for vm in case["vms"] for _ in range(vm["count"])])
        packed = pack(demand, [case["host"]["vcpu"], case["host"]["memory_gib"]])
        known = case["lp_lower_bound_hosts"]
        at_bound += packed.hosts_used == known
        ok = packed.hosts_used <= known + 1 and packed.bound == known
        note = f"bound proven here {packed.bound}, known {known}"
        yield Figure(f"oracles.packing_{name}", packed.hosts_used, "hosts", f"<= {known + 1}", ok, note)
    yield Figure(
        "oracles.packing_at_bound",
        at_bound,
        "cases",
        f"> {len(cases) // 2}",
        at_bound > len(cases) // 2,
        f"of {len(cases)}",
    )
