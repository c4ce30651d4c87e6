"""Loads the table of server models into the database. Run again, it changes only what differs and nothing edited."""

import csv
from pathlib import Path

from hosts.catalog.curves import relative_of, shaped_w
from hosts.models import ServerModel
from virtlab.labs.choices import FigureKind
from virtlab.labs.tables import Synced, sync_rows

DATA = Path(__file__).parent / "data"
SOURCE = "SPECpower_ssj2008, spec.org"
FIELDS = [
    "vendor",
    "form_factor",
    "rack_units",
    "cpu",
    "sockets",
    "cores",
    "threads_per_core",
    "memory_gib",
    "watts",
    "published",
    "source",
    "kind",
]


def load_server_models() -> Synced:
    """Brings the server models to the committed state. Prices are nobody's to publish: they stay as they are."""
    with (DATA / "server_models.csv").open(encoding="utf-8", newline="") as file:
        rows = [_server_model(row) for row in csv.DictReader(file)]
    relatives = [relative_of(row, rows) if len(row.watts) == 2 else None for row in rows]
    for row, relative in zip(rows, relatives, strict=True):
        if relative:
            _give_shape(row, relative)
    return sync_rows(ServerModel, rows, ["name"], FIELDS)


def _give_shape(model: ServerModel, relative: ServerModel) -> None:
    """A curve with two points gets its relative's shape, and says so."""
    model.watts = shaped_w(model.watts[0], model.watts[-1], relative.watts)
    model.source = f"{SOURCE}: idle and full load; between them the shape of {relative.name}"
    model.kind = FigureKind.DERIVED.value


def _server_model(row: dict[str, str]) -> ServerModel:
    plain = ("name", "vendor", "form_factor", "cpu", "published")
    whole = ("rack_units", "sockets", "cores", "threads_per_core")
    return ServerModel(
        **{name: row[name] for name in plain},
        **{name: int(row[name]) for name in whole},
        memory_gib=float(row["memory_gib"]),
        watts=[float(watts) for watts in row["watts"].split()],
        source=SOURCE,
        kind=FigureKind.LIST.value,
    )
