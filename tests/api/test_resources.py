"""Each resource: its fields, who sees which rows, its filters, its number of queries."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import District
from config.api_urls import DETAILS, LISTS
from evaluation.actions.runs import release_run
from evaluation.models import ScoreSheet
from indicators.models import FigureValue, Plan
from indicators.progress import progress_rows, resolve_scope
from tests.api.clients import ask, rows
from tests.factories import make_complex, make_membership, make_report, make_task, make_unit
from tests.factories.evaluation import AT
from tests.world import World

PROGRESS = {"plan": "cq-complex-2024-2027", "year": "2025"}
FIELDS = {
    "districts": "code name kind valid_from valid_to successors",
    "units": "code credit_code name kind home_district standings updated_at",
    "unit-reports": "unit year revenue_wan_yuan rd_wan_yuan new_product_sales_wan_yuan staff rd_staff state gap_reason"
    " updated_at",
    "complexes": "code name kind lead_unit fields reporting_district co_districts state cultivated_on recognised_on"
    " exited_on updated_at",
    "memberships": "complex unit role joined_on left_on contract",
    "cases": "code complex complexes participations title counted_year is_late_entry updated_at kind state"
    " submitted_on selected_on",
    "achievements": "code complex complexes participations title counted_year is_late_entry updated_at kind state"
    " happened_on stage_on unit amount_wan_yuan partner details",
    "tasks": "code complex complexes participations title counted_year is_late_entry updated_at mode state undertaker"
    " budget_wan_yuan approved_on started_on finished_on cancelled_on",
    "needs": "code complex complexes participations title counted_year is_late_entry updated_at kind state demand_unit"
    " supply_unit raised_on solved_on confirmed_on",
    "plans": "code name document issuer scope issued_on starts_on ends_on note",
    "indicators": "code name plans measure_unit decimals scale direction kind is_filed numerator denominator definition"
    " source",
    "targets": "code plan indicator name measure_unit scope comparator value low high baselines target_year"
    " from_year to_year population parent groups is_cumulative is_cumulative_assumed is_outlook attribute warning note"
    " citations",
    "filing-rounds": "code name kind year opens_at due_at locks_at",
    "filings": "round complex district year state version approved_version due_at late submitted_at updated_at",
    "values": "complex district indicator year reported recognised numerator denominator covered members coverage"
    " missing_reason state version is_approved updated_at",
    "progress": "target plan indicator name scope measure_unit comparator target_value target_year year actual"
    " numerator denominator coverage filed due covered members overlap unapproved unapproved_complexes attainment met"
    " expected status gap forecast definition basis note",
    "evaluation-rounds": "code name kind year state rubric rubric_version released_run",
    "scores": "round run year complex district total total_unrounded applicable_max rank grade hold_reason lines"
    " finished_at",
}
PUBLIC = {"districts", "plans", "indicators", "targets", "filing-rounds", "evaluation-rounds", "progress"}


def asked(name: str) -> dict[str, str]:
    return PROGRESS if name == "progress" else {}


@pytest.mark.parametrize("name", LISTS)
def test_list_gives_exactly_its_fields(world: World, name: str):
    found = rows(f"{name}/", world.tokens["commission_token"], **asked(name))
    assert found
    assert [list(row) for row in found] == [FIELDS[name].split()] * len(found)


@pytest.mark.parametrize("name", DETAILS)
def test_detail_gives_the_row_of_the_list(world: World, name: str):
    key = world.tokens["commission_token"]
    for row in rows(f"{name}/", key)[:2]:
        answer = ask(f"{name}/{row['code']}/", key)
        assert (answer.status_code, answer.json()) == (200, row)


@pytest.mark.parametrize("name", [name for name in LISTS if name not in PUBLIC])
def test_district_sees_its_own_rows_only(world: World, name: str):
    if name == "scores":
        release_run(run=world.run, by=world.people["second_commission"], at=AT)
    found = str(rows(f"{name}/", world.tokens["filer_token"]))
    everything = str(rows(f"{name}/", world.tokens["commission_token"]))
    other = [world.other.mark, world.other.complex.code, world.other.unit.code, world.other.district.code]
    assert found != "[]"
    assert [text for text in other if text in found] == []
    assert [text for text in other if text in everything] != []


@pytest.mark.parametrize("name", ["complexes", "units", "tasks", "needs", "cases"])
def test_detail_of_a_hidden_row_has_the_bytes_of_a_missing_one(world: World, name: str):
    attribute = name.removesuffix("es" if name == "complexes" else "s")
    hidden = getattr(world.other, attribute).code
    answers = [ask(f"{name}/{code}/", world.tokens["filer_token"]) for code in (hidden, "NO-SUCH-CODE")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert dict(answers[0].headers) == dict(answers[1].headers)
    assert answers[0].json()["code"] == "not_found"


@pytest.mark.parametrize("name", LISTS)
def test_unknown_parameter_and_order_are_refused_by_name(world: World, name: str):
    key = world.tokens["commission_token"]
    for parameter, value in (("colour", "red"), ("format", "json"), ("state__in", "draft"), ("_connector", "OR")):
        answer = ask(f"{name}/", key, **asked(name), **{parameter: value})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == [parameter]
    answer = ask(f"{name}/", key, **asked(name), ordering="digest")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "ordering")


@pytest.mark.parametrize("name", [name for name in LISTS if name != "progress"])
def test_every_order_reaches_every_row_once(world: World, name: str):
    key = world.tokens["commission_token"]
    everything = rows(f"{name}/", key)
    for order in LISTS[name].ordering_fields:
        for sign in ("", "-"):
            answer = ask(f"{name}/", key, ordering=sign + order, page_size="1").json()
            found = list(answer["results"])
            while answer["next"]:
                answer = ask(answer["next"].split("/api/v1/")[1], key).json()
                found += answer["results"]
            assert sorted(map(str, found)) == sorted(map(str, everything))


@pytest.mark.parametrize(
    ("address", "parameters", "count"),
    [
        ("units/", {"kind": "enterprise"}, 6),
        ("units/", {"kind": "college"}, 0),
        ("unit-reports/", {"year": "2026"}, 2),
        ("unit-reports/", {"state": "gap_claimed"}, 2),
        ("complexes/", {"state": "recognised"}, 4),
        ("memberships/", {"role": "lead"}, 4),
        ("memberships/", {"on": "2024-09-30"}, 0),
        ("tasks/", {"year": "2025"}, 2),
        ("needs/", {"state": "open"}, 2),
        ("cases/", {"kind": "technology", "state": "selected"}, 2),
        ("targets/", {"plan": "cq-complex-2024-2027"}, 13),
        ("targets/", {"plan": "no-such-plan"}, 0),
        ("indicators/", {"kind": "flow"}, 2),
        ("filings/", {"state": "returned_by_district"}, 2),
        ("values/", {"indicator": "rd_intensity", "year": "2025"}, 4),
        ("values/", {"since": "2099-01-01"}, 0),
        ("values/", {"since": "2020-01-01T00:00:00+08:00", "state": "commission_approved"}, 10),
        ("scores/", {"round": "monitoring-2025", "run": "1"}, 4),
        ("scores/", {"year": "2024"}, 0),
    ],
)
def test_filters_narrow(world: World, address: str, parameters: dict[str, str], count: int):
    assert len(rows(address, world.tokens["commission_token"], **parameters)) == count


def test_filters_by_code_narrow_to_the_named_object(world: World):
    key = world.tokens["commission_token"]
    own = world.own
    assert {row["code"] for row in rows("complexes/", key, district=own.district.code)} == {
        own.complex.code,
        own.second_complex.code,
    }
    assert [row["unit"] for row in rows("memberships/", key, unit=own.unit.code)] == [own.unit.code]
    assert {row["complex"] for row in rows("values/", key, complex=own.complex.code)} == {own.complex.code}
    assert len(rows("units/", key, complex=own.complex.code)) == 2
    assert [row["code"] for row in rows("tasks/", key, complex=own.second_complex.code)] == []


@pytest.mark.parametrize(
    ("address", "parameters"),
    [
        ("values/", {"year": "二〇二五"}),
        ("values/", {"year": "99999999999999999999"}),
        ("values/", {"since": "yesterday"}),
        ("values/", {"state": "gone"}),
        ("values/", {"page_size": "1001"}),
        ("values/", {"page_size": "0"}),
        ("values/", {"cursor": "WyJ1bml0cyI"}),
        ("values/", {"complex": "CQ\x00"}),
        ("scores/", {"run": "1"}),
        ("progress/", {"plan": "cq-complex-2024-2027"}),
        ("progress/", {"year": "2025"}),
        ("memberships/", {"on": "2025-02-30"}),
    ],
)
def test_malformed_parameters_are_refused(world: World, address: str, parameters: dict[str, str]):
    answer = ask(address, world.tokens["commission_token"], **parameters)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert all(error["field"] and error["cause"] for error in answer.json()["errors"])


def test_cursor_of_another_list_is_refused(world: World):
    key = world.tokens["commission_token"]
    following = ask("units/", key, page_size="1").json()["next"].split("cursor=")[1].split("&")[0]
    assert ask(f"complexes/?cursor={following}", key).status_code == 400


def test_progress_refuses_unknown_and_hidden_codes_alike(world: World):
    key = world.tokens["filer_token"]
    asked_codes = [
        {**PROGRESS, "plan": "no-such-plan"},
        {**PROGRESS, "complex": world.other.complex.code},
        {**PROGRESS, "complex": "NO-SUCH"},
        {**PROGRESS, "district": world.other.district.code},
        {**PROGRESS, "district": "NO-SUCH"},
    ]
    answers = [ask("progress/", key, **parameters) for parameters in asked_codes]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_progress_gives_the_figures_of_the_page(world: World):
    user = world.people["commission"]
    plan = Plan.objects.get(code=PROGRESS["plan"])
    for codes in ({}, {"district": world.own.district.code}, {"complex": world.own.complex.code}):
        scope = resolve_scope(user=user, **{f"{name}_code": code for name, code in codes.items()})
        expected = progress_rows(plan=plan, year=2025, scope=scope, today=timezone.localdate())
        found = rows("progress/", world.tokens["commission_token"], **PROGRESS, **codes)
        assert [row["target"] for row in found] == [row.target for row in expected]
        for row, page_row in zip(found, expected, strict=True):
            for name in ("actual", "attainment", "expected", "gap", "numerator", "denominator"):
                value = getattr(page_row, name)
                assert (row[name] is None) == (value is None)
                assert value is None or Decimal(row[name]) == value
            assert (row["status"], row["met"]) == (page_row.status, page_row.met)


def test_progress_is_paged_like_other_lists(world: World):
    key = world.tokens["commission_token"]
    everything = rows("progress/", key, **PROGRESS)
    answer = ask("progress/", key, **PROGRESS, page_size="5").json()
    found = list(answer["results"])
    while answer["next"]:
        answer = ask(answer["next"].split("/api/v1/")[1], key).json()
        found += answer["results"]
    assert answer["previous"] is not None
    assert found == everything


def test_values_show_unapproved_to_those_who_review_and_approved_to_clients(world: World):
    reviewed = rows("values/", world.tokens["commission_token"], district=world.own.district.code)
    client = rows("values/", world.tokens["token"], district=world.own.district.code)
    assert {(row["complex"], row["state"], row["is_approved"]) for row in reviewed} == {
        (world.own.complex.code, "commission_approved", True),
        (world.own.second_complex.code, "returned_by_district", False),
    }
    assert {(row["complex"], row["is_approved"]) for row in client} == {(world.own.complex.code, True)}
    assert all(row["recognised"] is None for row in reviewed if not row["is_approved"])
    assert all(row["recognised"] == row["reported"] for row in client)


def test_values_are_the_sealed_figures_exactly(world: World):
    found = rows("values/", world.tokens["commission_token"], complex=world.own.complex.code)
    sealed = {figure.indicator.code: figure for figure in FigureValue.objects.filter(version__filing=world.own.filing)}
    assert {row["indicator"] for row in found} == set(sealed)
    for row in found:
        figure = sealed[row["indicator"]]
        for name in ("reported", "recognised", "numerator", "denominator"):
            value = getattr(figure, name)
            assert row[name] is None if value is None else Decimal(row[name]) == value
            assert row[name] is None or ("E" not in row[name] and not row[name].endswith(".0"))


def test_scores_are_hidden_until_released_and_then_a_districts_own(world: World):
    everything = rows("scores/", world.tokens["commission_token"])
    assert len(everything) == ScoreSheet.objects.filter(run=world.run).count()
    assert rows("scores/", world.tokens["token"]) == []
    assert rows("scores/", world.tokens["filer_token"]) == []
    assert rows("evaluation-rounds/", world.tokens["token"], code="monitoring-2025")[0]["released_run"] is None
    release_run(run=world.run, by=world.people["second_commission"], at=AT)
    assert rows("scores/", world.tokens["token"]) == everything
    own = rows("scores/", world.tokens["filer_token"])
    assert {row["complex"] for row in own} == {world.own.complex.code, world.own.second_complex.code}


def test_score_lines_add_up_and_are_the_sheets(world: World):
    row = rows("scores/", world.tokens["commission_token"], complex=world.own.complex.code)[0]
    sheet = ScoreSheet.objects.get(run=world.run, innovation_complex=world.own.complex)
    assert Decimal(row["total_unrounded"]) == sheet.total
    assert [line["item"] for line in row["lines"]] == [line.item_code for line in sheet.lines.order_by("position")]
    assert row["grade"] is None


def test_shared_event_names_the_complexes_that_count_it(world: World):
    key = world.tokens["commission_token"]
    before = ask(f"tasks/{world.own.task.code}/", key).json()
    assert before["complexes"] == [world.own.complex.code]
    assert before["participations"] == [{"complex": world.own.second_complex.code, "confirmed_at": None}]
    world.own.task.participations.update(confirmed_at=AT, confirmed_by=world.own.filer)
    after = ask(f"tasks/{world.own.task.code}/", key).json()
    assert after["complexes"] == [world.own.complex.code, world.own.second_complex.code]
    assert [row["code"] for row in rows("tasks/", key, complex=world.own.second_complex.code)] == [after["code"]]


def test_formats_are_exact_and_local(world: World):
    key = world.tokens["commission_token"]
    report = rows("unit-reports/", key, unit=world.own.unit.code, year="2025")[0]
    assert report["revenue_wan_yuan"] == "1234.5"
    assert report["rd_wan_yuan"] == "30"
    assert report["updated_at"].endswith("+08:00")
    gap = rows("unit-reports/", key, unit=world.own.unit.code, year="2026")[0]
    assert gap["revenue_wan_yuan"] is None
    assert rows("units/", key, code=world.own.unit.code)[0]["standings"] == [
        {
            "kind": "high_tech",
            "number": f"演示证书{world.own.mark}",
            "valid_from": "2024-11-28",
            "valid_to": None,
        }
    ]


def test_paging_gives_every_old_row_once_while_rows_are_added(world: World):
    key = world.tokens["commission_token"]
    before = [row["code"] for row in rows("tasks/", key, ordering="-code")]
    answer = ask("tasks/", key, ordering="-code", page_size="1").json()
    found = [row["code"] for row in answer["results"]]
    while answer["next"]:
        make_task(world.own.complex)
        answer = ask(answer["next"].split("/api/v1/")[1], key).json()
        found += [row["code"] for row in answer["results"]]
    assert found == before
    answer = ask(answer["previous"].split("/api/v1/")[1], key).json()
    assert [row["code"] for row in answer["results"]] == [before[-2]]


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("districts", 3),
        ("units", 3),
        ("unit-reports", 2),
        ("complexes", 4),
        ("memberships", 2),
        ("cases", 3),
        ("tasks", 3),
        ("needs", 3),
        ("plans", 2),
        ("indicators", 3),
        ("targets", 5),
        ("filing-rounds", 2),
        ("filings", 2),
        ("values", 2),
        ("evaluation-rounds", 2),
        ("scores", 3),
    ],
)
def test_list_asks_the_same_queries_for_one_row_and_for_all(
    world: World, django_assert_num_queries: object, name: str, queries: int
):
    key = world.tokens["token"]
    release_run(run=world.run, by=world.people["second_commission"], at=AT)
    rows("plans/", key)
    for number in range(3):
        unit = make_unit(home_district=world.own.district)
        make_report(unit)
        make_membership(make_complex(name=f"演示新综合体{number}"), unit)
    for size in ("1", "1000"):
        with django_assert_num_queries(queries):
            assert rows(f"{name}/", key, page_size=size)
    assert District.objects.count() > 1
