"""Pages of tasks and needs: lists, entry, change, moves, parts, and what is hidden."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from complexes.choices import ComplexState
from complexes.models import InnovationComplex
from members.choices import UnitKind
from tasks.choices import NeedState, TaskState
from tasks.models import Need, TacklingTask
from tests.factories import (
    make_complex,
    make_need,
    make_period_lock,
    make_task,
    make_task_participation,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
PROPOSED = {"state": TaskState.PROPOSED, "approved_on": None, "started_on": None, "counted_year": None}
APPROVED = {"state": TaskState.APPROVED, "started_on": None, "counted_year": None}


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


@pytest.fixture
def filer_client(client: Client, filer: User) -> Client:
    """A browser in which the filer has signed in."""
    client.force_login(filer)
    return client


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


# Session, person, count and rows; then the person's district, or the districts of the city reader's filter.
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "make"), [("tasks:task-list", make_task), ("tasks:need-list", make_need)])
@pytest.mark.parametrize("role", ["filer", "commission"])
def test_lists_take_the_same_queries_for_one_and_three_rows(
    rows: int,
    address: str,
    make: Any,
    role: str,
    client: Client,
    filer: User,
    commission: User,
    innovation_complex: InnovationComplex,
    django_assert_num_queries: Any,
) -> None:
    client.force_login(filer if role == "filer" else commission)
    client.get(reverse(address))
    for _ in range(rows):
        make(make_complex(reporting_district=filer.district))
    with django_assert_num_queries(5):
        response = client.get(reverse(address))
    assert len(response.context["listing"].page.object_list) == rows


def listed(filer_client: Client, **query: Any) -> list[str]:
    response = filer_client.get(reverse("tasks:task-list"), query)
    return [task.title for task in response.context["listing"].page]


def test_a_list_is_searched_and_filtered(
    filer_client: Client, innovation_complex: InnovationComplex, filer: User
) -> None:
    second = make_complex(reporting_district=filer.district, name="演示氢能综合体")
    make_task(innovation_complex, title="甲任务", counted_year=2026, is_late_entry=True)
    shared = make_task(innovation_complex, title="乙任务", mode="joint")
    make_task(second, title="丙任务", **PROPOSED)
    make_task(make_complex(), title="他区任务")
    make_task_participation(shared, second)
    assert listed(filer_client) == ["丙任务", "乙任务", "甲任务"]
    assert listed(filer_client, q="乙") == ["乙任务"]
    assert listed(filer_client, q=shared.code.lower()) == ["乙任务"]
    assert listed(filer_client, state="proposed") == ["丙任务"]
    assert listed(filer_client, mode="joint") == ["乙任务"]
    assert listed(filer_client, complex="氢能") == ["丙任务", "乙任务"]
    assert listed(filer_client, complex=innovation_complex.code) == ["乙任务", "甲任务"]
    assert listed(filer_client, counted_year="2026") == ["甲任务"]
    assert listed(filer_client, late="yes") == ["甲任务"]
    assert listed(filer_client, late="no") == ["丙任务", "乙任务"]


def test_a_district_finds_the_parts_that_wait_for_its_confirmation(
    client: Client, filer_client: Client, commission: User, innovation_complex: InnovationComplex
) -> None:
    foreign = make_task(make_complex(), title="他区任务")
    own = make_task(innovation_complex, title="本区任务")
    make_task_participation(foreign, innovation_complex)
    make_task_participation(own, make_complex())
    make_task_participation(make_task(make_complex(), title="已确认"), innovation_complex, confirmed_at=AT)
    assert listed(filer_client, part="waiting") == ["他区任务"]
    client.force_login(commission)
    assert listed(client, part="waiting") == ["本区任务", "他区任务"]


def test_only_readers_of_the_city_filter_by_district(
    client: Client, filer_client: Client, commission: User, innovation_complex: InnovationComplex
) -> None:
    make_task(innovation_complex)
    make_task(make_complex(), title="他区任务")
    assert "district" not in filer_client.get(reverse("tasks:task-list")).context["listing"].filterset.form.fields
    client.force_login(commission)
    other = InnovationComplex.objects.exclude(pk=innovation_complex.pk).get()
    assert listed(client, district=other.reporting_district_id) == ["他区任务"]


def test_a_wrong_filter_value_shows_a_sentence(filer_client: Client, innovation_complex: InnovationComplex) -> None:
    make_task(innovation_complex, title="甲任务")
    response = filer_client.get(reverse("tasks:task-list"), {"counted_year": "abc"})
    assert response.status_code == 200
    assert response.context["listing"].filterset.form.errors == {
        "counted_year": ["“计入年度”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"]
    }


def entry(innovation_complex: InnovationComplex, **changes: Any) -> dict[str, Any]:
    values = {
        "innovation_complex": innovation_complex.pk,
        "title": "演示任务",
        "mode": "joint",
        "undertaker": "",
        "budget_wan_yuan": "",
        "description": "",
        "proof": "",
    }
    return {**values, **changes}


def test_a_task_is_entered_with_full_width_digits_and_a_unit_of_another_district(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    unit = make_unit()
    typed = entry(innovation_complex, undertaker=f" {unit.code.lower()} ", budget_wan_yuan="1,234.50")
    response = filer_client.post(reverse("tasks:task-new"), typed)
    task = TacklingTask.objects.get()
    assert (response.status_code, response.url) == (302, task.get_absolute_url())
    assert (task.undertaker, str(task.budget_wan_yuan), task.state) == (unit, "1234.50", TaskState.PROPOSED)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "“名称”未填写。请填写后再保存。"),
        ("title", "长" * 121, "“名称”超过120字，现为121字。请精简后再保存。"),
        ("mode", "invented", "“组织方式”的选项不存在或不在您的权限内。请从列表中重新选择。"),
        ("budget_wan_yuan", "-5", "“总投入（万元）”不能小于0。请核对后重新填写。"),
        ("budget_wan_yuan", "五百", "“总投入（万元）”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"),
        (
            "undertaker",
            "91350100M000100Y43",
            "“承担单位代码”：没有代码为“91350100M000100Y43”的单位。请核对代码；尚未登记的单位，请先由其所在区县登记。",
        ),
        ("innovation_complex", "999999999", "“所属综合体”的选项不存在或不在您的权限内。请从列表中重新选择。"),
    ],
)
def test_bad_input_is_answered_at_the_field_and_nothing_typed_is_lost(
    field: str, typed: str, sentence: str, filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    response = filer_client.post(
        reverse("tasks:task-new"), {**entry(innovation_complex, description="已写的说明"), field: typed}
    )
    assert response.status_code == 200
    assert errors(response) == {field: [sentence]}
    assert "已写的说明" in response.content.decode()
    assert TacklingTask.objects.count() == 0


@pytest.mark.parametrize("place", ["another district", "not in cultivation"])
def test_a_task_cannot_be_entered_for_a_foreign_or_inactive_complex(
    place: str, filer_client: Client, filer: User
) -> None:
    if place == "another district":
        owner = make_complex()
    else:
        owner = make_complex(
            reporting_district=filer.district,
            state=ComplexState.DRAFTING,
            cultivated_on=None,
            recognised_on=None,
            recognition_number="",
        )
    response = filer_client.post(reverse("tasks:task-new"), entry(owner))
    assert list(errors(response)) == ["innovation_complex"]
    assert owner.name not in response.content.decode()


def test_an_edit_page_shows_the_units_code_and_saves_what_changed(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    unit = make_unit()
    task = make_task(innovation_complex, undertaker=unit)
    address = reverse("tasks:task-edit", args=[task.code])
    form = filer_client.get(address).context["form"]
    assert (form["undertaker"].value(), "innovation_complex" in form.fields) == (unit.code, False)
    assert f'value="{unit.code}"' in filer_client.get(address).content.decode()
    response = filer_client.post(address, entry(innovation_complex, title="新名称", undertaker=unit.code, revision="0"))
    assert response.status_code == 302
    task.refresh_from_db()
    assert (task.title, task.revision) == ("新名称", 1)


def test_a_stale_page_shows_both_values_and_a_second_save_decides(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    task = make_task(innovation_complex, title="最新名称", revision=3)
    address = reverse("tasks:task-edit", args=[task.code])
    typed = entry(innovation_complex, title="我的名称", mode=task.mode)
    response = filer_client.post(address, {**typed, "revision": "2"})
    assert (response.status_code, response.context["refusal"].code) == (409, "stale")
    assert response.context["stale_fields"] == [{"label": "名称", "typed": "我的名称", "current": "最新名称"}]
    assert (
        filer_client.post(address, {**typed, "revision": response.context["form"]["revision"].value()}).status_code
        == 302
    )
    task.refresh_from_db()
    assert task.title == "我的名称"


def test_a_task_of_a_locked_year_is_not_edited_and_the_page_says_why(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    task = make_task(innovation_complex)
    make_period_lock(innovation_complex, 2025, holder_label="演示综合体 2025年度填报")
    sentence = (
        "已计入2025年度，该年度已被年度填报“演示综合体 2025年度填报”锁定，内容不能修改。"
        "如确需更正，请先由当前持有该填报的部门退回或重新开放。"
    )
    assert sentence in filer_client.get(task.get_absolute_url()).content.decode()
    for method in (filer_client.get, filer_client.post):
        response = method(reverse("tasks:task-edit", args=[task.code]))
        assert (response.status_code, response.context["refusal"].sentence) == (409, sentence)


def test_a_task_goes_from_proposal_to_its_end_on_pages(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    task = make_task(innovation_complex, **PROPOSED)
    for move, typed in (
        ("approve", {"approved_on": "2025/03/01"}),
        ("start", {"started_on": "2025-04-01"}),
        ("finish", {"finished_on": "2025-09-01"}),
    ):
        address = reverse("tasks:task-move", args=[task.code, move])
        offered = [
            offer.address for offer in filer_client.get(task.get_absolute_url()).context["moves"] if offer.verdict
        ]
        assert address in offered
        assert filer_client.get(address).status_code == 200
        assert filer_client.post(address, typed).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.counted_year) == (TaskState.FINISHED, 2025)
    page_text = filer_client.get(task.get_absolute_url()).content.decode()
    assert "从2025年度起累计计入：启动日期为2025-04-01。" in page_text


def test_a_move_with_an_impossible_date_keeps_what_was_typed(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    task = make_task(innovation_complex, **APPROVED)
    address = reverse("tasks:task-move", args=[task.code, "start"])
    response = filer_client.post(address, {"started_on": "2025-02-01"})
    assert errors(response) == {"started_on": ["“启动日期”2025-02-01早于“立项日期”2025-03-01。请核对两个日期。"]}
    assert 'value="2025-02-01"' in response.content.decode()
    assert list(errors(filer_client.post(address, {"started_on": "不详"}))) == ["started_on"]
    assert list(errors(filer_client.post(address, {}))) == ["started_on"]


def test_a_start_in_a_locked_year_offers_the_late_entry(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    task = make_task(innovation_complex, **APPROVED)
    make_period_lock(innovation_complex, 2025)
    address = reverse("tasks:task-move", args=[task.code, "start"])
    response = filer_client.post(address, {"started_on": "2025-04-01"})
    assert (response.status_code, response.context["refusal"].code) == (409, "period_locked")
    assert 'value="2025-04-01"' in response.content.decode()
    assert filer_client.post(address, {"started_on": "2025-04-01", "is_late_entry": "on"}).status_code == 302
    task.refresh_from_db()
    assert (task.counted_year, task.is_late_entry) == (2026, True)
    assert "作为补报从2026年度起累计计入" in filer_client.get(task.get_absolute_url()).content.decode()


def test_a_move_that_the_state_forbids_is_a_conflict(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    task = make_task(innovation_complex)
    response = filer_client.post(reverse("tasks:task-move", args=[task.code, "approve"]), {"approved_on": "2025-03-01"})
    assert (response.status_code, response.context["refusal"].code) == (409, "state")
    assert filer_client.get(reverse("tasks:task-move", args=[task.code, "invented"])).status_code == 404


def test_a_need_is_entered_matched_solved_and_confirmed_on_pages(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    demand, supply = make_unit(), make_unit(kind=UnitKind.COLLEGE)
    typed = {
        "innovation_complex": innovation_complex.pk,
        "title": "演示需求",
        "kind": "key_link",
        "demand_unit": demand.code,
        "raised_on": "2025-02-01",
    }
    assert list(errors(filer_client.post(reverse("tasks:need-new"), {**typed, "demand_unit": supply.code}))) == [
        "demand_unit"
    ]
    assert list(errors(filer_client.post(reverse("tasks:need-new"), {**typed, "raised_on": "2099-01-01"}))) == [
        "raised_on"
    ]
    filer_client.post(reverse("tasks:need-new"), typed)
    need = Need.objects.get()
    for move, values in (
        ("match", {"supply_unit": supply.code}),
        ("solve", {"solved_on": "2025-03-01"}),
        ("confirm", {"confirmed_on": "2025-04-01", "confirmer": "演示确认人", "proof": "演示确认单"}),
    ):
        assert filer_client.post(reverse("tasks:need-move", args=[need.code, move]), values).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.counted_year, need.supply_unit) == (NeedState.CONFIRMED, 2025, supply)


def test_a_confirmation_without_proof_is_answered_at_the_field(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    need = make_need(innovation_complex, state=NeedState.SOLVED, confirmed_on=None, counted_year=None)
    response = filer_client.post(
        reverse("tasks:need-move", args=[need.code, "confirm"]), {"confirmed_on": "2025-05-01", "confirmer": "某人"}
    )
    assert errors(response) == {"proof": ["“佐证材料（文号或名称）”未填写。请填写后再保存。"]}


def test_a_task_is_shared_confirmed_and_withdrawn_on_pages(
    client: Client, filer_client: Client, filer: User, innovation_complex: InnovationComplex
) -> None:
    task, participant = make_task(innovation_complex), make_complex()
    other = make_user(Role.DISTRICT_FILER, district=participant.reporting_district)
    share = reverse("tasks:task-share", args=[task.code])
    confirm = reverse("tasks:task-participation-confirm", args=[task.code, participant.code])
    withdraw = reverse("tasks:task-participation-withdraw", args=[task.code, participant.code])
    assert filer_client.get(share).status_code == 200
    assert errors(filer_client.post(share, {"innovation_complex": "CQ-X"})) == {
        "innovation_complex": ["没有编号为“CQ-X”且在培育或建设期内的综合体。请核对综合体编号。"]
    }
    assert list(errors(filer_client.post(share, {"innovation_complex": innovation_complex.code}))) == [
        "innovation_complex"
    ]
    client.force_login(other)
    assert client.get(task.get_absolute_url()).status_code == 404
    client.force_login(filer)
    assert filer_client.post(share, {"innovation_complex": participant.code.lower()}).status_code == 302
    assert filer_client.post(confirm).status_code == 403
    client.force_login(other)
    (part,) = client.get(task.get_absolute_url()).context["parts"]
    assert (part.confirm_address, bool(part.may_confirm)) == (confirm, True)
    assert client.post(confirm).status_code == 302
    assert client.post(confirm).status_code == 409
    assert client.post(withdraw).status_code == 302
    assert client.get(task.get_absolute_url()).status_code == 404


def test_a_part_of_a_locked_year_says_why_it_cannot_be_confirmed(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    task = make_task(make_complex())
    make_task_participation(task, innovation_complex)
    make_period_lock(innovation_complex, 2025, holder_label="演示综合体 2025年度填报")
    (part,) = filer_client.get(task.get_absolute_url()).context["parts"]
    assert (bool(part.may_confirm), bool(part.may_withdraw)) == (False, True)
    assert part.obstacle == (
        "该事项计入2025年度，该年度已被年度填报“演示综合体 2025年度填报”锁定，参与关系不能变动。"
        "如确需变动，请先由当前持有该填报的部门退回或重新开放。"
    )
    response = filer_client.post(part.confirm_address)
    assert (response.status_code, response.context["refusal"].code) == (409, "period_locked")


def test_the_owners_page_is_linked_only_for_those_who_see_it(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    own, foreign = make_task(innovation_complex), make_task(make_complex())
    make_task_participation(foreign, innovation_complex)
    addresses = [filer_client.get(task.get_absolute_url()).context["owner_address"] for task in (own, foreign)]
    assert addresses == [innovation_complex.get_absolute_url(), ""]


HIDDEN = [
    ("get", "detail", ()),
    ("get", "edit", ()),
    ("post", "edit", ()),
    ("get", "share", ()),
    ("post", "share", ()),
]


@pytest.mark.parametrize(("noun", "make", "move"), [("task", make_task, "start"), ("need", make_need, "match")])
def test_another_districts_event_is_the_same_404_as_a_missing_one(
    noun: str, make: Any, move: str, filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    foreign, own = make(make_complex()), make(innovation_complex)
    stranger = make_complex()
    addresses = [(verb, kind, arguments) for verb, kind, arguments in HIDDEN]
    addresses += [
        ("get", "move", (move,)),
        ("post", "move", (move,)),
        ("post", "participation-confirm", (stranger.code,)),
        ("post", "participation-withdraw", (stranger.code,)),
    ]
    for verb, kind, arguments in addresses:
        hidden = getattr(filer_client, verb)(reverse(f"tasks:{noun}-{kind}", args=[foreign.code, *arguments]))
        missing = getattr(filer_client, verb)(reverse(f"tasks:{noun}-{kind}", args=["GG-99999", *arguments]))
        assert (hidden.status_code, hidden.content) == (404, missing.content)
    # An own event with the part of a complex that has none.
    part = filer_client.post(reverse(f"tasks:{noun}-participation-confirm", args=[own.code, stranger.code]))
    assert part.status_code == 404


@pytest.mark.parametrize("role", ["approver", "commission"])
def test_readers_read_but_are_told_that_they_may_not_write(
    role: str, client: Client, approver: User, commission: User, innovation_complex: InnovationComplex
) -> None:
    task = make_task(innovation_complex, **APPROVED)
    client.force_login(approver if role == "approver" else commission)
    detail = client.get(task.get_absolute_url())
    (barred,) = detail.context["barred"]
    assert (detail.context["moves"], barred.labels) == ([], "登记启动、取消任务、撤销、编辑内容")
    assert barred.sentence == "您的角色无权“维护综合体、成员与台账”。如确需办理，请联系系统管理员调整角色。"
    for name in ("edit", "share"):
        assert client.get(reverse(f"tasks:task-{name}", args=[task.code])).status_code == 403
    assert client.get(reverse("tasks:task-new")).status_code == 403
    response = client.post(reverse("tasks:task-move", args=[task.code, "start"]), {"started_on": "2025-04-01"})
    assert response.status_code == 403
    task.refresh_from_db()
    assert task.state == TaskState.APPROVED


def test_the_page_says_when_a_cancelled_or_early_task_counts(
    filer_client: Client, innovation_complex: InnovationComplex
) -> None:
    cancelled = make_task(innovation_complex, state=TaskState.CANCELLED, cancelled_on=date(2026, 3, 1))
    at_once = make_task(innovation_complex, state=TaskState.CANCELLED, cancelled_on=date(2025, 6, 1))
    early = make_task(innovation_complex, approved_on=date(2024, 1, 1), started_on=date(2024, 2, 1), counted_year=2024)
    texts = [
        filer_client.get(task.get_absolute_url()).context["explanation"][-1] for task in (cancelled, at_once, early)
    ]
    assert texts == [
        "已于2026-03-01取消：取消日期所在年度起不再计入，因此只计入2025至2025年度。",
        "已于2025-06-01取消：取消日期所在年度起不再计入，因此不计入任何年度。",
        f"启动日期2024-02-01早于“{innovation_complex.name}”进入培育的日期，不计入该综合体；"
        "其他参与综合体按各自进入培育的日期判断。",
    ]
