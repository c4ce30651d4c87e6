"""Addresses of labs and accounts."""

from django.urls import URLPattern

app_name = "labs"
urlpatterns: list[URLPattern] = []
