"""Addresses of `compare`."""

from django.urls import path

from virtlab.compare.pages import exports as export_views
from virtlab.compare.pages import paper, prices, runway, views
from virtlab.compare.pages import readiness as readiness_views
from virtlab.compare.pages import share as share_views
from virtlab.compare.pages.lab import lab_page

app_name = "compare"
LAB = "labs/<slug:slug>/compare/"
SHARED = "share/<str:token>/"
urlpatterns = [
    path("labs/<slug:slug>/", lab_page, name="lab"),
    path(LAB, views.report, name="report"),
    path(f"{LAB}items/<slug:alternative>/", views.items, name="items"),
    path(f"{LAB}outlook/", views.outlook, name="outlook"),
    path(f"{LAB}runway/<int:pk>/", runway.runway, name="runway"),
    path(f"{LAB}workloads/", views.workloads, name="workloads"),
    path(f"{LAB}workloads.csv", views.workloads_csv, name="sizing"),
    path(f"{LAB}readiness/", readiness_views.readiness, name="readiness"),
    path(f"{LAB}readiness/<int:pk>/", readiness_views.one, name="readiness-one"),
    path(f"{LAB}report.zip", export_views.csv, name="csv"),
    path(f"{LAB}report.xlsx", export_views.xlsx, name="xlsx"),
    path(f"{LAB}report/", paper.paper, name="paper"),
    path(f"{LAB}prices/", prices.own_prices_page, name="prices"),
    path(f"{LAB}prices/upload/", prices.upload, name="prices-upload"),
    path(f"{LAB}prices/<int:price>/delete/", prices.delete, name="prices-delete"),
    path(f"{LAB}save/", views.save, name="save"),
    path(f"{LAB}reset/", views.reset, name="reset"),
    path(f"{LAB}share/", share_views.share, name="share"),
    path(f"{LAB}share/<str:token>/withdraw/", share_views.revoke, name="revoke"),
    path(SHARED, share_views.report, name="shared"),
    path(SHARED, share_views.report, name="shared-report"),
    path(f"{SHARED}items/<slug:alternative>/", share_views.items, name="shared-items"),
    path(f"{SHARED}outlook/", share_views.outlook, name="shared-outlook"),
    path(f"{SHARED}workloads/", share_views.workloads, name="shared-workloads"),
    path(f"{SHARED}readiness/", share_views.readiness, name="shared-readiness"),
    path(f"{SHARED}workloads.csv", share_views.workloads_csv, name="shared-sizing"),
    path(f"{SHARED}report.zip", share_views.csv, name="shared-csv"),
    path(f"{SHARED}report.xlsx", share_views.xlsx, name="shared-xlsx"),
    path(f"{SHARED}report/", share_views.paper, name="shared-paper"),
]
