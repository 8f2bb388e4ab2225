"""The home page: what is to be done today, and the way to everything else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.home import WELCOMES, list_duties, list_rounds


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the person's duties with counts that equal the lists they open."""
    context = {
        "welcome": WELCOMES[request.user.role],
        "duties": list_duties(request.user, at=timezone.now()),
        "rounds": list_rounds(request.user),
    }
    return render(request, "portal/home_page.html", context)
