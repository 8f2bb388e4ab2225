"""All components in every variant, for those who build and judge the pages."""

from decimal import Decimal

import django_filters
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.choices import DistrictKind
from accounts.models import District
from accounts.views.guards import SignedInRequest, guarded_by
from common.forms import PortalForm
from common.refusals import Refused
from indicators.choices import FilingState, ProgressStatus
from portal.policies import may_see_components

_ICONS = [
    *(
        "home",
        "complex",
        "unit",
        "report",
        "task",
        "need",
        "case",
        "achievement",
        "taxonomy",
        "decision",
        "filing",
        "plan",
        "target",
        "progress",
    ),
    *("evaluation", "api", "settings", "palette", "user", "key", "sign-out", "menu", "search", "add", "edit", "lock"),
    *("previous", "next", "empty", "tone-green", "tone-blue", "tone-yellow", "tone-red", "tone-secondary"),
]


class SampleForm(PortalForm):
    """A field of every kind."""

    name = forms.CharField(label="单位名称", max_length=20, help_text="与营业执照一致的全称。")
    revenue = forms.DecimalField(label="营业收入（万元）", max_digits=16, decimal_places=2, min_value=0)
    joined_on = forms.DateField(label="加入日期", help_text="以合同签订日期为准。")
    kind = forms.ChoiceField(label="类别", choices=DistrictKind.choices)
    levels = forms.MultipleChoiceField(
        label="涉及范围", choices=DistrictKind.choices, widget=forms.CheckboxSelectMultiple
    )
    answer = forms.ChoiceField(label="是否采纳", choices=[("yes", "采纳"), ("no", "不采纳")], widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    is_agreed = forms.BooleanField(label="已核对原始材料", required=False)


class SampleFilterSet(django_filters.FilterSet):
    """Filters of a list."""

    name = django_filters.CharFilter(label="名称", lookup_expr="contains")
    kind = django_filters.ChoiceFilter(label="类别", choices=DistrictKind.choices, empty_label="全部")

    class Meta:
        model = District
        fields = ["name", "kind"]


@require_safe
@guarded_by(may_see_components)
def components(request: SignedInRequest) -> HttpResponse:
    """Show the components; development installations only."""
    if not settings.SHOWS_COMPONENTS:
        raise Http404
    wrong = SampleForm({"name": "演示", "revenue": "约1200万元", "joined_on": "2025-13-01", "kind": "country"})
    states = [*FilingState, *ProgressStatus]
    context = {
        "states": [{"state": state.value, "label": state.label} for state in states],
        "refusal": Refused(
            "incomplete",
            "填报尚不完整，不能提交。请逐项补齐后重新提交。",
            [("单位年报", "演示企业甲缺少2025年年报。请填报，或说明无数据的原因。"), ("责任人", "尚未填写责任人。")],
        ),
        "stale_fields": [{"label": "单位名称", "typed": "演示企业甲", "current": "演示企业甲（集团）"}],
        "wrong_form": wrong,
        "filterset": SampleFilterSet(request.GET or None, queryset=District.objects.none(), request=request),
        "page": Paginator(range(60), 25).page(2),
        "figures": [
            {"year": 2024, "value": Decimal("2.1234"), "target": None, "state": "met", "label": "已达成"},
            {"year": 2025, "value": Decimal("2.6667"), "target": Decimal(2), "state": "on_track", "label": "进度正常"},
            {"year": 2026, "value": None, "target": Decimal(3), "state": "no_data", "label": "暂无审定数据"},
        ],
        "signing_out": reverse("accounts:sign-out"),
        "icons": _ICONS,
    }
    return render(request, "portal/components_page.html", context)
