"""The page of taxonomies: every version with its entries and marks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs
from complexes.models import IndustryField, Taxonomy


@require_GET
@needs(Permission.READ_POLICY)
def list_taxonomies(request: SignedInRequest) -> HttpResponse:
    """Show every version, those in force first within their scheme."""
    today = timezone.localdate()
    by_taxonomy: dict[int, dict[str, list[IndustryField]]] = {}
    for field in IndustryField.objects.order_by("position", "pk"):
        by_taxonomy.setdefault(field.taxonomy_id, {}).setdefault(field.tier, []).append(field)
    versions = [
        {
            "taxonomy": taxonomy,
            "is_in_force": taxonomy.is_valid_on(today),
            "tiers": list(by_taxonomy.get(taxonomy.pk, {}).items()),
        }
        for taxonomy in Taxonomy.objects.order_by("scheme", "-valid_from", "pk")
    ]
    return render(request, "complexes/taxonomy_list_page.html", {"versions": versions})
