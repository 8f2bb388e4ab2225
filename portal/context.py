"""What every page needs: the navigation of the person's role."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the entries that the person may open."""
    return {}
