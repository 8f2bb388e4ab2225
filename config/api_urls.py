"""Addresses of the REST interface, version 1."""

from django.urls import path, re_path

from accounts.api import districts
from common import converters  # noqa: F401 - registers <code：…>
from common.api.views import UnknownResource
from complexes.api import achievements, cases, complexes, memberships
from config.api_docs import ApiIndex, Documentation, Schema
from evaluation.api import rounds, scores
from indicators.api import filings, indicators, plans, progress, targets, values
from members.api import unit_reports, units
from tasks.api import needs, tackling_tasks

LISTS = {
    "districts": districts.DistrictList,
    "units": units.UnitList,
    "unit-reports": unit_reports.UnitReportList,
    "complexes": complexes.ComplexList,
    "memberships": memberships.MembershipList,
    "cases": cases.CaseList,
    "achievements": achievements.AchievementList,
    "tasks": tackling_tasks.TacklingTaskList,
    "needs": needs.NeedList,
    "plans": plans.PlanList,
    "indicators": indicators.IndicatorList,
    "targets": targets.TargetList,
    "filing-rounds": filings.FilingRoundList,
    "filings": filings.FilingList,
    "values": values.ValueList,
    "progress": progress.ProgressList,
    "evaluation-rounds": rounds.EvaluationRoundList,
    "scores": scores.ScoreList,
}
DETAILS = {
    "districts": districts.DistrictDetail,
    "units": units.UnitDetail,
    "complexes": complexes.ComplexDetail,
    "cases": cases.CaseDetail,
    "achievements": achievements.AchievementDetail,
    "tasks": tackling_tasks.TacklingTaskDetail,
    "needs": needs.NeedDetail,
    "plans": plans.PlanDetail,
    "indicators": indicators.IndicatorDetail,
    "targets": targets.TargetDetail,
    "filing-rounds": filings.FilingRoundDetail,
    "evaluation-rounds": rounds.EvaluationRoundDetail,
}

app_name = "api"
urlpatterns = [
    path("", ApiIndex.as_view(resources=tuple(LISTS)), name="index"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Documentation.as_view(), name="docs"),
    *(path(f"{name}/", view.as_view(), name=f"{name}-list") for name, view in LISTS.items()),
    *(path(f"{name}/<code:code>/", view.as_view(), name=f"{name}-detail") for name, view in DETAILS.items()),
    re_path(r"", UnknownResource.as_view(), name="unknown"),
]
