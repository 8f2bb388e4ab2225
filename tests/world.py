"""One city for tests that look across apps: two districts with like data, every role, a finished run.

Each text of a district's records carries the district's mark, so that a text found elsewhere is a leak.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from accounts.choices import Department, Role
from accounts.models import ApiToken, District, User
from common.jobs.tasks import perform
from complexes.choices import CaseState
from complexes.models import (
    Achievement,
    AchievementParticipation,
    Case,
    CaseParticipation,
    Contract,
    GovernanceBody,
    InnovationComplex,
    LifecycleDecision,
    Membership,
)
from evaluation.actions.runs import start_run
from evaluation.models import EvaluationRound, ScoreRun
from indicators.choices import FilingState
from indicators.models import Actual, Filing, Remark
from members.models import Standing, Unit, UnitReport
from tasks.choices import NeedState, TaskState
from tasks.models import Match, Milestone, Need, NeedParticipation, TacklingTask, TacklingTaskParticipation
from tests.factories import (
    make_achievement,
    make_achievement_participation,
    make_body,
    make_case,
    make_case_participation,
    make_complex,
    make_contract,
    make_district,
    make_field,
    make_filing_in,
    make_match,
    make_membership,
    make_milestone,
    make_need,
    make_need_participation,
    make_report,
    make_round,
    make_seat,
    make_task,
    make_task_participation,
    make_unit,
    make_user,
)
from tests.factories.evaluation import AT, make_judgement, make_monitoring_round
from tests.factories.indicators import make_actual


@dataclass(slots=True)
class Territory:
    """A district with its officers and records; `mark` is in every text of them."""

    mark: str
    district: District
    filer: User
    approver: User
    science_approver: User
    complex: InnovationComplex
    second_complex: InnovationComplex
    unit: Unit
    report: UnitReport
    contract: Contract
    membership: Membership
    task: TacklingTask
    open_task: TacklingTask
    task_part: TacklingTaskParticipation
    need: Need
    open_need: Need
    need_part: NeedParticipation
    case: Case
    open_case: Case
    case_part: CaseParticipation
    achievement: Achievement
    open_achievement: Achievement
    achievement_part: AchievementParticipation
    body: GovernanceBody
    milestone: Milestone
    match: Match
    standing: Standing
    decision: LifecycleDecision
    filing: Filing
    draft_filing: Filing
    remark: Remark


@dataclass(slots=True)
class World:
    """Two like districts, the city's people, one round with a finished run that is not released."""

    own: Territory
    other: Territory
    evaluation_round: EvaluationRound
    run: ScoreRun
    round_code: str
    actual: Actual
    people: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def make_world() -> World:
    """Build the city; a few hundred statements."""
    evaluation_round = make_monitoring_round(2025)
    rounds = {year: make_round(year) for year in (2024, 2025)}
    own, other = (_make_territory(mark, rounds) for mark in ("甲标记", "乙标记"))
    commission = make_user(Role.COMMISSION, full_name="演示市级人员")
    for territory in (own, other):
        make_judgement(evaluation_round, territory.complex, judged_by=commission)
    people = {
        "filer": own.filer,
        "approver": own.approver,
        "other_filer": other.filer,
        "commission": commission,
        "second_commission": make_user(Role.COMMISSION),
        "expert": make_user(Role.EXPERT),
        "observer": make_user(Role.OBSERVER),
        "administrator": make_user(Role.ADMINISTRATOR, is_staff=True),
        "client": make_user(Role.CLIENT),
    }
    run = start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    perform(run.job_id)
    run.refresh_from_db()
    world = World(
        own=own,
        other=other,
        evaluation_round=evaluation_round,
        run=run,
        round_code=rounds[2025].code,
        actual=make_actual(entered_by=commission),
        people=people,
    )
    world.tokens = {
        "token": make_token(people["client"]),
        "commission_token": make_token(commission),
        "filer_token": make_token(own.filer),
        "scopeless_token": make_token(people["client"], scopes="none"),
        "expired_token": make_token(people["client"], days=-1),
    }
    return world


def make_token(user: User, *, days: int = 30, scopes: str = "read", **changes: Any) -> str:
    """Issue a token and return its key."""
    token, key = ApiToken.issue(user=user, name="演示", scopes=scopes, expires_at=timezone.now() + timedelta(days=days))
    if changes:
        ApiToken.objects.filter(pk=token.pk).update(**changes)
    return key


@contextmanager
def standing_world() -> Iterator[World]:
    """Keep a world in the database while the block lasts; afterwards the tables are empty again."""
    try:
        yield make_world()
    finally:
        call_command("flush", verbosity=0, interactive=False)


