"""Settings shared by every way to run the portal."""

import os
from pathlib import Path
from typing import Any

from whitenoise.compress import Compressor

from config.settings.environment import database_from_url, is_on

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var")).resolve()

DEBUG = False
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

# Demo accounts and demo data exist only on the private database.
IS_EMBEDDED = is_on("PORTAL_EMBEDDED")
DEMO_PASSWORD = os.environ.get("DEMO_PASSWORD", "demo-2027")

INSTALLED_APPS = [
    "accounts.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "template_partials",
    "common",
    "audit",
    "accounts",
    "members",
    "complexes",
    "tasks",
    "indicators",
    "evaluation",
    "portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.response_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "common.middleware.refused_methods",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.session_limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "audit.middleware.audit_context",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.navigation",
            ],
            "builtins": ["common.templatetags.portal", "template_partials.templatetags.partials"],
        },
    }
]

FORM_RENDERER = "common.form_rendering.PortalFormRenderer"

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", "postgres://portal@127.0.0.1:5432/portal"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_PARALLEL_LIMIT = 3

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.views.signing.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# Static files: the assets of package.json are found by an allow-list, nothing is loaded from outside.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "common.assets.NodeAssetsFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "common.assets.PortalStaticStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

# Jobs: Redis carries wake-up calls only; the rows are in PostgreSQL.
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_IMPORTS = ["common.jobs.tasks"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {"sweep-jobs": {"task": "common.jobs.sweep", "schedule": 5.0}}
CELERY_BEAT_SCHEDULER = "common.jobs.beat:HeartbeatScheduler"
# Seconds after which a child that still works on one job is ended; the job counts as tried once.
JOB_TIME_LIMIT = int(os.environ.get("JOB_TIME_LIMIT", "1800"))
# Address space of a child in MB: a job that wants more fails by itself.
JOB_MEMORY_MB = int(os.environ.get("JOB_MEMORY_MB", "3072"))
JOB_LEASE_SECONDS: float = 20
# A job that is due and waits longer than this is shown as stuck.
JOB_STUCK_SECONDS = 60
JOB_MAX_ATTEMPTS = 3
# Sheets of a score run that are computed and committed together.
SCORE_RUN_CHUNK = 500

# A district signs a filing by either of its two departments, or by both.
FILING_SIGN_OFF = os.environ.get("FILING_SIGN_OFF", "either")

# Progress: shares (0–1) of the expected value for 进度正常 and 滞后; the least share of members and of reported revenue
# behind a ratio that is judged.
PROGRESS_RULES = {"on_track_share": "1", "behind_share": "0.80", "minimum_coverage": "0.60"}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.MayReadApi"],
    "DEFAULT_RENDERER_CLASSES": ["common.api.rendering.FastJsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "common.api.paging.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["common.api.filtering.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "common.api.schema.PortalSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "6000/min"},
    "EXCEPTION_HANDLER": "common.api.errors.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "DATETIME_FORMAT": "iso-8601",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "产业创新综合体门户 REST API",
    "DESCRIPTION": "Read access to districts, units, complexes, ledgers, figures, progress and scores.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["accounts.api.permissions.MayReadApi"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "PATH_CONVERTER_OVERRIDES": {"code": {"type": "string", "pattern": "^[0-9A-Za-z._-]{1,80}$"}},
    "ENUM_NAME_OVERRIDES": {
        "CaseKind": "complexes.choices.CaseKind",
        "CaseState": "complexes.choices.CaseState",
        "Comparator": "indicators.choices.Comparator",
        "ComplexKind": "complexes.choices.ComplexKind",
        "ComplexState": "complexes.choices.ComplexState",
        "Direction": "indicators.choices.Direction",
        "DistrictKind": "accounts.choices.DistrictKind",
        "EvaluationKind": "evaluation.choices.EvaluationKind",
        "EvaluationState": "evaluation.choices.EvaluationState",
        "FilingState": "indicators.choices.FilingState",
        "IndicatorKind": "indicators.choices.IndicatorKind",
        "NeedKind": "tasks.choices.NeedKind",
        "NeedState": "tasks.choices.NeedState",
        "ReportState": "members.choices.ReportState",
        "RoundKind": "indicators.choices.RoundKind",
        "StandingKind": "members.choices.StandingKind",
        "TaskState": "tasks.choices.TaskState",
        "UnitKind": "members.choices.UnitKind",
    },
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"axes": {"level": "WARNING"}},
}
