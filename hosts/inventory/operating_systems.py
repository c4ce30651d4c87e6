"""What hypervisors call operating systems → the few kinds that licences and prices tell apart."""

import re

from virtlab.labs.choices import Architecture, OperatingSystem

# The first pattern that occurs decides. Windows clients count as Windows Server: the cloud sells no other Windows.
PATTERNS: tuple[tuple[re.Pattern[str], OperatingSystem], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), system)
    for pattern, system in (
        (r"windows|^win(?!e)|microsoft", OperatingSystem.WINDOWS),
        (r"red ?hat|rhel", OperatingSystem.RHEL),
        (r"opensuse", OperatingSystem.LINUX),
        (r"suse linux enterprise|\bsles|\bsuse", OperatingSystem.SUSE),
        (
            r"linux|ubuntu|debian|cent ?os|fedora|rocky|alma\b|photon|gentoo|coreos|asianux|miracle|flatcar|talos",
            OperatingSystem.LINUX,
        ),
    )
)
ARM = re.compile(r"arm64|aarch64|\barm\b", re.IGNORECASE)


def operating_system(text: str) -> OperatingSystem:
    """The kind of an operating system by its name; `OTHER` where none fits."""
    return next((system for pattern, system in PATTERNS if pattern.search(text)), OperatingSystem.OTHER)


def architecture(text: str) -> Architecture:
    """Arm64 where the text says so, else x86-64."""
    return Architecture.ARM64 if ARM.search(text) else Architecture.X86_64
