"""Addresses of `hosts`."""

from django.urls import path

from hosts import views

app_name = "hosts"
urlpatterns = [
    path("", views.estate, name="estate"),
    path("machines/", views.machines, name="machines"),
]
