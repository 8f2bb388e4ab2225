from django.urls import path

from common import converters  # noqa: F401 - registers <code：…>
from evaluation.views import judgements, rounds, rubrics, runs, sheets

app_name = "evaluation"

_RUN = "<code:code>/runs/<int:number>/"

urlpatterns = [
    path("", rounds.round_list, name="round-list"),
    path("rubrics/<code:code>/<int:number>/", rubrics.rubric_detail, name="rubric-detail"),
    path("<code:code>/", rounds.round_detail, name="round-detail"),
    path("<code:code>/start/", runs.run_start, name="run-start"),
    path(
        "<code:code>/judgements/<code:complex_code>/<code:item_code>/", judgements.judgement_edit, name="judgement-edit"
    ),
    path(_RUN, runs.run_detail, name="run-detail"),
    path(_RUN + "progress/", runs.run_progress, name="run-progress"),
    path(_RUN + "release/", runs.run_release, name="run-release"),
    path(_RUN + "sheets/<code:complex_code>/", sheets.sheet_detail, name="sheet-detail"),
]
