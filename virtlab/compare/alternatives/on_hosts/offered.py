"""New servers: the models that are sold, and smaller ones of the newest model's kind, whose watts are estimated.

The catalogue measures only large new servers. A smaller one of C cores draws what a line through two measured servers
gives: the newest model with all its cores, and a small server of four (parameters): idle and full watts by cores. In
between it follows the newest model's curve. It counts as measured with as much memory a core as that one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hosts.models import ServerModel
from virtlab.compare.alternatives.basis import Models, Values
from virtlab.engine.arrays import F64
from virtlab.labs.choices import FigureKind

SIZES = (8, 16, 24, 32, 48, 64, 96, 128)
"""Cores of servers that are smaller than the newest model."""
MEMORY_GIB = (16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 768.0, 1024.0, 1536.0, 2048.0, 3072.0, 4096.0)
"""Memory that servers are offered with."""
SOLD_YEARS = 3
"""Models count as sold that were published within so many years of the newest."""
SMALL_CORES = 4
"""Cores of the small server whose watts are parameters."""


@dataclass(frozen=True, slots=True)
class Build:
    """A host as it is bought."""

    model_id: int
    sockets: float
    cores: float
    threads_per_core: float
    memory_gib: float


def sold(models: Iterable[ServerModel]) -> list[ServerModel]:
    """The models that are sold, and the smaller ones, by cores."""
    known = list(models)
    newest = max((year(model) for model in known), default=0.0)
    return sorted((m for m in known if year(m) >= newest - SOLD_YEARS), key=lambda m: (m.cores, -year(m), m.pk))


def year(model: ServerModel) -> float:
    """When a model was published, as a year with its fraction."""
    whole, _dash, month = model.published.partition("-")
    return float(whole or 0) + float(month or 1) / 12


def builds(models: Iterable[ServerModel], values: Values) -> list[Build]:
    """What can be bought, smallest first: each model that is sold with each size of memory that it takes; where there
    are any, those of the size that the parameters name.
    """
    offered = [
        Build(model.pk, float(model.sockets), float(model.cores), float(model.threads_per_core), memory)
        for model in sold(models)
        for memory in MEMORY_GIB
        if memory >= model.memory_gib or model.pk < 0
    ]
    cores, gib = values["new_server_cores"], values["new_server_gib"]
    return [build for build in offered if cores in {0, build.cores} and gib in {0, build.memory_gib}] or offered


def with_smaller(models: Models, values: Values) -> dict[int, ServerModel]:
    """The models by number, with smaller ones of the newest's kind: their numbers are below 0."""
    newest = max(models.values(), key=lambda model: (year(model), model.pk), default=None)
    if newest is None:
        return dict(models)
    made = (_smaller(newest, cores, values) for cores in SIZES if cores < newest.cores)
    return {**models, **{model.pk: model for model in made}}


def _smaller(newest: ServerModel, cores: int, values: Values) -> ServerModel:
    sockets = -(-cores * newest.sockets // newest.cores)
    return ServerModel(
        pk=-cores,
        name=f"{newest.name}, {cores}",
        vendor=newest.vendor,
        form_factor=newest.form_factor,
        rack_units=1 if sockets == 1 else newest.rack_units,
        cpu=newest.cpu,
        sockets=sockets,
        cores=cores,
        threads_per_core=newest.threads_per_core,
        memory_gib=round(newest.memory_gib * cores / newest.cores, 3),
        watts=[round(watts, 1) for watts in _watts(newest, cores, values).tolist()],
        published=newest.published,
        source=newest.source,
        kind=FigureKind.ESTIMATE,
    )


def _watts(newest: ServerModel, cores: int, values: Mapping[str, float]) -> F64:
    curve = np.array(newest.watts, dtype=np.float64)
    span = [SMALL_CORES, newest.cores]
    idle_w, full_w = (
        float(np.interp(cores, span, [values[key], large]))
        for key, large in (("small_server_idle_w", curve[0]), ("small_server_full_w", curve[-1]))
    )
    share = (curve - curve[0]) / max(float(curve[-1] - curve[0]), 1e-9)
    return np.asarray(idle_w + share * (full_w - idle_w))
