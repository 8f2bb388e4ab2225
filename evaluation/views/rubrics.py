"""A rubric's version as everybody concerned may read it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, reads_records
from evaluation.choices import RubricState
from evaluation.models import RubricVersion
from evaluation.scoring.rubric import parse_rubric


@require_safe
@reads_records
def rubric_detail(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Show items, marks and rules in words; drafts are read by those who follow evaluations only."""
    versions = RubricVersion.objects.select_related("rubric")
    if not request.user.holds(Permission.READ_EVALUATION):
        versions = versions.filter(state=RubricState.FROZEN)
    version = get_object_or_404(versions, rubric__code=code, number=number)
    rubric = parse_rubric(version.content)
    context = {
        "version": version,
        "rubric": rubric,
        "items": [{"item": item, "rule": item.rule.in_words(item.weight)} for item in rubric.items],
        "target_years": sorted(rubric.target_years.items()),
    }
    return render(request, "evaluation/rubric_detail.html", context)
