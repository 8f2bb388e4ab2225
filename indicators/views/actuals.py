"""Pages of values that no ledger gives: list by plan and year, entry, approval by a second person, withdrawal."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs
from common.listing import list_rows
from common.pages import answer_form
from common.refusals import Refused
from common.revisions import typed_revision
from indicators.actions import actuals as actions
from indicators.forms.actuals import ActualFilters, ActualForm, ReasonForm, plans_by_hand
from indicators.models import Actual
from indicators.policies import actuals as policies


@require_safe
@needs(Permission.READ_POLICY)
def actual_list(request: SignedInRequest) -> HttpResponse:
    """List the values with source and status."""
    rows = Actual.objects.visible_to(request.user).select_related("indicator", "entered_by", "approved_by")
    listing = list_rows(
        request, ActualFilters, rows.order_by("indicator__position", "indicator", "scope", "year", "pk")
    )
    may_enter = bool(policies.may_enter_actuals(request.user))
    return render(request, "indicators/actual_list.html", {"listing": listing, "may_enter": may_enter})


@require_safe
@needs(Permission.READ_POLICY)
def actual_detail(request: SignedInRequest, actual_id: int) -> HttpResponse:
    """Show one value with its source and who entered and approved it."""
    return _detail_page(request, _visible_actual(request, actual_id))


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_TARGETS)
def actual_new(request: SignedInRequest) -> HttpResponse:
    """Enter a value."""
    plan = plans_by_hand().filter(code=request.GET.get("plan", "")).first()
    return answer_form(
        request,
        ActualForm(request.POST or None, plan=plan),
        lambda form: actions.enter_actual(values=form.cleaned_changes(), by=request.user, at=timezone.now()),
        template="indicators/actual_form.html",
        context={},
        done="实际值已录入，待市级另一位人员审核后计入目标进展。",
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_TARGETS)
def actual_edit(request: SignedInRequest, actual_id: int) -> HttpResponse:
    """Change a preliminary value."""
    actual = _visible_actual(request, actual_id)
    verdict = policies.may_change_actual(request.user, actual)
    if not verdict:
        return _detail_page(request, actual, Refused(verdict.code, verdict.sentence))
    return answer_form(
        request,
        ActualForm(request.POST or None, instance=actual),
        lambda form: actions.change_actual(
            actual=_visible_actual(request, actual_id),
            values=form.cleaned_changes(),
            expected_revision=form.expected_revision,
            by=request.user,
            at=timezone.now(),
        ),
        template="indicators/actual_form.html",
        context={"actual": _visible_actual(request, actual_id)},
        done="实际值已修改，待市级另一位人员审核。",
        current=lambda: _visible_actual(request, actual_id),
    )


@require_POST
@needs(Permission.APPROVE_AS_COMMISSION)
def actual_approve(request: SignedInRequest, actual_id: int) -> HttpResponse:
    """Approve a preliminary value as a second person."""
    actual = _visible_actual(request, actual_id)
    try:
        actions.approve_actual(
            actual=actual, expected_revision=typed_revision(request.POST), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _detail_page(request, _visible_actual(request, actual_id), refusal)
    messages.success(request, "实际值已终审，计入目标进展。")
    return redirect(actual)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_TARGETS)
def actual_withdraw(request: SignedInRequest, actual_id: int) -> HttpResponse:
    """Withdraw a value with a reason."""
    return _answer_reason(
        request, actual_id, actions.withdraw_actual, title="撤销实际值", done="实际值已撤销，不再计入目标进展。"
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_TARGETS)
def actual_restore(request: SignedInRequest, actual_id: int) -> HttpResponse:
    """Take a withdrawal back with a reason."""
    return _answer_reason(
        request, actual_id, actions.restore_actual, title="恢复实际值", done="实际值已恢复为初步，须重新审核。"
    )


def _answer_reason(
    request: SignedInRequest, actual_id: int, act: Callable[..., Actual], *, title: str, done: str
) -> HttpResponse:
    actual = _visible_actual(request, actual_id)
    return answer_form(
        request,
        ReasonForm(request.POST or None, initial={"revision": actual.revision}),
        lambda form: act(
            actual=actual,
            reason=form.cleaned_data["reason"],
            expected_revision=form.expected_revision,
            by=request.user,
            at=timezone.now(),
        ),
        template="indicators/actual_reason.html",
        context={"actual": actual, "title": title},
        done=done,
    )


def _visible_actual(request: SignedInRequest, actual_id: int) -> Actual:
    rows = Actual.objects.visible_to(request.user).select_related(
        "indicator", "entered_by", "approved_by", "withdrawn_by"
    )
    return get_object_or_404(rows, pk=actual_id)


def _detail_page(request: SignedInRequest, actual: Actual, refusal: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "actual": actual,
        "targets": actual.indicator.targets.filter(scope=actual.scope).select_related("plan", "indicator"),
        "may_change": policies.may_change_actual(request.user, actual),
        "may_approve": policies.may_approve_actual(request.user, actual),
        "may_withdraw": policies.may_withdraw_actual(request.user, actual),
        "may_restore": policies.may_restore_actual(request.user, actual),
        "refusal": refusal,
    }
    return render(request, "indicators/actual_detail.html", context, status=refusal.status if refusal else 200)
