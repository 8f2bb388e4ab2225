"""Under a task: milestones, readiness, money, open calls and bids; under a need: tries to match it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from common.refusals import Refused
from complexes.actions.ledger import withdraw_event
from complexes.actions.subrecords import change_subrecord, create_subrecord, withdraw_subrecord
from complexes.models import InnovationComplex
from tasks.actions.readiness import load_readiness_levels
from tasks.models import Assessment, Bid, Funding, Match, Milestone, OpenCall, ReadinessLevel
from tasks.validation.subrecords import check_bid, check_match
from tests.factories import (
    make_complex,
    make_match,
    make_milestone,
    make_need,
    make_open_call,
    make_readiness_level,
    make_task,
    make_unit,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = date(2025, 4, 1)


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


def broken(make: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make()
    return str(caught.value.__cause__.diag.constraint_name)


def test_each_constraint_is_kept_by_the_database(innovation_complex: InnovationComplex):
    task, need, unit = make_task(innovation_complex), make_need(innovation_complex), make_unit()
    call, level = make_open_call(task), make_readiness_level()
    Assessment.objects.create(task=task, level=level, assessed_on=DAY, evidence="演示报告")
    Funding.objects.create(task=task, year=2025, source="own", amount_wan_yuan=1)
    Bid.objects.create(call=call, unit=unit, submitted_on=DAY, awarded_on=DAY)

    def fund(**values: Any) -> Any:
        return lambda: Funding.objects.create(
            task=task, **{"year": 2024, "source": "own", "amount_wan_yuan": 1, **values}
        )

    def bid(**values: Any) -> Any:
        return lambda: Bid.objects.create(call=call, **{"unit": make_unit(), "submitted_on": DAY, **values})

    assert [
        broken(lambda: make_milestone(task, done_on=DAY)),
        broken(lambda: Assessment.objects.create(task=task, level=level, assessed_on=DAY, evidence="演示")),
        broken(lambda: make_readiness_level(10)),
        broken(lambda: ReadinessLevel.objects.create(code="twice", edition=level.edition, level=4, name="演示")),
        broken(fund(source="gift")),
        broken(fund(amount_wan_yuan=-1)),
        broken(fund(year=2025)),
        broken(lambda: make_open_call(task, closes_on=date(2025, 2, 28))),
        broken(bid(unit=unit)),
        broken(bid(awarded_on=DAY)),
        broken(bid(awarded_on=date(2025, 3, 1))),
        broken(lambda: make_match(need, outcome="other")),
        broken(lambda: make_match(need, supply_unit=unit)),
        broken(lambda: make_match(need, outside_place="")),
    ] == [
        "milestone_done_with_proof",
        "assessment_once_per_day",
        "readinesslevel_is_one_to_nine",
        "readinesslevel_once_per_edition",
        "funding_source_is_known",
        "funding_is_not_negative",
        "funding_once_per_year_and_source",
        "opencall_closes_after_publication",
        "bid_once_per_unit",
        "bid_one_award_per_call",
        "bid_awarded_after_submission",
        "match_outcome_is_known",
        "match_has_one_supplier",
        "match_has_one_supplier",
    ]


def test_the_scale_of_readiness_is_loaded_once_and_its_names_are_marked():
    path = Path(settings.BASE_DIR) / "data" / "readiness_levels.csv"
    assert [load_readiness_levels(path=path, at=AT) for _ in range(2)] == [9, 0]
    assert str(ReadinessLevel.objects.get(level=4)) == "4级 仿真级（GB/T 22900—2009，名称待核实）"


def test_everything_of_a_task_is_entered_on_its_page(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    task, unit, level = make_task(innovation_complex), make_unit(), make_readiness_level(6)
    client.force_login(filer)
    typed = {
        "milestones": {"title": "演示样机", "due_on": "2025-06-30", "done_on": "2025-07-15", "proof": "演示报告1"},
        "assessments": {"level": level.pk, "assessed_on": "2025-07-15", "evidence": "演示评估报告"},
        "fundings": {"year": "2025", "source": "fiscal", "amount_wan_yuan": "１２３.５"},
        "calls": {"title": "演示榜单", "published_on": "2025-03-01", "closes_on": "2025-04-30"},
        "bids": {"unit": unit.code, "submitted_on": "2025-04-01", "awarded_on": "2025-05-10"},
    }
    for section, values in typed.items():
        call = {"call": OpenCall.objects.get().pk} if section == "bids" else {}
        address = f"{task.get_absolute_url()}records/{section}/new/"
        answer = client.post(address, {**values, **call})
        assert (section, answer.status_code, answer.headers.get("Location")) == (section, 302, task.get_absolute_url())
    text = client.get(task.get_absolute_url()).content.decode()
    for shown in (
        "演示样机",
        "逾期完成",
        "6级",
        "演示评估报告",
        "财政资金",
        "123.50",
        "演示榜单",
        unit.name,
        "2025-05-10",
    ):
        assert shown in text
    assert AuditEvent.objects.filter(kind="bid.created").count() == 1


def test_matches_are_tried_inside_and_outside_the_city(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    need, unit = make_need(innovation_complex), make_unit()
    address = f"{need.get_absolute_url()}records/matches/new/"
    client.force_login(filer)
    both = {"supply_unit": unit.code, "outside_name": "演示市外院", "outside_place": "演示省"}
    answer = client.post(address, {"tried_on": "2025-04-01", "outcome": "failed", **both})
    assert "请填写一个供给方" in answer.content.decode()
    own = client.post(address, {"tried_on": "2025-04-01", "outcome": "failed", "supply_unit": need.demand_unit.code})
    assert "供给单位不能是提出需求的单位" in own.content.decode()
    outside = {"outside_name": "演示市外院", "outside_place": "演示省", "note": "演示：指标未达到"}
    assert client.post(address, {"tried_on": "2025-04-01", "outcome": "failed", **outside}).status_code == 302
    inside = {"tried_on": "2025-05-01", "outcome": "agreed", "supply_unit": unit.code}
    assert client.post(address, inside).status_code == 302
    rows = client.get(need.get_absolute_url()).context["sections"][0].rows
    assert [row.cells for row in rows] == [
        ["演示市外院（演示省）", "2025-04-01", "市外", "未达成", "演示：指标未达到"],
        [unit.name, "2025-05-01", "市内", "达成合作", "—"],
    ]


def test_a_bid_outside_the_calls_days_or_a_second_award_is_refused(filer: User, innovation_complex: InnovationComplex):
    call = make_open_call(make_task(innovation_complex))

    def bid(submitted_on: date, **values: Any) -> Bid:
        record = Bid(call=call, unit=make_unit(), submitted_on=submitted_on, **values)
        return create_subrecord(record, check=check_bid, by=filer, at=AT)

    for day in (date(2025, 2, 28), date(2025, 5, 1)):
        with pytest.raises(ValidationError, match="“揭榜日期”"):
            bid(day)
    winner = bid(DAY, awarded_on=DAY)
    with pytest.raises(ValidationError, match="已有中榜单位"):
        bid(DAY, awarded_on=DAY)
    withdraw_subrecord(winner, reason="演示：放弃", by=filer, at=AT)
    assert bid(DAY, awarded_on=DAY).awarded_on == DAY


def test_a_choice_of_another_task_is_not_offered_and_not_accepted(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    task, other = make_task(innovation_complex), make_task(innovation_complex)
    foreign = make_open_call(other)
    client.force_login(filer)
    form = client.get(f"{task.get_absolute_url()}records/bids/new/").context["form"]
    assert list(form.fields["call"].queryset) == []
    bid = Bid.objects.create(call=make_open_call(task), unit=make_unit(), submitted_on=DAY)
    with pytest.raises(ValidationError, match="不属于同一事项"):
        change_subrecord(bid, {"call": foreign}, expected_revision=0, by=filer, at=AT)


def test_a_withdrawn_task_takes_no_rows(filer: User, innovation_complex: InnovationComplex):
    task = make_task(innovation_complex)
    withdraw_event(task, reason="演示理由", by=filer, at=AT)
    with pytest.raises(Refused) as caught:
        create_subrecord(Milestone(task=task, title="演示", due_on=DAY), by=filer, at=AT)
    assert caught.value.code == "withdrawn"


def test_rows_of_others_are_missing(client: Client, filer: User, innovation_complex: InnovationComplex):
    foreign = make_milestone(make_task(make_complex()))
    own = make_task(innovation_complex)
    client.force_login(filer)
    for address in (
        f"{foreign.task.get_absolute_url()}records/milestones/{foreign.pk}/edit/",
        f"{own.get_absolute_url()}records/milestones/{foreign.pk}/edit/",
        f"{own.get_absolute_url()}records/nonsense/new/",
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three_rows(
    rows: int, client: Client, filer: User, innovation_complex: InnovationComplex, django_assert_num_queries: Any
):
    task = make_task(innovation_complex)
    for number in range(rows):
        make_milestone(task)
        Assessment.objects.create(
            task=task, level=make_readiness_level(number + 1), assessed_on=date(2025, 1, number + 1), evidence="演示"
        )
        Funding.objects.create(task=task, year=2025 + number, source="own", amount_wan_yuan=Decimal(1))
        Bid.objects.create(call=make_open_call(task), unit=make_unit(), submitted_on=DAY)
    client.force_login(filer)
    client.get(task.get_absolute_url())
    with django_assert_num_queries(15):
        client.get(task.get_absolute_url())
    assert Match.objects.count() == 0


def test_a_supplier_is_checked_by_the_action_too(filer: User, innovation_complex: InnovationComplex):
    need = make_need(innovation_complex)
    record = Match(need=need, tried_on=DAY, supply_unit=need.demand_unit)
    with pytest.raises(ValidationError, match="供给单位不能是提出需求的单位"):
        create_subrecord(record, check=check_match, by=filer, at=AT)
