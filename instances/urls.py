"""Addresses of `instances`, below a lab's."""

from django.urls import path

from instances.views import naming, regions, types

app_name = "instances"
urlpatterns = [
    path("types/", types.types, name="types"),
    path("types.csv", types.types_csv, name="types-csv"),
    path("types/<str:name>/", types.type_detail, name="type"),
    path("naming/", naming.naming, name="naming"),
    path("regions/", regions.regions, name="regions"),
    path("regions/choose/", regions.set_region, name="set-region"),
]
