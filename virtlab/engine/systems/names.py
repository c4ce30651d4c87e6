"""What vCenters, clouds and people call operating systems → product, version, client or server, bits."""

import re
from functools import lru_cache
from typing import NamedTuple

from virtlab.engine.systems.system import WINDOWS_NT, Family, System

BITS = (
    (re.compile(r"64[ -]?bit|\bx64\b|x86[_-]64|amd64|aarch64|arm64", re.IGNORECASE), 64),
    (re.compile(r"32[ -]?bit|\bx86\b|\bi[3-6]86\b", re.IGNORECASE), 32),
)
BITS_WORD = re.compile(r"\(?\b(?:32|64)[ -]?bit\b\)?", re.IGNORECASE)
OR_LATER = re.compile(r"or (later|newer|above)", re.IGNORECASE)
NUMBER = r"(?P<version>\d+(?:\.\d+)*(?:/\d+)*)"
# Between a product and its version: "Red Hat Enterprise Linux Server release 7.9", "Debian GNU/Linux 12".
BETWEEN = "gnu/|linux|server|workstation|desktop|leap|stream|release|version|for sap applications|os|es|as|ws|v"
FILLER = rf"(?:[\s,()-]|{BETWEEN})*"
PACK = r"(?:[\s,-]*(?:sp|service pack|patchlevel)\s*(?P<pack>\d+))?"


class Rule(NamedTuple):
    """A product, and how it is told."""

    pattern: re.Pattern[str]
    family: Family
    product: str
    client: bool = False


def rule(told_by: str, family: Family, product: str, *, version: str = NUMBER, client: bool = False) -> Rule:
    """The first occurrence of `told_by`, and a version behind it where there is one."""
    pattern = rf"(?:{told_by})(?:{FILLER}{version}{PACK})?"
    return Rule(re.compile(pattern, re.IGNORECASE), family, product, client)


