"""Addresses of `hosts`."""

from django.urls import path

from hosts.pages.clusters import views as clusters
from hosts.pages.hosts import views as servers
from hosts.pages.hypervisors import views as hypervisors
from hosts.pages.racks import views as racks
from hosts.pages.vms import detail as machine
from hosts.pages.vms import views as machines

app_name = "hosts"
urlpatterns = [
    path("", racks.estate, name="estate"),
    path("machines/", machines.machines, name="machines"),
    path("machines/<int:pk>/", machine.machine, name="vm"),
    path("machines/<int:pk>/menu/", racks.machine_menu, name="vm-menu"),
    path("servers/", servers.servers, name="servers"),
    path("servers/<int:pk>/", servers.server, name="host"),
    path("clusters/", clusters.clusters, name="clusters"),
    path("clusters/<int:pk>/", clusters.cluster, name="cluster"),
    path("templates/", machines.templates, name="templates"),
    path("datastores/", clusters.datastores, name="datastores"),
    path("datastores/<int:pk>/", clusters.datastore, name="datastore"),
    path("hypervisors/", hypervisors.hypervisors, name="hypervisors"),
]
