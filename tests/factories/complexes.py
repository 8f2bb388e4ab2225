from datetime import date
from typing import Any

from complexes.choices import (
    AchievementState,
    BodyKind,
    CaseKind,
    CaseState,
    ComplexKind,
    ComplexState,
    ContractKind,
    FieldScheme,
    MemberRole,
)
from complexes.models import (
    Achievement,
    AchievementParticipation,
    Case,
    CaseParticipation,
    Contract,
    GovernanceBody,
    GovernanceSeat,
    IndustryField,
    InnovationComplex,
    Membership,
    PeriodLock,
    ReportingTerm,
    Taxonomy,
)
from members.models import Unit
from tests.factories.accounts import make_district
from tests.factories.members import make_unit
from tests.factories.sequence import next_number


def make_field(**changes: Any) -> IndustryField:
    number = next_number()
    values = {
        "code": f"field-{number}",
        "name": f"演示领域{number}",
        "position": number % 30000,
    }
    if "taxonomy" not in changes:
        values["taxonomy"] = Taxonomy.objects.filter(code="demo").first() or make_taxonomy(code="demo")
    return IndustryField.objects.create(**{**values, **changes})


def make_taxonomy(**changes: Any) -> Taxonomy:
    """Make a version of the directions, in force since 2024-09-25."""
    values: dict[str, Any] = {
        "code": f"taxonomy-{next_number()}",
        "scheme": FieldScheme.DIRECTIONS,
        "name": "演示分类",
        "version": "2024年版",
        "valid_from": date(2024, 9, 25),
        "source": "演示依据",
    }
    return Taxonomy.objects.create(**{**values, **changes})


def make_complex(*, lead_unit: Unit | None = None, **changes: Any) -> InnovationComplex:
    """Make a complex recognised on 2024-12-01, cultivated since 2024-10-01, with its lead unit as a member."""
    number = next_number()
    values: dict[str, Any] = {
        "code": f"CQ-{number:04d}",
        "name": f"演示综合体{number}",
        "kind": ComplexKind.ENTERPRISE_LED,
        "state": ComplexState.RECOGNISED,
        "cultivated_on": date(2024, 10, 1),
        "recognised_on": date(2024, 12, 1),
        "recognition_number": f"演示认定〔2024〕{number}号",
    }
    if "reporting_district" not in changes:
        values["reporting_district"] = make_district()
    innovation_complex = InnovationComplex.objects.create(**{**values, **changes})
    ReportingTerm.objects.create(
        innovation_complex=innovation_complex,
        district=innovation_complex.reporting_district,
        valid_from=date(2024, 9, 25),
    )
    lead = lead_unit or make_unit(home_district=innovation_complex.reporting_district)
    make_membership(innovation_complex, lead, role=MemberRole.LEAD)
    return innovation_complex


def make_contract(innovation_complex: InnovationComplex, **changes: Any) -> Contract:
    values = {
        "kind": ContractKind.AGREEMENT,
        "number": f"演示合同{next_number()}",
        "signed_on": date(2024, 10, 1),
    }
    return Contract.objects.create(innovation_complex=innovation_complex, **{**values, **changes})


def make_body(innovation_complex: InnovationComplex, **changes: Any) -> GovernanceBody:
    """Make a council that was set up on 2024-11-01."""
    values: dict[str, Any] = {"kind": BodyKind.COUNCIL, "valid_from": date(2024, 11, 1)}
    return GovernanceBody.objects.create(innovation_complex=innovation_complex, **{**values, **changes})


def make_seat(body: GovernanceBody, **changes: Any) -> GovernanceSeat:
    """Make a post since 2024-11-01."""
    values: dict[str, Any] = {
        "person": f"演示人员{next_number()}",
        "post": "理事",
        "employer": "演示单位",
        "valid_from": date(2024, 11, 1),
    }
    return GovernanceSeat.objects.create(body=body, **{**values, **changes})


def make_membership(innovation_complex: InnovationComplex, unit: Unit, **changes: Any) -> Membership:
    values = {"role": MemberRole.MEMBER, "joined_on": date(2024, 10, 1)}
    return Membership.objects.create(innovation_complex=innovation_complex, unit=unit, **{**values, **changes})


def make_case(innovation_complex: InnovationComplex, **changes: Any) -> Case:
    """Make a case selected on 2025-06-01."""
    number = next_number()
    values = {
        "code": f"AL-{number:05d}",
        "title": f"演示案例{number}",
        "kind": CaseKind.TECHNOLOGY,
        "state": CaseState.SELECTED,
        "submitted_on": date(2025, 5, 1),
        "selected_on": date(2025, 6, 1),
        "counted_year": 2025,
    }
    return Case.objects.create(innovation_complex=innovation_complex, **{**values, **changes})


def make_case_participation(case: Case, innovation_complex: InnovationComplex, **changes: Any) -> CaseParticipation:
    """Make a part in a shared case that waits for confirmation, unless `confirmed_at` is given."""
    return CaseParticipation.objects.create(event=case, innovation_complex=innovation_complex, **changes)


def make_achievement(innovation_complex: InnovationComplex, **changes: Any) -> Achievement:
    """Make a standard drafted since 2025-04-18; a product needs its unit and a stage."""
    number = next_number()
    values: dict[str, Any] = {
        "code": f"CG-{number:05d}",
        "title": f"演示成果{number}",
        "kind": "standard",
        "happened_on": date(2025, 4, 18),
        "state": AchievementState.DRAFTING,
    }
    values |= changes
    values.setdefault("stage_on", values["happened_on"])
    values.setdefault("counted_year", values["happened_on"].year)
    if values["kind"] == "standard":
        values.setdefault("details", {"level": "national", "role": "lead", "act": "establish"})
    values.setdefault("stage_history", [[str(values["state"]), values["stage_on"].isoformat()]])
    return Achievement.objects.create(innovation_complex=innovation_complex, **values)


def make_achievement_participation(
    achievement: Achievement, innovation_complex: InnovationComplex, **changes: Any
) -> AchievementParticipation:
    """Make a part in a shared achievement that waits for confirmation, unless `confirmed_at` is given."""
    return AchievementParticipation.objects.create(event=achievement, innovation_complex=innovation_complex, **changes)


def make_period_lock(innovation_complex: InnovationComplex, year: int = 2025, **changes: Any) -> PeriodLock:
    """Lock a year of a complex, as a submitted filing does."""
    values = {"holder": f"filing:{next_number()}"}
    return PeriodLock.objects.create(innovation_complex=innovation_complex, year=year, **{**values, **changes})
