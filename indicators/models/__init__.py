from indicators.models.actual import Actual
from indicators.models.figure import FigureValue
from indicators.models.filing import Filing, FilingRound, FilingVersion, Remark, SignOff
from indicators.models.plan import (
    Citation,
    ComplexTarget,
    Indicator,
    Plan,
    PlanGroup,
    Responsibility,
    Target,
    TargetBaseline,
)

__all__ = [
    "Actual",
    "Citation",
    "ComplexTarget",
    "FigureValue",
    "Filing",
    "FilingRound",
    "FilingVersion",
    "Indicator",
    "Plan",
    "PlanGroup",
    "Remark",
    "Responsibility",
    "SignOff",
    "Target",
    "TargetBaseline",
]
