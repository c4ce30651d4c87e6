"""Names that look like instance types and are none: those of other services, and families that are no more.

Services call what they run on after EC2's types: db.m5.large of RDS, ml.m5.large of SageMaker, cache.m5.large of
ElastiCache, m5.large.search of OpenSearch, earlier .elasticsearch (their user guides, 2026). Prices are their own.
"""

import re
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText

BEFORE: dict[str, LazyText] = {
    "db.": _("Amazon RDS (databases)"),
    "ml.": _("Amazon SageMaker (machine learning)"),
    "cache.": _("Amazon ElastiCache (caches)"),
}
AFTER: dict[str, LazyText] = {
    ".search": _("Amazon OpenSearch Service"),
    ".elasticsearch": _("Amazon OpenSearch Service"),
}
RETIRED: dict[str, LazyText] = {
    "cc": _("Retired: cluster computing, a series of 2010 to 2013"),
    "cg": _("Retired: cluster computing with GPUs, a series of 2010 to 2013"),
    "cr": _("Retired: cluster computing with much memory, a series of 2010 to 2013"),
    "hi": _("Retired: fast local disks, a series of 2010 to 2013"),
    "hs": _("Retired: many local hard disks, a series of 2010 to 2013"),
}
"""Series with two letters that were launched from 2010 (cc1) to 2013 (cr1) and have successors with one."""
XLARGE_ONCE = re.compile(r"\.0*1xlarge$", re.ASCII)


class OtherName(NamedTuple):
    """Whose name it is, and the EC2 type in it."""

    service: LazyText
    type_name: str


def of_another_service(name: str) -> OtherName | None:
    """Which service's name it is; None where it is of none that is known."""
    for start, service in BEFORE.items():
        if name.startswith(start) and name.count(".") > 1:
            return OtherName(service, name.removeprefix(start))
    for end, service in AFTER.items():
        if name.endswith(end) and name.count(".") > 1:
            return OtherName(service, name.removesuffix(end))
    return None


def is_retired(series: str) -> bool:
    """Whether a series is no more."""
    return series in RETIRED


def with_xlarge(name: str) -> str:
    """What `m5.1xlarge` means: m5.xlarge."""
    return XLARGE_ONCE.sub(".xlarge", name)
