"""Makes instances with their volumes, workloads and traces: a launch of one or of thousands in a few statements."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Max

from instances.choices import PurchaseOption, VolumeKind
from instances.models import Image, Instance, InstanceType, Volume
from instances.services.addresses import private_address
from virtlab.engine.arrays import F64
from virtlab.engine.load.synthetic_week import busy, with_mean
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.choices import MemorySeenBy, OperatingSystem, TraceKind
from virtlab.labs.models import Lab, Trace, Workload
from virtlab.labs.names import free_names
from virtlab.labs.traces import Origin, make_trace

START = datetime(2026, 7, 13, tzinfo=UTC) - timedelta(hours=9)  # midnight of a Monday in Tokyo, as the demo estate's
SOURCE = "launch"
WEEK_UP_TO = 50
"""Instances of one launch that get a week each; more of them share VARIANTS days, to keep the database small."""
VARIANTS = 16
BATCH = 500


@dataclass(frozen=True, slots=True)
class SyntheticLoad:
    """A synthetic load: shares (0 … 1) of the instance's vCPU and memory, and the shape of its day."""

    shape: str = "office"
    cpu_mean: float = 0.15
    cpu_peak: float = 0.6
    memory_mean: float = 0.4


@dataclass(frozen=True, slots=True)
class NewInstances:
    """What a launch makes. `zones` are given out in turn."""

    names: Sequence[str]
    region: str
    zones: Sequence[str]
    kind: InstanceType
    image: Image | None
    root: Volume
    purchase: str = PurchaseOption.ON_DEMAND
    workload: Workload | None = None
    load: SyntheticLoad = field(default_factory=SyntheticLoad)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def operating_system(self) -> str:
        """As the image says."""
        return self.image.operating_system if self.image else OperatingSystem.LINUX


def root_volume(
    kind: str = VolumeKind.GP3,
    size_gib: int = 8,
    iops: int = 3000,
    throughput_mib_per_s: int = 125,
    *,
    encrypted: bool = False,
) -> Volume:
    """An unsaved root volume to copy from."""
    return Volume(
        kind=kind, size_gib=size_gib, iops=iops, throughput_mib_per_s=throughput_mib_per_s, encrypted=encrypted
    )


def create_instances(lab: Lab, new: NewInstances) -> list[Instance]:
    """Pending instances with a root volume and a workload each. Call it in a transaction."""
    workloads = [new.workload] if new.workload else create_workloads(lab, new)
    number = (Instance.objects.aggregate(most=Max("pk"))["most"] or 0) + 1
    instances = [_instance(lab, new, index, number) for index in range(len(new.names))]
    for instance, workload in zip(instances, workloads, strict=True):
        instance.workload = workload
    Instance.objects.bulk_create(instances, batch_size=BATCH)
    Volume.objects.bulk_create((_root(lab, new, instance) for instance in instances), batch_size=BATCH)
    return instances


def _instance(lab: Lab, new: NewInstances, index: int, number: int) -> Instance:
    zone = new.zones[index % len(new.zones)]
    return Instance(
        lab=lab,
        region_id=new.region,
        zone=zone,
        name=new.names[index],
        instance_type=new.kind,
        image=new.image,
        operating_system=new.operating_system,
        purchase=new.purchase,
        committed_type=None if new.purchase == PurchaseOption.ON_DEMAND else new.kind,
        private_address=private_address(zone, number + index),
        **new.more,
    )


def _root(lab: Lab, new: NewInstances, instance: Instance) -> Volume:
    columns = ("kind", "size_gib", "iops", "throughput_mib_per_s", "encrypted")
    figures = {name: getattr(new.root, name) for name in columns}
    device = new.image.root_device if new.image else Image._meta.get_field("root_device").get_default()
    place = {"region_id": new.region, "zone": instance.zone}
    return Volume(lab=lab, instance=instance, device=device, root=True, **place, **figures)


def create_workloads(lab: Lab, new: NewInstances) -> list[Workload]:
    """A workload with a synthetic trace for each instance, under a name that the lab does not have yet."""
    existing = Workload.objects.filter(lab=lab).values_list("name", flat=True)
    new_workloads = [
        Workload(
            lab=lab,
            name=name,
            operating_system=new.operating_system,
            architecture=new.kind.architectures[-1] if new.kind.architectures else "x86_64",
        )
        for name in free_names(new.names, existing)
    ]
    workloads = Workload.objects.bulk_create(new_workloads, batch_size=BATCH)
    Trace.objects.bulk_create(_traces(workloads, new), batch_size=BATCH)
    return workloads


def _traces(workloads: Sequence[Workload], new: NewInstances) -> list[Trace]:
    if len(workloads) <= WEEK_UP_TO:
        return [synthetic_trace(workload, new.kind, new.load) for workload in workloads]
    series = [synthetic_series(new.kind, new.load, f"{new.names[0]} {n}", days=1) for n in range(VARIANTS)]
    origin = Origin(TraceKind.SYNTHETIC, SOURCE, START, memory_seen_by=MemorySeenBy.GUEST)
    return [make_trace(workload, *series[n % VARIANTS], origin) for n, workload in enumerate(workloads)]


def synthetic_trace(workload: Workload, kind: InstanceType, load: SyntheticLoad) -> Trace:
    """An unsaved trace of a week with exactly the stated mean and peak of the type's vCPU."""
    origin = Origin(TraceKind.SYNTHETIC, SOURCE, START, memory_seen_by=MemorySeenBy.GUEST)
    return make_trace(workload, *synthetic_series(kind, load, workload.name), origin)


def synthetic_series(kind: InstanceType, load: SyntheticLoad, seed: str, days: int = 7) -> tuple[F64, F64]:
    """VCPU and GiB in demand (T,) every five minutes; the seed gives the chance in it."""
    shape = busy(load.shape, np.random.default_rng(zlib.crc32(seed.encode())), days)
    cpu: F64 = kind.vcpu * with_mean(shape, load.cpu_mean, load.cpu_peak)
    memory_gib = kind.memory_mib / MIB_PER_GIB * load.memory_mean
    memory = memory_gib * (0.95 + 0.1 * shape)
    return cpu, memory * (memory_gib / memory.mean())


def names_of(name: str, count: int) -> list[str]:
    """One name, or so many with a number behind it: web-1 … web-12 as web-01 … web-12."""
    if count == 1:
        return [name]
    digits = max(2, len(str(count)))
    return [f"{name[: 254 - digits]}-{number:0{digits}}" for number in range(1, count + 1)]
