"""Addresses of complexes, their members and decisions, and of cases."""

from django.urls import path

from common import converters  # noqa: F401 - registers <code:…>
from complexes.views import cases

app_name = "complexes"
urlpatterns = [
    path("cases/", cases.list_cases, name="case-list"),
    path("cases/new/", cases.enter_case, name="case-new"),
    path("cases/<code:code>/", cases.show_case, name="case-detail"),
    path("cases/<code:code>/edit/", cases.edit_case, name="case-edit"),
    path("cases/<code:code>/moves/<slug:move>/", cases.move_case, name="case-move"),
    path("cases/<code:code>/share/", cases.share_case, name="case-share"),
    path(
        "cases/<code:code>/parts/<code:complex_code>/confirm/",
        cases.confirm_case_part,
        name="case-participation-confirm",
    ),
    path(
        "cases/<code:code>/parts/<code:complex_code>/withdraw/",
        cases.withdraw_case_part,
        name="case-participation-withdraw",
    ),
]
