"""Where a workload's trace comes from, in words.

`Trace.source` keeps a key of SOURCES, or `upload:` and a file's name.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

UPLOAD = "upload:"
SOURCES: dict[str, Promise | str] = {
    "usage-file": gettext_lazy("Synthetic day around the utilisation that the inventory gives for the machine"),
    "usage-host": gettext_lazy("Synthetic day around the machine's share of its host's utilisation in the inventory"),
    "demo": gettext_lazy("Synthetic week with a stated mean and peak, on the daily shape of the machine's work"),
    "launch": gettext_lazy("Synthetic load with a stated mean and peak, as chosen when the instance was launched"),
    "usage-assumed": gettext_lazy("Synthetic day around the mean utilisation of the lab's parameters"),
}


def upload_source(file_name: str) -> str:
    """What `Trace.source` keeps for a trace that was uploaded."""
    return f"{UPLOAD}{file_name}"[:200]


def source_text(source: str) -> str:
    """The words for what `Trace.source` keeps; texts of other origin are given as they are."""
    if source.startswith(UPLOAD):
        return _("Measured: uploaded file %(name)s") % {"name": source.removeprefix(UPLOAD)}
    return str(SOURCES.get(source, source))
