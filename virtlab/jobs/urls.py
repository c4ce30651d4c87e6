"""Addresses of `jobs`, below a lab's."""

from django.urls import path

from virtlab.jobs.pages import bulk as bulk_views
from virtlab.jobs.pages import cancel, stream, views
from virtlab.jobs.pages import operate as operation_views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("stream", stream.stream, name="stream"),
    path("tasks/", views.task_list, name="tasks"),
    path("toasts/", views.toasts, name="toasts"),
    path("clock/", views.clock_part, name="clock"),
    path("clock/set/", views.set_clock, name="set-clock"),
    path("operations/<str:name>/", operation_views.operate, name="operate"),
    path("bulk/<str:name>/", bulk_views.bulk, name="bulk"),
    path("<int:job>/", views.job_page, name="job"),
    path("<int:job>/cancel/", cancel.cancel_page, name="cancel"),
    path("<int:job>/<slug:action>/", views.act, name="act"),
]
