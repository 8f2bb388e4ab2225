"""Input of the pages of units and reports."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import District
from common.credit_codes import CREDIT_CODE_LENGTH, check_credit_code, normalise_credit_code
from common.forms import PortalForm, PortalModelForm
from common.listing import PageFilterSet
from common.searching import found_by
from members.choices import GapReason, ReportState, UnitKind
from members.models import Standing, Unit, UnitReport
from members.querysets import UnitQuerySet, UnitReportQuerySet
from members.validation import FIRST_REPORT_YEAR

_LARGEST_STAFF = 9_999_999


class CreditCodeField(forms.CharField):
    """A credit code in any typing, brought into its one form and checked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> str | None:
        code = super().clean(value)
        if not code:
            return None
        code = normalise_credit_code(code)
        check_credit_code(code)
        return code


class UnitCodeField(forms.CharField):
    """The exact code of a unit anywhere in the city; becomes the unit.

    No list offers units of other districts, so a unit is named by the code on its licence.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", "填写统一社会信用代码（18位）或内部代码（如 U-00001）；可先用“按代码查找单位”核对。"
        )
        super().__init__(max_length=60, **kwargs)
        self.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> Unit | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = Unit.objects.filter(Q(code=typed.strip().upper()) | Q(code=normalise_credit_code(typed))).first()
        if found is None:
            raise ValidationError(
                f"“{self.label}”：没有代码为“{typed.strip()}”的单位。请核对代码；尚未登记的单位，请先由其所在区县登记。",
                code="unknown",
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Unit) else value


class UnitForm(PortalModelForm):
    credit_code = CreditCodeField(
        label="统一社会信用代码",
        required=False,
        max_length=CREDIT_CODE_LENGTH * 2,
        help_text="18位，按营业执照填写，全角和小写会自动转换。没有统一社会信用代码的单位请留空，系统给出内部代码。",
    )

    class Meta:
        model = Unit
        fields = ["name", "kind", "credit_code"]
        help_texts = {
            "name": "按营业执照或法人证书填写全称。",
            "kind": "研发投入强度和新产品占比只统计企业；高等学校、科研机构另行列示。",
        }


class UnitFindForm(PortalForm):
    code = UnitCodeField(label="单位代码")


def _money(label: str, help_text: str) -> forms.DecimalField:
    return _figure(
        forms.DecimalField(
            label=label, help_text=help_text, required=False, min_value=0, max_digits=16, decimal_places=2
        ),
        "万元",
    )


def _people(label: str, help_text: str) -> forms.IntegerField:
    return _figure(
        forms.IntegerField(label=label, help_text=help_text, required=False, min_value=0, max_value=_LARGEST_STAFF),
        "人",
    )


def _figure(field: Any, measure_unit: str) -> Any:
    # A text input keeps what was typed, also full-width digits, until the form has normalised it.
    field.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    field.measure_unit = measure_unit
    return field


class ReportForm(PortalModelForm):
    revenue_wan_yuan = _money(
        "营业收入", "全年营业收入，与年度财务报表一致。不掌握请留空：留空表示未知，0 表示确为零。"
    )
    rd_wan_yuan = _money(
        "研发经费内部支出",
        "单位内部开展研发活动的实际支出（研究与试验发展统计口径），不含委托外单位的支出。"
        "没有开展研发的填 0，不掌握请留空。",
    )
    new_product_sales_wan_yuan = _money(
        "新产品销售收入",
        "采用新技术原理、新设计构思，或在结构、材质、工艺等方面有明显改进的产品的销售收入，包含在营业收入之内。"
        "没有新产品的填 0，不掌握请留空。",
    )
    staff = _people("年末从业人员", "12月31日在岗人数。不掌握请留空。")
    rd_staff = _people("研发人员", "从业人员中从事研发活动的人数。没有的填 0，不掌握请留空。")

    class Meta:
        model = UnitReport
        fields = list(UnitReport.FIGURES)


class GapForm(PortalModelForm):
    gap_reason = forms.ChoiceField(label="无数据原因", choices=[("", "请选择"), *GapReason.choices])

    class Meta:
        model = UnitReport
        fields = ["gap_reason", "gap_note"]
        help_texts = {"gap_note": "说明具体情况，如注销日期、催报经过；原因为“其他”时必填。"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("gap_reason") == GapReason.OTHER and not cleaned.get("gap_note"):
            self.add_error("gap_note", "“无数据说明”未填写。原因为“其他”时，请说明具体情况。")
        return cleaned


def _year_choices() -> list[tuple[Any, str]]:
    years = range(timezone.localdate().year, FIRST_REPORT_YEAR - 1, -1)
    return [("", "全部"), *((year, f"{year}年") for year in years)]


class StandingForm(PortalModelForm):
    class Meta:
        model = Standing
        fields = ["kind", "number", "valid_from", "valid_to"]
        help_texts = {"valid_to": "从这一天起不再具有该称号；仍有效且未注明期限的请留空。"}


class StandingReasonForm(PortalForm):
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def _districts(request: Any) -> QuerySet[District]:
    return District.objects.in_order()


class UnitFilters(PageFilterSet):
    q = django_filters.CharFilter(label="名称或代码", method="search")
    kind = django_filters.ChoiceFilter(label="单位类别", choices=UnitKind.choices)
    district = django_filters.ModelChoiceFilter(
        label="所在区县", field_name="home_district", to_field_name="code", queryset=_districts
    )
    without_report = django_filters.TypedChoiceFilter(
        label="成员企业缺年报", choices=_year_choices, coerce=int, empty_value=None, method="lacking"
    )

    def search(self, rows: QuerySet[Unit], name: str, value: str) -> QuerySet[Unit]:
        """Find by part of the name, its reading or initials, or the code."""
        return found_by(rows, value)

    def lacking(self, rows: UnitQuerySet, name: str, value: int | None) -> UnitQuerySet:
        """Find member enterprises without a report of the year."""
        return rows.without_report(value) if value else rows


class ReportFilters(PageFilterSet):
    q = django_filters.CharFilter(label="单位名称或代码", method="search")
    year = django_filters.TypedChoiceFilter(label="年度", choices=_year_choices, coerce=int, empty_value=None)
    state = django_filters.ChoiceFilter(label="状态", choices=ReportState.choices)
    missing = django_filters.ChoiceFilter(label="数据完整性", choices=[("yes", "有缺项")], method="lacking")
    district = django_filters.ModelChoiceFilter(
        label="所在区县", field_name="unit__home_district", to_field_name="code", queryset=_districts
    )

    def search(self, rows: QuerySet[UnitReport], name: str, value: str) -> QuerySet[UnitReport]:
        """Find by part of the unit's name or code."""
        return rows.filter(
            Q(unit__name__icontains=value.strip())
            | Q(unit__code__icontains=value.strip())
            | Q(unit__code__icontains=normalise_credit_code(value))
        )

    def lacking(self, rows: UnitReportQuerySet, name: str, value: str) -> UnitReportQuerySet:
        """Find reports that lack a figure."""
        return rows.incomplete() if value else rows
