"""The plans beside 000: their statements as read by hand, their groups, and what their pages say."""

from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from indicators.models import Citation, Indicator, Plan, PlanGroup, Responsibility, Target, TargetBaseline
from indicators.plan_warnings import strictest_citation, warnings_of

pytestmark = pytest.mark.django_db

FILES = {
    "001": Path("data/plans/jlp-2022-2025.yaml"),
    "002": Path("data/plans/cq-future-2024-2027.yaml"),
    "003": Path("data/plans/x-synergy-2022.yaml"),
}

# Read by hand from the documents: (comparator, value or range, year) by what is counted.
NUMBERS = {
    "001": {
        "jlp_rd_total_growth-2025": ("growth_pa", "13", 2025),
        "jlp_technology_turnover-2025": ("gt", "80", 2025),
        "jlp_firms_with_rd_unit_share-2025": ("ge", "50", 2025),
        "jlp_firms_doing_rd_share-2025": ("ge", "80", 2025),
        "jlp_prefab_share-2025": ("gt", "50", 2025),
        "jlp_tech_service_revenue-2025": ("reach", "100", 2025),
        "jlp_farmland_area-2025": ("reach", "2.4", 2025),
        "jlp_innovation_institutions-2025": ("reach", "5", 2025),
        "jlp_high_level_talent-2025": ("gt", "1200", 2025),
        "jlp_little_giants-2025": ("reach", "24", 2025),
        "jlp_city_specialised_smes-2025": ("reach", "200", 2025),
        "jlp_high_tech_firms-2025": ("reach", "750", 2025),
        "jlp_innovative_smes-2025": ("reach", "1500", 2025),
        "jlp_technology_firms-2025": ("reach", "4000", 2025),
        "jlp_innovation_platforms-2025": ("reach", "420", 2025),
        "jlp_incubators-2025": ("reach", "25", 2025),
        "jlp_patents_per_10k-2025": ("gt", "30", 2025),
        "jlp_progress_contribution-2025": ("ge", "60", 2025),
        "jlp_digital_core_share-2025": ("gt", "12", 2025),
        "jlp_high_tech_manufacturing_share-2025": ("ge", "20", 2025),
        "jlp_modern_services_share-2025": ("reach", "70", 2025),
    },
    "002": {
        "cqf_key_technologies-2027": ("reach", "30", 2027),
        "cqf_landmark_products-2027": ("reach", "20", 2027),
        "cqf_scenarios-2027": ("range", "10–15", 2027),
        "cqf_high_tech_firms-2027": ("approx", "100", 2027),
        "cqf_specialised_firms-2027": ("approx", "100", 2027),
        "cqf_pilot_areas-2027": ("range", "3–5", 2027),
        "cqf_brain_centre": ("first", "", None),
    },
    "003": {
        "xs_teams": ("ge", "100", None),
        "xs_platforms": ("ge", "100", None),
        "xs_national_platforms": ("reach", "10", None),
        "xs_city_platforms": ("ge", "90", None),
        "xs_projects": ("ge", "100", None),
        "xs_rd_relative-2022": ("relative", "", 2022),
        "xs_teams_automotive": ("ge", "30", None),
        "xs_projects_automotive": ("ge", "30", None),
        "xs_national_platforms_automotive": ("reach", "3", None),
        "xs_city_platforms_automotive": ("ge", "30", None),
        "xs_teams_medicine": ("ge", "30", None),
        "xs_projects_medicine": ("ge", "30", None),
        "xs_national_platforms_medicine": ("reach", "3", None),
        "xs_city_platforms_medicine": ("ge", "30", None),
        "xs_teams_infosec": ("ge", "30", None),
        "xs_projects_infosec": ("ge", "30", None),
        "xs_national_platforms_infosec": ("reach", "4", None),
        "xs_city_platforms_infosec": ("ge", "30", None),
        "xs_teams_agriculture": ("ge", "10", None),
        "xs_projects_agriculture": ("ge", "10", None),
        "xs_city_platforms_agriculture": ("ge", "10", None),
        "xs_medical_rd_centre": ("first", "", None),
        "xs_infosec_output": ("magnitude", "1000", None),
    },
}

