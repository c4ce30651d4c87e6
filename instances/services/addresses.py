"""Addresses of instances. Private ones lie in 10.0.0.0/8, a /12 for each zone; public ones in 198.18.0.0/15, which
RFC 2544 keeps for tests, so that no address of a lab is anybody's.
"""

import ipaddress
import secrets
from datetime import datetime

from instances.models import ElasticAddress, Instance
from instances.rules.addresses import auto_assigned
from virtlab.labs.models import Lab

PUBLIC = ipaddress.ip_network("198.18.0.0/15")
PRIVATE_START = int(ipaddress.ip_address("10.0.0.0"))
ZONE_SIZE = 1 << 20


def new_public_address() -> str:
    """A public address, as the cloud's pool gives one."""
    return str(PUBLIC[secrets.randbelow(PUBLIC.num_addresses - 2) + 1])


def private_address(zone: str, number: int) -> str:
    """The private address of the `number`-th instance in a zone."""
    place = (ord(zone[-1:] or "a") - ord("a")) % 16
    host = number % (ZONE_SIZE - 8) + 4
    return str(ipaddress.ip_address(PRIVATE_START + place * ZONE_SIZE + host))


def allocate(lab: Lab, region: str, count: int, at: datetime) -> list[ElasticAddress]:
    """So many new Elastic IPs of a region, used by nothing yet."""
    new = (
        ElasticAddress(lab=lab, region_id=region, address=new_public_address(), allocated_lab_at=at)
        for _number in range(count)
    )
    return ElasticAddress.objects.bulk_create(new)


def gets_another(instance: Instance) -> bool:
    """Whether an instance that loses its Elastic IP gets one from the pool: where it runs, with one interface."""
    return instance.running_since_lab_at is not None and auto_assigned(instance.network_interfaces)


def associate(address: ElasticAddress, instance: Instance) -> None:
    """Makes an Elastic IP the public address of an instance. The one that it had goes back to the cloud's pool, or is
    an Elastic IP that stays allocated; the instance that had this one gets another where it can.
    """
    if address.instance_id is not None and address.instance_id != instance.pk:
        disassociate(address)
    ElasticAddress.objects.filter(instance=instance).update(instance=None)
    address.instance = instance
    address.save(update_fields=["instance"])
    instance.public_address = address.address
    instance.save(update_fields=["public_address"])


def disassociate(address: ElasticAddress) -> None:
    """Takes an Elastic IP off its instance, which gets another from the pool where it can; the Elastic IP stays."""
    instance = address.instance
    address.instance = None
    address.save(update_fields=["instance"])
    if instance is not None:
        instance.public_address = new_public_address() if gets_another(instance) else None
        instance.save(update_fields=["public_address"])
