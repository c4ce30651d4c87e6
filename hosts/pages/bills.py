"""What a VM or a host costs a month, line by line, as its page shows it. The lines sum to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from hosts.live.live import Live
from virtlab.engine.arrays import Ints
from virtlab.web.lazy_text import LazyText

LINES: dict[str, LazyText] = {
    "server": _("Host, over its lifetime"),
    "network": _("Network ports"),
    "maintenance": _("Maintenance"),
    "rack": _("Rack space"),
    "licence": _("Hypervisor licence"),
    "windows": _("Windows Server licence"),
    "windows_assurance": _("Software Assurance of Windows Server"),
    "linux_hosts": _("Linux subscriptions of the host"),
    "sql_hosts": _("SQL Server licence of the host"),
    "sql_hosts_assurance": _("Software Assurance of SQL Server"),
    "sql": _("SQL Server licence"),
    "sql_assurance": _("Software Assurance of SQL Server"),
    "host_monitoring": _("Monitoring of the host"),
    "vm_licence": _("Hypervisor subscription by VM"),
    "backup_software": _("Backup software"),
    "vm_monitoring": _("Monitoring of the VM"),
    "host_administration": _("Administration of the host"),
    "electricity": _("Electricity, at the mean load"),
    "storage": _("Storage"),
    "storage_electricity": _("Electricity of its storage"),
    "backup": _("Backups"),
    "vm_administration": _("Administration of the VM"),
    "linux": _("Linux subscription"),
}


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line: what for, USD per month, and its share of the largest line."""

    name: str
    usd: Decimal
    share: float


def guest_bill(now: Live, pk: int) -> list[BillLine]:
    """A VM's lines: its part of its host's, and its own."""
    row = next((n for n, guest in enumerate(now.facts.guests) if guest.pk == pk), None)
    return [] if row is None else _lines({**now.costs.guest_lines, **now.costs.own_lines}, [row])


def host_bill(now: Live, pk: int) -> list[BillLine]:
    """A host's lines: its own, and those of the VMs on it."""
    row = next((n for n, host in enumerate(now.facts.hosts) if host.pk == pk), None)
    if row is None:
        return []
    guests = [n for n, guest in enumerate(now.facts.guests) if guest.host_id == pk]
    return _shared([*_lines(now.costs.host_lines, [row]), *_lines(now.costs.own_lines, guests)])


def _lines(amounts: Mapping[str, Ints], rows: Sequence[int]) -> list[BillLine]:
    totals = [(key, sum(int(cents[row]) for row in rows)) for key, cents in amounts.items()]
    return _shared([BillLine(str(LINES.get(key, key)), Decimal(cents) / 100, 0.0) for key, cents in totals if cents])


def _shared(lines: Sequence[BillLine]) -> list[BillLine]:
    most = max((line.usd for line in lines), default=Decimal(1)) or Decimal(1)
    return [BillLine(line.name, line.usd, float(line.usd / most)) for line in lines]