CENTRES = ["区信息安全产业发展中心", "区汽车产业发展中心"]
# 003 §三, read by hand: task → (牵头单位, 责任单位).
RESPONSIBLE = {
    "§三(一)1": (
        ["区发展改革委", "区农业农村委", "工业园区管委会", *CENTRES],
        ["区科技局", "区经济信息委", "区招商投资局"],
    ),
    "§三(一)2": (["区教委", "区人力社保局"], ["区科协", "区科技局", "区经济信息委"]),
    "§三(一)3": (["区科技局"], ["区经济信息委", "区大数据发展局", "区招商投资局", "工业园区管委会", *CENTRES]),
    "§三(二)1": (["区汽车产业发展中心", "区科协"], ["区科技局", "区经济信息委", "区招商投资局"]),
    "§三(二)2": (["工业园区管委会"], ["区科协", "区科技局", "区经济信息委", "区卫生健康委", "区招商投资局"]),
    "§三(二)3": (
        ["区信息安全产业发展中心"],
        ["区科协", "区科技局", "区经济信息委", "区大数据发展局", "区招商投资局", "区信息安全产业公司"],
    ),
    "§三(二)4": (
        ["区农业农村委"],
        ["区科协", "区发展改革委", "区科技局", "区林业局", "区招商投资局", "区畜牧兽医中心"],
    ),
    "§三(三)1": (
        ["区科技局"],
        ["区发展改革委", "区财政局", "区经济信息委", "区大数据发展局", "工业园区管委会", *CENTRES],
    ),
    "§三(三)2": (["区科技局"], ["区发展改革委", "区经济信息委", "工业园区管委会", *CENTRES]),
    "§三(三)3": (["区委组织部"], ["区科协", "区科技局", "区经济信息委", "区人力社保局", "区招商投资局"]),
    "§三(三)4": (["区金融服务中心"], ["区财政局", "区科技局", "区经济信息委", "区市场监管局"]),
}


def load(*files: Path) -> list[str]:
    out = StringIO()
    call_command("load_plans", *files, stdout=out)
    return out.getvalue().splitlines()


def stated(target: Target) -> str:
    if target.low is not None:
        return f"{target.low:.0f}–{target.high:.0f}"
    return "" if target.value is None else f"{target.value.normalize():f}"


def loaded(code: str) -> Target:
    rows = Target.objects.select_related("indicator")
    return rows.prefetch_related("citations", "baselines", "children__indicator").get(code=code)


@pytest.mark.parametrize("document", FILES)
def test_numbers_are_those_read_by_hand(document: str) -> None:
    load(FILES[document])
    held = Target.objects.filter(plan__document=document).exclude(comparator="qualitative")
    assert {row.code: (row.comparator, stated(row), row.target_year) for row in held} == NUMBERS[document]


def test_all_files_load_and_a_second_time_change_nothing() -> None:
    first = load()
    assert {line.split(": ")[1] for line in first[:-1]} == {"added"}
    before = AuditEvent.objects.count()
    second = load()
    assert {line.split(": ")[1] for line in second[:-1]} == {"unchanged"}
    assert AuditEvent.objects.count() == before
    assert set(Plan.objects.values_list("document", flat=True)) == {"000", "001", "002", "003", "004"}


def test_003_names_who_leads_and_who_answers() -> None:
    load(FILES["003"])
    held: dict[str, tuple[list[str], list[str]]] = {}
    for row in Responsibility.objects.select_related("group").order_by("group__position", "position"):
        pair = held.setdefault(row.group.section, ([], []))
        pair[row.role == "duty"].append(row.department)
    assert held == RESPONSIBLE


