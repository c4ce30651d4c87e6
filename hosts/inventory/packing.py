"""What was read of a file, as bytes for the database, and back. Traces go into a file of their own."""

import io
import zlib
from dataclasses import asdict, dataclass
from typing import IO, Any

import numpy as np
import orjson

from hosts.inventory.problems import Problem
from hosts.inventory.reading import Reading
from hosts.inventory.rows import ClusterRow, ColumnMatch, DatastoreRow, HostRow, Inventory, VmRow
from hosts.inventory.traces.shapes import TraceSet

Raw = dict[str, Any]
ARRAYS = ("cpu", "memory", "vcpu", "memory_mib", "first", "last", "coverage")


@dataclass(slots=True)
class Packed:
    """A reading as plain dicts and lists, quick to page through."""

    inventory: Raw
    problems: list[Raw]
    counts: dict[str, int]
    left_out: list[Raw]

    def problem_rows(self) -> list[Problem]:
        """The problems that were kept."""
        return [Problem(**row) for row in self.problems]

    def full_inventory(self) -> Inventory:
        """The inventory as it was read."""
        raw = dict(self.inventory)
        raw["clusters"] = [ClusterRow(**row) for row in raw["clusters"]]
        raw["hosts"] = [HostRow(**row) for row in raw["hosts"]]
        raw["vms"] = [VmRow(**row) for row in raw["vms"]]
        raw["datastores"] = [DatastoreRow(**row) for row in raw["datastores"]]
        raw["columns"] = [ColumnMatch(**row) for row in raw["columns"]]
        return Inventory(**raw)


def pack(reading: Reading) -> bytes:
    """A reading without its traces as compressed JSON."""
    parts = {
        "inventory": reading.inventory,
        "problems": reading.log.kept,
        "counts": dict(reading.log.counts),
        "left_out": reading.left_out,
    }
    return zlib.compress(orjson.dumps(parts), level=1)


def unpack(content: bytes | memoryview) -> Packed:
    """What `pack` packed."""
    return Packed(**orjson.loads(zlib.decompress(content)))


def pack_traces(traces: TraceSet) -> bytes:
    """Traces as the bytes of a compressed .npz archive."""
    arrays = {name: getattr(traces, name) for name in ARRAYS if getattr(traces, name) is not None}
    rest = {
        "names": traces.names,
        "start_s": traces.start_s,
        "step_s": traces.step_s,
        "cpu_unit": traces.cpu_unit,
        "memory_unit": traces.memory_unit,
        "rows_read": traces.rows_read,
        "columns": [asdict(column) for column in traces.columns],
    }
    file = io.BytesIO()
    np.savez_compressed(file, rest=np.frombuffer(orjson.dumps(rest), dtype=np.uint8), **arrays)
    return file.getvalue()


def unpack_traces(file: IO[bytes]) -> TraceSet:
    """What `pack_traces` packed."""
    with np.load(file, allow_pickle=False) as archive:
        rest = orjson.loads(archive["rest"].tobytes())
        arrays: Raw = {name: archive[name] if name in archive.files else None for name in ARRAYS}
    rest["columns"] = [ColumnMatch(**column) for column in rest["columns"]]
    return TraceSet(**arrays, **rest)
