"""A commission reviewer marks a judged item, with a reason."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.records import change_record, create_record
from common.refusals import Refused
from common.verdicts import require
from complexes.models import InnovationComplex
from evaluation import policies, validation
from evaluation.actions.participants import participants_of
from evaluation.models import EvaluationRound, Judgement
from evaluation.scoring.rubric import parse_rubric


@transaction.atomic
def record_judgement(
    *,
    evaluation_round: EvaluationRound,
    innovation_complex: InnovationComplex,
    item_code: str,
    mark: Decimal,
    reason: str,
    expected_revision: int,
    by: Any,
    at: datetime,
) -> Judgement:
    """Set the mark of one judged item of one participant; a later run counts it, stored runs stay as they are.

    `expected_revision` is −1 if the page showed no mark yet. Units: marks from 0 to the item's weight.
    Raises: Refused for role, state, an unknown item, a complex that does not take part, or a stale page;
    ValidationError by field.
    """
    evaluation_round = EvaluationRound.objects.select_for_update().get(pk=evaluation_round.pk)
    require(policies.may_judge(by, evaluation_round))
    item = parse_rubric(evaluation_round.rubric_version.content).item(item_code)
    if item is None or item.rule.TYPE != "judgement":
        raise Refused("item", "该评价项不由评审人员评分。请从批次页面重新选择。")
    if not participants_of(evaluation_round).filter(pk=innovation_complex.pk).exists():
        raise Refused("participant", "该综合体不参加本批次评价（须在年底前认定且未退出）。请返回批次页面核对。")
    validation.check_judgement(item=item, mark=mark, reason=reason)
    judgement = (
        Judgement.objects.select_for_update()
        .filter(evaluation_round=evaluation_round, innovation_complex=innovation_complex, item_code=item_code)
        .first()
    )
    if judgement is None:
        return create_record(
            Judgement(
                evaluation_round=evaluation_round,
                innovation_complex=innovation_complex,
                item_code=item_code,
                mark=mark,
                reason=reason.strip(),
                judged_by=by,
                judged_at=at,
            ),
            by=by,
            at=at,
        )
    judgement.require_revision(expected_revision)
    if (judgement.mark, judgement.reason) == (mark, reason.strip()):
        return judgement
    changes = {"mark": mark, "reason": reason.strip(), "judged_by": by, "judged_at": at}
    return change_record(judgement, changes, by=by, at=at)
