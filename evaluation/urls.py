from django.urls import path

from evaluation.views import judgements, rounds, rubrics, runs, sheets

app_name = "evaluation"

_RUN = "<str:code>/runs/<int:number>/"

urlpatterns = [
    path("", rounds.round_list, name="round-list"),
    path("rubrics/<str:code>/<int:number>/", rubrics.rubric_detail, name="rubric-detail"),
    path("<str:code>/", rounds.round_detail, name="round-detail"),
    path("<str:code>/start/", runs.run_start, name="run-start"),
    path("<str:code>/judgements/<str:complex_code>/<str:item_code>/", judgements.judgement_edit, name="judgement-edit"),
    path(_RUN, runs.run_detail, name="run-detail"),
    path(_RUN + "progress/", runs.run_progress, name="run-progress"),
    path(_RUN + "release/", runs.run_release, name="run-release"),
    path(_RUN + "sheets/<str:complex_code>/", sheets.sheet_detail, name="sheet-detail"),
]
