"""Plan files: a policy document's indicators and targets as an official writes them, checked as a whole."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from common.metrics import metric_codes
from common.yaml_files import EntryReader, InvalidFile, Problem, read_yaml
from indicators.choices import Attribute, Comparator, Direction, IndicatorKind
from indicators.plan_groups import GroupDraft, find_circles, read_code, read_groups

CUMULATIVE_WORDS = {"stated": (True, False), "assumed": (True, True), "no": (False, False)}
# Comparators whose statement is complete without a number of its own.
_WITHOUT_VALUE = {
    Comparator.RANGE,
    Comparator.DOUBLE,
    Comparator.FIRST,
    Comparator.COVERAGE,
    Comparator.RELATIVE,
    Comparator.QUALITATIVE,
}
# Comparators that say nothing without the population, the single objects or the series they speak of.
_OF_A_POPULATION = {Comparator.COVERAGE, Comparator.PER_UNIT, Comparator.RELATIVE}


@dataclass(frozen=True, slots=True)
class CitationDraft:
    document: str
    section: str
    wording: str
    comparator: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class BaselineDraft:
    year: int
    value: Decimal
    citation: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TargetDraft:
    code: str
    values: dict[str, Any]
    parent: str
    groups: tuple[str, ...]
    citations: tuple[CitationDraft, ...]
    baselines: tuple[BaselineDraft, ...]


@dataclass(frozen=True, slots=True)
class IndicatorDraft:
    code: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A checked file: what the database should hold after loading it."""

    code: str
    values: dict[str, Any]
    indicators: tuple[IndicatorDraft, ...] = field(default=())
    targets: tuple[TargetDraft, ...] = field(default=())
    groups: tuple[GroupDraft, ...] = field(default=())
    passages: dict[str, str] = field(default_factory=dict)


def read_plan(text: str, *, known_indicators: frozenset[str] = frozenset()) -> PlanDraft:
    """Check a whole plan file.

    `known_indicators` are codes that other files have loaded; a target may name them too.
    Raises: InvalidFile with every mistake by line.
    """
    problems: list[Problem] = []
    root = EntryReader(read_yaml(text), "文件", problems)
    header = _read_header(root, problems)
    passages = root.texts("passages")
    groups = read_groups(root, problems)
    indicators = _read_indicators(root, problems)
    codes = known_indicators | {draft.code for draft in indicators}
    targets = _read_targets(
        root,
        problems,
        codes=codes,
        groups=frozenset(draft.code for draft in groups),
        header=header,
        passages=passages,
    )
    root.finish()
    if problems:
        raise InvalidFile(problems)
    return PlanDraft(header.pop("code"), header, indicators, targets, groups, passages)


def _read_header(root: EntryReader, problems: list[Problem]) -> dict[str, Any]:
    reader = EntryReader(root.take("plan"), "规划(plan)", problems)
    header: dict[str, Any] = {
        "code": reader.text("code", max_length=40),
        "name": reader.text("name", max_length=120),
        "document": reader.text("document", max_length=10),
        "issuer": reader.text("issuer", max_length=120),
        "scope": reader.text("scope", max_length=60),
        "issued_on": reader.day("issued_on"),
        "starts_on": reader.day("starts_on"),
        "ends_on": reader.day("ends_on"),
        "note": reader.text("note", max_length=500, is_required=False),
    }
    starts_on: date | None = header["starts_on"]
    ends_on: date | None = header["ends_on"]
    if starts_on and ends_on and ends_on <= starts_on:
        reader.refuse("“ends_on”应晚于“starts_on”。", name="ends_on")
    reader.finish()
    return header


def _read_indicators(root: EntryReader, problems: list[Problem]) -> tuple[IndicatorDraft, ...]:
    drafts: list[IndicatorDraft] = []
    metrics = set(metric_codes())
    for position, item in root.entries("indicators", is_required=False):
        reader = EntryReader(item, f"第{position}个指标", problems)
        code = read_code(reader, {draft.code for draft in drafts})
        metric = reader.text("metric", max_length=60, is_required=False)
        if metric and metric not in metrics:
            reader.refuse(f"没有名为“{metric}”的取数规则。可用：{'、'.join(sorted(metrics))}。", name="metric")
        values: dict[str, Any] = {
            "name": reader.text("name", max_length=80),
            "aliases": list(reader.names("aliases")),
            "measure_unit": reader.text("measure_unit", max_length=20),
            "decimals": reader.whole("decimals", low=0, high=6),
            "scale": reader.whole("scale", low=1, high=1000000),
            "direction": reader.choice("direction", Direction.values),
            "kind": reader.choice("kind", IndicatorKind.values),
            "metric": metric,
            "is_filed": reader.flag("filed", default=bool(metric)),
            "numerator": reader.text("numerator", max_length=120, is_required=False),
            "denominator": reader.text("denominator", max_length=120, is_required=False),
            "definition": reader.text("definition", max_length=2000),
            "source": reader.text("source", max_length=200),
            "position": position,
        }
        if bool(values["numerator"]) != bool(values["denominator"]):
            reader.refuse("“numerator”与“denominator”应同时填写或同时省略。")
        reader.finish()
        drafts.append(IndicatorDraft(code, values))
    return tuple(drafts)


