"""Recompute a stored run from its pinned inputs and name the first place where it differs."""

from collections.abc import Iterator

from evaluation.actions.computing import digest_of_result
from evaluation.actions.pinning import digest_of_inputs, read_rubric
from evaluation.models import ScoreLine, ScoreRun, ScoreSheet
from evaluation.scoring.digests import digest_of
from evaluation.scoring.engine import score_sheet
from evaluation.scoring.numbers import plain
from evaluation.scoring.ranking import rank_totals
from evaluation.scoring.sheets import Sheet, read_terms


def differences_of(run: ScoreRun) -> Iterator[str]:
    """Yield each place where the stored run differs from its recomputation, complexes by code.

    Raises: Refused if the pinned rubric cannot be read.
    """
    rubric, terms = read_rubric(run.inputs["rubric"]), read_terms(run.inputs["terms"])
    if rubric.digest() != run.rubric_digest:
        yield "指标体系：内容与计分时的摘要不符"
    sheets = run.sheets.order_by("innovation_complex__code").prefetch_related("lines")
    inputs, results = [], {}
    for sheet in sheets.iterator(chunk_size=500):
        code = sheet.inputs["code"]
        computed = score_sheet(rubric, sheet.inputs, terms)
        inputs.append(sheet.inputs)
        results[code] = (sheet, computed)
        yield from (f"{code} {place}" for place in _differences_of_sheet(sheet, computed))
    if digest_of_inputs(run.inputs, inputs) != run.inputs_digest:
        yield "数据切片：与计分时的摘要不符"
    ranks = rank_totals({code: each.total for code, (_, each) in results.items() if each.total is not None})
    for code, (sheet, _) in results.items():
        if sheet.rank != ranks.get(code):
            yield f"{code} 名次：存{sheet.rank}，应为{ranks.get(code)}"
    rows = [(code, digest_of(computed.as_content()), ranks.get(code)) for code, (_, computed) in results.items()]
    if digest_of_result(run, rows) != run.digest:
        yield "结果摘要：重新计算的摘要与所存不同"


def _differences_of_sheet(sheet: ScoreSheet, computed: Sheet) -> Iterator[str]:
    stored = {line.item_code: line for line in sheet.lines.all()}
    for line in computed.lines:
        found = stored.pop(line.item_code, None)
        if found is None:
            yield f"{line.item_code}：缺少该行"
        elif _content_of(found) != line.as_content():
            yield f"{line.item_code}：所存得分{_shown(found.mark)}，重新计算为{_shown(line.stored_mark)}"
    for code in sorted(stored):
        yield f"{code}：多出该行"
    if (sheet.total, sheet.hold_reason) != (computed.total, computed.hold_reason):
        yield f"总分：存{_shown(sheet.total)}，重新计算为{_shown(computed.total)}"
    if sheet.digest != digest_of(computed.as_content()):
        yield "评分表摘要：与重新计算的不同"


def _content_of(line: ScoreLine) -> dict[str, object]:
    return {
        "item": line.item_code,
        "name": line.item_name,
        "outcome": line.outcome,
        "rule": line.rule,
        "max": plain(line.max_mark),
        "mark": None if line.mark is None else plain(line.mark),
        "formula": line.formula,
        "explanation": line.explanation,
        "inputs": line.inputs,
    }


def _shown(mark: object) -> str:
    return "无" if mark is None else str(mark)
