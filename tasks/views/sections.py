"""What the pages of a task and a need keep under them, section by section."""

from typing import Any

from django.utils import timezone

from complexes.views.subrecords import Frame, Section
from tasks.forms.subrecords import AssessmentForm, BidForm, FundingForm, MatchForm, MilestoneForm, OpenCallForm
from tasks.models import Assessment, Bid, Funding, Match, Milestone, OpenCall
from tasks.validation.subrecords import check_bid, check_match


def _progress_of(milestone: Milestone) -> str:
    if milestone.done_on:
        return "已完成" if milestone.done_on <= milestone.due_on else "逾期完成"
    return "逾期未完成" if milestone.due_on < timezone.localdate() else "未到期"


def _page(event: Any) -> str:
    return event.get_absolute_url()


TASK_FRAME = Frame(
    prefix="tasks:task",
    page=_page,
    sections=(
        Section(
            name="milestones",
            label="里程碑",
            model=Milestone,
            form=MilestoneForm,
            columns=(
                ("里程碑", lambda milestone: milestone.title),
                ("计划完成日期", lambda milestone: milestone.due_on),
                ("实际完成日期", lambda milestone: milestone.done_on),
                ("进展", _progress_of),
                ("佐证材料", lambda milestone: milestone.proof),
            ),
            order=("due_on",),
        ),
        Section(
            name="assessments",
            label="技术就绪度",
            model=Assessment,
            form=AssessmentForm,
            columns=(
                ("技术就绪度", lambda assessment: assessment.level),
                ("评定日期", lambda assessment: assessment.assessed_on),
                ("评定依据", lambda assessment: assessment.evidence),
            ),
            order=("-assessed_on",),
            related=("level",),
        ),
        Section(
            name="fundings",
            label="经费",
            model=Funding,
            form=FundingForm,
            columns=(
                ("年度", lambda funding: f"{funding.year}年"),
                ("资金来源", lambda funding: funding.get_source_display()),
                ("金额（万元）", lambda funding: funding.amount_wan_yuan),
                ("说明", lambda funding: funding.note),
            ),
            order=("year", "source"),
        ),
        Section(
            name="calls",
            label="榜单",
            model=OpenCall,
            form=OpenCallForm,
            columns=(
                ("榜单名称", lambda call: call.title),
                ("发榜日期", lambda call: call.published_on),
                ("揭榜截止日期", lambda call: call.closes_on),
                ("榜额（万元）", lambda call: call.reward_wan_yuan),
                ("揭榜要求", lambda call: call.requirement),
            ),
            order=("-published_on",),
            hint="揭榜挂帅",
        ),
        Section(
            name="bids",
            label="揭榜",
            model=Bid,
            form=BidForm,
            columns=(
                ("揭榜单位", lambda bid: bid.unit.name),
                ("榜单", lambda bid: bid.call.title),
                ("揭榜日期", lambda bid: bid.submitted_on),
                ("报价（万元）", lambda bid: bid.amount_wan_yuan),
                ("中榜日期", lambda bid: bid.awarded_on),
            ),
            order=("call__published_on", "submitted_on"),
            related=("call__task__innovation_complex", "unit"),
            check=check_bid,
        ),
    ),
)

NEED_FRAME = Frame(
    prefix="tasks:need",
    page=_page,
    sections=(
        Section(
            name="matches",
            label="供需对接",
            model=Match,
            form=MatchForm,
            columns=(
                ("供给方", lambda match: match.supplier),
                ("对接日期", lambda match: match.tried_on),
                ("范围", lambda match: "市内" if match.supply_unit_id else "市外"),
                ("对接结果", lambda match: match.get_outcome_display()),
                ("结果说明", lambda match: match.note),
            ),
            order=("tried_on",),
            related=("need", "supply_unit"),
            check=check_match,
            hint="可以多次对接，逐次登记结果",
        ),
    ),
)