def test_003_parts_that_miss_their_whole_stay_visible() -> None:
    load(FILES["003"])
    city = loaded("xs_city_platforms")
    assert sum(part.value for part in city.children.all()) == 100
    assert city.value == 90
    assert warnings_of(city) == ["4个下级目标合计100，本目标为90，两者分别照原文保留。"]
    assert "110" in loaded("xs_platforms").warning
    assert warnings_of(loaded("xs_national_platforms")) == []
    assert sum(part.value for part in loaded("xs_teams").children.all()) == 100


def test_001_sectors_list_industries_and_leave_the_uncounted_open() -> None:
    load(FILES["001"])
    sectors = PlanGroup.objects.filter(kind="sector").order_by("position")
    assert {row.name: row.children.count() for row in sectors} == {
        "制造业": 6,
        "建筑业": 6,
        "服务业": 7,
        "农业": 3,
        "数字经济": 4,
    }
    assert PlanGroup.objects.get(code="key_chains").note.startswith("待补")
    assert not PlanGroup.objects.get(code="key_chains").children.exists()


def test_002_has_six_industries_six_actions_lists_and_scenarios() -> None:
    load(FILES["002"])
    kinds = list(PlanGroup.objects.values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "industry": 6,
        "action": 6,
        "published_list": 10,
        "scenario": 3,
    }
    actions = PlanGroup.objects.filter(kind="action")
    assert all(row.targets.exists() for row in actions)
    citations = Target.objects.get(code="cqf_pilot_areas-2027").citations.order_by("position")
    assert [(row.section, row.comparator, row.value) for row in citations] == [
        ("§一(三)", "range", None),
        ("§三(三)", "qualitative", None),
    ]


def in_file(tmp_path: Path, document: str, *replacements: tuple[str, str]) -> Path:
    text = FILES[document].read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "  - code: xs_platforms\n    indicator: xs_platforms\n",
            "  - code: xs_platforms\n    indicator: xs_platforms\n    parent: xs_national_platforms\n",
            "上级目标成环：xs_platforms → xs_national_platforms → xs_platforms",
        ),
        ("    parent: xs_platforms\n", "    parent: xs_nothing\n", "上级目标“xs_nothing”不在本文件中"),
        ("    parent: t1\n", "    parent: t1_1\n", "上级成环：t1_1 → t1_1"),
        ("    parent: t1\n", "    parent: t9\n", "上级“t9”不在 groups 中"),
        ("      - t1_1\n", "      - t9_9\n", "没有代码为“t9_9”的任务或产业"),
        ("    kind: task\n", "    kind: chapter\n", "“kind”为“chapter”，不是可用的写法"),
        ("  - code: t1_2\n", "  - code: t1_1\n", "“t1_1”：代码重复"),
        ("      - 区人力社保局\n", "      - 区科协\n", "“区科协”既列为牵头单位又列为责任单位"),
        ("      - 区人力社保局\n", "      - 区教委\n", "“leads”中“区教委”重复出现"),
        ("    population: 全市平均水平\n", "", "“xs_rd_relative-2022”：缺少“population”"),
        (
            "    target_year: 2022\n",
            "    target_year: 2022\n    from_year: 2022\n    to_year: 2021\n",
            "增长截止年度“to_year”应晚于起算年度“from_year”",
        ),
        ("    value: 90\n", "    value: 90个\n", "“value”为“90个”，应只写数字"),
        ("    comparator: ge\n", "    comparator: at_least\n", "“comparator”为“at_least”，不是可用的写法"),
        ("    value: 1000\n", "    value: 1000\n    low: 3\n    high: 2\n", "区间上限2小于下限3"),
    ],
)
def test_wrong_file_is_refused_whole_by_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    file = in_file(tmp_path, "003", (old, new))
    with pytest.raises(CommandError) as caught:
        load(file)
    said = str(caught.value).translate(str.maketrans(":,", "：，"))
    assert sentence.translate(str.maketrans(":,", "：，")) in said
    assert "第" in said
    assert (Plan.objects.count(), PlanGroup.objects.count(), Target.objects.count()) == (0, 0, 0)


