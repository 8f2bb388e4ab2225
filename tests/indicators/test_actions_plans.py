"""Loading plan files: checked as a whole, repeated without effect, every change named."""

from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import AuditEvent
from indicators.models import Citation, Indicator, Plan, Target
from tests.factories.indicators import load_plan

PLAN_FILE = Path("data/plans/cq-complex-2024-2027.yaml")

# 000 §一(二), read by hand: comparator, value, cumulative, assumed.
STATEMENTS = {
    "complexes_built-2025": ("ge", "10", True, True),
    "rd_intensity-2025": ("gt", "2", False, False),
    "tackling_tasks-2025": ("ge", "30", True, True),
    "needs_resolved-2025": ("ge", "100", True, True),
    "synergy_cases-2025": ("ge", "10", True, True),
    "new_product_share-2025": ("reach", "26", False, False),
    "complexes_built-2027": ("ge", "30", True, False),
    "rd_intensity-2027": ("reach", "2.5", False, False),
    "tackling_tasks-2027": ("ge", "100", True, True),
    "needs_resolved-2027": ("ge", "300", True, True),
    "synergy_cases-2027": ("ge", "15", True, True),
    "new_product_share-2027": ("reach", "27", False, False),
    "complexes_built-2029": ("ge", "50", True, True),
}


def run(*files: Path) -> list[str]:
    out = StringIO()
    call_command("load_plans", *files, stdout=out)
    return out.getvalue().splitlines()


def changed(tmp_path: Path, *replacements: tuple[str, str]) -> Path:
    text = PLAN_FILE.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def line_of(file: Path, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.django_db
def test_plan_000_has_its_thirteen_statements() -> None:
    load_plan()
    held = {
        target.code: (target.comparator, target.value, target.is_cumulative, target.is_cumulative_assumed)
        for target in Target.objects.all()
    }
    assert held == {
        code: (comparator, Decimal(value), is_cumulative, is_assumed)
        for code, (comparator, value, is_cumulative, is_assumed) in STATEMENTS.items()
    }
    assert set(Citation.objects.values_list("document", "section")) == {("000", "§一(二)")}
    assert Citation.objects.get(target__code="rd_intensity-2025").wording == "整体研发投入强度超2%"
    assert list(Indicator.objects.order_by("position").values_list("code", flat=True)) == [
        "complexes_built",
        "rd_intensity",
        "tackling_tasks",
        "needs_resolved",
        "synergy_cases",
        "new_product_share",
    ]


@pytest.mark.django_db
def test_second_load_changes_nothing() -> None:
    load_plan()
    events = AuditEvent.objects.count()
    lines = run(PLAN_FILE)
    assert {line.split(": ")[1] for line in lines[:-1]} == {"unchanged"}
    assert lines[-1] == "1 plan(s) loaded, 0 record(s) added or changed."
    assert AuditEvent.objects.count() == events


@pytest.mark.django_db
def test_changed_value_is_named_and_audited(tmp_path: Path) -> None:
    load_plan()
    file = changed(tmp_path, ("    value: 30\n    cumulative: assumed", "    value: 35\n    cumulative: assumed"))
    lines = [line for line in run(file) if not line.endswith(": unchanged")]
    assert lines == [
        "tackling_tasks-2025: value 30 → 35; citations changed",
        "1 plan(s) loaded, 1 record(s) added or changed.",
    ]
    event = AuditEvent.objects.get(kind="target.changed")
    assert event.changes["value"] == ["30", "35"]
    assert Target.objects.get(code="tackling_tasks-2025").citations.get().value == Decimal(35)


@pytest.mark.django_db
def test_target_that_the_file_no_longer_names_is_kept_and_reported(tmp_path: Path) -> None:
    load_plan()
    text = PLAN_FILE.read_text(encoding="utf-8")
    file = tmp_path / "plan.yaml"
    file.write_text(text[: text.index("  - code: complexes_built-2029")], encoding="utf-8")
    assert "complexes_built-2029: not in the file, kept as it is" in run(file)
    assert Target.objects.count() == 13


@pytest.mark.django_db
def test_code_of_another_plan_is_refused_whole(tmp_path: Path) -> None:
    load_plan()
    file = changed(tmp_path, ("  code: cq-complex-2024-2027", "  code: another-plan"))
    with pytest.raises(CommandError) as caught:
        run(file)
    assert str(caught.value) == "目标代码“complexes_built-2025”已属于另一规划。请改用另一个代码。 Nothing was loaded."
    assert list(Plan.objects.values_list("code", flat=True)) == ["cq-complex-2024-2027"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("comparator: gt", "comparator: above", "“rd_intensity-2025”：“comparator”为“above”，不是可用的写法"),
        ("    value: 2\n", "    value: 2%\n", "“rd_intensity-2025”：“value”为“2%”，应只写数字，不带单位或文字"),
        ("    value: 2\n", "    value: .nan\n", "“rd_intensity-2025”：“value”为“.nan”，应只写数字"),
        ("  - code: rd_intensity-2027", "  - code: rd_intensity-2025", "“rd_intensity-2025”：代码重复"),
        ("    indicator: rd_intensity\n", "    indicator: rd\n", "“rd_intensity-2025”：没有代码为“rd”的指标"),
        ("    metric: rd_intensity", "    metric: rd_share", "“rd_intensity”：没有名为“rd_share”的取数规则"),
        ("        wording: 整体研发投入强度超2%", "        wording: 研发强度超2%", "不在所引段落“§一(二)”的原文中"),
        (
            "        wording: 整体研发投入强度超2%",
            "        comparator: gt",
            "“rd_intensity-2025”的第1条引文：缺少“wording”",
        ),
        ("    target_year: 2025", "    target_year: 205", "“target_year”为“205”，应为2015到2050之间的整数"),
        ("    cumulative: stated", "    cumulative: perhaps", "“cumulative”为“perhaps”，不是可用的写法"),
        ("    planned_complexes: 10", "    planed_complexes: 10", "没有名为“planed_complexes”的内容"),
        ("    note: “超”2%", "    value: 3\n    note: “超”2%", "“value”重复出现"),
        ("  ends_on: 2027-12-31", "  ends_on: 2024-01-01", "“ends_on”应晚于“starts_on”"),
        ("  starts_on: 2024-09-25", "  starts_on: 25.9.2024", "“starts_on”为“25.9.2024”，不是有效日期"),
        ("    outlook: yes", "    outlook: maybe", "“outlook”为“maybe”，应写 yes 或 no"),
        (
            "    comparator: gt\n    value: 2\n",
            "    comparator: range\n    low: 3\n    high: 2\n",
            "“rd_intensity-2025”：区间上限2小于下限3",
        ),
        ("indicators:\n", "indicators: [\n", "格式有误，无法读取"),
    ],
)
def test_wrong_file_is_refused_whole(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    file = changed(tmp_path, (old, new))
    with pytest.raises(CommandError) as caught:
        run(file)
    assert sentence in str(caught.value)
    assert str(caught.value).endswith("Nothing was loaded.")
    assert (Plan.objects.count(), Indicator.objects.count(), Target.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_every_mistake_is_listed_by_line(tmp_path: Path) -> None:
    file = changed(tmp_path, ("comparator: gt", "comparator: above"), ("    value: 2.5", "    value: 2.5%"))
    with pytest.raises(CommandError) as caught:
        run(file)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1].split("：")[0] for line in lines[:-1]] == [
        f" 第{line_of(file, 'comparator: above')}行",
        f" 第{line_of(file, 'value: 2.5%')}行",
    ]


