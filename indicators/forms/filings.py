"""Page input of filings: texts, answers, remarks, opinions, filters."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import District, User
from common.forms import PortalForm, PortalModelForm
from indicators.actions.reviews import NewRemark
from indicators.actions.rounds import closing_time
from indicators.choices import FilingState
from indicators.models import Filing, FilingRound, Remark
from indicators.querysets import FilingQuerySet
from indicators.validation.filings import cell_names


class FilingForm(PortalModelForm):
    """Texts of the working copy and the responsible officer, one of the complex's district."""

    class Meta:
        model = Filing
        fields = ["narrative", "difficulties", "responsible_officer"]
        widgets = {
            "narrative": forms.Textarea(attrs={"rows": 8}),
            "difficulties": forms.Textarea(attrs={"rows": 8}),
        }
        help_texts = {
            "narrative": "理事会、专家委员会、秘书处及日常管理机构的运行，合同与成员变化等，最多2000字。",
            "difficulties": "先写存在问题，再写下一步措施，最多2000字。",
            "responsible_officer": "本区县在用账户的工作人员，对填报内容负责。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officers = self.fields["responsible_officer"]
        assert isinstance(officers, forms.ModelChoiceField)
        officers.queryset = User.objects.filter(
            district=self.instance.innovation_complex.reporting_district_id, is_active=True
        ).order_by("department", "full_name", "pk")
        officers.empty_label = "请选择"


class AnswerForm(PortalForm):
    """The filer's answer to a remark."""

    answer = forms.CharField(
        label="答复",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="说明已如何修改，或为何无需修改，最多500字。",
    )

    def __init__(self, *args: Any, remark: Remark, **kwargs: Any) -> None:
        super().__init__(*args, initial={"answer": remark.answer}, **kwargs)


class ReturnForm(PortalForm):
    """A remark per figure or text; those left empty are not written."""

    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells = cell_names()
        for cell, name in self.cells.items():
            self.fields[cell] = forms.CharField(
                label=f"对“{name}”的批注",
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"max_length": f"对“{name}”的批注超过500字。请精简后再退回。"},
            )

    def remarks(self) -> list[NewRemark]:
        """Return the remarks that were written."""
        return [
            NewRemark(cell=cell, text=self.cleaned_data[cell]) for cell in self.cells if self.cleaned_data.get(cell)
        ]


class ApprovalForm(PortalForm):
    """The reviewer's opinion on the version that was read."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.CharField(
        label="审核意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="可不填，最多300字。",
    )


class ExtensionForm(PortalForm):
    """Later days of a round and the reason; a day ends for the round with office hours."""

    due_at = forms.DateField(label="新的截止日期", help_text="当日17:30截止，须晚于原截止时间和现在。")
    locks_at = forms.DateField(label="新的锁定日期", help_text="当日17:30锁定，不早于新的截止日期。")
    reason = forms.CharField(
        label="延长理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="记入审计，最多300字。"
    )

    def clean_due_at(self) -> datetime:
        return closing_time(self.cleaned_data["due_at"])

    def clean_locks_at(self) -> datetime:
        return closing_time(self.cleaned_data["locks_at"])


class FilingFilter(django_filters.FilterSet):
    """Round, state, district (for city-wide readers), lateness."""

    round = django_filters.ModelChoiceFilter(  # the name of the query parameter
        field_name="filing_round",
        to_field_name="code",
        label="批次",
        queryset=FilingRound.objects.order_by("-year", "pk"),
        empty_label="全部批次",
    )
    state = django_filters.ChoiceFilter(label="状态", choices=FilingState.choices, empty_label="全部状态")
    district = django_filters.ModelChoiceFilter(
        field_name="innovation_complex__reporting_district",
        to_field_name="code",
        label="填报区县",
        queryset=District.objects.in_order(),
        empty_label="全部区县",
    )
    late = django_filters.ChoiceFilter(
        label="是否逾期",
        choices=[("yes", "已逾期"), ("no", "未逾期")],
        empty_label="不限",
        method="filter_late",
    )

    locked = django_filters.ChoiceFilter(
        label="批次是否锁定",
        choices=[("yes", "批次已锁定"), ("no", "批次未锁定")],
        empty_label="不限",
        method="filter_locked",
    )

    class Meta:
        model = Filing
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is None or not self.request.user.may_read_city:
            del self.filters["district"]

    def filter_late(self, rows: FilingQuerySet, name: str, value: str) -> FilingQuerySet:
        return rows.with_lateness(timezone.now()).filter(Q(is_late=value == "yes"))

    def filter_locked(self, rows: FilingQuerySet, name: str, value: str) -> FilingQuerySet:
        return rows.in_locked_rounds(timezone.now()) if value == "yes" else rows.in_unlocked_rounds(timezone.now())
