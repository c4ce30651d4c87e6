"""Addresses of `instances`."""

from django.urls import URLPattern

app_name = "instances"
urlpatterns: list[URLPattern] = []
