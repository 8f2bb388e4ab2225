"""Achievements: entered by their declaration, led from stage to stage, counted in the year of their day."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from common.refusals import Refused
from complexes.actions import achievements as actions
from complexes.actions.ledger import confirm_participation, share_event, withdraw_event
from complexes.choices import AchievementState
from complexes.kinds import KINDS, Column, ColumnType
from complexes.models import Achievement, InnovationComplex
from complexes.validation.achievements import find_detail_problems
from tests.factories import make_achievement, make_complex, make_period_lock, make_unit, make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
STANDARD = {"level": "national", "role": "lead", "act": "establish"}


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


def sample_of(column: Column) -> Any:
    return {
        ColumnType.TEXT: "演示内容",
        ColumnType.NUMBER: "12.5",
        ColumnType.WHOLE_NUMBER: 12,
        ColumnType.DAY: "2027-01-01",
        ColumnType.YES_NO: True,
        ColumnType.CHOICE: column.choices[0][0] if column.choices else "",
    }[column.type]


def values_of(code: str, innovation_complex: InnovationComplex, **changes: Any) -> dict[str, Any]:
    kind = KINDS[code]
    values = {
        "innovation_complex": innovation_complex,
        "title": "演示成果",
        "happened_on": date(2025, 4, 18),
        "unit": make_unit() if kind.unit_label else None,
        "amount_wan_yuan": Decimal("12.50") if kind.amount_label else None,
        "state": kind.stages[0],
        "details": {column.name: sample_of(column) for column in kind.columns},
    }
    return {**values, **changes}


def create(by: User, innovation_complex: InnovationComplex, kind: str = "standard", **changes: Any) -> Achievement:
    is_late_entry = changes.pop("is_late_entry", False)
    values = values_of(kind, innovation_complex, **changes)
    return actions.create_achievement(kind=kind, values=values, is_late_entry=is_late_entry, by=by, at=AT)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_entered_with_all_its_particulars(kind: str, filer: User, innovation_complex: InnovationComplex):
    achievement = create(filer, innovation_complex, kind)
    achievement.refresh_from_db()
    assert (achievement.code, achievement.kind, achievement.counted_year) == ("CG-00001", kind, 2025)
    assert len(achievement.facts()) == len(KINDS[kind].columns)
    assert all(text for _, text in achievement.facts())
    assert achievement.steps == [(KINDS[kind].stages[0], date(2025, 4, 18))]
    assert AuditEvent.objects.filter(kind="achievement.created", object_id=achievement.pk).count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_refuses_without_what_it_requires(kind: str, filer: User, innovation_complex: InnovationComplex):
    declared = KINDS[kind]
    required = {f"detail_{column.name}" for column in declared.columns if column.is_required}
    required |= {"unit"} if declared.is_unit_required else set()
    required |= {"amount_wan_yuan"} if declared.is_amount_required else set()
    if not required:
        create(filer, innovation_complex, kind, details={}, unit=None, amount_wan_yuan=None)
        return
    with pytest.raises(ValidationError) as caught:
        create(filer, innovation_complex, kind, details={}, unit=None, amount_wan_yuan=None)
    assert set(caught.value.message_dict) == required


@pytest.mark.parametrize(
    ("type_", "wrong"),
    [
        (ColumnType.TEXT, "长" * 201),
        (ColumnType.TEXT, 5),
        (ColumnType.NUMBER, "12万"),
        (ColumnType.NUMBER, "-1"),
        (ColumnType.NUMBER, "NaN"),
        (ColumnType.WHOLE_NUMBER, -1),
        (ColumnType.WHOLE_NUMBER, True),
        (ColumnType.WHOLE_NUMBER, "3"),
        (ColumnType.DAY, "2025-02-30"),
        (ColumnType.YES_NO, "yes"),
        (ColumnType.CHOICE, "b"),
    ],
)
def test_a_particular_of_the_wrong_type_is_refused(type_: ColumnType, wrong: Any):
    column = Column("part", "内容", type_, (("a", "甲"),))
    assert list(find_detail_problems((column,), {"part": wrong})) == ["detail_part"]


def test_a_particular_that_the_kind_does_not_declare_is_refused(filer: User, innovation_complex: InnovationComplex):
    with pytest.raises(ValidationError) as caught:
        create(filer, innovation_complex, details={**STANDARD, "secret": "1"})
    assert list(caught.value.message_dict) == ["detail_secret"]


def test_a_stage_of_another_kind_is_refused_by_action_and_database(filer: User, innovation_complex: InnovationComplex):
    with pytest.raises(ValidationError) as caught:
        create(filer, innovation_complex, "product", state="published")
    assert list(caught.value.message_dict) == ["state"]
    with pytest.raises(IntegrityError), transaction.atomic():
        make_achievement(innovation_complex, kind="product", state="published")


def test_the_database_refuses_negative_amounts_and_a_missing_year(innovation_complex: InnovationComplex):
    for wrong in ({"amount_wan_yuan": Decimal(-1)}, {"counted_year": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_achievement(innovation_complex, **wrong)


def test_a_product_goes_from_reserve_to_market_step_by_step_and_back(
    filer: User, innovation_complex: InnovationComplex
):
    product = create(filer, innovation_complex, "product")
    for to, on in (("in_development", date(2025, 6, 1)), ("on_market", date(2026, 2, 1))):
        product = actions.advance_achievement(achievement=product, to=AchievementState(to), on=on, by=filer, at=AT)
    assert (product.state, product.stage_on, product.counted_year) == ("on_market", date(2026, 2, 1), 2025)
    assert [product.stage_by(date(2025, month, 1)) for month in (4, 5, 6)] == [None, "in_reserve", "in_development"]
    product = actions.step_back_achievement(achievement=product, reason="演示：登记有误", by=filer, at=AT)
    assert (product.state, product.stage_on) == ("in_development", date(2025, 6, 1))
    product = actions.advance_achievement(
        achievement=product, to=AchievementState.STOPPED, on=date(2025, 7, 1), by=filer, at=AT
    )
    product = actions.step_back_achievement(achievement=product, reason="演示：继续研制", by=filer, at=AT)
    assert product.state == "in_development"
    kinds = AuditEvent.objects.filter(object_id=product.pk, object_type="complexes.achievement").order_by("pk")
    assert [event.kind.partition(".")[2] for event in kinds] == [
        *("created", "advanced", "advanced", "stepped_back", "advanced", "stepped_back")
    ]


@pytest.mark.parametrize("to", AchievementState)
@pytest.mark.parametrize("kind", ["product", "standard", "pilot", "fund"])
def test_only_later_stages_of_the_kind_and_stopping_are_reached(
    kind: str, to: AchievementState, filer: User, innovation_complex: InnovationComplex
):
    stages = KINDS[kind].stages
    achievement = create(filer, innovation_complex, kind)
    allowed = {*stages[1:], AchievementState.STOPPED}
    if to in allowed:
        moved = actions.advance_achievement(achievement=achievement, to=to, on=date(2025, 6, 1), by=filer, at=AT)
        assert moved.state == to
        return
    with pytest.raises(Refused) as caught:
        actions.advance_achievement(achievement=achievement, to=to, on=date(2025, 6, 1), by=filer, at=AT)
    assert caught.value.code == "state"


@pytest.mark.parametrize(("state", "to"), [("on_market", "in_development"), ("stopped", "in_reserve")])
def test_no_stage_is_led_backwards_or_out_of_a_stop(
    state: str, to: str, filer: User, innovation_complex: InnovationComplex
):
    product = make_achievement(innovation_complex, kind="product", state=state, unit=make_unit())
    with pytest.raises(Refused) as caught:
        actions.advance_achievement(achievement=product, to=AchievementState(to), on=date(2025, 6, 1), by=filer, at=AT)
    assert caught.value.code == "state"


def test_the_first_stage_cannot_be_taken_back(filer: User, innovation_complex: InnovationComplex):
    with pytest.raises(Refused) as caught:
        actions.step_back_achievement(achievement=create(filer, innovation_complex), reason="演示理由", by=filer, at=AT)
    assert caught.value.code == "state"


def test_a_locked_year_takes_no_achievement_except_as_a_late_entry(filer: User, innovation_complex: InnovationComplex):
    make_period_lock(innovation_complex, 2025)
    with pytest.raises(Refused) as caught:
        create(filer, innovation_complex)
    assert caught.value.code == "period_locked"
    late = create(filer, innovation_complex, is_late_entry=True)
    assert (late.counted_year, late.is_late_entry) == (2026, True)


def test_what_a_locked_year_counts_is_neither_changed_nor_withdrawn_nor_led_on_in_that_year(
    filer: User, innovation_complex: InnovationComplex
):
    product = create(filer, innovation_complex, "product")
    make_period_lock(innovation_complex, 2025)
    acts = [
        lambda: actions.change_achievement(
            achievement=product, changes={"title": "演示改名"}, expected_revision=0, by=filer, at=AT
        ),
        lambda: withdraw_event(product, reason="演示理由", by=filer, at=AT),
        lambda: actions.advance_achievement(
            achievement=product, to=AchievementState.ON_MARKET, on=date(2025, 6, 1), by=filer, at=AT
        ),
    ]
    for act in acts:
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "period_locked"
    led = actions.advance_achievement(
        achievement=product, to=AchievementState.ON_MARKET, on=date(2026, 6, 1), by=filer, at=AT
    )
    assert led.state == "on_market"


def test_another_day_moves_the_year_and_the_first_step(filer: User, innovation_complex: InnovationComplex):
    achievement = create(filer, innovation_complex)
    changed = actions.change_achievement(
        achievement=achievement, changes={"happened_on": date(2026, 1, 5)}, expected_revision=0, by=filer, at=AT
    )
    assert (changed.counted_year, changed.stage_on) == (2026, date(2026, 1, 5))
    assert [on for _, on in changed.steps] == [date(2026, 1, 5)]
    actions.advance_achievement(
        achievement=changed, to=AchievementState.PUBLISHED, on=date(2026, 2, 1), by=filer, at=AT
    )
    with pytest.raises(ValidationError) as caught:
        actions.change_achievement(
            achievement=changed, changes={"happened_on": date(2026, 3, 1)}, expected_revision=2, by=filer, at=AT
        )
    assert list(caught.value.message_dict) == ["happened_on"]


def test_a_stale_page_saves_nothing(filer: User, innovation_complex: InnovationComplex):
    achievement = create(filer, innovation_complex)
    with pytest.raises(Refused) as caught:
        actions.change_achievement(
            achievement=achievement, changes={"title": "演示改名"}, expected_revision=7, by=filer, at=AT
        )
    assert caught.value.code == "stale"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DISTRICT_FILER])
def test_only_filers_enter_change_and_lead(role: Role, filer: User, innovation_complex: InnovationComplex):
    district = {"district": filer.district} if role == Role.DISTRICT_APPROVER else {}
    somebody = make_user(role, **district)
    achievement = create(filer, innovation_complex)
    acts = [
        lambda: create(somebody, innovation_complex),
        lambda: actions.change_achievement(
            achievement=achievement, changes={}, expected_revision=0, by=somebody, at=AT
        ),
        lambda: actions.advance_achievement(
            achievement=achievement, to=AchievementState.PUBLISHED, on=date(2025, 6, 1), by=somebody, at=AT
        ),
        lambda: actions.step_back_achievement(achievement=achievement, reason="演示", by=somebody, at=AT),
    ]
    for act in acts:
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "role"


def test_an_achievement_is_shared_with_another_district(filer: User, innovation_complex: InnovationComplex):
    neighbour = make_user(Role.DISTRICT_FILER)
    partner = make_complex(reporting_district=neighbour.district)
    achievement = create(filer, innovation_complex)
    part = share_event(achievement, innovation_complex=partner, by=filer, at=AT)
    confirm_participation(part, by=neighbour, at=AT)
    assert Achievement.objects.visible_to(neighbour).get() == achievement
