"""Files of actual values that a policy document itself prints, checked as a whole."""

from dataclasses import dataclass
from typing import Any

from common.yaml_files import EntryReader, InvalidFile, Problem, read_yaml


@dataclass(frozen=True, slots=True)
class ActualDraft:
    """One value of one indicator, scope and year, with the place that prints it."""

    indicator: str
    scope: str
    year: int
    values: dict[str, Any]
    reason: str


def read_actuals(text: str) -> tuple[ActualDraft, ...]:
    """Check a whole file.

    Raises: InvalidFile with every mistake by line.
    """
    problems: list[Problem] = []
    root = EntryReader(read_yaml(text), "文件", problems)
    header = EntryReader(root.take("source"), "来源(source)", problems)
    document = header.text("document", max_length=120)
    scope = header.text("scope", max_length=60)
    reason = header.text("reason", max_length=300)
    header.finish()
    drafts: dict[tuple[str, str, int], ActualDraft] = {}
    for position, item in root.entries("actuals"):
        reader = EntryReader(item, f"第{position}个实际值", problems)
        indicator = reader.text("indicator", max_length=60)
        own_scope = reader.text("scope", max_length=60, is_required=False) or scope
        year = reader.whole("year", low=2000, high=2050) or 0
        is_ratio = reader.has("numerator") or reader.has("denominator")
        values: dict[str, Any] = {
            "scope": own_scope,
            "year": year,
            "value": reader.number("value", is_required=not is_ratio),
            "numerator": reader.number("numerator", is_required=is_ratio),
            "denominator": reader.number("denominator", is_required=is_ratio),
            "source_document": document,
            "source_clause": reader.text("clause", max_length=120),
            "note": reader.text("note", max_length=300, is_required=False),
        }
        if is_ratio and values["value"] is not None:
            reader.refuse("“value”与“numerator”、“denominator”只能写一种。", name="value")
        if is_ratio and values["denominator"] is not None and values["denominator"] <= 0:
            reader.refuse("“denominator”应大于0。", name="denominator")
        key = (indicator, own_scope, year)
        if key in drafts:
            reader.refuse("同一指标、范围和年度重复出现。请只保留一处。", name="indicator")
        reader.finish()
        drafts[key] = ActualDraft(indicator, own_scope, year, values, reason)
    root.finish()
    if problems:
        raise InvalidFile(problems)
    return tuple(drafts.values())
