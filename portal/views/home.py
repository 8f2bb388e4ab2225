"""The home page: what is to be done today, and the way to everything else."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.choices import Role
from accounts.views.guards import SignedInRequest, signed_in
from portal.home import WELCOMES, list_duties, list_rounds


@require_safe
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """Show the person's duties with counts that equal the lists they open."""
    at = timezone.now()
    context = {
        "welcome": WELCOMES[Role(request.user.role)],
        "duties": list_duties(request.user, at=at),
        "rounds": list_rounds(request.user, at=at),
    }
    return render(request, "portal/home_page.html", context)
