"""Shares of targets: the grid of complexes, and the commission's page for one share."""

from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from common.listing import list_rows
from common.refusals import Refused
from complexes.models import InnovationComplex
from indicators import shares
from indicators.actions import shares as actions
from indicators.forms.plans import ShareFilters, ShareForm
from indicators.models import ComplexTarget, Plan, Target
from indicators.policies import shares as policies


@require_safe
@reads_records
def share_list(request: SignedInRequest) -> HttpResponse:
    """Show complexes × targets of one plan; city-wide readers also see how far the shares cover each target."""
    plans = Plan.objects.filter(targets__planned_complexes__isnull=False).distinct().order_by("code")
    plan = plans.filter(code=request.GET["plan"]).first() if request.GET.get("plan") else plans.first()
    if plan is None:
        raise Http404
    complexes = InnovationComplex.objects.visible_to(request.user).filter(recognised_on__isnull=False)
    rows = complexes.select_related("reporting_district").order_by("code")
    listing = list_rows(request, ShareFilters, rows)
    targets = shares.shared_targets(plan)
    found = shares.all_shares(plan=plan, complexes=listing.page.object_list, targets=targets)
    may_edit = bool(policies.may_edit_shares(request.user))
    grid = [
        (row, [{"target": target, "share": found.get((row.pk, target)), "may_edit": may_edit} for target in targets])
        for row in listing.page.object_list
    ]
    context = {
        "plan": plan,
        "listing": listing,
        "families": [list(family) for _, family in groupby(targets, key=lambda row: row.indicator_id)],
        "grid": grid,
        "coverings": shares.covering(plan) if request.user.may_read_city else [],
    }
    return render(request, "indicators/share_list.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_TARGETS)
def share_edit(request: SignedInRequest, target_code: str, complex_code: str) -> HttpResponse:
    """Set a share in the place of the default one."""
    target, innovation_complex = _find(request, target_code, complex_code)
    form = _form(request.POST or None, target, innovation_complex)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_share(
                target=target,
                innovation_complex=innovation_complex,
                value=form.cleaned_data["value"],
                reason=form.cleaned_data["reason"],
                expected_revision=form.expected_revision,
                by=request.user,
                at=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refusal:
            context["refusal"], status = refusal, refusal.status
            if refusal.code == "stale":
                context["stale_fields"] = form.stale_fields(_current(target, innovation_complex))
        else:
            messages.success(request, f"分解目标已保存。{_covering_sentence(target)}")
            return redirect(_grid_address(target))
    return render(
        request, "indicators/share_form.html", _with_share(context, target, innovation_complex), status=status
    )


@require_POST
@needs(Permission.EDIT_TARGETS)
def share_reset(request: SignedInRequest, target_code: str, complex_code: str) -> HttpResponse:
    """Return to the default share."""
    target, innovation_complex = _find(request, target_code, complex_code)
    typed = request.POST.get("revision", "")
    try:
        actions.reset_share(
            target=target,
            innovation_complex=innovation_complex,
            expected_revision=int(typed[:9]) if typed.isascii() and typed.isdigit() else -2,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        form = _form(None, target, innovation_complex)
        context = _with_share({"form": form, "refusal": refusal}, target, innovation_complex)
        return render(request, "indicators/share_form.html", context, status=refusal.status)
    messages.success(request, f"已恢复默认分解。{_covering_sentence(target)}")
    return redirect(_grid_address(target))


def _form(data: Any, target: Target, innovation_complex: InnovationComplex) -> ShareForm:
    """Return the form of the override, or one that begins with the default share."""
    record = _current(target, innovation_complex)
    return ShareForm(data, instance=record, measure_unit=target.indicator.measure_unit)


def _find(request: SignedInRequest, target_code: str, complex_code: str) -> tuple[Target, InnovationComplex]:
    target = get_object_or_404(Target.objects.select_related("plan", "indicator"), code=target_code)
    complexes = InnovationComplex.objects.visible_to(request.user)
    return target, get_object_or_404(complexes, code=complex_code)


def _override(target: Target, innovation_complex: InnovationComplex) -> ComplexTarget | None:
    return ComplexTarget.objects.filter(target=target, innovation_complex=innovation_complex).first()


def _current(target: Target, innovation_complex: InnovationComplex) -> ComplexTarget:
    """Return the record as it stands, or one that says what the default share is."""
    held = _override(target, innovation_complex)
    if held is not None:
        return held
    share = shares.all_shares(plan=target.plan, complexes=[innovation_complex]).get((innovation_complex.pk, target))
    return ComplexTarget(
        target=target,
        innovation_complex=innovation_complex,
        value=share.value if share else Decimal(0),
        reason="",
        revision=actions.NO_OVERRIDE,
    )


def _with_share(context: dict[str, Any], target: Target, innovation_complex: InnovationComplex) -> dict[str, Any]:
    found = shares.all_shares(plan=target.plan, complexes=[innovation_complex])
    return {
        **context,
        "target": target,
        "innovation_complex": innovation_complex,
        "share": found.get((innovation_complex.pk, target)),
        "covering": _covering_sentence(target),
        "grid_url": _grid_address(target),
    }


def _covering_sentence(target: Target) -> str:
    """Say by how much the shares of today's complexes cover the city's target or fall short."""
    sentences = (row.sentence for row in shares.covering(target.plan) if row.target == target)
    return next(sentences, "比率不相加，不作覆盖检查。")


def _grid_address(target: Target) -> str:
    return f"{reverse('indicators:share-list')}?plan={target.plan.code}"
