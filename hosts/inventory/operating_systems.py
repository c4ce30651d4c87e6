"""What inventories call operating systems → the few kinds that licences and prices tell apart."""

import re

from virtlab.engine.systems.names import system_of
from virtlab.engine.systems.system import Family, System
from virtlab.labs.choices import Architecture, OperatingSystem

LINUX_BY_SUBSCRIPTION = {"RHEL": OperatingSystem.RHEL, "SLES": OperatingSystem.SUSE}
ARM = re.compile(r"arm64|aarch64|\barm\b", re.IGNORECASE)


def operating_system(text: str) -> OperatingSystem:
    """The kind of an operating system by its name; `OTHER` for what is neither Windows nor Linux."""
    return kind_of(system_of(text))


def kind_of(system: System) -> OperatingSystem:
    """The kind by which a system is licensed and paid for."""
    if system.family == Family.WINDOWS:
        return OperatingSystem.WINDOWS_CLIENT if system.client else OperatingSystem.WINDOWS
    if system.family == Family.LINUX:
        return LINUX_BY_SUBSCRIPTION.get(system.product, OperatingSystem.LINUX)
    return OperatingSystem.OTHER


def architecture(text: str) -> Architecture:
    """Arm64 where the text says so, else x86-64."""
    return Architecture.ARM64 if ARM.search(text) else Architecture.X86_64
