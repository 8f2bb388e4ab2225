"""Page input of what is kept under a task or a need."""

from django import forms

from complexes.forms.subrecords import SubrecordForm
from members.forms import UnitCodeField
from tasks.models import Assessment, Bid, Funding, Match, Milestone, OpenCall


class MilestoneForm(SubrecordForm):
    class Meta:
        model = Milestone
        fields = ["title", "due_on", "done_on", "proof"]
        help_texts = {"done_on": "尚未完成的请留空；完成的须有佐证材料。"}


class AssessmentForm(SubrecordForm):
    class Meta:
        model = Assessment
        fields = ["level", "assessed_on", "evidence"]


class FundingForm(SubrecordForm):
    class Meta:
        model = Funding
        fields = ["year", "source", "amount_wan_yuan", "note"]


class OpenCallForm(SubrecordForm):
    class Meta:
        model = OpenCall
        fields = ["title", "published_on", "closes_on", "reward_wan_yuan", "requirement"]
        widgets = {"requirement": forms.Textarea(attrs={"rows": 3})}


class BidForm(SubrecordForm):
    unit = UnitCodeField(label="揭榜单位代码")

    class Meta:
        model = Bid
        fields = ["call", "unit", "submitted_on", "amount_wan_yuan", "awarded_on"]
        help_texts = {"awarded_on": "中榜后填写；一份榜单只有一个中榜单位。"}


class MatchForm(SubrecordForm):
    supply_unit = UnitCodeField(
        label="市内供给单位代码", required=False, help_text="供给方在市外时留空，填写下面两项。"
    )

    class Meta:
        model = Match
        fields = ["tried_on", "supply_unit", "outside_name", "outside_place", "outcome", "note"]