def _make_territory(mark: str, rounds: dict[int, Any]) -> Territory:
    district = make_district()
    filer = make_user(Role.DISTRICT_FILER, district=district, full_name=f"演示填报{mark}")
    approver = make_user(Role.DISTRICT_APPROVER, district=district, full_name=f"演示审核{mark}")
    science_approver = make_user(Role.DISTRICT_APPROVER, district=district, department=Department.SCIENCE)
    lead = make_unit(home_district=district, name=f"演示牵头企业{mark}")
    innovation_complex = make_complex(
        reporting_district=district, lead_unit=lead, name=f"演示综合体{mark}", purpose=f"演示定位{mark}"
    )
    innovation_complex.fields.add(make_field())
    second = make_complex(reporting_district=district, name=f"演示第二综合体{mark}")
    unit = make_unit(home_district=district, name=f"演示成员企业{mark}")
    standing = Standing.objects.create(
        unit=unit, kind="high_tech", number=f"演示证书{mark}", valid_from=date(2024, 11, 28)
    )
    contract = make_contract(innovation_complex, number=f"演示合同{mark}")
    membership = make_membership(innovation_complex, unit, contract=contract)
    report = make_report(unit, 2025, revenue_wan_yuan=Decimal("1234.50"))
    make_report(lead, 2025)
    make_report(unit, 2026, state="gap_claimed", gap_reason="other", gap_note=f"演示说明{mark}", **_NO_FIGURES)
    texts = {"title": f"演示事项{mark}", "description": f"演示说明{mark}", "proof": f"演示佐证{mark}"}
    task = make_task(innovation_complex, undertaker=unit, **texts)
    open_task = make_task(
        innovation_complex, state=TaskState.PROPOSED, approved_on=None, started_on=None, counted_year=None
    )
    need = make_need(innovation_complex, demand_unit=unit, confirmer=f"演示确认{mark}", **texts)
    open_dates = {"solved_on": None, "confirmed_on": None, "confirmer": "", "proof": "", "counted_year": None}
    open_need = make_need(innovation_complex, demand_unit=unit, state=NeedState.OPEN, **open_dates)
    case = make_case(innovation_complex, **texts)
    open_case = make_case(
        innovation_complex, state=CaseState.DRAFT, submitted_on=None, selected_on=None, counted_year=None
    )
    body = make_body(innovation_complex, proof=f"演示依据{mark}")
    make_seat(body, person=f"演示理事{mark}")
    achievement = make_achievement(innovation_complex, unit=unit, partner=f"演示合作方{mark}", **texts)
    open_achievement = make_achievement(
        innovation_complex, kind="product", unit=unit, state="in_reserve", happened_on=date(2026, 3, 1)
    )
    decision = LifecycleDecision.objects.create(
        innovation_complex=innovation_complex,
        to_state="exiting",
        decided_on=date(2026, 3, 1),
        reason=f"演示理由{mark}",
        proposed_by=make_user(Role.COMMISSION),
        proposed_at=AT,
    )
    filing = make_filing_in(
        FilingState.COMMISSION_APPROVED, _draft(innovation_complex, rounds[2025], f"演示情况{mark}")
    )
    draft_filing = make_filing_in(FilingState.RETURNED_BY_DISTRICT, _draft(second, rounds[2025], f"演示情况{mark}"))
    return Territory(
        mark=mark,
        district=district,
        filer=filer,
        approver=approver,
        science_approver=science_approver,
        complex=innovation_complex,
        second_complex=second,
        unit=unit,
        report=report,
        contract=contract,
        membership=membership,
        task=task,
        open_task=open_task,
        task_part=make_task_participation(task, second),
        need=need,
        open_need=open_need,
        need_part=make_need_participation(need, second),
        case=case,
        open_case=open_case,
        case_part=make_case_participation(case, second),
        achievement=achievement,
        body=body,
        milestone=make_milestone(open_task, title=f"演示里程碑{mark}"),
        match=make_match(open_need, note=f"演示结果{mark}"),
        standing=standing,
        open_achievement=open_achievement,
        achievement_part=make_achievement_participation(achievement, second),
        decision=decision,
        filing=filing,
        draft_filing=draft_filing,
        remark=Remark.objects.get(version__filing=draft_filing),
    )


_NO_FIGURES = {
    "revenue_wan_yuan": None,
    "rd_wan_yuan": None,
    "new_product_sales_wan_yuan": None,
    "staff": None,
    "rd_staff": None,
}


def _draft(innovation_complex: InnovationComplex, filing_round: Any, narrative: str) -> Filing:
    return Filing.objects.create(
        filing_round=filing_round,
        innovation_complex=innovation_complex,
        district=innovation_complex.reporting_district,
        narrative=narrative,
    )
