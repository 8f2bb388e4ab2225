"""The search page behind the box in the masthead."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.guards import SignedInRequest, reads_records
from portal.forms import SearchForm
from portal.search import is_long_enough, search


@reads_records
@require_safe
def show_hits(request: SignedInRequest) -> HttpResponse:
    """Show the records that the person may see and the query finds."""
    form = SearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    is_asked = is_long_enough(query)
    context = {
        "form": form,
        "search_query": query,
        "is_asked": is_asked,
        "groups": search(query, user=request.user) if is_asked else [],
    }
    return render(request, "portal/search_page.html", context)
