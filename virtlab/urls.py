"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from virtlab.api import api
from virtlab.jobs.monitoring import health
from virtlab.web.glossary.views import glossary

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("glossary/", glossary, name="glossary"),
    path("", include("virtlab.labs.urls")),
    path("labs/<slug:slug>/jobs/", include("virtlab.jobs.urls")),
    path("labs/<slug:slug>/hosts/", include("hosts.urls")),
    path("labs/<slug:slug>/import/", include("hosts.pages.imports.urls")),
    path("labs/<slug:slug>/instances/", include("instances.urls")),
    path("", include("virtlab.compare.urls")),
]
