"""What the REST API gives of a comparison."""

import datetime

from ninja import Field, Schema


class AssumptionOut(Schema):
    """A parameter that a comparison may be asked with, by its `key`; `value` is the lab's own."""

    key: str
    label: str
    unit: str
    value: float
    default: float
    minimum: float
    maximum: float
    options: list[float] = Field(description="The only values allowed, where it is a choice.")
    source: str
    source_date: str
    kind: str


class EvidenceOut(Schema):
    """Running workloads by how their demand is known, and what share of the instances' cost rests on which (0 … 1)."""

    workloads: dict[str, int]
    cost_shares: dict[str, float]


class BandOut(Schema):
    """Left less right in net USD over the months ahead, assumptions drawn at random within their ranges: in 1 of 10
    draws less than low, in 1 of 10 more than high. Draws in which neither side is cheaper turn on the part of today's
    hosts that serves what is left out.
    """

    low_usd: float
    median_usd: float
    high_usd: float
    left_cheaper_share: float
    right_cheaper_share: float
    draws: int
    seed: int
    known: list[str] = Field(description="Keys of numbers that were set: taken as known, not drawn.")
    own_prices: int = Field(description="Prices of the lab's own that a side rests on: taken as known too.")


class AnswerOut(Schema):
    """What the comparison says. `cheaper`: left or right, empty where no verdict is given; the sentence says why, and
    nothing is saved.
    """

    sentence: str
    cheaper: str
    saved_usd: float | None
    months: int
    net_usd: dict[str, float] = Field(description="Left and right over the months ahead, what is left credited.")
    pays_off_in_month: int | None
    why: str = Field(description="What the cheaper side pays less for, and what more.")
    range: str
    band: BandOut | None
    evidence: str
    turns: list[str]


class RestOut(Schema):
    """A figure that a line rests on; `key` is the assumption's, empty where it is the catalogue's."""

    key: str
    label: str
    value: str
    source: str
    source_date: str
    kind: str


class LineOut(Schema):
    """A line item. `formula` has its numbers put in; `numbers` are the same by name, unformatted."""

    key: str
    name: str
    category: str
    formula: str
    numbers: dict[str, float]
    amount: float | None = Field(description="None where the catalogue has no price of it.")
    rests_on: list[RestOut]


class BalanceOut(Schema):
    """Line items that sum to `total`. By `key`: cost (USD a month), once (USD paid a single time), book (USD that what
    is there, or given up, is worth in the books: part of no total), energy (kWh a month), carbon (kg CO2e of use a
    month), embodied (kg CO2e of manufacture a month). A month has 730 hours. What has no lines is left out of once and
    book.
    """

    key: str
    title: str
    unit: str
    total: float
    lines: list[LineOut]


class AlternativeOut(Schema):
    """A way of running all workloads. `side` is hosts or instances; `not_carried` names workloads it leaves out.

    Of hosts or nodes that are packed: how many carry load, at least how many that takes (proven), how many are spare.
    Of today's hosts: how many clusters still hold their VMs' memory when one host is lost.
    """

    key: str
    name: str
    side: str
    purchase: str
    machines: int
    cpu_share: float = Field(
        description="mean, 0 … 1: of hosts' cores × gain of two threads per core, of instances' vCPU"
    )
    memory_share: float
    usd_per_month: float
    usd_per_month_before_tax: float
    jpy_per_month: float
    usd_once: float
    kwh_per_month: float
    mean_w: float = Field(description="over all hours of the month, storage, building and a second site included")
    kg_co2e_per_month: float = Field(description="of use")
    kg_co2e_embodied_per_month: float = Field(description="of manufacture")
    hosts_loaded: int | None
    hosts_at_least: int | None
    hosts_spare: int | None
    clusters: int | None
    clusters_surviving: int | None
    not_carried: list[str]
    balances: list[BalanceOut]


class PaymentOut(Schema):
    """USD due at the start of month `first_month` (0 is now) for so many months, and `again` after each of these or
    never; straight-line over them, what is left is credited.
    """

    usd: float
    first_month: int
    every_months: int
    again: bool


class CashOut(Schema):
    """When one side is paid: once, each month, and for purchases; `paid_usd` by the end of month 0 (the start), 1, …;
    what is then left of purchases, and all of it at today's worth, with that credited.
    """

    once_usd: float
    monthly_usd: float
    purchases: list[PaymentOut]
    paid_usd: list[float]
    left_usd: float
    net_usd: float


class SwingOut(Schema):
    """What an assumption at the ends of its likely range does to (left less right) net USD over the months ahead."""

    label: str
    unit: str
    low: float
    high: float
    usd_at_low: float
    usd_at_high: float


class TurnOut(Schema):
    """An assumption that alone would change which side costs less, at `value`."""

    key: str = Field(description="The assumption's; purchase for how hours are bought, by the years of the term.")
    label: str
    unit: str
    value: float
    text: str
    known: bool = Field(description="Whether somebody set it.")
    then_usd: float | None = Field(
        description="Left - right with an option, or a little beyond a number at which the difference jumps over "
        "nothing; null where both sides cost the same at the value."
    )


class RunwayOut(Schema):
    """How far a cluster's memory or CPU, or all storage, is used, and the first day of the month in which it is full;
    null: never at the assumed growth. Of what is used so much is planned, by vCPU per core: nobody knows the demand.
    """

    place: str
    resource: str
    unit: str
    used: float
    planned: float
    capacity: float
    full: datetime.date | None


class ComparisonOut(Schema):
    """A comparison with its answer, every alternative and every line item."""

    lab: str
    date: datetime.date
    catalogue_version: str
    region: str
    purchase: str
    left: str
    right: str
    counts: dict[str, int]
    answer: AnswerOut
    evidence: EvidenceOut
    changed_assumptions: dict[str, float] = Field(description="Values in force that are not the defaults, by key.")
    grid_g_per_kwh: float = Field(description="carbon of the region's grid")
    readiness: dict[str, dict[str, int]] = Field(description="Workloads by target and state.")
    cash: dict[str, CashOut] = Field(description="Of left and right, by these words.")
    swings: list[SwingOut] = Field(description="Most first; empty where no verdict is given.")
    turning_points: list[TurnOut]
    runways: list[RunwayOut] = Field(description="The first to be full first.")
    alternatives: list[AlternativeOut]
