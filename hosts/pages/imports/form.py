"""Forms of the import."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.models.inventory_import import AcceptMode, InventoryImport

MIB = 1024 * 1024
ENDINGS = ".xlsx,.xls,.xlsb,.ods,.zip,.csv,.txt,.parquet"


class UploadForm(forms.Form):
    """One file of at most so many bytes (settings.UPLOAD_LIMIT_BYTES)."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=1000,
        allow_empty_file=False,
        widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """The file, if it is not too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            size = {"size": f"{(file.size or 0) / MIB:.1f}", "limit": settings.UPLOAD_LIMIT_BYTES // MIB}
            raise ValidationError(_("The file has %(size)s MiB. At most %(limit)s MiB can be imported.") % size)
        return file


class AcceptForm(forms.Form):
    """What to do with the estate that is there."""

    mode = forms.ChoiceField(label=gettext_lazy("What happens to the estate of this lab"), widget=forms.RadioSelect)

    def __init__(self, data: object, staged: InventoryImport) -> None:
        """Offers only what the file allows: traces alone for one that has them, an estate for one that has VMs."""
        modes = [AcceptMode.REPLACE, AcceptMode.ADD] if staged.summary.get("vms") else []
        traces = staged.summary.get("traces") or {}
        if traces.get("matched"):
            modes.insert(0, AcceptMode.TRACES)
        super().__init__(data, initial={"mode": modes[0] if modes else ""})  # type: ignore[arg-type]  # a QueryDict
        field = self.fields["mode"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(mode.value, mode.label) for mode in modes]
