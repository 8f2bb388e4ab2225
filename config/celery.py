"""The Celery application: a wake-up call for rows that PostgreSQL keeps."""

import os
import resource

from celery import Celery
from celery.signals import worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@worker_process_init.connect
def limit_memory(**_: object) -> None:
    """Bound the address space of a pool child, so that one greedy job cannot take the machine down."""
    limit = settings.JOB_MEMORY_MB * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
