"""The on-prem side's catalog in the admin console: every server model with its power curve, kind, source and date."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from hosts.models import ServerModel

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[ServerModel]
else:  # not subscriptable when the program runs
    ModelAdmin = admin.ModelAdmin


@admin.register(ServerModel)
class ServerModelAdmin(ModelAdmin):
    """Server models. A saved row counts as edited: `load_server_models` leaves it as it is from then on."""

    list_display = (
        "name",
        "vendor",
        "form_factor",
        "rack_units",
        "cpu",
        "cores",
        "memory_gib",
        "price_usd",
        "kind",
        "source",
        "published",
        "edited_at",
    )
    list_filter = ("vendor", "form_factor", "kind")
    search_fields = ("name", "cpu", "vendor")
    list_per_page = 50

    def save_model(self, request: HttpRequest, obj: ServerModel, form: "ModelForm[ServerModel]", change: bool) -> None:
        """Marks the row as edited."""
        obj.edited_at = timezone.now()
        super().save_model(request, obj, form, change)
