"""CPU in demand at the lab clock, read from the traces one sample each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import models
from django.db.models import BinaryField, F, Func, IntegerField, Value
from django.db.models.functions import Cast, Mod, Substr

BYTES_PER_SAMPLE = 4


class Epoch(Func):
    """Seconds since 1970 of a moment."""

    arity = 1
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite keeps moments as text in UTC. Each % is doubled twice: for this template and for the query."""
        return self.as_sql(
            compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)", **extra
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """PostgreSQL extracts it."""
        template = "CAST(EXTRACT(EPOCH FROM %(expressions)s) AS BIGINT)"
        return self.as_sql(compiler, connection, template=template, **extra)


def sample_at(at: datetime, trace: str = "workload__trace__") -> Substr:
    """An expression for the four bytes of a trace's CPU sample at a moment of the lab's time; a trace repeats for ever.

    `trace` leads from the query's model to the trace. NULL where there is none.
    """
    samples, step = F(f"{trace}samples"), F(f"{trace}step_s")
    passed = (Value(int(at.timestamp()), IntegerField()) - Epoch(F(f"{trace}start_at"))) / step
    # A moment before the trace's start counts from its end: % of a negative number is negative in SQL.
    index = Mod(Mod(passed, samples) + samples, samples, output_field=IntegerField())
    place = index * Value(BYTES_PER_SAMPLE) + Value(1)
    return Substr(f"{trace}cpu_vcpu", Cast(place, IntegerField()), BYTES_PER_SAMPLE, output_field=BinaryField())


def vcpu_of(sample: Any) -> float:
    """The vCPU that a sample's bytes say; NaN for none."""
    return float(np.frombuffer(bytes(sample), dtype="<f4")[0]) if sample else float("nan")


def vcpus_of(samples: Sequence[Any]) -> "np.typing.NDArray[np.float64]":
    """Several samples (n,) at once; NaN for none."""
    none = np.float32(np.nan).tobytes()
    joined = b"".join(bytes(sample) if sample else none for sample in samples)
    return np.frombuffer(joined, dtype="<f4").astype(np.float64)


def with_live(rows: "models.QuerySet[Any]", at: datetime) -> "models.QuerySet[Any]":
    """Instances with `live_sample`, for `vcpu_of`."""
    annotated: models.QuerySet[Any] = rows.annotate(live_sample=sample_at(at))
    return annotated
