from django.urls import path

from portal.views import components, home, progress

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("progress/", progress.progress, name="progress"),
    path("progress/rows/", progress.progress_rows, name="progress-rows"),
    path("components/", components.components, name="components"),
]
