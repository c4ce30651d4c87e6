"""What labs have in the cloud, in the admin console: to look at and to find; changes are made by operations."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from instances.models import ElasticAddress, Fault, Image, Instance, LaunchTemplate, PlacementGroup, Quota, Volume

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:  # not subscriptable when the program runs
    AnyModelAdmin = admin.ModelAdmin


class AccountAdmin(AnyModelAdmin):
    """A table of what labs have. It is read here: a change by hand would pass by jobs, prices and quotas."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made by operations."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Changed by operations."""
        return False


@admin.register(Image)
class ImageAdmin(AccountAdmin):
    """Machine images, the cloud's own and labs'."""

    list_display = ("name", "region", "image_id", "architecture", "ena", "nvme", "current", "support_ends", "source")
    list_filter = ("region", "current", "illustrative", "architecture", "virtualization", "operating_system")
    list_select_related = ("region",)
    search_fields = ("name", "=image_id")


@admin.register(Instance)
class InstanceAdmin(AccountAdmin):
    list_display = ("name", "instance_id", "lab", "region", "zone", "instance_type", "state", "purchase")
    list_filter = ("state", "region", "purchase")
    list_select_related = ("lab", "region", "instance_type")
    search_fields = ("name", "=instance_id", "=lab__slug")


@admin.register(Volume)
class VolumeAdmin(AccountAdmin):
    list_display = (
        "volume_id",
        "lab",
        "zone",
        "instance",
        "kind",
        "size_gib",
        "iops",
        "throughput_mib_per_s",
        "encrypted",
    )
    list_filter = ("kind", "region")
    list_select_related = ("lab", "instance")
    search_fields = ("=volume_id", "=lab__slug")


@admin.register(ElasticAddress)
class ElasticAddressAdmin(AccountAdmin):
    list_display = ("address", "allocation_id", "lab", "region", "instance", "allocated_lab_at")
    list_filter = ("region",)
    list_select_related = ("lab", "region", "instance")
    search_fields = ("=address", "=allocation_id", "=lab__slug")


@admin.register(PlacementGroup)
class PlacementGroupAdmin(AccountAdmin):
    list_display = ("name", "group_id", "lab", "region", "strategy", "partitions")
    list_filter = ("strategy", "region")
    list_select_related = ("lab", "region")
    search_fields = ("name", "=group_id", "=lab__slug")


@admin.register(LaunchTemplate)
class LaunchTemplateAdmin(AccountAdmin):
    list_display = ("name", "lab", "version")
    list_select_related = ("lab",)
    search_fields = ("name", "=lab__slug")


@admin.register(Quota)
class QuotaAdmin(AccountAdmin):
    """Quotas that labs have of their own."""

    list_display = ("lab", "region", "group", "vcpu")
    list_filter = ("group", "region")
    list_select_related = ("lab", "region")
    search_fields = ("=lab__slug",)


@admin.register(Fault)
class FaultAdmin(AccountAdmin):
    list_display = ("lab", "kind", "region", "zone", "type_name", "since_lab_at")
    list_filter = ("kind", "region")
    list_select_related = ("lab", "region")
    search_fields = ("=lab__slug",)
