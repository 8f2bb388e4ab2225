"""One row per target: what was achieved, what was due, and what that means in words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from common.rounding import round_half_up
from indicators.attainment import Actual, Goal, Judgement, ProgressRules, judge, to_decimal
from indicators.choices import Comparator, ProgressStatus
from indicators.models import Target
from indicators.progress.forecast import Forecast
from indicators.progress.lines import Line

_AT_MOST = {Comparator.LE, Comparator.LT, Comparator.RANK}


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """A target of the plan in one scope. Numbers are in the indicator's measure unit, ratios in % to ten decimals.

    target, plan, indicator: stable codes; scope: 全市, a district's or a complex's name; year: of the actual, which for
    a closed target is the target year. target_value: the city's value, or the share; None if it is not shared out.
    actual: approved figures only. unapproved: handed in and not yet approved, on its own, never part of a verdict.
    attainment: 1 is the target. met: None while nothing can be said. gap: what is missing, negative if exceeded.
    filed of due: complexes with an approved figure. overlap: claims by further complexes that were left out.
    """

    target: str
    plan: str
    indicator: str
    name: str
    scope: str
    measure_unit: str
    decimals: int
    comparator: str
    comparator_label: str
    target_value: Decimal | None
    target_year: int | None
    is_cumulative: bool
    is_cumulative_assumed: bool
    is_outlook: bool
    year: int
    actual: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    filed: int
    due: int
    covered: int | None
    members: int | None
    coverage: str
    overlap: int
    in_operation: int | None
    unapproved: Decimal | None
    unapproved_complexes: int
    attainment: Decimal | None
    met: bool | None
    expected: Decimal | None
    status: str
    status_label: str
    gap: Decimal | None
    forecast: Forecast | None
    definition: str
    basis: str
    note: str
    is_by_hand: bool = False
    target_high: Decimal | None = None

    @property
    def target_decimals(self) -> int:
        """Decimals for targets, expectations and gaps: shares of a count have two."""
        is_whole = self.target_value is None or self.target_value == self.target_value.to_integral_value()
        return self.decimals if is_whole else max(self.decimals, 2)

    @property
    def gap_in_words(self) -> str:
        """What is missing or exceeded, rounded for display; a ratio in 百分点."""
        if self.gap is None:
            return "—"
        unit = "个百分点" if self.measure_unit == "%" else self.measure_unit
        if not self.gap:
            return "恰为目标值"
        size = round_half_up(abs(self.gap), max(self.target_decimals, 2 if self.gap % 1 else 0))
        return f"{'还差' if self.gap > 0 else '超出'} {size:,} {unit}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known about an indicator in one year and scope."""

    value: Fraction | None
    numerator: Decimal | None
    denominator: Decimal | None
    filed: int
    due: int
    covered: int | None
    members: int | None
    coverage: str
    has_low_coverage: bool
    is_not_applicable: bool
    overlap: int
    in_operation: int | None
    unapproved: Decimal | None
    unapproved_complexes: int
    note: str = ""
    yearly: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a target asks of the scope: the city's values, or the shares; `value` None if nothing is asked."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    basis: str = ""

    @property
    def aim(self) -> Decimal | None:
        return self.value if self.value is not None else self.low


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, or the pace before one is due."""

    status: ProgressStatus
    met: bool | None = None
    attainment: Decimal | None = None
    note: str = ""


def goal_of(target: Target, assignment: Assignment) -> Goal:
    """Return the goal of the scope; growth is measured from the earliest baseline, of a year the one printed first."""
    baseline = min(target.baselines.all(), key=lambda row: (row.year, row.pk), default=None)
    return Goal(
        comparator=target.comparator,
        value=assignment.value,
        low=assignment.low,
        high=assignment.high,
        direction=target.indicator.direction,
        baseline=baseline.value if baseline else None,
        baseline_year=baseline.year if baseline else None,
    )


def decide(
    target: Target,
    assignment: Assignment,
    reading: Reading,
    *,
    year: int,
    day: date,
    line: Line | None,
    last_due: tuple[Target, Assignment] | None,
    rules: ProgressRules,
    today: date,
) -> Outcome:
    """Judge a closed target year; before, tell early success or the pace against what is expected by now."""
    if reading.is_not_applicable:
        return Outcome(ProgressStatus.NOT_APPLICABLE)
    if assignment.aim is None and target.value is not None:
        return Outcome(ProgressStatus.NOT_APPLICABLE, note=assignment.basis)
    if reading.value is None:
        return Outcome(ProgressStatus.NO_DATA)
    if reading.has_low_coverage:
        return Outcome(ProgressStatus.LOW_COVERAGE)
    judgement = judge(goal_of(target, assignment), _actual_of(target, reading, year))
    is_closed = target.target_year == year and today > date(year, 12, 31)
    if is_closed and judgement.met is not None:
        status = ProgressStatus.MET if judgement.met else ProgressStatus.MISSED
        return Outcome(status, judgement.met, judgement.attainment, judgement.note)
    if judgement.met:
        return Outcome(ProgressStatus.MET_EARLY, True, judgement.attainment, judgement.note)
    status = _pace(reading.value, line=line, day=day, last_due=last_due, rules=rules)
    return Outcome(status, None, judgement.attainment, judgement.note)


def _actual_of(target: Target, reading: Reading, year: int) -> Actual:
    """Return the value for the rules; a yes or no is entered as 1 or 0, every single object by the lowest of them."""
    if target.comparator == Comparator.QUALITATIVE:
        return Actual(is_confirmed=reading.value is not None and reading.value >= 1)
    if target.comparator == Comparator.YEARLY:
        return Actual(parts=reading.yearly)
    return Actual(value=reading.value, year=year, scale=target.indicator.scale)


def expected_value(*, line: Line | None, day: date, last_due: tuple[Target, Assignment] | None) -> Decimal | None:
    """Return what is expected on the day: the line of a count, or the last due target of a ratio."""
    if line is not None:
        point = line.at(day)
        return None if point is None else to_decimal(point)
    return last_due[1].aim if last_due else None


def gap_of(target: Target, assignment: Assignment, value: Fraction | None) -> Decimal | None:
    """Return what is missing, in the measure unit; negative if the target is exceeded."""
    if value is None or assignment.aim is None:
        return None
    missing = Fraction(assignment.aim) - value
    is_at_most = target.comparator in _AT_MOST or target.indicator.direction == "down"
    return to_decimal(-missing if is_at_most else missing)


def _pace(
    value: Fraction,
    *,
    line: Line | None,
    day: date,
    last_due: tuple[Target, Assignment] | None,
    rules: ProgressRules,
) -> ProgressStatus:
    if line is not None:
        point = line.at(day)
        if point is None:
            return ProgressStatus.NO_LINE
        return _against(value >= point * Fraction(rules.on_track_share), value, point, rules)
    if last_due is None:
        return ProgressStatus.NO_LINE
    judgement: Judgement = judge(goal_of(*last_due), Actual(value=value))
    if judgement.met is None:
        return ProgressStatus.NO_LINE
    if judgement.met:
        return ProgressStatus.ON_TRACK
    is_near = judgement.attainment is not None and judgement.attainment >= rules.behind_share
    return ProgressStatus.BEHIND if is_near else ProgressStatus.FAR_BEHIND


def _against(is_on_track: bool, value: Fraction, point: Fraction, rules: ProgressRules) -> ProgressStatus:
    if is_on_track:
        return ProgressStatus.ON_TRACK
    return ProgressStatus.BEHIND if value >= point * Fraction(rules.behind_share) else ProgressStatus.FAR_BEHIND
