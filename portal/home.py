"""What a person has to do today, by role; every count is that of the list it opens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Permission, Role
from accounts.policies import reads_records
from complexes.choices import CaseState, DecisionState
from complexes.models import Case, LifecycleDecision
from evaluation.actions.participants import participants_of
from evaluation.choices import EvaluationState
from evaluation.models import EvaluationRound
from indicators.choices import FilingState
from indicators.models import Filing, FilingRound
from members.choices import ReportState
from members.models import Unit, UnitReport

_TO_FILE = {
    FilingState.DRAFT: "填报待提交",
    FilingState.RETURNED_BY_DISTRICT: "填报被区县退回，待修改",
    FilingState.RETURNED_BY_COMMISSION: "填报被市级退回，待修改",
    FilingState.REOPENED: "填报已重开，待修改",
}
_LOCKED_OUT = {
    FilingState.DRAFT: "填报未提交，批次已锁定",
    FilingState.RETURNED_BY_DISTRICT: "填报被区县退回未改，批次已锁定",
    FilingState.RETURNED_BY_COMMISSION: "填报被市级退回未改，批次已锁定",
    FilingState.REOPENED: "填报已重开未改，批次已锁定",
}
_TO_APPROVE_IN_DISTRICT = {FilingState.SUBMITTED: "填报待区县审核"}
_TO_APPROVE_IN_CITY = {FilingState.DISTRICT_APPROVED: "填报待市级审定"}
_ALWAYS_SHOWN = {FilingState.DRAFT, FilingState.SUBMITTED, FilingState.DISTRICT_APPROVED}
_EXTEND_FIRST = "不再接收提交；如需补报，请市级管理部门先延长该批次。"

WELCOMES = {
    Role.DISTRICT_FILER: "维护本区县的综合体、单位与台账，按期填报并提交年度数据。",
    Role.DISTRICT_APPROVER: "审核本区县提交的年度填报，认可单位无数据的说明。",
    Role.COMMISSION: "审定区县填报，作出培育与认定决定，开展绩效评价，掌握全市目标进展。",
    Role.EXPERT: "目前没有分配给您的评审材料；分配后会列在这里。您可以先查看规划文件和目标。",
    Role.OBSERVER: "您可以查看全市的填报、目标进展和评价过程，不能修改数据。",
    Role.ADMINISTRATOR: "您管理账户、区县和参考目录，不接触填报、评分和结果。",
    Role.CLIENT: "您可以通过接口读取指标、目标、进展和已发布的评分；令牌由系统管理员签发。",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that waits: `count` rows in the list at `url`."""

    label: str
    count: int
    url: str
    measure: str = "件"
    note: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class StateCount:
    state: str
    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class RoundOverview:
    """How far the filings of a round are, as the person sees them."""

    filing_round: FilingRound
    counts: tuple[StateCount, ...]
    total: int
    url: str
    is_locked: bool


def list_duties(user: Any, *, at: datetime) -> list[Duty]:
    """Return the duties of the person's role, those without rows included, so that an empty desk is seen as such."""
    duties: list[Duty] = []
    if user.holds(Permission.FILL_FILING):
        duties += _filing_duties(user, _TO_FILE, at=at, locked="no")
        duties += _filing_duties(user, _LOCKED_OUT, at=at, locked="yes")
        duties += _missing_report_duties(user, at=at)
    if user.holds(Permission.APPROVE_AS_DISTRICT):
        duties += _filing_duties(user, _TO_APPROVE_IN_DISTRICT, at=at)
        duties.append(_gap_claim_duty(user))
    if user.holds(Permission.APPROVE_AS_COMMISSION):
        duties += _filing_duties(user, _TO_APPROVE_IN_CITY, at=at)
    if user.holds(Permission.DECIDE_LIFECYCLE):
        duties.append(_decision_duty(user))
    if user.holds(Permission.SELECT_CASES):
        duties.append(_case_duty(user))
    if user.holds(Permission.RUN_EVALUATION):
        duties += _judgement_duties(user, at=at)
    return duties


def list_rounds(user: Any, *, at: datetime) -> list[RoundOverview]:
    """Return every filing round with the states of the filings that the person sees, newest first."""
    if not reads_records(user):
        return []
    counted = Filing.objects.visible_to(user).values_list("filing_round", "state").annotate(Count("pk"))
    count_of = {(filing_round, state): count for filing_round, state, count in counted}
    overviews = []
    for filing_round in FilingRound.objects.order_by("-year", "pk"):
        counts = tuple(
            StateCount(
                state=state.value,
                label=state.label,
                count=count_of[filing_round.pk, state],
                url=_list_url("indicators:filing-list", round=filing_round.code, state=state),
            )
            for state in FilingState
            if (filing_round.pk, state) in count_of
        )
        overviews.append(
            RoundOverview(
                filing_round=filing_round,
                counts=counts,
                total=sum(state_count.count for state_count in counts),
                url=_list_url("indicators:filing-list", round=filing_round.code),
                is_locked=filing_round.locks_at <= at,
            )
        )
    return overviews


