"""Any past day of a complex and a unit can be shown, read-only, from the dates of their records."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complexes.models import InnovationComplex, LifecycleDecision, ReportingTerm
from members.models import Standing
from tests.factories import (
    make_achievement,
    make_body,
    make_complex,
    make_contract,
    make_district,
    make_membership,
    make_seat,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


def on(client: Client, innovation_complex: InnovationComplex, day: str) -> Any:
    return client.get(f"{innovation_complex.get_absolute_url()}?on={day}")


def test_each_part_is_shown_as_it_was(client: Client, filer: User, innovation_complex: InnovationComplex):
    earlier = make_district()
    ReportingTerm.objects.filter(innovation_complex=innovation_complex).update(district=earlier)
    ReportingTerm.objects.create(
        innovation_complex=innovation_complex, district=filer.district, valid_from=date(2025, 11, 6)
    )
    former_lead = innovation_complex.memberships.get(role="lead")
    type(former_lead).objects.filter(pk=former_lead.pk).update(left_on=date(2025, 7, 1))
    lead = make_membership(innovation_complex, make_unit(), role="lead", joined_on=date(2025, 7, 1))
    guest = make_membership(innovation_complex, make_unit(), joined_on=date(2025, 1, 1), left_on=date(2025, 8, 1))
    Standing.objects.create(
        unit=guest.unit, kind="high_tech", number="1", valid_from=date(2025, 1, 1), valid_to=date(2025, 7, 15)
    )
    old = make_contract(innovation_complex, signed_on=date(2024, 10, 1), expires_on=date(2025, 7, 1))
    new = make_contract(innovation_complex, signed_on=date(2025, 7, 1))
    body = make_body(innovation_complex, valid_from=date(2025, 1, 1))
    seat = make_seat(body, valid_from=date(2025, 1, 1), valid_to=date(2025, 7, 1))
    make_achievement(innovation_complex, happened_on=date(2025, 7, 1))
    client.force_login(filer)

    before = on(client, innovation_complex, "2025-06-30").context
    after = on(client, innovation_complex, "2025-07-31").context
    assert [page["lead"] for page in (before, after)] == [former_lead, lead]
    assert [{member for member, _ in page["members"]} for page in (before, after)] == [
        {former_lead, guest},
        {lead, guest},
    ]
    assert [dict(page["members"]).get(guest) for page in (before, after)] == ["高新技术企业", ""]
    assert [list(page["contracts"]) for page in (before, after)] == [[old], [new]]
    assert [list(page["seats"]) for page in (before, after)] == [[seat], []]
    assert [list(page["bodies"]) for page in (before, after)] == [[body], [body]]
    assert [page["achievements"] for page in (before, after)] == [[], [("标准", 1)]]
    assert [page["district"] for page in (before, after)] == [earlier, earlier]
    assert on(client, innovation_complex, "2025-11-06").context["district"] == filer.district


def test_the_state_follows_confirmed_decisions_and_dates(
    client: Client, filer: User, commission: User, innovation_complex: InnovationComplex
):
    for state, day, to_state in (
        ("confirmed", date(2026, 1, 10), "exiting"),
        ("confirmed", date(2026, 3, 10), "recognised"),
        ("dropped", date(2026, 4, 10), "exiting"),
    ):
        LifecycleDecision.objects.create(
            innovation_complex=innovation_complex,
            to_state=to_state,
            decided_on=day,
            reason="演示理由",
            state=state,
            proposed_by=make_user(commission.role),
            confirmed_by=commission if state == "confirmed" else None,
            proposed_at=AT,
        )
    client.force_login(filer)
    days = ["2024-09-30", "2024-10-01", "2024-12-01", "2026-01-10", "2026-03-09", "2026-03-10", "2026-04-10"]
    assert [on(client, innovation_complex, day).context["state"] for day in days] == [
        "尚未进入培育",
        "培育中",
        "已认定",
        "退出程序中",
        "退出程序中",
        "已认定",
        "已认定",
    ]


def test_the_page_of_a_past_day_says_so_and_offers_nothing_to_do(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    client.force_login(filer)
    text = on(client, innovation_complex, "2025-06-30").content.decode()
    assert "2025-06-30当日的情况" in text
    assert "回到当前" in text
    assert "添加成员" not in text
    assert "/edit/" not in text


@pytest.mark.parametrize("typed", ["2025-02-30", "昨天", "1999-12-31", "future"])
def test_a_day_that_cannot_be_shown_is_refused_in_words(
    typed: str, client: Client, filer: User, innovation_complex: InnovationComplex
):
    day = str(timezone.localdate() + timedelta(days=1)) if typed == "future" else typed
    client.force_login(filer)
    response = on(client, innovation_complex, day)
    assert response.status_code == 200
    assert "当日的情况" not in response.content.decode().replace("查看当日的情况", "")
    assert "“查看日期”" in response.content.decode()


def test_a_hidden_complex_stays_hidden_on_every_day(client: Client, filer: User):
    client.force_login(filer)
    assert on(client, make_complex(), "2025-06-30").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_past_day_takes_the_same_queries_for_one_and_three_rows(
    rows: int, client: Client, filer: User, innovation_complex: InnovationComplex, django_assert_num_queries: Any
):
    body = make_body(innovation_complex)
    for _ in range(rows):
        make_membership(innovation_complex, make_unit())
        make_contract(innovation_complex)
        make_seat(body, unit=make_unit())
    client.force_login(filer)
    on(client, innovation_complex, "2025-06-30")
    with django_assert_num_queries(12):
        on(client, innovation_complex, "2025-06-30")


def test_a_units_standings_of_a_past_day(client: Client, filer: User):
    unit = make_unit(home_district=filer.district)
    Standing.objects.create(
        unit=unit, kind="high_tech", number="1", valid_from=date(2022, 1, 1), valid_to=date(2025, 1, 1)
    )
    current = Standing.objects.create(unit=unit, kind="high_tech", number="2", valid_from=date(2025, 1, 1))
    client.force_login(filer)
    page = client.get(f"{unit.get_absolute_url()}?on=2025-06-30")
    assert list(page.context["standings"]) == [current]
    text = page.content.decode()
    assert "2025-06-30当日的情况" in text
    assert "登记资质称号" not in text
