"""Input of the pages of complexes."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import District
from common.forms import PortalModelForm
from common.listing import PageFilterSet
from common.searching import found_by
from complexes.choices import ComplexKind, ComplexState
from complexes.models import IndustryField, InnovationComplex
from members.forms import UnitCodeField


class ComplexForm(PortalModelForm):
    # Any: this field has the name under which a form keeps all its fields.
    fields: Any = forms.ModelMultipleChoiceField(
        label="产业领域",
        queryset=IndustryField.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="可在多个分类体系中分别选择；只列出现行版本，已选的旧版本条目可以保留。",
    )
    co_districts = forms.ModelMultipleChoiceField(
        label="共建区县",
        required=False,
        queryset=District.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="共建区县可以查看，不能修改；数据只由填报区县填报，不重复计算。",
    )

    class Meta:
        model = InnovationComplex
        fields = ["name", "kind", "fields", "co_districts", "purpose"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "name": "综合体不是独立法人，由牵头单位与成员单位以合同约束组成。",
            "purpose": "建设目标、主攻方向与定位，2000字以内；提交申请前必填。",
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = IndustryField.objects.offered_to(self.instance, day=timezone.localdate())
        self.fields["fields"].queryset = offered
        self.fields["fields"].choices = _grouped_by_taxonomy(offered)
        self.fields["co_districts"].queryset = (
            District.objects.valid_on(timezone.localdate()).exclude(pk=user.district_id).in_order()
        )


def _grouped_by_taxonomy(fields: QuerySet[IndustryField]) -> list[tuple[str, list[tuple[int, str]]]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for field in fields:
        groups.setdefault(str(field.taxonomy), []).append((field.pk, field.name))
    return list(groups.items())


class NewComplexForm(ComplexForm):
    lead_unit = UnitCodeField(label="牵头单位代码")
    since = forms.DateField(label="组建日期", help_text="牵头单位开始牵头的日期，如合同签订日；不能晚于今天。")

    field_order = ["name", "kind", "lead_unit", "since", "fields", "co_districts", "purpose"]

    def cleaned_changes(self) -> dict[str, Any]:
        """Return what belongs to the complex itself."""
        changes = super().cleaned_changes()
        return {name: value for name, value in changes.items() if name not in {"lead_unit", "since"}}


class LeadChangeForm(PortalModelForm):
    unit_code = UnitCodeField(label="新牵头单位代码")
    on = forms.DateField(label="变更日期", help_text="新牵头单位开始牵头的日期，不能晚于今天。")
    stays = forms.BooleanField(label="原牵头单位继续作为核心成员", required=False, initial=True)
    reason = forms.CharField(
        label="变更理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="写明依据的决议或协议。"
    )

    class Meta:
        model = InnovationComplex
        fields: list[str] = []


def _districts(request: Any) -> QuerySet[District]:
    return District.objects.in_order()


def _fields(request: Any) -> QuerySet[IndustryField]:
    return IndustryField.objects.select_related("taxonomy").order_by("position", "pk")


class FieldFilterField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, obj: IndustryField) -> str:
        """Name the taxonomy too: the same field stands in several."""
        return f"{obj.name}（{obj.taxonomy}）"


class FieldFilter(django_filters.ModelChoiceFilter):
    field_class = FieldFilterField


class ComplexFilters(PageFilterSet):
    q = django_filters.CharFilter(label="名称或编号", method="search")
    kind = django_filters.ChoiceFilter(label="类型", choices=ComplexKind.choices)
    state = django_filters.ChoiceFilter(label="状态", choices=ComplexState.choices)
    district = django_filters.ModelChoiceFilter(
        label="填报区县", field_name="reporting_district", to_field_name="code", queryset=_districts
    )
    field = FieldFilter(label="产业领域", field_name="fields", to_field_name="code", queryset=_fields)

    def search(self, rows: QuerySet[InnovationComplex], name: str, value: str) -> QuerySet[InnovationComplex]:
        """Find by part of the name, its reading or initials, or the code."""
        return found_by(rows, value)
