"""Addresses of `hosts`."""

from django.urls import path

from hosts.pages.clusters import views as clusters
from hosts.pages.hosts import views as hosts
from hosts.pages.hypervisors import views as hypervisors
from hosts.pages.racks import views as racks
from hosts.pages.vms import detail as vm
from hosts.pages.vms import views as vms

app_name = "hosts"
urlpatterns = [
    path("", racks.estate, name="estate"),
    path("machines/", vms.vms, name="machines"),
    path("machines/<int:pk>/", vm.vm, name="vm"),
    path("machines/<int:pk>/menu/", racks.machine_menu, name="vm-menu"),
    path("servers/", hosts.hosts, name="hosts"),
    path("servers/<int:pk>/", hosts.host, name="host"),
    path("clusters/", clusters.clusters, name="clusters"),
    path("clusters/<int:pk>/", clusters.cluster, name="cluster"),
    path("templates/", vms.templates, name="templates"),
    path("datastores/", clusters.datastores, name="datastores"),
    path("datastores/<int:pk>/", clusters.datastore, name="datastore"),
    path("hypervisors/", hypervisors.hypervisors, name="hypervisors"),
]
