from django.urls import path

from common import converters
from members.views import reports, standings, units

__all__ = ["converters"]

app_name = "members"
urlpatterns = [
    path("", units.list_units, name="unit-list"),
    path("new/", units.create_unit, name="unit-new"),
    path("find/", units.find_unit, name="unit-find"),
    path("reports/", reports.list_reports, name="report-list"),
    path("<code:code>/", units.show_unit, name="unit-detail"),
    path("<code:code>/edit/", units.edit_unit, name="unit-edit"),
    path("<code:code>/standings/new/", standings.add_standing, name="standing-new"),
    path("<code:code>/standings/<int:standing_id>/edit/", standings.edit_standing, name="standing-edit"),
    path("<code:code>/standings/<int:standing_id>/withdraw/", standings.withdraw_standing, name="standing-withdraw"),
    path("<code:code>/reports/<year:year>/", reports.show_report, name="report-detail"),
    path("<code:code>/reports/<year:year>/edit/", reports.edit_report, name="report-edit"),
    path("<code:code>/reports/<year:year>/gap/", reports.claim_gap, name="report-gap"),
    path("<code:code>/reports/<year:year>/gap/accept/", reports.accept_gap, name="report-gap-accept"),
]
