"""The on-prem side of a lab at one moment of lab time, in a fixed number of queries whatever its size."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from hosts.live.arrays import LiveArrays
from hosts.live.cluster_rows import cluster_rows, datastore_rows
from hosts.live.cost import costs
from hosts.live.disks import Growth, as_far_as_there_is_room, capacities_of, disks_of
from hosts.live.facts import EstateFacts, EstateScope, facts_of, paused_guests
from hosts.live.host_rows import guest_rows, host_rows
from hosts.live.load import load_inputs, load_result
from hosts.live.memory import memory_of
from hosts.live.rows import ClusterLive, DatastoreLive, GuestLive, HostLive
from hosts.live.traces import demand_now
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.labs.timings import timings_from
from virtlab.web.cache import LabCache


@dataclass(frozen=True)
class Live(LiveArrays):
    """Everything at `lab_at`, by primary key: hosts, guests (templates too), clusters, datastores."""

    @cached_property
    def hosts(self) -> dict[int, HostLive]:
        """Hosts by key, by cluster and name."""
        return {row.pk: row for row in host_rows(self)}

    @cached_property
    def guests(self) -> dict[int, GuestLive]:
        """Guests and templates by key, by name."""
        return {row.pk: row for row in guest_rows(self)}

    @cached_property
    def clusters(self) -> dict[int, ClusterLive]:
        """Clusters by key, by name."""
        hosts, guests = list(self.hosts.values()), list(self.guests.values())
        return {row.pk: row for row in cluster_rows(self, hosts, guests, list(self.datastores.values()))}

    @cached_property
    def datastores(self) -> dict[int, DatastoreLive]:
        """Datastores by key, by name."""
        return {row.pk: row for row in datastore_rows(self)}


# A page that many look at computes once per revision, second of lab time and set of assumptions.
LIVES: LabCache[Live] = LabCache(max_items=32)


def live(lab: Lab, at: datetime | None = None) -> Live:
    """The lab's on-prem side at a lab time (what its clock shows now, where none is given): nine queries or fewer."""
    moment = (at or lab.lab_time()).replace(microsecond=0)
    values = lab_values(lab)
    return LIVES.of(
        lab.revision_key,
        moment,
        tuple(sorted(values.items())),
        tuple(sorted(paused_guests(lab))),  # the start of a job is no revision of its lab
        make=lambda: live_of(lab, facts_of(lab), moment, values),
    )


def live_for_hosts(lab: Lab, hosts: Collection[int]) -> Live:
    """The hosts of these keys with their guests, and the guests that are on no host, at what the lab's clock shows
    (seven queries at most): for pages that show a part of a large estate.

    Load, CPU ready, memory and watts of a host follow from its own guests. Money does not (licences go by cluster):
    pages that show it read the whole with `live`.
    """
    moment = lab.lab_time().replace(microsecond=0)
    return live_of(lab, EstateScope(lab, some_hosts=hosts).facts(), moment, lab_values(lab))


def live_of(lab: Lab, facts: EstateFacts, moment: datetime, values: dict[str, float]) -> Live:
    """The same from rows that are there already, such as those of an estate after a change."""
    inputs = load_inputs(facts, values)
    cpu, memory = demand_now(lab, facts.guests, moment)
    load = load_result(inputs, cpu)
    growth = Growth.of(moment, values)
    growth = as_far_as_there_is_room(growth, capacities_of(facts), facts.guests, facts.snapshots)
    disks = disks_of(facts.guests, facts.snapshots, growth, timings_from(values))
    return Live(
        lab_at=moment,
        facts=facts,
        inputs=inputs,
        load=load,
        memory=memory_of(facts, inputs, memory[:, 0], moment, values),
        costs=costs(facts, inputs, np.array([disk.charged_gib for disk in disks]), values),
        disks=disks,
        full=growth.full,
    )
