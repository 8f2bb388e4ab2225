"""All addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("portal.urls")),
    path("account/", include("accounts.urls")),
    path("units/", include("members.urls")),
    path("complexes/", include("complexes.urls")),
    path("ledger/", include("tasks.urls")),
    path("indicators/", include("indicators.urls")),
    path("evaluation/", include("evaluation.urls")),
    path("api/v1/", include("config.api_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "portal.views.errors.bad_request"
handler404 = "portal.views.errors.not_found"
handler403 = "portal.views.errors.forbidden"
handler500 = "portal.views.errors.server_error"
