"""All components in every variant, for those who build and judge the pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.views.guards import guarded_by
from portal.policies import may_see_components


@guarded_by(may_see_components)
def components(request: HttpRequest) -> HttpResponse:
    """Show the components; development installations only."""
    if not settings.SHOWS_COMPONENTS:
        raise Http404
    return render(request, "portal/components_page.html")
