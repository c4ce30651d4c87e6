"""Where the prices of instance types come from, as a bill cites them."""

from collections import Counter

import numpy as np
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from instances.catalog.type_table import TypeTable
from virtlab.compare.bills.items import Cited, Usd
from virtlab.compare.inputs.estate import EstateArrays, VmArrays
from virtlab.engine.arrays import Bools, Ints
from virtlab.engine.systems.names import system_of
from virtlab.engine.systems.support import own_windows_on_ec2
from virtlab.labs.choices import OWN_PRICE, FigureKind, OperatingSystem, is_own
from virtlab.web import formats

LABELS = {
    FigureKind.LIST.value: _("Types with a listed price, USD an hour in all"),
    FigureKind.DERIVED.value: _("Types with a derived price, USD an hour in all"),
    FigureKind.ESTIMATE.value: _("Types with an estimated price, USD an hour in all"),
    OWN_PRICE: _("Types with a price of your own, USD an hour in all"),
}


def cited_types(table: TypeTable, rows: Ints) -> tuple[Cited, ...]:
    """The on-demand prices of instances of these types (rows of the table, one an instance), a line a kind of price.

    Where prices of a kind have several sources, that of most instances is named.
    """
    cited = []
    kinds = np.array(table.kinds)[rows]
    for kind, label in LABELS.items():
        mine = rows[kinds == kind]
        if mine.size:
            usual = Counter(mine.tolist()).most_common(1)[0][0]
            usd = round(float(table.usd_per_hour[mine].sum()), 4)
            own = tuple(sorted({table.names[row] for row in mine.tolist()})) if is_own(kind) else ()
            cited.append(Cited(label, Usd(usd, 4), table.sources[usual], table.source_dates[usual], kind, own))
    return tuple(cited)


def cited_listed(table: TypeTable, rows: Ints, of: int) -> tuple[Cited, ...]:
    """The committed rates of instances of these types, of so many in all; none where no list has any."""
    if not rows.size:
        return ()
    share = format_lazy(_("{listed} of {of}"), listed=formats.number(rows.size), of=formats.number(of))
    source, date = table.listed_source
    return (Cited(_("Instances of types with a listed rate"), share, source, date, FigureKind.LIST.value),)


def cited_own_windows(estate: EstateArrays, brought: Bools, rows: Ints) -> tuple[Cited, ...]:
    """How many instances with Windows Server run under licences that are brought, of the VMs `rows`, and of how many no
    version is known.
    """
    windows = rows[estate.vms.operating_system[rows] == OperatingSystem.WINDOWS.value]
    unknown = estate.vms.by_system(lambda name: own_windows_on_ec2(system_of(name)) is None)
    counts = {
        "brought": formats.number(int(brought[windows].sum())),
        "all": formats.number(windows.size),
        "unknown": formats.number(int(unknown[windows].sum())),
    }
    words = format_lazy(_("{brought} of {all}; of {unknown} the version is not known"), **counts)
    source = "Microsoft licensing on AWS, FAQ"
    return (Cited(_("Windows Server under licences that are brought"), words, source, "2026", FigureKind.LIST.value),)


def cited_sql_server(vms: VmArrays, rows: Ints) -> tuple[Cited, ...]:
    """On how many of the VMs `rows` SQL Server is recognised; none where on none."""
    count = int(vms.runs_sql_server[rows].sum())
    if not count:
        return ()
    words = format_lazy(_("{listed} of {of}"), listed=formats.number(count), of=formats.number(rows.size))
    source = "virtlab/engine/systems/databases.py"
    return (Cited(_("VMs on which SQL Server is recognised"), words, source, "2026", FigureKind.ESTIMATE.value),)


def cited_hosts(table: TypeTable, types: Ints, hosts: Ints) -> tuple[Cited, ...]:
    """How many Dedicated Hosts of which families there are (rows of what fills one), and how full instances of these
    types make them; none where there are no hosts.
    """
    if not hosts.size:
        return ()
    counts = Counter(table.families[row] for row in hosts.tolist())
    filled_pct = 100 * float(table.vcpu[types].sum()) / float(table.vcpu[hosts].sum())
    words = format_lazy(
        _("{hosts}; {filled} % of their vCPU is rented"),
        hosts=", ".join(f"{formats.number(count)} × {family}" for family, count in sorted(counts.items())),
        filled=formats.number(filled_pct, 1),
    )
    source = "Amazon EC2 User Guide, Dedicated Host instance capacity configurations"
    return (Cited(_("Dedicated Hosts, whole ones"), words, source, "2026", FigureKind.DERIVED.value),)


def cited_type(table: TypeTable, row: int) -> Cited:
    """The on-demand price of one type."""
    usd = Usd(float(table.usd_per_hour[row]), 4)
    return Cited(table.names[row], usd, table.sources[row], table.source_dates[row], table.kinds[row])
