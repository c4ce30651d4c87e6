"""What may go wrong with a recommended type, in words."""

from django.utils.translation import gettext as _


def risk_words(code: str) -> str:
    """A sentence for a risk's code; nothing for none."""
    words = {
        "": "",
        "none_fits": _("No type is large enough."),
    }
    return words.get(code, code)