@pytest.mark.django_db
def test_one_wrong_file_keeps_the_right_one_out(tmp_path: Path) -> None:
    wrong = changed(tmp_path, ("comparator: gt", "comparator: above"))
    with pytest.raises(CommandError):
        run(PLAN_FILE, wrong)
    assert Plan.objects.count() == 0


@pytest.mark.django_db
def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.yaml"):
        run(tmp_path / "nowhere.yaml")


@pytest.mark.django_db
def test_other_forms_of_targets_are_read(tmp_path: Path) -> None:
    """Ranges, growth rates, baselines and several citations, as the other plans need them."""
    extra = """
  - code: growth-2027
    indicator: rd_intensity
    name: 年均增长
    comparator: growth_pa
    value: 20
    baselines:
      - year: 2020
        value: 2.53
        citation: 表2
      - year: 2020
        value: 2.6
        citation: §一
    citations:
      - section: 表2
        wording: 年均增长20%
      - section: §二
        wording: 年均增长20%以上
        comparator: ge
  - code: range-2027
    indicator: rd_intensity
    name: 区间
    comparator: range
    low: 2
    high: 3
    citations:
      - section: §三
        wording: 2—3个
"""
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN_FILE.read_text(encoding="utf-8").rstrip() + extra, encoding="utf-8")
    run(file)
    growth: Any = Target.objects.get(code="growth-2027")
    assert [(row.year, row.value) for row in growth.baselines.order_by("value")] == [
        (2020, Decimal("2.53")),
        (2020, Decimal("2.6")),
    ]
    assert list(growth.citations.order_by("position").values_list("section", "comparator", "value")) == [
        ("表2", "growth_pa", Decimal(20)),
        ("§二", "ge", Decimal(20)),
    ]
    assert (growth.target_year, Target.objects.get(code="range-2027").high) == (None, Decimal(3))
    assert {line.split(": ")[1] for line in run(file)[:-1]} == {"unchanged"}