def _filing_duties(
    user: Any, labels: dict[FilingState, str], *, at: datetime, locked: Literal["", "yes", "no"] = ""
) -> list[Duty]:
    """Return a duty per state, of all rounds or only of those that are locked or not."""
    filings = Filing.objects.visible_to(user)
    if locked:
        filings = filings.in_locked_rounds(at) if locked == "yes" else filings.in_unlocked_rounds(at)
    rows = filings.filter(state__in=labels).values_list("state").annotate(Count("pk"), Min("filing_round__due_at"))
    found = {state: (count, due_at) for state, count, due_at in rows}
    duties = []
    for state, label in labels.items():
        count, due_at = found.get(state, (0, None))
        if count or (locked != "yes" and state in _ALWAYS_SHOWN):
            duties.append(
                Duty(
                    label=label,
                    count=count,
                    url=_list_url("indicators:filing-list", state=state, **({"locked": locked} if locked else {})),
                    note=_EXTEND_FIRST if locked == "yes" else _due_note(due_at, at=at),
                    is_late=due_at is not None and due_at < at,
                )
            )
    return duties


def _missing_report_duties(user: Any, *, at: datetime) -> list[Duty]:
    years = (
        FilingRound.objects.filter(opens_at__lte=at, locks_at__gt=at).order_by("year").values_list("year", flat=True)
    )
    return [
        Duty(
            label=f"成员企业缺{year}年年报",
            count=Unit.objects.visible_to(user).without_report(year).count(),
            url=_list_url("members:unit-list", without_report=year),
            measure="家",
            note="所在区县不是本区县的企业，由其所在区县填报。",
        )
        for year in years
    ]


def _gap_claim_duty(user: Any) -> Duty:
    claims = UnitReport.objects.visible_to(user).filter(state=ReportState.GAP_CLAIMED)
    return Duty(
        label="单位无数据的说明待认可",
        count=claims.count(),
        url=_list_url("members:report-list", state=ReportState.GAP_CLAIMED),
    )


def _decision_duty(user: Any) -> Duty:
    proposed = LifecycleDecision.objects.filter(state=DecisionState.PROPOSED)
    own = Count("pk", filter=Q(proposed_by=user))
    counts = proposed.aggregate(own=own, total=Count("pk"))
    return Duty(
        label="培育、认定决定待第二人确认",
        count=counts["total"],
        url=_list_url("complexes:decision-list", state=DecisionState.PROPOSED),
        note=f"其中 {counts['own']} 件由您提出，须由他人确认。" if counts["own"] else "",
    )


def _case_duty(user: Any) -> Duty:
    return Duty(
        label="报送的典型案例待遴选",
        count=Case.objects.current().visible_to(user).filter(state=CaseState.SUBMITTED).count(),
        url=_list_url("complexes:case-list", state=CaseState.SUBMITTED),
    )


def _judgement_duties(user: Any, *, at: datetime) -> list[Duty]:
    """Return, per round of a year that is over and still being scored, the participants that nobody has judged."""
    rounds = EvaluationRound.objects.visible_to(user).filter(
        state=EvaluationState.QUANT_SCORING, year__lt=timezone.localdate(at).year
    )
    duties = []
    for evaluation_round in rounds.order_by("year", "code"):
        judged = evaluation_round.judgements.values("innovation_complex")
        address = reverse("evaluation:round-detail", args=[evaluation_round.code])
        duties.append(
            Duty(
                label=f"{evaluation_round.name}待定性评分",
                count=participants_of(evaluation_round).visible_to(user).exclude(pk__in=judged).count(),
                url=f"{address}?{urlencode({'judged': 'no'})}",
                measure="个",
            )
        )
    return duties


def _due_note(due_at: datetime | None, *, at: datetime) -> str:
    if due_at is None:
        return ""
    word = "已过最早截止日" if due_at < at else "最早截止日"
    return f"{word} {timezone.localdate(due_at).isoformat()}"


def _list_url(url_name: str, **query: Any) -> str:
    return f"{reverse(url_name)}?{urlencode(query)}"
