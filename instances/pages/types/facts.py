"""What the explorer says of each type beside the arrays of the type table: processor, generation, network, source."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from instances.catalog.cache import cached_by_catalog
from instances.catalog.names.naming import BadName, parse
from instances.catalog.queries import type_table
from instances.catalog.type_table import frozen
from instances.models import InstanceType, Price

MAKERS = {"AWS": "graviton", "AMD": "amd", "Apple": "apple", "Intel": "intel"}
"""The filter's word for a maker of processors as DescribeInstanceTypes names it."""


@dataclass(frozen=True, eq=False)
class TypeRowFacts:
    """Facts of a region's types, row by row as in its type table. `generation` is 0 where the name has none."""

    cpu: tuple[str, ...]
    maker: tuple[str, ...]
    network: tuple[str, ...]
    rule: tuple[str, ...]
    source: tuple[tuple[str, str], ...]
    search: tuple[str, ...]
    generation: npt.NDArray[np.int64]


@cached_by_catalog
def type_facts(region: str) -> TypeRowFacts:
    """The facts of every type offered in a region (two queries)."""
    names = type_table(region).names
    columns = InstanceType.objects.values_list("name", "cpu", "network_performance", "details")
    rows = {name: (cpu, network, details.get("cpu_maker", "")) for name, cpu, network, details in columns}
    prices = {
        name: (rule, (source, date))
        for name, rule, source, date in Price.objects.filter(region=region).values_list(
            "instance_type_id", "rule", "source", "source_date"
        )
    }
    cpu = tuple(rows[name][0] or rows[name][2] for name in names)
    sourced = [prices.get(name, ("", ("", ""))) for name in names]
    return TypeRowFacts(
        cpu=cpu,
        maker=tuple(MAKERS.get(rows[name][2], "") for name in names),
        network=tuple(rows[name][1] for name in names),
        rule=tuple(rule for rule, _source in sourced),
        source=tuple(source for _rule, source in sourced),
        search=tuple(f"{name} {one} {rows[name][2]}".casefold() for name, one in zip(names, cpu, strict=True)),
        generation=frozen(np.array([generation(name) for name in names], dtype=np.int64)),
    )


def generation(name: str) -> int:
    """The generation in a type's name; 0 where there is none."""
    try:
        return parse(name).generation or 0
    except BadName:
        return 0
