"""What the name of a workload's system tells of it: whether it runs on EC2 at all, on which types alone it starts, and
whether enough is known.
"""

from datetime import date
from functools import lru_cache

from instances.rules.sizing_candidates import I386, XEN
from virtlab.engine.systems.names import MOST_NAMES, system_of
from virtlab.engine.systems.support import has_nitro_drivers, is_older_windows, is_out_of_support
from virtlab.engine.systems.system import System
from virtlab.labs.choices import OperatingSystem


@lru_cache(maxsize=MOST_NAMES)
def runs_on_ec2(system_name: str) -> bool:
    """Whether a system may run on EC2, by its name; one that is not known may."""
    return system_of(system_name).runs_on_ec2 is not False


@lru_cache(maxsize=MOST_NAMES)
def starts_on(system_name: str) -> int:
    """The types on which alone a system of x86 starts, as their architecture's bit: XEN where it has no drivers for
    Nitro, I386 where it has 32 bits (an image for i386 starts on no other type); 0 where it may start on all.
    """
    return starting_bit(system_of(system_name)) or 0


@lru_cache(maxsize=MOST_NAMES)
def is_upgraded(system_name: str) -> bool:
    """Whether it is a Windows older than 2016, which AWS does not test on types later than the fifth generation: such a
    type is priced for what it is upgraded to.
    """
    return is_older_windows(system_of(system_name)) is True


def needs_upgrade(system_name: str, today: date) -> bool:
    """Whether a system has to be upgraded before it moves to EC2 or with the move: nobody mends it any more, it starts
    on old or small types alone, or AWS does not test it on new ones. One that is not known need not.
    """
    out = is_out_of_support(system_of(system_name), today)
    return out or starts_on(system_name) != 0 or is_upgraded(system_name)


def starting_bit(system: System) -> int | None:
    """The same for a system that was told; None where its name does not tell whether it has drivers for Nitro."""
    if system.bits == 32:
        return I386
    has = has_nitro_drivers(system)
    return None if has is None else 0 if has else XEN


@lru_cache(maxsize=MOST_NAMES)
def is_assessed(system: str, system_name: str) -> bool:
    """Whether enough is known of a system to say how it will run on EC2."""
    return system != OperatingSystem.OTHER or system_of(system_name).runs_on_ec2 is True
