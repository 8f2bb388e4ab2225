from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.choices import Role
from accounts.models import District, User
from complexes.models import InnovationComplex, Membership
from indicators.actions import filings, reviews
from indicators.choices import Direction, FilingState, IndicatorKind, ReviewLevel
from indicators.models import Filing, FilingRound, FilingVersion, Indicator
from members.models import Unit, UnitReport
from tests.factories.accounts import make_user
from tests.factories.complexes import make_complex
from tests.factories.members import make_report
from tests.factories.sequence import next_number

SHANGHAI = ZoneInfo("Asia/Shanghai")
IN_TIME = datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)

_FILED = [
    ("rd_intensity", "研发投入强度", "%", 2, 100, "研发经费", "营业收入", IndicatorKind.FLOW),
    ("new_product_share", "新产品销售收入占比", "%", 2, 100, "新产品销售收入", "营业收入", IndicatorKind.FLOW),
    ("tackling_tasks", "关键技术攻关任务", "项", 0, 1, "", "", IndicatorKind.CUMULATIVE),
    ("needs_resolved", "解决企业创新需求", "个", 0, 1, "", "", IndicatorKind.CUMULATIVE),
    ("synergy_cases", "协同创新典型案例", "个", 0, 1, "", "", IndicatorKind.CUMULATIVE),
]


def make_filed_indicators() -> list[Indicator]:
    """Make the five indicators that every complex files, unless they are there."""
    return [
        Indicator.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "measure_unit": measure_unit,
                "decimals": decimals,
                "scale": scale,
                "direction": Direction.UP,
                "kind": kind,
                "metric": code,
                "numerator": numerator,
                "denominator": denominator,
                "definition": f"{name}的定义",
                "source": "000 §一(二)",
                "position": position,
            },
        )[0]
        for position, (code, name, measure_unit, decimals, scale, numerator, denominator, kind) in enumerate(_FILED, 1)
    ]


def make_round(year: int = 2025, **changes: Any) -> FilingRound:
    """Make the round of a year: open from 5 January of the next year, due 31 March 17:30, locked 30 June 17:30."""
    values = {
        "code": f"annual-{year}",
        "name": f"{year}年度填报",
        "year": year,
        "opens_at": datetime(year + 1, 1, 5, 9, 0, tzinfo=SHANGHAI),
        "due_at": datetime(year + 1, 3, 31, 17, 30, tzinfo=SHANGHAI),
        "locks_at": datetime(year + 1, 6, 30, 17, 30, tzinfo=SHANGHAI),
    }
    return FilingRound.objects.create(**{**values, **changes})


def make_filing(
    innovation_complex: InnovationComplex | None = None, filing_round: FilingRound | None = None, **changes: Any
) -> Filing:
    """Make a draft without texts for 2025."""
    innovation_complex = innovation_complex or make_complex()
    filing_round = filing_round or FilingRound.objects.filter(year=2025).first() or make_round()
    values = {"district": innovation_complex.reporting_district}
    return Filing.objects.create(
        filing_round=filing_round, innovation_complex=innovation_complex, **{**values, **changes}
    )


def make_filing_ready(filing: Filing | None = None, *, by: User | None = None) -> Filing:
    """Make a draft that may be submitted: texts by a filer, a report of every enterprise member, the indicators."""
    make_filed_indicators()
    filing = filing or make_filing()
    district = filing.innovation_complex.reporting_district
    by = by or make_district_officer(Role.DISTRICT_FILER, district)
    year = filing.filing_round.year
    for unit in Unit.objects.filter(memberships__innovation_complex=filing.innovation_complex, kind="enterprise"):
        if not UnitReport.objects.filter(unit=unit, year=year).exists():
            make_report(unit, year)
    return filings.save_filing(
        filing=filing,
        changes={
            "narrative": "演示：理事会每季度召开一次会议。",
            "difficulties": "演示：中试条件不足，拟共建中试平台。",
            "responsible_officer": by,
        },
        expected_revision=None,
        by=by,
        at=IN_TIME,
    )


def make_district_officer(role: Role, district: District, **changes: Any) -> User:
    return make_user(role, district=district, **{"full_name": f"演示人员{next_number()}", **changes})


def make_filing_in(state: FilingState, filing: Filing | None = None, *, at: datetime = IN_TIME) -> Filing:
    """Bring a filing into a state through the actions, each act by another person."""
    filing = make_filing_ready(filing)
    district = filing.innovation_complex.reporting_district
    if state == FilingState.DRAFT:
        return filing
    submitter = make_district_officer(Role.DISTRICT_FILER, district)
    version = filings.submit_filing(filing=filing, by=submitter, at=at)
    approver = make_district_officer(Role.DISTRICT_APPROVER, district)
    remark = [reviews.NewRemark("narrative", "演示：请补充会议次数。")]
    if state == FilingState.RETURNED_BY_DISTRICT:
        reviews.return_filing(filing=filing, level=ReviewLevel.DISTRICT, remarks=remark, by=approver, at=at)
    elif state != FilingState.SUBMITTED:
        reviews.approve_as_district(filing=filing, by=approver, at=at)
        _bring_through_commission(state, filing, version, remark, at)
    return Filing.objects.select_related("filing_round", "innovation_complex").get(pk=filing.pk)


def _bring_through_commission(
    state: FilingState, filing: Filing, version: FilingVersion, remarks: list[reviews.NewRemark], at: datetime
) -> None:
    commission = make_user(Role.COMMISSION)
    if state == FilingState.RETURNED_BY_COMMISSION:
        reviews.return_filing(filing=filing, level=ReviewLevel.COMMISSION, remarks=remarks, by=commission, at=at)
    elif state != FilingState.DISTRICT_APPROVED:
        reviews.approve_as_commission(filing=filing, by=commission, at=at)
        if state != FilingState.COMMISSION_APPROVED:
            # Locking is a job of its own time; reopening is not built yet: the row is set to the wanted state.
            Filing.objects.filter(pk=filing.pk).update(state=state)


def lead_membership(innovation_complex: InnovationComplex) -> Membership:
    return innovation_complex.memberships.get(role="lead")
