"""The test suite: real PostgreSQL and a Redis-protocol server, given by DATABASE_URL and REDIS_URL."""

import os

from config.settings.base import *  # noqa: F403
from config.settings.base import CELERY_BEAT_SCHEDULE, CELERY_IMPORTS, DATABASES, REST_FRAMEWORK

SECRET_KEY = "only-for-tests-only-for-tests-only-for-tests"  # noqa: S105
SHOWS_COMPONENTS = True
IS_EMBEDDED = True
FAULTS_ARE_ENABLED = True
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("TEST_DB_NAME", "test_portal")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files are served from where they lie; nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
JOB_LEASE_SECONDS = float(os.environ.get("JOB_LEASE_SECONDS", "2"))
SCORE_RUN_CHUNK = int(os.environ.get("SCORE_RUN_CHUNK", "10"))
CELERY_BEAT_SCHEDULE["sweep-jobs"]["schedule"] = 0.5
# Kinds of jobs that exist for fault tests only.
CELERY_IMPORTS = [*CELERY_IMPORTS, *os.environ.get("JOB_TEST_KINDS", "").split()]
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"user": None}
LOGGING = {"version": 1, "disable_existing_loggers": False}