SERVER_YEARS = r"(?P<version>20(?:00|03|08|12|16|19|22|25)(?:\s*r2)?|\b(?:1[6-9]|2[0-3])(?:0\d|h\d))"
CLIENTS = r"(?P<version>xp|vista|me|7|8\.1|8|1[01](?:[\s,()-]|version|enterprise|education|pro)*2\dh[12]|10|11|95|98)\b"
RELEASE = re.compile(r"(1[01])\b.*?(2\dh[12])", re.IGNORECASE)  # of Windows 10 and 11: "11 Pro, version 23H2"
W, L, U = Family.WINDOWS, Family.LINUX, Family.UNIX
# The first that occurs decides: what is called after another product stands before it.
RULES = (
    rule(r"wind ?river", L, "Wind River Linux"),
    rule(r"windows\s*nt", W, WINDOWS_NT),
    rule(r"windows server|win(?:dows)?\s*(?=20\d\d)", W, "Windows Server", version=SERVER_YEARS),
    rule(r"microsoft.*server", W, "Windows Server", version=SERVER_YEARS),
    rule(r"windows(?:\s+(?:embedded|storage server))", W, "Windows"),
    rule(r"windows\s*(?=(?:xp|vista|me|7|8|10|11|95|98)\b)", W, "Windows", version=CLIENTS, client=True),
    rule(r"\bwin(?:dows)?\s*(?=(?:xp|7|8|8\.1|10|11)\b)", W, "Windows", version=CLIENTS, client=True),
    rule(r"windows|^win\b|microsoft(?! ms-?dos)", W, "Windows"),
    rule(r"fedora", L, "Fedora"),
    rule(r"centos stream", L, "CentOS Stream"),
    rule(r"cent ?os", L, "CentOS"),
    rule(r"rocky", L, "Rocky Linux"),
    rule(r"\balma ?linux|\balma\b", L, "AlmaLinux"),
    rule(r"oracle (?:enterprise |unbreakable )?linux", L, "Oracle Linux"),
    rule(r"red ?hat enterprise|\brhel|red ?hat|\bred hat linux", L, "RHEL"),
    rule(r"open ?suse", L, "openSUSE"),
    rule(r"suse linux enterprise|\bsles|\bsuse", L, "SLES"),
    rule(r"ubuntu", L, "Ubuntu"),
    rule(r"debian", L, "Debian"),
    rule(r"amazon linux(?: ami)?|\bamzn", L, "Amazon Linux"),
    rule(r"photon", L, "Photon OS"),
    rule(r"asianux", L, "Asianux"),
    rule(r"miracle ?linux", L, "MIRACLE LINUX"),
    rule(r"flatcar", L, "Flatcar"),
    rule(r"coreos", L, "CoreOS"),
    rule(r"gentoo", L, "Gentoo"),
    rule(r"alpine", L, "Alpine Linux"),
    rule(r"talos", L, "Talos Linux"),
    rule(r"mandr(?:ake|iva)", L, "Mandriva"),
    rule(r"turbolinux", L, "Turbolinux"),
    rule(r"sun java desktop", L, "Java Desktop System"),
    rule(r"\baix\b", U, "AIX"),
    rule(r"hp-?ux", U, "HP-UX"),
    rule(r"solaris|sunos", U, "Solaris"),
    rule(r"\bibm i\b|os/400", U, "IBM i"),
    rule(r"\bz/os\b", U, "z/OS"),
    rule(r"openvms", U, "OpenVMS"),
    rule(r"tru64", U, "Tru64 UNIX"),
    rule(r"sco (?:openserver|unixware)|unixware|openserver", U, "SCO UNIX"),
    rule(r"freebsd", Family.BSD, "FreeBSD"),
    rule(r"netbsd", Family.BSD, "NetBSD"),
    rule(r"openbsd", Family.BSD, "OpenBSD"),
    rule(r"mac ?os(?: x)?|\bdarwin\b", Family.MACOS, "macOS", client=True),
    rule(r"\besxi?\b", Family.APPLIANCE, "VMware ESXi"),
    rule(r"netware", Family.APPLIANCE, "NetWare"),
    rule(r"os/2|ecomstation", Family.APPLIANCE, "OS/2"),
    rule(r"\b(?:ms-?|free)?dos\b", Family.APPLIANCE, "DOS"),
    rule(r"linux", L, "Linux"),
)
KERNEL = re.compile(r"other|kernel", re.IGNORECASE)
SERVER_2016 = re.compile(r"threshold", re.IGNORECASE)  # what vSphere called Windows Server 2016 before it was out

MOST_NAMES = 4_096
"""Names whose answers are kept, of all labs together."""


@lru_cache(maxsize=MOST_NAMES)
def system_of(name: str) -> System:
    """What a name says. Names of hypervisors that stand for several versions ("CentOS 4/5/6/7", "Other 3.x or later
    Linux") say no version.
    """
    text = " ".join(name.split())
    bare = BITS_WORD.sub("", text)
    found = next(((each, match) for each in RULES if (match := each.pattern.search(bare))), None)
    bits = next((bits for pattern, bits in BITS if pattern.search(text)), 0)
    if found is None:
        return System(Family.UNKNOWN, bits=bits)
    rule, match = found
    version = "" if KERNEL.search(text) else version_of(match)
    if rule.product == "Windows Server" and SERVER_2016.search(text):
        version = "2016"
    return System(rule.family, rule.product, version, bool(OR_LATER.search(text)), rule.client, bits)


def version_of(match: re.Match[str]) -> str:
    """The version that a pattern met, with its service pack; "" where it met none or several."""
    version = match["version"] or ""
    if "/" in version:
        return ""
    if release := RELEASE.fullmatch(version):
        version = f"{release[1]} {release[2]}"
    version = re.sub(r"\s*r2", " R2", version, flags=re.IGNORECASE)
    version = version.upper() if version[:2].isdigit() else version
    version = {"xp": "XP", "vista": "Vista", "me": "Me"}.get(version.lower(), version)
    return f"{version} SP{match['pack']}" if version and match["pack"] else version
