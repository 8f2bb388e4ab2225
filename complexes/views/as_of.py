"""The page of a complex as it was on a past day, from the dates of its records; nothing can be done there."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render

from accounts.views.guards import SignedInRequest
from complexes.choices import ComplexState, DecisionState, MemberRole
from complexes.kinds import KINDS
from complexes.models import Achievement, GovernanceBody, GovernanceSeat, InnovationComplex
from members.models import Standing

_BEFORE = "尚未进入培育"


def as_of_page(
    request: SignedInRequest, innovation_complex: InnovationComplex, on: date, day_form: Any
) -> HttpResponse:
    """Show state, district, lead unit, members, contracts, governance and standings of a day."""
    rows = innovation_complex.memberships.on(on).select_related("unit__home_district", "contract")
    roles = list(MemberRole)
    members = sorted(rows, key=lambda member: (roles.index(MemberRole(member.role)), member.unit.code, member.pk))
    standings: dict[int, list[str]] = {}
    for standing in Standing.objects.on(on).filter(unit__in=[member.unit_id for member in members]).order_by("pk"):
        standings.setdefault(standing.unit_id, []).append(standing.get_kind_display())
    counted = dict(
        Achievement.objects.current()
        .filter(innovation_complex=innovation_complex, happened_on__lte=on)
        .values_list("kind")
        .annotate(rows=Count("pk"))
        .order_by("kind")
    )
    context = {
        "innovation_complex": innovation_complex,
        "on": on,
        "day_form": day_form,
        "state": _state_on(innovation_complex, on),
        "district": innovation_complex.district_on(on),
        "lead": next((member for member in members if member.is_lead), None),
        "members": [(member, "、".join(standings.get(member.unit_id, []))) for member in members],
        "contracts": innovation_complex.contracts.current()
        .filter(Q(expires_on__isnull=True) | Q(expires_on__gt=on), signed_on__lte=on)
        .order_by("signed_on", "pk"),
        "bodies": GovernanceBody.objects.on(on).filter(innovation_complex=innovation_complex).order_by("kind", "pk"),
        "seats": GovernanceSeat.objects.on(on)
        .filter(body__innovation_complex=innovation_complex)
        .select_related("body", "unit")
        .order_by("body__kind", "pk"),
        "achievements": [(kind.label, counted[code]) for code, kind in KINDS.items() if code in counted],
    }
    return render(request, "complexes/complex_as_of_page.html", context)


def _state_on(innovation_complex: InnovationComplex, on: date) -> str:
    """Return the state by the last confirmed decision or recorded date up to the day, in words."""
    dated = [
        (innovation_complex.cultivated_on, ComplexState.CULTIVATING),
        (innovation_complex.recognised_on, ComplexState.RECOGNISED),
        (innovation_complex.exited_on, ComplexState.EXITED),
    ]
    decisions = innovation_complex.decisions.filter(state=DecisionState.CONFIRMED, decided_on__lte=on)
    dated += [(decided_on, ComplexState(state)) for decided_on, state in _ordered(decisions)]
    reached = [(day, place, state) for place, (day, state) in enumerate(dated) if day is not None and day <= on]
    return str(max(reached)[2].label) if reached else _BEFORE


def _ordered(decisions: Any) -> Any:
    return decisions.order_by("decided_on", "pk").values_list("decided_on", "to_state")
