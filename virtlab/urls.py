"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("virtlab.labs.urls")),
    path("labs/<slug:lab>/jobs/", include("virtlab.jobs.urls")),
    path("labs/<slug:lab>/hosts/", include("hosts.urls")),
    path("labs/<slug:lab>/import/", include("hosts.inventory.urls")),
    path("labs/<slug:lab>/instances/", include("instances.urls")),
    path("", include("virtlab.compare.urls")),
]
