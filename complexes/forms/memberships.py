"""Input of the pages of memberships and contracts."""

from typing import Any

from django import forms

from common.forms import PortalForm, PortalModelForm
from complexes.choices import MemberRole
from complexes.models import Contract, InnovationComplex, Membership
from members.forms import UnitCodeField

_ORDINARY_ROLES = [(role.value, role.label) for role in MemberRole if role != MemberRole.LEAD]


class ContractChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Contract) -> str:
        """Name the contract with the day on which it was signed."""
        return f"{obj}（{obj.signed_on}签订）"


class MembershipForm(PortalForm):
    """A new membership; the unit is named by its exact code."""

    unit_code = UnitCodeField(label="单位代码")
    role = forms.ChoiceField(label="成员角色", choices=_ORDINARY_ROLES, initial=MemberRole.MEMBER)
    joined_on = forms.DateField(label="加入日期", help_text="合同约定的加入日期，不能晚于今天。")
    contract = ContractChoice(
        label="依据的合同",
        required=False,
        queryset=Contract.objects.none(),
        empty_label="暂无",
        help_text="选择本综合体已登记的章程或合作协议；尚未登记的可先登记合同。",
    )

    def __init__(self, *args: Any, innovation_complex: InnovationComplex, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = _contracts(innovation_complex)


class MembershipEditForm(PortalModelForm):
    contract = ContractChoice(label="依据的合同", required=False, queryset=Contract.objects.none(), empty_label="暂无")

    class Meta:
        model = Membership
        fields = ["role", "joined_on", "contract"]
        help_texts = {"joined_on": "已提交年度的年末成员不能改变。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead_only = [(MemberRole.LEAD.value, MemberRole.LEAD.label)]
        self.fields["role"].choices = lead_only if self.instance.is_lead else _ORDINARY_ROLES
        self.fields["contract"].queryset = _contracts(self.instance.innovation_complex)


class MembershipEndForm(PortalModelForm):
    left_on = forms.DateField(label="退出日期", help_text="从这一天起不再是成员，不能晚于今天。")
    reason = forms.CharField(label="退出理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = Membership
        fields = ["left_on"]


class ContractForm(PortalModelForm):
    class Meta:
        model = Contract
        fields = ["kind", "number", "signed_on", "expires_on"]
        help_texts = {"expires_on": "未约定到期日期的请留空。"}


def _contracts(innovation_complex: InnovationComplex) -> Any:
    return Contract.objects.current().filter(innovation_complex=innovation_complex).order_by("signed_on", "pk")
