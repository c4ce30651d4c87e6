"""Addresses of `instances`, below a lab's."""

from django.urls import path

from instances.pages.addresses import views as addresses
from instances.pages.hypervisors import views as hypervisors
from instances.pages.instances import detail as instance
from instances.pages.instances import views as listing
from instances.pages.naming import views as naming
from instances.pages.placement import views as placement
from instances.pages.region import views as region
from instances.pages.regions import views as regions
from instances.pages.responsibility import views as responsibility
from instances.pages.types import views as types

app_name = "instances"
urlpatterns = [
    path("", region.region, name="region"),
    path("list/", listing.instances, name="list"),
    path("list.csv", listing.instances_csv, name="list-csv"),
    path("list/<int:instance>/", instance.instance, name="instance"),
    path("addresses/", addresses.addresses, name="addresses"),
    path("placement-groups/", placement.placement_groups, name="placement-groups"),
    path("templates/", listing.templates, name="templates"),
    path("templates/<int:template>/launch/", instance.launch_from, name="launch-from"),
    path("types/", types.types, name="types"),
    path("types.csv", types.types_csv, name="types-csv"),
    path("types/<str:name>/", types.type_detail, name="type"),
    path("naming/", naming.naming, name="naming"),
    path("regions/", regions.regions, name="regions"),
    path("regions/choose/", regions.set_region, name="set-region"),
    path("hypervisors/", hypervisors.hypervisors, name="hypervisors"),
    path("responsibility/", responsibility.responsibility, name="responsibility"),
]
