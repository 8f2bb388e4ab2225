"""Drive the demo filings through the same actions that people use, each at its moment in the past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from complexes.models import InnovationComplex
from indicators.actions import filings, reviews
from indicators.actions.reviews import NewRemark
from indicators.actions.rounds import lock_round, open_round
from indicators.choices import FilingState, ReviewLevel
from indicators.models import Filing, FilingRound

NARRATIVE = "演示：理事会按季召开，专家委员会与秘书处运行正常；成员单位均签订合作协议，任务、需求与案例按月更新。"
DIFFICULTIES = "演示：中试验证条件不足。下一步拟与科创服务机构共建中试平台，并争取揭榜挂帅项目支持。"
_RANK = {
    FilingState.DRAFT: 0,
    FilingState.SUBMITTED: 1,
    FilingState.RETURNED_BY_DISTRICT: 2,
    FilingState.DISTRICT_APPROVED: 2,
    FilingState.RETURNED_BY_COMMISSION: 3,
    FilingState.COMMISSION_APPROVED: 3,
    FilingState.LOCKED: 3,
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who files and approves for one complex."""

    filer: User
    approver: User
    commission: User


def cast_of(district_ids: set[int]) -> dict[int, Cast]:
    """Return the people of each district's 经信 department, with one commission officer for all."""
    commission = User.objects.get(username="city2")
    people = User.objects.filter(district__in=district_ids, department="industry").select_related("district")
    by_role = {(user.district_id, user.role): user for user in people}
    return {
        district_id: Cast(
            filer=by_role[district_id, "district_filer"],
            approver=by_role[district_id, "district_approver"],
            commission=commission,
        )
        for district_id in district_ids
        if (district_id, "district_filer") in by_role and (district_id, "district_approver") in by_role
    }


def file_round(
    filing_round: FilingRound, goals: Mapping[InnovationComplex, FilingState | None], *, casts: dict[int, Cast]
) -> None:
    """Open the round and bring each complex's filing to its goal."""
    opened_at = filing_round.opens_at + timedelta(hours=1)
    open_round(filing_round=filing_round, by=None, at=opened_at)
    by_complex = {
        filing.innovation_complex_id: filing
        for filing in Filing.objects.filter(filing_round=filing_round).select_related(
            "filing_round", "innovation_complex"
        )
    }
    for number, (innovation_complex, goal) in enumerate(goals.items()):
        filing = by_complex.get(innovation_complex.pk)
        cast = casts.get(innovation_complex.reporting_district_id)
        if filing and cast and goal:
            _bring_to(filing, goal, cast=cast, at=opened_at + timedelta(days=2, minutes=7 * (number % 200)))
    if FilingState.LOCKED in goals.values():
        lock_round(filing_round=filing_round, by=None, at=filing_round.locks_at + timedelta(minutes=1))


def _bring_to(filing: Filing, goal: FilingState, *, cast: Cast, at: datetime) -> None:
    if goal == FilingState.DRAFT:
        return
    rank = _RANK[goal]
    filing = filings.save_filing(
        filing=filing,
        changes={
            "narrative": NARRATIVE,
            "difficulties": DIFFICULTIES,
            "responsible_officer": cast.filer,
        },
        expected_revision=None,
        by=cast.filer,
        at=at,
    )
    filings.submit_filing(filing=filing, by=cast.filer, at=at + timedelta(hours=2))
    if goal == FilingState.RETURNED_BY_DISTRICT:
        _return(filing, ReviewLevel.DISTRICT, "演示：请补充理事会召开次数与会议纪要名称。", cast.approver, at)
        return
    if rank >= 2:
        reviews.approve_as_district(filing=filing, by=cast.approver, at=at + timedelta(days=1))
    if goal == FilingState.RETURNED_BY_COMMISSION:
        _return(filing, ReviewLevel.COMMISSION, "演示：请说明中试平台的建设主体与完成时限。", cast.commission, at)
        return
    if rank == 3:
        reviews.approve_as_commission(filing=filing, by=cast.commission, at=at + timedelta(days=3))


def _return(filing: Filing, level: ReviewLevel, text: str, by: User, at: datetime) -> None:
    cell = "narrative" if level == ReviewLevel.DISTRICT else "difficulties"
    remark = NewRemark(cell=cell, text=text)
    reviews.return_filing(filing=filing, level=level, remarks=[remark], by=by, at=at + timedelta(days=2))
