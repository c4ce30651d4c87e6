"""The network performance of a type, which EC2 gives in English words, in the reader's language."""

import re

from django.utils.translation import gettext, pgettext_lazy

from virtlab.web import formats

SPEED = re.compile(r"(?P<upto>Up to )?(?:(?P<cards>\d+)x )?(?P<gigabit>[\d.]+) Gigabit")
WORDS = {
    "Very Low": pgettext_lazy("network", "Very Low"),
    "Low": pgettext_lazy("network", "Low"),
    "Low to Moderate": pgettext_lazy("network", "Low to Moderate"),
    "Moderate": pgettext_lazy("network", "Moderate"),
    "High": pgettext_lazy("network", "High"),
}


def network_text(performance: str) -> str:
    """As EC2 says it, e.g. "Up to 12.5 Gigabit"; what is not known stays as it is, and a dash is nothing."""
    found = SPEED.fullmatch(performance)
    if found is None:
        return str(WORDS.get(performance, performance)) or formats.NONE
    gigabit = formats.exact(float(found["gigabit"]))
    speed = gettext("%(gigabit)s Gigabit") % {"gigabit": gigabit}
    if found["upto"]:
        speed = gettext("Up to %(gigabit)s Gigabit") % {"gigabit": gigabit}
    return f"{found['cards']}x {speed}" if found["cards"] else speed
