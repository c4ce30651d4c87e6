"""What the explorer says of each type beside the arrays of the type table: processor, generation, network, source."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from instances.catalog.cache import cached_by_catalog
from instances.catalog.naming import BadName, parse
from instances.catalog.queries import type_table
from instances.catalog.type_table import frozen
from instances.models import InstanceType, Price

MAKERS = (("graviton", "graviton"), ("amd", "amd"), ("apple", "apple"), ("intel", "intel"))
"""Maker of a processor by a word in its name."""


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
    rows = {row[0]: row[1:] for row in InstanceType.objects.values_list("name", "cpu", "network_performance")}
    prices = {
        name: (rule, (source, date))
        for name, rule, source, date in Price.objects.filter(region=region).values_list(
            "instance_type_id", "rule", "source", "source_date"
        )
    }
    cpu = tuple(rows[name][0] for name in names)
    sourced = [prices.get(name, ("", ("", ""))) for name in names]
    return TypeRowFacts(
        cpu=cpu,
        maker=tuple(maker(one) for one in cpu),
        network=tuple(rows[name][1] for name in names),
        rule=tuple(rule for rule, _source in sourced),
        source=tuple(source for _rule, source in sourced),
        search=tuple(f"{name} {one}".casefold() for name, one in zip(names, cpu, strict=True)),
        generation=frozen(np.array([generation(name) for name in names], dtype=np.int64)),
    )


def maker(cpu: str) -> str:
    """Who makes a processor: "intel", "amd", "graviton", "apple"; empty where its name does not say."""
    words = cpu.casefold()
    return next((name for word, name in MAKERS if word in words), "")


def generation(name: str) -> int:
    """The generation in a type's name; 0 where there is none."""
    try:
        return parse(name).generation or 0
    except BadName:
        return 0
