"""The address that watchers ask."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.jobs.health import Health, examine


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Tell whether the portal works: 200, also if only a part is missing; 503 if no page can be served."""
    report = examine(at=timezone.now())
    parts = {part.name: {"state": part.state, "age_seconds": part.age_seconds} for part in report.parts}
    status = 503 if report.state == Health.DOWN else 200
    return JsonResponse({"state": report.state, "parts": parts}, status=status)
