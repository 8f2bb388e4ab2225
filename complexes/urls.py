"""Addresses of complexes, their members and decisions, of cases and of achievements."""

from django.urls import path

from common import converters  # noqa: F401 - registers <code：…>
from complexes.views import achievements, cases, complexes, decisions, governance, memberships, taxonomies

app_name = "complexes"
urlpatterns = [
    path("", complexes.list_complexes, name="complex-list"),
    path("new/", complexes.create_complex, name="complex-new"),
    path("decisions/", decisions.list_decisions, name="decision-list"),
    path("decisions/<int:decision_id>/confirm/", decisions.confirm_decision, name="decision-confirm"),
    path("decisions/<int:decision_id>/drop/", decisions.drop_decision, name="decision-drop"),
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
    path("taxonomies/", taxonomies.list_taxonomies, name="taxonomy-list"),
    path("achievements/", achievements.list_achievements, name="achievement-list"),
    path("achievements/new/", achievements.enter_achievement, name="achievement-new"),
    path("achievements/<code:code>/", achievements.show_achievement, name="achievement-detail"),
    path("achievements/<code:code>/edit/", achievements.edit_achievement, name="achievement-edit"),
    path("achievements/<code:code>/moves/<slug:move>/", achievements.move_achievement, name="achievement-move"),
    path("achievements/<code:code>/share/", achievements.share_achievement, name="achievement-share"),
    path(
        "achievements/<code:code>/parts/<code:complex_code>/confirm/",
        achievements.confirm_achievement_part,
        name="achievement-participation-confirm",
    ),
    path(
        "achievements/<code:code>/parts/<code:complex_code>/withdraw/",
        achievements.withdraw_achievement_part,
        name="achievement-participation-withdraw",
    ),
    path("<code:code>/", complexes.show_complex, name="complex-detail"),
    path("<code:code>/edit/", complexes.edit_complex, name="complex-edit"),
    path("<code:code>/apply/", complexes.submit_application, name="complex-apply"),
    path("<code:code>/lead/", complexes.change_lead, name="lead-change"),
    path("<code:code>/members/new/", memberships.add_member, name="membership-new"),
    path("<code:code>/members/<int:membership_id>/edit/", memberships.edit_membership, name="membership-edit"),
    path("<code:code>/members/<int:membership_id>/end/", memberships.end_membership, name="membership-end"),
    path("<code:code>/contracts/new/", memberships.add_contract, name="contract-new"),
    path("<code:code>/governance/", governance.show_governance, name="governance"),
    path("<code:code>/records/<slug:section>/new/", governance.enter_record, name="complex-record-new"),
    path(
        "<code:code>/records/<slug:section>/<int:record_id>/edit/",
        governance.edit_record,
        name="complex-record-edit",
    ),
    path(
        "<code:code>/records/<slug:section>/<int:record_id>/withdraw/",
        governance.withdraw_record,
        name="complex-record-withdraw",
    ),
    path("<code:code>/decisions/new/", decisions.propose_decision, name="decision-propose"),
]
