"""The cloud side's catalog in the admin console: every figure with its kind, source and date."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from instances.admin.price_form import PriceForm
from instances.catalog.cache import renew_catalog_version
from instances.choices import PriceRule
from instances.models import (
    AvailabilityZone,
    CatalogRefresh,
    CpuPower,
    InstanceType,
    ListedRate,
    Offering,
    Price,
    Region,
    ServicePrice,
    Sourced,
)

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:  # not subscriptable when the program runs
    AnyModelAdmin = admin.ModelAdmin

SOURCE_COLUMNS = ("kind", "source", "source_date", "edited_at")


class CatalogAdmin(AnyModelAdmin):
    """A table of the catalog. A saved row counts as edited: `load_catalog` leaves it as it is from then on."""

    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        """Marks the row and renews what was computed from the catalog."""
        if isinstance(obj, Sourced):
            obj.edited_at = timezone.now()
        if isinstance(obj, Price) and "usd_per_hour" in form.changed_data:
            obj.rule, obj.basis = PriceRule.EDITED, ""
        super().save_model(request, obj, form, change)
        renew_catalog_version()

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Renews what was computed from the catalog."""
        super().delete_model(request, obj)
        renew_catalog_version()

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        """Renews what was computed from the catalog."""
        super().delete_queryset(request, queryset)
        renew_catalog_version()


@admin.register(Region)
class RegionAdmin(CatalogAdmin):
    """Regions and their grids."""

    list_display = ("code", "name", "grid_g_per_kwh", "grid_low_g_per_kwh", "grid_high_g_per_kwh", *SOURCE_COLUMNS)
    list_filter = ("kind", "country")
    search_fields = ("code", "name", "source")


@admin.register(AvailabilityZone)
class AvailabilityZoneAdmin(CatalogAdmin):
    list_display = ("name", "region")
    list_filter = ("region",)
    list_select_related = ("region",)
    search_fields = ("name",)


@admin.register(CpuPower)
class CpuPowerAdmin(CatalogAdmin):
    """Power coefficients."""

    list_display = ("cpu", "idle_w_per_vcpu", "full_w_per_vcpu", *SOURCE_COLUMNS)
    list_filter = ("kind",)
    search_fields = ("cpu", "source")


@admin.register(InstanceType)
class InstanceTypeAdmin(CatalogAdmin):
    list_display = ("name", "vcpu", "memory_mib", "hypervisor", "cpu", "network_performance", *SOURCE_COLUMNS)
    list_filter = ("hypervisor", "current_generation", "burstable", "kind", "cpu_power")
    list_select_related = ("cpu_power",)
    search_fields = ("name", "cpu")


@admin.register(Offering)
class OfferingAdmin(CatalogAdmin):
    """What is offered where."""

    list_display = ("instance_type", "region", "zones")
    list_filter = ("region",)
    list_select_related = ("instance_type", "region")
    search_fields = ("=instance_type__name", "instance_type__family")
    autocomplete_fields = ("instance_type",)


@admin.register(Price)
class PriceAdmin(CatalogAdmin):
    """On-demand Linux prices."""

    form = PriceForm
    list_display = ("instance_type", "region", "usd_per_hour", "rule", "basis", *SOURCE_COLUMNS)
    list_filter = ("region", "kind", "rule")
    list_select_related = ("instance_type", "region")
    search_fields = ("instance_type__name",)
    autocomplete_fields = ("instance_type",)
    fields = ("region", "instance_type", "usd_per_hour", "kind", "source", "source_date", "rule", "basis")
    readonly_fields = ("rule", "basis")


@admin.register(ServicePrice)
class ServicePriceAdmin(CatalogAdmin):
    list_display = ("item", "region", "usd", "unit", *SOURCE_COLUMNS)
    list_filter = ("region", "service", "kind")
    list_select_related = ("region",)
    search_fields = ("item", "source")


@admin.register(ListedRate)
class ListedRateAdmin(CatalogAdmin):
    """What `refresh_catalogue` read beyond on-demand Linux."""

    list_display = ("instance_type", "region", "system", "offer", "years", "upfront", "usd_per_hour", "upfront_usd")
    list_filter = ("region", "offer", "years", "upfront", "system")
    list_select_related = ("instance_type", "region")
    search_fields = ("=instance_type__name", "=sku")
    autocomplete_fields = ("instance_type",)


@admin.register(CatalogRefresh)
class CatalogRefreshAdmin(CatalogAdmin):
    """Tables read from the cloud itself. Deleting a row gives the table back to `load_catalog`."""

    list_display = ("region", "table", "source", "source_date", "refreshed_at")
    list_filter = ("table", "region")
    list_select_related = ("region",)
