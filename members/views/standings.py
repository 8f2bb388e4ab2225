"""Pages of a unit's standings: register, end or correct, withdraw and restore."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs
from common.pages import answer_form
from members import policies
from members.actions import standings
from members.forms import StandingForm, StandingReasonForm
from members.models import Standing, Unit

_FORM = "members/standing_form_page.html"


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def add_standing(request: SignedInRequest, code: str) -> HttpResponse:
    """Register a standing of the unit."""
    unit = _own_unit(request, code)
    return answer_form(
        request,
        StandingForm(request.POST or None),
        lambda form: (
            standings.add_standing(unit=unit, changes=form.cleaned_changes(), by=request.user, at=timezone.now()).unit
        ),
        template=_FORM,
        context={"unit": unit, "title": "登记资质称号"},
        done="资质称号已登记。",
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_standing(request: SignedInRequest, code: str, standing_id: int) -> HttpResponse:
    """End the standing or correct it."""
    unit = _own_unit(request, code)
    standing = get_object_or_404(unit.standings.select_related("unit"), pk=standing_id)
    return answer_form(
        request,
        StandingForm(request.POST or None, instance=get_object_or_404(unit.standings, pk=standing_id)),
        lambda form: (
            standings.change_standing(
                standing=standing,
                changes=form.cleaned_changes(),
                expected_revision=form.expected_revision,
                by=request.user,
                at=timezone.now(),
            ).unit
        ),
        template=_FORM,
        context={"unit": unit, "title": f"编辑资质称号：{standing.get_kind_display()}"},
        done="修改已保存。",
        current=lambda: Standing.objects.get(pk=standing_id),
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def withdraw_standing(request: SignedInRequest, code: str, standing_id: int) -> HttpResponse:
    """Withdraw the standing with a reason, or restore one that is withdrawn."""
    unit = _own_unit(request, code)
    standing = get_object_or_404(unit.standings.select_related("unit"), pk=standing_id)
    is_withdrawn = standing.is_withdrawn
    verb, act = ("恢复", standings.restore_standing) if is_withdrawn else ("撤销", standings.withdraw_standing)
    return answer_form(
        request,
        StandingReasonForm(request.POST or None),
        lambda form: (
            act(standing=standing, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()).unit
        ),
        template=_FORM,
        context={"unit": unit, "title": f"{verb}资质称号：{standing.get_kind_display()}"},
        done=f"已{verb}。",
    )


def _own_unit(request: SignedInRequest, code: str) -> Unit:
    """Return a unit that the person sees and edits. Raises: Http404, PermissionDenied."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user).select_related("home_district"), code=code)
    verdict = policies.may_edit_unit(request.user, unit)
    if not verdict:
        raise PermissionDenied(verdict.sentence)
    return unit
