"""Addresses of `hosts`."""

from django.urls import path

from hosts.views import layers, racks

app_name = "hosts"
urlpatterns = [
    path("", racks.estate, name="estate"),
    path("machines/", racks.machines, name="machines"),
    path("hypervisors/", layers.hypervisors, name="hypervisors"),
]
