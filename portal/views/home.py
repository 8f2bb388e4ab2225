"""The home page: what is to be done today, and the way to everything else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.home import list_duties


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the person's duties with counts that equal the lists they open."""
    duties = list_duties(request.user, at=timezone.now())
    return render(request, "portal/home.html", {"duties": duties})
