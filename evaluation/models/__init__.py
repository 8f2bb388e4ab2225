from evaluation.models.judgement import Judgement
from evaluation.models.round import EvaluationRound
from evaluation.models.rubric import Rubric, RubricVersion
from evaluation.models.run import ScoreLine, ScoreRun, ScoreSheet

__all__ = [
    "EvaluationRound",
    "Judgement",
    "Rubric",
    "RubricVersion",
    "ScoreLine",
    "ScoreRun",
    "ScoreSheet",
]
