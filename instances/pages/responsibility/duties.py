"""Who looks after what: on your own servers, on instances, with containers and with functions.

Source of who is responsible: the AWS Shared Responsibility Model. What one does in each row leads to this product's
own operations and pages.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText

SOURCE = "AWS Shared Responsibility Model, as explained for EC2, containers, Fargate and Lambda by Binx.io"
SOURCE_DATE = "2022-01-04"


class Who(StrEnum):
    """Who looks after it."""

    CUSTOMER = "customer"
    SHARED = "shared"
    PROVIDER = "provider"


WHO_NAMES: dict[Who, LazyText] = {
    Who.CUSTOMER: _("You"),
    Who.SHARED: _("Both"),
    Who.PROVIDER: _("Provider"),
}
YOU, BOTH, AWS = Who.CUSTOMER, Who.SHARED, Who.PROVIDER


@dataclass(frozen=True, slots=True)
class Duty:
    """One row: who looks after it in each of the four columns, what that means, and where it is done here.

    `own` and `cloud` are the names of pages or (with `jobs:`) operations of this product for the two sides.
    """

    title: LazyText
    who: tuple[Who, Who, Who, Who]
    says: tuple[LazyText, LazyText, LazyText, LazyText]
    own: tuple[str, ...] = ()
    cloud: tuple[str, ...] = ()


SELF = _("All of it is yours.")
NOT_YOURS = _("The provider does it; you neither see nor touch it.")
DUTIES = (
    Duty(
        _("Data and who may see it"),
        (YOU, YOU, YOU, YOU),
        (
            _("Backups, encryption and access rights are yours."),
            _("Encryption of volumes, access rights and backups are yours to switch on."),
            _("What the container stores, and the role it runs under, are yours."),
            _("What the function stores, and the role it runs under, are yours."),
        ),
        ("hosts:vms",),
        ("instances:list",),
    ),
    Duty(
        _("Application"),
        (YOU, YOU, YOU, YOU),
        (SELF, SELF, _("Your image: what is in it and its updates."), _("Your code and its libraries.")),
        ("hosts:vms",),
        ("instances:list",),
    ),
    Duty(
        _("Runtime and libraries"),
        (YOU, YOU, YOU, AWS),
        (
            SELF,
            SELF,
            _("They are part of your image: you rebuild it to update them."),
            _("The provider keeps the managed runtime up to date."),
        ),
    ),
    Duty(
        _("Guest OS"),
        (YOU, YOU, AWS, AWS),
        (
            _("You install and patch it."),
            _("You choose the image, patch the system and restart it."),
            _("With Fargate the provider patches what the containers run on."),
            NOT_YOURS,
        ),
        ("jobs:vm.create", "jobs:vm.stop"),
        ("jobs:instance.launch", "instances:list"),
    ),
    Duty(
        _("Firewall and network rules"),
        (YOU, YOU, YOU, BOTH),
        (
            _("VLANs, cables and firewalls are yours."),
            _("Security groups, subnets and routes are yours; the network below is the provider's."),
            _("As with instances: security groups and subnets are yours."),
            _("Only where a function is put into your own network are its rules yours."),
        ),
        (),
        ("instances:list",),
    ),
    Duty(
        _("Sizing and capacity"),
        (YOU, YOU, BOTH, AWS),
        (
            _("You size VMs and buy hosts before they are full."),
            _("You choose the type and change it; capacity is the provider's."),
            _("You state CPU and memory of a task; the provider finds room."),
            _("It scales with the calls; you state the memory."),
        ),
        ("jobs:vm.resize", "hosts:estate"),
        ("jobs:instance.launch", "instances:types"),
    ),
    Duty(
        _("Surviving a failure"),
        (YOU, BOTH, BOTH, AWS),
        (
            _("A spare host, high availability and backups are yours."),
            _("The provider offers zones; using more than one is yours."),
            _("You run tasks in several zones; the provider restarts them."),
            _("Functions run in several zones without your doing."),
        ),
        ("hosts:estate",),
        ("jobs:fault.zone_outage", "instances:region"),
    ),
    Duty(
        _("Hypervisor"),
        (YOU, AWS, AWS, AWS),
        (
            _("You choose, license and patch it."),
            _("The provider's: Xen or Nitro. On bare metal there is none."),
            NOT_YOURS,
            NOT_YOURS,
        ),
        ("hosts:hypervisors",),
        ("instances:hypervisors",),
    ),
    Duty(
        _("Servers, disks and switches"),
        (YOU, AWS, AWS, AWS),
        (_("You buy, repair and replace them."), NOT_YOURS, NOT_YOURS, NOT_YOURS),
        ("hosts:estate",),
        ("instances:types",),
    ),
    Duty(
        _("Building, power and cooling"),
        (YOU, AWS, AWS, AWS),
        (
            _("Racks, electricity, cooling and doors are yours."),
            _("The provider's; you choose the region."),
            _("The provider's; you choose the region."),
            _("The provider's; you choose the region."),
        ),
        ("hosts:estate",),
        ("instances:regions",),
    ),
)
COLUMNS: tuple[tuple[LazyText, str], ...] = (
    (_("Your own servers"), "hosts"),
    (_("Instances (EC2)"), "instances"),
    (_("Containers (Fargate)"), "instances"),
    (_("Functions (Lambda)"), "instances"),
)
