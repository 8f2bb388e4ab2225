"""Settings of the benchmarks: those of `make run`, a database of their own on the given server."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, REST_FRAMEWORK

ROOT_URLCONF = "bench.urls"
# What the server at DATABASE_URL holds already is left alone.
GIVEN_NAME = DATABASES["default"]["NAME"]
DATABASES["default"]["NAME"] = f"{GIVEN_NAME}_bench"
DATABASES["default"]["CONN_MAX_AGE"] = None
# Nobody listens: the benchmark performs its jobs itself.
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "max_retries": 0}
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"user": None}
# Static files are served from where they lie; nothing is collected for a measurement.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
