from django.urls import path

from common import converters  # noqa: F401 - registers <code：…>
from portal.views import components, health, history, home, jobs, progress, search

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("progress/", progress.progress, name="progress"),
    path("progress/rows/", progress.progress_rows, name="progress-rows"),
    path("search/", search.show_hits, name="search"),
    path("health/", health.health, name="health"),
    path("jobs/", jobs.list_jobs, name="job-list"),
    path("jobs/<int:job_id>/", jobs.show_job, name="job-detail"),
    path("jobs/<int:job_id>/retry/", jobs.retry_job, name="job-retry"),
    path("history/<slug:noun>/<code:code>/", history.show_history, name="history"),
    path("audit/", history.list_events, name="audit-list"),
    path("components/", components.components, name="components"),
]
