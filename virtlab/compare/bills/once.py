"""What a move costs a single time."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Cited, Item, Num, Usd, to_cents, total
from virtlab.compare.bills.labour import hours_item
from virtlab.compare.bills.onprem.around import second_site
from virtlab.compare.bills.onprem.bill import CAPITAL
from virtlab.labs.choices import FigureKind
from virtlab.web.lazy_text import LazyText


def moving_in(systems: int, upgrades: int, v: Values) -> list[Item]:
    """USD by line of moving so many systems to the cloud, so many of them with an upgrade. Lines of nothing are left
    out.

    Test and cutover are in the hours of the move; those of an upgrade are the upgrade itself.
    """
    lines = (
        hours_item("migration", _("Moving the systems"), systems, "migration_hours_per_system", v),
        hours_item(
            UPGRADES, _("Upgrading old systems whose type is for after it"), upgrades, "upgrade_hours_per_system", v
        ),
        *(_sum(key, name, v) for key, name in SUMS),
    )
    return [line for line in lines if line.amount]


def both_run(hosts: Sequence[Item], along_usd: float, v: Values) -> list[Item]:
    """USD by line of today's hosts for the months in which they still run beside what follows them; `hosts`: a month's
    bill of them. Lines of nothing are left out. A second site goes on as they do: with its share of what does.

    What follows them is paid for all months ahead in its own bill, the administration of the systems with it, and the
    Software Assurance of licences that go along (`along_usd` a month): only what the hosts go on costing comes twice.
    Hours of one's own people are a line apart: no tax is on them.
    """
    months = v["dual_running_months"]
    bills = {key: [line for line in hosts if line.key in going_on(hosts, key)] for key in BOTH_RUN}
    bills["both_run"].append(second_site(bills["both_run"], v))
    lines = [_running(key, bill, months) for key, bill in bills.items()]
    along = to_cents(along_usd)
    if along:
        lines[0] = _without(along, lines[0], (bills["both_run"], months))
    return [line for line in lines if line.amount]


def _running(key: str, bill: Sequence[Item], months: float) -> Item:
    (category, name), month_usd = BOTH_RUN[key], float(total(bill))
    return Item(
        key,
        category,
        name,
        amount=to_cents(month_usd * months),
        formula=format_lazy(_("%(bill)s a month ({lines}) × %(months)s months"), lines=_names(bill)),
        numbers={"bill": Usd(month_usd, 2), "months": Num(months)},
        rests_on=("dual_running_months",),
    )


def _names(bill: Sequence[Item]) -> LazyText:
    """What a month's bill is the sum of."""
    names = [line.name for line in bill if line.amount]
    return format_lazy(" · ".join(["{}"] * len(names)), *names)


def _without(along: Decimal, line: Item, running: tuple[Sequence[Item], float]) -> Item:
    """What the hosts go on costing without Software Assurance that is paid for in what follows them; `running`: their
    bill and the months.
    """
    (bill, months), paid = running, Usd(float(along), 2)
    words = _("(%(bill)s ({lines}) − %(along)s of Software Assurance that goes along) a month × %(months)s months")
    return replace(
        line,
        amount=to_cents((line.numbers["bill"].value - paid.value) * months),
        formula=format_lazy(words, lines=_names(bill)),
        numbers={**line.numbers, "along": paid},
        rests_on=(Cited(ALONG, paid, ONE_PLACE, "2026-02", FigureKind.DERIVED.value), *line.rests_on),
    )


def going_on(hosts: Sequence[Item], key: str) -> frozenset[str]:
    """The lines of the hosts' bill that a line of `both_run` sums, by key: not what was bought, not the work on their
    VMs, and not what is a share of these too.
    """
    by_people = key.startswith("admin_")
    paid = (line for line in hosts if line.key not in CAPITAL and line.key not in NOT_TWICE)
    return frozenset(line.key for line in paid if (line.category == "people") == by_people)


def _sum(key: str, name: LazyText, v: Values) -> Item:
    return Item(key, "people", name, to_cents(v[key]), _("%(price)s once"), {"price": Usd(v[key], 2)}, rests_on=(key,))


ALONG = _("Software Assurance of licences that are brought, in the cloud's bill already")
ONE_PLACE = _(
    "A licence and its Software Assurance are paid once, wherever they are, and go along with their system: License "
    "Mobility has them in one place at a time, and only in Azure may both sides run with one licence, for 180 days "
    "(redresscompliance.com, licensing for Azure, AWS and Google, February 2026). That no system runs in both places "
    "is assumed: licences for those that do are not counted."
)
UPGRADES = "migration_upgrades"
NOT_TWICE = frozenset({"admin_guests", "second_site", "tax"})
BOTH_RUN: dict[str, tuple[str, LazyText]] = {
    "both_run": ("compute", _("Today's hosts, while they still run")),
    "admin_both_run": ("people", _("Administration of today's hosts, while they still run")),
}
SUMS: tuple[tuple[str, LazyText], ...] = (
    ("training_usd", _("Training")),
    ("decommissioning_usd", _("Taking out what was there")),
)