def _read_targets(
    root: EntryReader,
    problems: list[Problem],
    *,
    codes: frozenset[str],
    groups: frozenset[str],
    header: dict[str, Any],
    passages: dict[str, str],
) -> tuple[TargetDraft, ...]:
    drafts: list[TargetDraft] = []
    readers: dict[str, EntryReader] = {}
    for position, item in root.entries("targets"):
        reader = EntryReader(item, f"第{position}个目标", problems)
        code = read_code(reader, {draft.code for draft in drafts})
        indicator = reader.text("indicator", max_length=60)
        if indicator and indicator not in codes:
            reader.refuse(f"没有代码为“{indicator}”的指标。请先在 indicators 中定义。", name="indicator")
        comparator = reader.choice("comparator", Comparator.values)
        needs_value = bool(comparator) and comparator not in _WITHOUT_VALUE
        cumulative, is_assumed = CUMULATIVE_WORDS[reader.choice("cumulative", CUMULATIVE_WORDS, default="no")]
        values: dict[str, Any] = {
            "indicator": indicator,
            "name": reader.text("name", max_length=120),
            "scope": reader.text("scope", max_length=60, is_required=False) or header["scope"],
            "comparator": comparator,
            "value": reader.number("value", is_required=needs_value),
            "low": reader.number("low", is_required=comparator == Comparator.RANGE),
            "high": reader.number("high", is_required=False),
            "target_year": reader.whole("target_year", low=2015, high=2050, is_required=False),
            "from_year": reader.whole("from_year", low=2000, high=2050, is_required=False),
            "to_year": reader.whole("to_year", low=2000, high=2050, is_required=False),
            "population": reader.text("population", max_length=120, is_required=comparator in _OF_A_POPULATION),
            "is_cumulative": cumulative,
            "is_cumulative_assumed": is_assumed,
            "is_outlook": reader.flag("outlook", default=False),
            "attribute": reader.choice("attribute", Attribute.values, default=Attribute.UNDECLARED),
            "planned_complexes": reader.whole("planned_complexes", low=1, high=10000, is_required=False),
            "note": reader.text("note", max_length=300, is_required=False),
            "warning": reader.text("warning", max_length=300, is_required=False),
            "position": position,
        }
        if values["low"] is not None and values["high"] is not None and values["high"] < values["low"]:
            reader.refuse(f"区间上限{values['high']}小于下限{values['low']}。请对调。", name="high")
        if values["from_year"] and values["to_year"] and values["to_year"] <= values["from_year"]:
            reader.refuse("增长截止年度“to_year”应晚于起算年度“from_year”。", name="to_year")
        parent = reader.text("parent", max_length=80, is_required=False)
        named = reader.names("groups")
        for name in named:
            if name not in groups:
                reader.refuse(f"没有代码为“{name}”的任务或产业。请先在 groups 中列出。", name="groups")
        citations = _read_citations(reader, values, problems, document=header["document"], passages=passages)
        baselines = _read_baselines(reader, problems)
        reader.finish()
        readers.setdefault(code, reader)
        drafts.append(TargetDraft(code, values, parent, named, citations, baselines))
    parents = {draft.code: draft.parent for draft in drafts}
    for code, parent in parents.items():
        if parent and parent not in parents:
            readers[code].refuse(f"上级目标“{parent}”不在本文件中。请核对代码。", name="parent")
    for code, circle in find_circles(parents).items():
        readers[code].refuse(f"上级目标成环：{circle}。请去掉其中一个 parent。", name="parent")
    return tuple(drafts)


def _read_citations(
    target: EntryReader,
    values: dict[str, Any],
    problems: list[Problem],
    *,
    document: str,
    passages: dict[str, str],
) -> tuple[CitationDraft, ...]:
    """A citation that names no comparator or value repeats the target's own."""
    drafts = []
    for position, item in target.entries("citations"):
        reader = EntryReader(item, f"{target.place}的第{position}条引文", problems)
        section = reader.text("section", max_length=40)
        wording = reader.text("wording", max_length=200)
        if wording and section in passages and wording not in passages[section]:
            reader.refuse(f"“{wording}”不在所引段落“{section}”的原文中。请照抄原文。", name="wording")
        comparator = reader.choice("comparator", Comparator.values, default=values["comparator"])
        own_value = None if comparator in _WITHOUT_VALUE else values["value"]
        drafts.append(
            CitationDraft(
                document=reader.text("document", max_length=10, is_required=False) or document,
                section=section,
                wording=wording,
                comparator=comparator,
                value=reader.number("value") if reader.has("value") else own_value,
            )
        )
        reader.finish()
    return tuple(drafts)


def _read_baselines(target: EntryReader, problems: list[Problem]) -> tuple[BaselineDraft, ...]:
    drafts = []
    for position, item in target.entries("baselines", is_required=False):
        reader = EntryReader(item, f"{target.place}的第{position}个基期值", problems)
        year = reader.whole("year", low=2000, high=2050)
        value = reader.number("value")
        citation = reader.text("citation", max_length=200)
        note = reader.text("note", max_length=200, is_required=False)
        reader.finish()
        if year is not None and value is not None:
            drafts.append(BaselineDraft(year, value, citation, note))
    return tuple(drafts)