def test_changes_of_groups_and_links_are_reported(tmp_path: Path) -> None:
    load(FILES["003"])
    file = in_file(
        tmp_path,
        "003",
        ("      - 区人力社保局\n", ""),
        ("      - t1_1\n", "      - t1_2\n"),
        ("    parent: xs_platforms\n", ""),
    )
    lines = [line for line in load(file) if not line.endswith(": unchanged")]
    assert lines == [
        "x-synergy-2022/t1_2: responsibilities changed",
        "xs_national_platforms: parent xs_platforms → none",
        "xs_national_high_tech_zone: groups changed",
        "1 plan(s) loaded, 3 record(s) added or changed.",
    ]


def test_indicator_of_another_plan_is_not_redefined(tmp_path: Path) -> None:
    load(FILES["003"])
    file = in_file(tmp_path, "002", ("  - code: cqf_scenarios\n", "  - code: xs_teams\n"))
    file.write_text(
        file.read_text(encoding="utf-8").replace("indicator: cqf_scenarios", "indicator: xs_teams"), "utf-8"
    )
    with pytest.raises(CommandError, match="指标“xs_teams”已由另一规划定义"):
        load(file)
    with pytest.raises(CommandError, match="指标“xs_teams”已在另一个文件中定义"):
        load(FILES["003"], file)
    assert Plan.objects.count() == 1


