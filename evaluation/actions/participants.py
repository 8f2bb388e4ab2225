"""Who takes part in a round."""

from complexes.choices import ComplexState
from complexes.models import InnovationComplex
from complexes.querysets import InnovationComplexQuerySet
from evaluation.models import EvaluationRound


def participants_of(evaluation_round: EvaluationRound) -> InnovationComplexQuerySet:
    """Return the complexes recognised by 31 December of the round's year that have not exited.

    Source: design 2, default rubric; workflow 1, exited complexes are excluded from later rounds.
    """
    return InnovationComplex.objects.recognised_by(evaluation_round.last_day).exclude(state=ComplexState.EXITED)
