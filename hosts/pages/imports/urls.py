"""Addresses of the import."""

from django.urls import path

from hosts.pages.imports import views

app_name = "inventory"
urlpatterns = [
    path("", views.upload, name="upload"),
    path("template.csv", views.template, name="template"),
    path("totals/", views.totals, name="totals"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/columns/", views.columns, name="columns"),
    path("<int:pk>/errors.csv", views.errors_csv, name="errors"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/findings.csv", views.findings_csv, name="findings"),
]
