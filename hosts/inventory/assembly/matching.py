"""The server model whose power curve stands for a host: the same server where it is known, else the nearest.

Distance = 2 × |log2(cores ÷ cores)| + |launch year − launch year| ÷ 2 + 1 for a processor of the other maker
           + ½ for another form factor than a rack server, − 1 for the very same processor. The least distance wins.
A model counts as known only where the reported name holds the model's name, the processors are of one number (where
both are said) and the cores agree within 10 %: another processor draws other watts.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from hosts.catalog.processors import launch_year
from hosts.choices import FormFactor
from hosts.inventory.rows import HostRow
from hosts.models import ServerModel
from hosts.models.catalog import PARTED

VENDORS = {"hewlett": "hp", "packard": "hp", "hpe": "hp", "hp": "hp", "enterprise": ""}
FILLERS = frozenset({"inc", "proliant", "poweredge", "thinksystem", "primergy", "system", "corp", "ltd", "server", ""})
SAME_CORES = 0.1
UNKNOWN_YEARS = 6.0
GENERATION = re.compile(r"(gen|g|v|m)\d+|plus")
BRAND = re.compile(r"\b(epyc|opteron|amd)\b", re.IGNORECASE)
CPU_NUMBER = re.compile(r"[a-z]?\d{4}[a-z]{0,2}(?:\s*v\d)?", re.IGNORECASE)


def words(name: str) -> frozenset[str]:
    """The words of a server's name that tell it from others (“HP ProLiant DL380 G7” → hp, dl380, g7)."""
    text = re.sub(r"gen\s*(\d+)", r"gen\1", name.casefold()).replace("+", " plus")
    words = (VENDORS.get(word, word) for word in re.split(r"\W+", text))
    return frozenset(words) - FILLERS


def generation(name: frozenset[str]) -> frozenset[str]:
    """The words of a name that tell a server from its predecessor (gen10, plus, g7, v3, m6)."""
    return frozenset(word for word in name if GENERATION.fullmatch(word))


def cpu_number(cpu: str) -> str:
    """The number of a processor (“Intel(R) Xeon(R) CPU E5-2680 0 @ 2.70GHz” → 2680), "" where there is none."""
    number = CPU_NUMBER.search(re.sub(r"@.*", "", cpu))
    return re.sub(r"\s", "", number[0]).casefold() if number else ""


@dataclass(frozen=True)
class ModelCandidate:
    """A server model with what matching needs of it."""

    model: ServerModel

    @cached_property
    def words(self) -> frozenset[str]:
        """Its name's words."""
        return words(self.model.name)

    @cached_property
    def year(self) -> float:
        """The year of its processor, else of its publication."""
        return launch_year(self.model.cpu) or float(self.model.published[:4] or 2015)

    @cached_property
    def cpu_number(self) -> str:
        """Its processor's number."""
        return cpu_number(re.sub(r"^\d\s*[×x]\s*", "", self.model.cpu))

    @cached_property
    def is_amd(self) -> bool:
        """Whether its processor is AMD's."""
        return bool(BRAND.search(self.model.cpu))


def candidates(models: Sequence[ServerModel]) -> list[ModelCandidate]:
    """All models that a host may be matched to."""
    return [ModelCandidate(model) for model in models]


def distance(host: HostRow, candidate: ModelCandidate) -> float:
    """How far a host is from a model, by the formula of this module."""
    year = launch_year(host.cpu_model)
    years = abs(year - candidate.year) if year else UNKNOWN_YEARS
    cores = abs(math.log2(max(1, host.cores) / max(1, candidate.model.cores)))
    other_maker = bool(host.cpu_model) and bool(BRAND.search(host.cpu_model)) != candidate.is_amd
    same_cpu = bool(candidate.cpu_number) and candidate.cpu_number == cpu_number(host.cpu_model)
    tower = candidate.model.form_factor != FormFactor.RACK
    return 2 * cores + years / 2 + other_maker + tower / 2 - same_cpu


def is_same_server(host: HostRow, candidate: ModelCandidate) -> bool:
    """Whether a host is the very server of the model, so that its power curve is the host's own."""
    reported = words(f"{host.vendor} {host.model}")
    named = bool(candidate.words) and candidate.words <= reported
    same_generation = generation(reported) == generation(candidate.words)
    cores_agree = abs(host.cores - candidate.model.cores) <= SAME_CORES * candidate.model.cores
    numbers = {cpu_number(host.cpu_model), candidate.cpu_number} - {""}
    return named and same_generation and cores_agree and len(numbers) < 2


def nearest(host: HostRow, models: Sequence[ModelCandidate]) -> tuple[ServerModel, bool]:
    """The model that stands for a host, and whether it is the host's own; ValueError where there are no models."""
    same = [candidate for candidate in models if is_same_server(host, candidate)]
    best = min(same or models, key=lambda candidate: (distance(host, candidate), candidate.model.name))
    return best.model, bool(same) and not host.assumed


def reported_model(host: HostRow) -> str:
    """What the file says of a host's make: maker, model and processor; "" for a host that was made up."""
    if host.assumed:
        return ""
    parts = (f"{host.vendor} {host.model}".strip(), " ".join(host.cpu_model.split()))
    return PARTED.join(part for part in parts if part)[:200]
