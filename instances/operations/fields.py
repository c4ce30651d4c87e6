"""Fields of the cloud's forms: regions, images, tags, user data."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from instances.models import Image, Region
from instances.rules.availability import image_label
from virtlab.jobs.operations.form import OperationForm

MOST_TAGS, LONGEST_KEY, LONGEST_VALUE = 50, 128, 256
"""Limits of tags (Amazon EC2 User Guide, "Tag restrictions")."""
MOST_USER_DATA_BYTES = 16_384
"""Limit of user data before it is encoded (Amazon EC2 User Guide, "Run commands at launch")."""
RESERVED = "aws:"


if TYPE_CHECKING:
    RegionChoice = forms.ModelChoiceField[Region]
else:
    RegionChoice = forms.ModelChoiceField


class RegionField(RegionChoice):
    """A region by its name and code."""

    def label_from_instance(self, obj: Region) -> str:
        """As in "Asia Pacific (Tokyo) · ap-northeast-1"."""
        return f"{obj.label} · {obj.pk}"


if TYPE_CHECKING:
    ImageChoice = forms.ModelChoiceField[Image]
else:
    ImageChoice = forms.ModelChoiceField


class ImageField(ImageChoice):
    """An image by its name, with what is to be known of it at the lab's time `at`."""

    at: datetime | None = None

    def label_from_instance(self, obj: Image) -> str:
        """As in "debian-12-amd64 · illustrative"."""
        return " · ".join([obj.name, *(str(word) for word in image_label(obj, self.at or timezone.now()))])


class RegionForm(OperationForm):
    """Which region; the lab's own by default."""

    region = RegionField(label=_("Region"), queryset=Region.objects.all())

    def prepare(self) -> None:
        if self.lab:
            self.fields["region"].initial = self.lab.region_code


class TagsField(forms.Field):
    """Tags as lines of `key = value`, or as a mapping where a program asks; cleaned to a dictionary."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """A mapping as lines."""
        return "\n".join(f"{k} = {v}" for k, v in value.items()) if isinstance(value, Mapping) else value

    def to_python(self, value: Any) -> dict[str, str]:
        """The pairs; ValidationError for a line without a key, a doubled key, or something that is no text."""
        if not value:
            return {}
        pairs = list(value.items()) if isinstance(value, Mapping) else list(_pairs(str(value)))
        tags: dict[str, str] = {}
        for key, text in pairs:
            if not isinstance(text, (str, int, float)):
                raise forms.ValidationError(_("The value of tag “%(key)s” is no text.") % {"key": str(key)[:40]})
            name = str(key).strip()
            if name in tags:
                raise forms.ValidationError(_("The tag “%(key)s” is given twice.") % {"key": name[:40]})
            tags[name] = str(text).strip()
        return tags

    def validate(self, value: dict[str, str]) -> None:
        """Number and lengths; each message names its tag."""
        super().validate(value)
        if len(value) > MOST_TAGS:
            text = _("There are %(count)s tags; an instance has %(most)s at most.")
            raise forms.ValidationError(text % {"count": len(value), "most": MOST_TAGS})
        for key, words in value.items():
            _check_tag(key, words)


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    split = [line.partition("=") for line in lines]
    return [(key, value) for key, _sign, value in split]


def _check_tag(key: str, value: str) -> None:
    short = {"key": f"{key[:40]}…" if len(key) > 40 else key}
    if "\0" in key + value:
        raise forms.ValidationError(_("A tag cannot contain the character NUL."))
    if not key:
        raise forms.ValidationError(_("A tag needs a key before the equals sign."))
    if key.lower().startswith(RESERVED):
        raise forms.ValidationError(_("The tag “%(key)s” begins with aws:, which the cloud keeps for itself.") % short)
    if len(key) > LONGEST_KEY:
        text = _("The key “%(key)s” has %(length)s characters; %(most)s at most.")
        raise forms.ValidationError(text % {**short, "length": len(key), "most": LONGEST_KEY})
    if len(value) > LONGEST_VALUE:
        text = _("The value of tag “%(key)s” has %(length)s characters; %(most)s at most.")
        raise forms.ValidationError(text % {**short, "length": len(value), "most": LONGEST_VALUE})


class UserDataField(forms.CharField):
    """What the operating system runs at its first boot: at most 16 KB."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)

    def validate(self, value: str) -> None:
        """Its size in bytes."""
        super().validate(value)
        size = len(value.encode("utf-8", errors="replace"))
        if size > MOST_USER_DATA_BYTES:
            text = _("User data has %(size)s bytes; %(most)s at most.")
            raise forms.ValidationError(text % {"size": size, "most": MOST_USER_DATA_BYTES})
