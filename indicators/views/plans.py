"""Plans, indicators and targets: what the policy asks for, with the clause and its wording."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs
from common.listing import list_rows
from common.metrics import get_metric
from indicators.forms.plans import IndicatorFilters, PlanTargetFilters, TargetFilters
from indicators.models import Indicator, Plan, Target
from indicators.plan_outline import group_sections, targets_by_year, with_warnings


@require_safe
@needs(Permission.READ_POLICY)
def plan_list(request: SignedInRequest) -> HttpResponse:
    """List the policy documents."""
    plans = Plan.objects.annotate(target_count=Count("targets")).order_by("-issued_on", "code")
    return render(request, "indicators/plan_list.html", {"plans": plans})


@require_safe
@needs(Permission.READ_POLICY)
def plan_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a plan's sectors, actions, tasks and departments; its targets by year with clause, wording, warnings."""
    plan = get_object_or_404(Plan, code=code)
    targets = plan.targets.select_related("indicator", "parent").prefetch_related(
        "citations", "baselines", "groups", "children__indicator"
    )
    filterset = PlanTargetFilters(request.GET or None, queryset=targets, request=request)
    counts = dict(plan.groups.annotate(count=Count("targets")).values_list("pk", "count"))
    context = {
        "plan": plan,
        "sections": group_sections(plan, counts),
        "filterset": filterset,
        "is_filtered": bool(request.GET),
        "years": targets_by_year(filterset.qs),
    }
    return render(request, "indicators/plan_detail.html", context)


@require_safe
@needs(Permission.READ_POLICY)
def indicator_list(request: SignedInRequest) -> HttpResponse:
    """List the indicators with their measure and definition."""
    indicators = Indicator.objects.order_by("defined_by__document", "position", "pk")
    listing = list_rows(request, IndicatorFilters, indicators)
    return render(request, "indicators/indicator_list.html", {"listing": listing})


@require_safe
@needs(Permission.READ_POLICY)
def indicator_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """Show an indicator's definition card, counting rule and targets."""
    indicator = get_object_or_404(Indicator.objects.select_related("defined_by"), code=code)
    targets = (
        indicator.targets.select_related("plan")
        .prefetch_related("citations", "baselines")
        .order_by("target_year", "pk")
    )
    context = {
        "indicator": indicator,
        "metric": get_metric(indicator.metric) if indicator.metric else None,
        "targets": targets,
    }
    return render(request, "indicators/indicator_detail.html", context)


@require_safe
@needs(Permission.READ_POLICY)
def target_list(request: SignedInRequest) -> HttpResponse:
    """List the targets of all plans."""
    targets = Target.objects.select_related("plan", "indicator").prefetch_related(
        "citations", "baselines", "children__indicator"
    )
    listing = list_rows(request, TargetFilters, targets.order_by("plan__code", "target_year", "position", "pk"))
    context = {"listing": listing, "rows": with_warnings(listing.page.object_list)}
    return render(request, "indicators/target_list.html", context)
