"""Addresses of `compare`."""

from django.urls import path

from virtlab.compare.lab_page import lab_page

app_name = "compare"
urlpatterns = [
    path("labs/<slug:lab>/", lab_page, name="lab"),
]
