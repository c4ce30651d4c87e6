"""Labs and parameters in the admin console."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from virtlab.labs.models import Assumption, Lab, Membership, Parameter
from virtlab.labs.pages.forms import ParameterForm
from virtlab.labs.parameters import SPECS
from virtlab.web import formats

# Generic for the type checker only: Django's own classes cannot be subscripted when they run.
if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyInline = admin.TabularInline[Any, Any]
else:
    AnyModelAdmin, AnyInline = admin.ModelAdmin, admin.TabularInline

admin.site.site_header = _("VirtLab administration")
admin.site.site_title = _("VirtLab")
admin.site.index_title = _("Catalogues, parameters, labs, users and jobs")


class MembershipInline(AnyInline):
    """Who else may enter a lab."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


class AssumptionInline(AnyInline):
    """A lab's own values, as set on its comparison page."""

    model = Assumption
    extra = 0
    can_delete = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are set where their range is checked."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are changed where their range is checked."""
        return False


@admin.register(Lab)
class LabAdmin(AnyModelAdmin):
    """Labs: whose they are, how much is in them, when somebody last looked."""

    list_display = ("name", "owner", "workload_count", "region_code", "created_at", "used_at")
    list_filter = ("created_at", "used_at")
    search_fields = ("name", "slug", "owner__username")
    list_select_related = ("owner",)
    list_per_page = 50
    date_hierarchy = "created_at"
    autocomplete_fields = ("owner",)
    readonly_fields = ("slug", "created_at", "used_at")
    fields = ("name", "slug", "owner", "region_code", "created_at", "used_at")
    inlines = (MembershipInline, AssumptionInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A lab is opened on the start page, which fills it."""
        return False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Counts the workloads in the same query."""
        labs: QuerySet[Any] = super().get_queryset(request).annotate(workload_total=Count("workloads"))
        return labs

    @admin.display(description=_("workloads"), ordering="workload_total")
    def workload_count(self, lab: Any) -> str:
        """How many workloads a lab has."""
        return formats.number(lab.workload_total)


@admin.register(Parameter)
class ParameterAdmin(AnyModelAdmin):
    """The values in force for everybody. A row changes a declared parameter; without a row its default holds."""

    form = ParameterForm
    list_display = ("label", "key", "value", "unit", "default", "kind", "source", "source_date")
    list_filter = ("kind",)
    search_fields = ("key", "source")

    @admin.display(description=_("parameter"))
    def label(self, row: Parameter) -> str:
        """What the parameter is called on pages."""
        return str(SPECS[row.key].label) if row.key in SPECS else "–"

    @admin.display(description=_("unit"))
    def unit(self, row: Parameter) -> str:
        """What the value counts."""
        return str(SPECS[row.key].unit) if row.key in SPECS else "–"

    @admin.display(description=_("default"))
    def default(self, row: Parameter) -> str:
        """What holds once the row is deleted."""
        return formats.exact(SPECS[row.key].default) if row.key in SPECS else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A row stays with its parameter."""
        return ("key",) if obj else ()
