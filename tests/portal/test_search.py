"""Search: Chinese, full reading, initials and codes; only what the person may see; one statement for all kinds."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from common.pinyin import read_aloud
from common.searching import fill_missing_keys, search_text_of
from complexes.models import InnovationComplex
from members.models import Unit
from portal.search import SHOWN_PER_KIND, search
from tests.factories import make_case, make_complex, make_district, make_need, make_task, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    return make_user(Role.COMMISSION)


def found(query: str, user: User) -> dict[str, list[str]]:
    return {group.label: [hit.name for hit in group.hits] for group in search(query, user=user)}


@pytest.mark.parametrize(
    ("name", "reading", "initials"),
    [
        ("重庆大学", "chongqingdaxue", "cqdx"),
        ("长沙", "changsha", "cs"),
        ("长寿", "changshou", "cs"),
        ("厦门", "xiamen", "xm"),
        ("单县", "shanxian", "sx"),
        ("阿里地区", "alidiqu", "aldq"),
        ("綦江区", "qijiangqu", "qjq"),
        ("绿色5G（演示）", "lvse5gyanshi", "ls5gys"),
        ("ＡＢ-2 Lab", "2lab", "2lab"),
    ],
)
def test_names_are_read_as_people_read_them(name, reading, initials):
    assert read_aloud(name) == (reading, initials)


@pytest.mark.parametrize(
    "query",
    [
        *("重庆大学", "大学", "重庆", "cqdx", "CQDX", "chongqingdaxue", "qingda", "chong qing", "chong'qing"),
        *("12500199", "００１９９", "重 庆"),
    ],
)
def test_a_unit_is_found_by_each_way_to_type_it(reader, query):
    make_unit(name="重庆大学", code="12500199MADE00001X")
    make_unit(name="演示无关企业")
    assert found(query, reader)["单位"] == ["重庆大学"]


@pytest.mark.parametrize("query", ["%%", "__", "\\\\", "重%"])
def test_signs_of_patterns_mean_themselves(reader, query):
    make_unit(name="重庆大学")
    assert found(query, reader) == {}


def test_hits_come_by_kind_in_one_statement(reader, django_assert_num_queries):
    for number in range(3):
        owner = make_complex(name=f"演示轻合金综合体{number}")
        make_task(owner, title=f"演示轻合金任务{number}")
        make_need(owner, title=f"演示轻合金需求{number}")
        make_case(owner, title=f"演示轻合金案例{number}")
        make_unit(name=f"演示轻合金企业{number}")
    with django_assert_num_queries(1):
        hits = found("qinghejin", reader)
    assert {label: len(names) for label, names in hits.items()} == {
        **dict.fromkeys(["综合体", "单位", "攻关任务", "创新需求", "典型案例"], 3)
    }


def test_names_that_begin_with_the_query_come_first_then_by_reading(reader):
    for name in ("演示重庆大学", "重庆医科大学", "重庆大学", "北京重庆大厦"):
        make_unit(name=name)
    assert found("重庆", reader)["单位"] == ["重庆大学", "重庆医科大学", "北京重庆大厦", "演示重庆大学"]


def test_more_hits_than_shown_are_said_to_be_there(reader):
    for number in range(SHOWN_PER_KIND + 1):
        make_unit(name=f"演示同名企业{number}")
    [group] = search("同名", user=reader)
    assert (len(group.hits), group.has_more) == (SHOWN_PER_KIND, True)


def test_a_district_finds_its_own_records_only():
    own, other = make_district(), make_district()
    make_complex(name="演示氢能综合体甲", reporting_district=own)
    stranger = make_complex(name="演示氢能综合体乙", reporting_district=other)
    make_task(stranger, title="演示氢能任务乙")
    assert found("qn", make_user(Role.DISTRICT_FILER, district=own)) == {"综合体": ["演示氢能综合体甲"]}


def test_renaming_through_a_partial_save_renews_the_keys(reader):
    unit = make_unit(name="演示旧名")
    unit.name = "演示新名"
    unit.save(update_fields=["name", "pinyin", "search_text"])
    assert (found("jiuming", reader), found("xinming", reader)["单位"]) == ({}, ["演示新名"])


def test_rows_written_in_bulk_have_keys_and_those_of_raw_sql_are_completed(reader):
    unit = make_unit(name="演示批量")
    Unit.objects.filter(pk=unit.pk).update(pinyin="", search_text="")
    assert (found("piliang", reader), fill_missing_keys(Unit, "name"), fill_missing_keys(Unit, "name")) == ({}, 1, 0)
    assert found("piliang", reader)["单位"] == ["演示批量"]
    copy = InnovationComplex(
        code="CQ-9001", name="演示批量综合体", kind="enterprise_led", reporting_district=unit.home_district
    )
    InnovationComplex.objects.bulk_create([copy])
    assert InnovationComplex.objects.values_list("pinyin", "search_text").get(code="CQ-9001") == (
        "yanshipiliangzongheti",
        search_text_of("演示批量综合体", "CQ-9001"),
    )


def test_lists_find_by_initials_too(client: Client, reader):
    make_unit(name="重庆大学")
    make_unit(name="演示无关企业")
    client.force_login(reader)
    page = client.get(reverse("members:unit-list"), {"q": "cqdx"})
    assert [unit.name for unit in page.context["listing"].page] == ["重庆大学"]


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_any_number_of_hits(client: Client, reader, count, django_assert_num_queries):
    for number in range(count):
        make_complex(name=f"演示钛合金综合体{number}")
    client.force_login(reader)
    with django_assert_num_queries(6):
        page = client.get(reverse("portal:search"), {"q": "thj"})
    assert [len(group.hits) for group in page.context["groups"]] == [count]


@pytest.mark.parametrize(("query", "is_asked"), [("", False), ("重", False), (" 重 ", False), ("重庆", True)])
def test_short_queries_ask_for_more(client: Client, reader, query, is_asked):
    client.force_login(reader)
    page = client.get(reverse("portal:search"), {"q": query})
    assert (page.status_code, page.context["is_asked"]) == (200, is_asked)


@pytest.mark.parametrize("query", ["x" * 61, "a\0b"])
def test_impossible_queries_are_answered_with_a_sentence(client: Client, reader, query):
    client.force_login(reader)
    page = client.get(reverse("portal:search"), {"q": query})
    assert (page.status_code, page.context["groups"], bool(page.context["form"].errors)) == (200, [], True)