def broken(make: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_each_constraint_holds() -> None:
    load(FILES["003"])
    plan, group, target = Plan.objects.get(), PlanGroup.objects.get(code="t1_1"), Target.objects.get(code="xs_teams")
    broken(lambda: PlanGroup.objects.create(plan=plan, code="t1_1", kind="task", name="演示", position=1))
    broken(lambda: PlanGroup.objects.create(plan=plan, code="new", kind="chapter", name="演示", position=1))
    broken(lambda: PlanGroup.objects.filter(pk=group.pk).update(parent=group.pk))
    broken(lambda: Target.objects.filter(pk=target.pk).update(parent=target.pk))
    broken(lambda: Target.objects.filter(pk=target.pk).update(from_year=2022, to_year=2022))
    broken(lambda: Responsibility.objects.create(group=group, department="区科技局", role="lead", position=9))
    broken(lambda: Responsibility.objects.create(group=group, department="演示局", role="help", position=9))


def test_strictest_wording_and_disagreeing_baselines_are_told() -> None:
    load(FILES["001"])
    target = loaded("jlp_high_tech_firms-2025")
    Citation.objects.create(
        target=target, document="001", section="§三", wording="超过750家", comparator="gt", value=750, position=2
    )
    TargetBaseline.objects.create(target=target, year=2020, value=128, citation="§一")
    TargetBaseline.objects.create(target=target, year=2020, value=101, citation="表2")
    target = loaded(target.code)
    strictest = strictest_citation(target)
    assert strictest is not None
    assert strictest.section == "§三"
    assert warnings_of(target) == [
        "§三另有更严的表述：“超过750家”（超过 750）。",
        "2020年基期值不一：128（§一）、101（表2）。",
    ]


def test_another_word_for_the_same_threshold_is_no_warning() -> None:
    """“达到”, “不少于” and a bare number are judged alike."""
    load(FILES["001"])
    target = loaded("jlp_high_tech_firms-2025")
    Citation.objects.create(
        target=target, document="001", section="§三", wording="750家以上", comparator="ge", value=750, position=2
    )
    assert warnings_of(loaded(target.code)) == []


def page_of(user: Any, plan: str, **asked: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("indicators:plan-detail", args=[plan]), asked)


def test_page_of_003_shows_the_matrix(commission: Any) -> None:
    load(FILES["003"])
    answer = page_of(commission, "x-synergy-2022")
    tasks = next(section for section in answer.context["sections"] if section.kind == "task")
    rows = dict(tasks.matrix.rows)
    sections = [group.section for group in tasks.matrix.groups]
    assert sections == list(RESPONSIBLE)
    for section, (leads, duties) in RESPONSIBLE.items():
        column = sections.index(section)
        assert {name for name, roles in rows.items() if roles[column] == "牵头"} == set(leads)
        assert {name for name, roles in rows.items() if roles[column] == "责任"} == set(duties)
    page = answer.content.decode()
    assert "牵头单位与责任单位对照表（20个单位，11项任务" in page
    assert "4个下级目标合计100，本目标为90" in page
    assert "存疑" in page


def test_page_filters_targets_by_group_comparator_and_year(commission: Any) -> None:
    load(FILES["003"])

    def codes(**asked: str) -> set[str]:
        answer = page_of(commission, "x-synergy-2022", **asked)
        return {row.target.code for _, rows in answer.context["years"] for row in rows}

    assert codes(comparator="magnitude") == {"xs_infosec_output"}
    assert codes(year="2022", comparator="relative") == {"xs_rd_relative-2022"}
    assert codes(group="t1_2") == {"xs_college_maker_spaces"}
    # A task that only gathers others shows the targets of the tasks below it.
    assert codes(group="t1") == {
        "xs_national_high_tech_zone",
        "xs_farm_parks",
        "xs_college_maker_spaces",
        "xs_service_system",
    }
    assert len(codes(group="nothing")) == Target.objects.count()


def test_page_of_a_plan_asks_a_constant_number_of_queries(commission: Any, django_assert_num_queries: Any) -> None:
    load(FILES["003"])
    kept = ["xs_platforms", "xs_national_platforms", "xs_national_platforms_automotive"]
    client = Client()
    client.force_login(commission)
    address = reverse("indicators:plan-detail", args=["x-synergy-2022"])
    client.get(address)
    with django_assert_num_queries(13):
        client.get(address)
    Target.objects.exclude(code__in=kept).filter(children__isnull=True).delete()
    Target.objects.exclude(code__in=kept).delete()
    assert Target.objects.count() == 3
    Target.objects.get(code="xs_platforms").groups.add(PlanGroup.objects.get(code="t1_1"))
    with django_assert_num_queries(13):
        client.get(address)


def test_progress_answers_for_every_plan_and_comparator(commission: Any) -> None:
    load()
    client = Client()
    client.force_login(commission)
    shown = set()
    for plan in Plan.objects.all():
        for year in ("2016", "2022", "2025", "2027"):
            asked = {"plan": plan.code, "year": year}
            assert client.get(reverse("portal:progress"), asked).status_code == 200
            answer = client.get("/api/v1/progress/", {**asked, "page_size": "1000"})
            assert answer.status_code == 200
            rows = answer.json()["results"]
            assert len(rows) == plan.targets.count()
            shown |= {row["comparator"] for row in rows}
    assert shown == set(Target.objects.values_list("comparator", flat=True))
    assert {
        "ge",
        "gt",
        "reach",
        "range",
        "approx",
        "magnitude",
        "growth_pa",
        "first",
        "relative",
        "qualitative",
    } <= shown


def test_a_target_without_ledger_has_no_data() -> None:
    load(FILES["001"])
    assert not Indicator.objects.filter(is_filed=True).exists()
    assert Target.objects.get(code="jlp_farmland_area-2025").value == Decimal("2.4")


def test_indicators_are_found_by_plan_and_name(commission: Any) -> None:
    load(*FILES.values())
    client = Client()
    client.force_login(commission)
    address = reverse("indicators:indicator-list")

    def found(**asked: str) -> list[str]:
        return [row.code for row in client.get(address, asked).context["listing"].page.object_list]

    assert found(plan="x-synergy-2022", name="汽车产业协同") == ["xs_teams_automotive", "xs_projects_automotive"]
    assert found(name="没有这样的指标") == []
    page = client.get(reverse("indicators:indicator-detail", args=["xs_teams"])).content.decode()
    assert "协同创新团队" in page
    assert "由人工录入实际值" in page
