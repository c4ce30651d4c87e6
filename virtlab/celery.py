"""The Celery application: workers and beat of one VirtLab."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "virtlab.settings")

app = Celery("virtlab")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
