"""What every alternative is computed from."""

from collections.abc import Mapping
from dataclasses import dataclass

from hosts.models import ServerModel
from virtlab.compare.inputs.estate import EstateArrays

Values = Mapping[str, float]
Models = Mapping[int, ServerModel]


@dataclass(frozen=True, slots=True)
class Basis:
    """An estate, the known server models by number, and the parameters' values."""

    estate: EstateArrays
    models: Models
    values: Values
