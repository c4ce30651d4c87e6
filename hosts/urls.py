"""Addresses of `hosts`."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import path, re_path
from django.views.generic import RedirectView

from hosts.pages.clusters import views as clusters
from hosts.pages.hosts import views as hosts
from hosts.pages.hypervisors import views as hypervisors
from hosts.pages.racks import views as racks
from hosts.pages.vms import detail as vm
from hosts.pages.vms import views as vms

app_name = "hosts"
MOVED = {"machines": "vms", "servers": "hosts"}
"""What lists and their objects were called in addresses once."""


def moved_to(name: str) -> Callable[..., HttpResponseBase]:
    """Sends an old address on to the one of today, for good and with its query."""
    return RedirectView.as_view(url=f"/labs/%(slug)s/hosts/{name}/%(rest)s", permanent=True, query_string=True)


urlpatterns = [
    path("", racks.estate, name="estate"),
    path("vms/", vms.vms, name="vms"),
    path("vms/<int:pk>/", vm.vm, name="vm"),
    path("vms/<int:pk>/menu/", racks.vm_menu, name="vm-menu"),
    path("hosts/", hosts.hosts, name="hosts"),
    path("hosts/<int:pk>/", hosts.host, name="host"),
    path("clusters/", clusters.clusters, name="clusters"),
    path("clusters/<int:pk>/", clusters.cluster, name="cluster"),
    path("templates/", vms.templates, name="templates"),
    path("datastores/", clusters.datastores, name="datastores"),
    path("datastores/<int:pk>/", clusters.datastore, name="datastore"),
    path("hypervisors/", hypervisors.hypervisors, name="hypervisors"),
    *(re_path(rf"^{old}/(?P<rest>.*)$", moved_to(new)) for old, new in MOVED.items()),
]
