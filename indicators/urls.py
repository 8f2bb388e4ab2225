from django.urls import path

from common import converters  # noqa: F401 - registers <code：…>
from indicators.views import actuals, figures, filings, plans, reviews, rounds, shares

app_name = "indicators"

_FILING = "filings/<code:round_code>/<code:code>/"

_filing_urls = [
    path("filings/", filings.filing_list, name="filing-list"),
    path(_FILING, filings.filing_detail, name="filing-detail"),
    path(_FILING + "edit/", filings.filing_edit, name="filing-edit"),
    path(_FILING + "check/", filings.filing_check, name="filing-check"),
    path(_FILING + "submit/", filings.filing_submit, name="filing-submit"),
    path(_FILING + "withdraw/", filings.filing_withdraw, name="filing-withdraw"),
    path(_FILING + "begin-review/", reviews.filing_begin_review, name="filing-begin-review"),
    path(_FILING + "return/", reviews.filing_return, name="filing-return"),
    path(_FILING + "approve/", reviews.filing_approve, name="filing-approve"),
    path(_FILING + "remarks/<int:remark_id>/", filings.remark_answer, name="filing-remark-answer"),
    path(_FILING + "versions/<int:number>/", figures.filing_version, name="filing-version"),
    path(_FILING + "versions/<int:number>/figures/<code:indicator_code>/", figures.figure_rows, name="figure-rows"),
    path(_FILING + "figures/<code:indicator_code>/", figures.figure_rows, name="figure-rows"),
    path("rounds/", rounds.round_list, name="round-list"),
    path("rounds/<code:round_code>/open/", rounds.round_open, name="round-open"),
    path("rounds/<code:round_code>/extend/", rounds.round_extend, name="round-extend"),
]

_SHARE = "shares/<code:target_code>/<code:complex_code>/"

_plan_urls = [
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/<code:code>/", plans.plan_detail, name="plan-detail"),
    path("definitions/", plans.indicator_list, name="indicator-list"),
    path("definitions/<code:code>/", plans.indicator_detail, name="indicator-detail"),
    path("targets/", plans.target_list, name="target-list"),
    path("shares/", shares.share_list, name="share-list"),
    path(_SHARE + "edit/", shares.share_edit, name="share-edit"),
    path(_SHARE + "reset/", shares.share_reset, name="share-reset"),
]

_actual_urls = [
    path("actuals/", actuals.actual_list, name="actual-list"),
    path("actuals/new/", actuals.actual_new, name="actual-new"),
    path("actuals/<int:actual_id>/", actuals.actual_detail, name="actual-detail"),
    path("actuals/<int:actual_id>/edit/", actuals.actual_edit, name="actual-edit"),
    path("actuals/<int:actual_id>/approve/", actuals.actual_approve, name="actual-approve"),
    path("actuals/<int:actual_id>/withdraw/", actuals.actual_withdraw, name="actual-withdraw"),
    path("actuals/<int:actual_id>/restore/", actuals.actual_restore, name="actual-restore"),
]

urlpatterns = [*_filing_urls, *_plan_urls, *_actual_urls]
