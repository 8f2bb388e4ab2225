"""Put together targets, shares, approved figures and populations into the progress of one scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.conf import settings

from indicators import shares
from indicators.attainment import ProgressRules, to_decimal
from indicators.choices import IndicatorKind
from indicators.models import Indicator, Plan, Target
from indicators.progress.by_hand import actuals_by_hand, plain
from indicators.progress.figures import CombinedFigure, FiguresByYear, approved_figures, pending_figures, read_standing
from indicators.progress.forecast import forecast
from indicators.progress.lines import Line, line_through
from indicators.progress.population import Population, populations, reading_day
from indicators.progress.rows import (
    Assignment,
    ProgressRow,
    Reading,
    decide,
    expected_value,
    gap_of,
)
from indicators.progress.scopes import Scope, ScopeKind

# Indicators that no filing holds and that are counted from the register of complexes.
BUILT = "complexes_built"
_NOT_SHARED = "本目标只对全市提出，未分解"
_OF_ANOTHER = "本目标只对{scope}提出"
_BEFORE_RECOGNITION = "目标年末尚未认定或已退出，无分解目标"


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One year of an indicator; empty where there is nothing to show."""

    year: int
    actual: Decimal | None
    target: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator over the plan's years and its targets' years, for the chart and its table."""

    indicator: Indicator
    points: tuple[SeriesPoint, ...]
    scope: str = ""

    @property
    def title(self) -> str:
        """The indicator's name, with the named area where the values are one area's."""
        return f"{self.indicator.name}（{self.scope}）" if self.scope else self.indicator.name

    @property
    def has_line(self) -> bool:
        """Whether a yearly expectation exists; ratios have none."""
        return any(point.expected is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything the progress page shows."""

    plan: Plan
    year: int
    scope: Scope
    today: date
    rules: ProgressRules
    rows: tuple[ProgressRow, ...]
    series: tuple[Series, ...]


def progress_rules() -> ProgressRules:
    """Return the settings of progress."""
    return ProgressRules(**{name: Decimal(value) for name, value in settings.PROGRESS_RULES.items()})


def progress_rows(*, plan: Plan, year: int, scope: Scope, today: date) -> list[ProgressRow]:
    """Return a row per target of the plan, in the plan's order; a constant number of queries."""
    return list(compute_progress(plan=plan, year=year, scope=scope, today=today).rows)


def compute_progress(*, plan: Plan, year: int, scope: Scope, today: date) -> Progress:
    """Compute rows and series. `year` is the year looked at; a target that was due earlier shows its own year."""
    return _Computation(plan, year, scope, today).progress()


class _Computation:
    """Reads everything in a few queries, then only calculates."""

    def __init__(self, plan: Plan, year: int, scope: Scope, today: date) -> None:
        self.plan, self.year, self.scope, self.today = plan, year, scope, today
        self.rules = progress_rules()
        self.targets = list(
            plan.targets.select_related("indicator").prefetch_related("baselines").order_by("position", "pk")
        )
        self.indicators = {target.indicator_id: target.indicator for target in self.targets}
        filed = [row for row in self.indicators.values() if row.is_filed]
        self.years = list(range(plan.starts_on.year, min(year, today.year) + 1))
        standing = read_standing()
        self.approved: FiguresByYear = approved_figures(
            scope=scope, indicators=filed, years=self.years, standing=standing
        )
        self.pending: FiguresByYear = (
            pending_figures(scope=scope, indicators=filed, years=self.years, standing=standing)
            if scope.shows_unapproved
            else {}
        )
        self.by_hand = actuals_by_hand(
            indicators=self.indicators.values(),
            until=min(year, today.year),
            shows_unapproved=scope.shows_unapproved,
        )
        self.populations: Mapping[int, Population] = populations(scope=scope, years=self.years, today=today)
        self.shares = self._read_shares()

    def progress(self) -> Progress:
        families: dict[tuple[int, str], list[Target]] = {}
        for target in self.targets:
            families.setdefault(self._family(target), []).append(target)
        rows = tuple(self._row(target, families[self._family(target)]) for target in self.targets)
        series = tuple(self._series(family) for family in families.values() if self._has_series(family[0]))
        return Progress(self.plan, self.year, self.scope, self.today, self.rules, rows, series)

    @staticmethod
    def _family(target: Target) -> tuple[int, str]:
        """Targets of one indicator belong together; those entered by hand, only within one named area."""
        return target.indicator_id, target.scope if target.indicator.is_by_hand else ""

    def _has_series(self, target: Target) -> bool:
        """Tell whether there is a line to draw; an indicator by hand must be asked and have a value entered."""
        if not target.indicator.is_by_hand:
            return True
        return self._is_asked(target) and bool(self.by_hand.years(target.indicator, target.scope))

    def _is_asked(self, target: Target) -> bool:
        """Tell whether a target by hand speaks of the scope: in the city's view, or in the district's own plan."""
        if self.scope.kind == ScopeKind.CITY:
            return True
        return self.scope.district is not None and self.scope.district.name == self.plan.scope

    def _read_shares(self) -> dict[tuple[int, Target], shares.Share]:
        if self.scope.kind == ScopeKind.CITY:
            return {}
        members = {row.pk: row for population in self.populations.values() for row in population.complexes}
        shared = [target for target in self.targets if shares.is_shared(target)]
        return shares.all_shares(plan=self.plan, complexes=members.values(), targets=shared)

    def _row(self, target: Target, family: Sequence[Target]) -> ProgressRow:
        indicator = target.indicator
        year = min(self.year, target.target_year or self.year)
        day = reading_day(year, self.today)
        assignment = self._assignment(target, year)
        reading = self._reading(target, year)
        line = self._line(family, year)
        last_due = self._last_due(family, year, day) if line is None else None
        outcome = decide(
            target,
            assignment,
            reading,
            year=year,
            day=day,
            line=line,
            last_due=last_due,
            rules=self.rules,
            today=self.today,
        )
        is_open = target.target_year is not None and target.target_year > year
        values = self._yearly(target)
        return ProgressRow(
            target=target.code,
            plan=self.plan.code,
            indicator=indicator.code,
            name=target.name,
            scope=target.scope if indicator.is_by_hand and self._is_asked(target) else self.scope.label,
            measure_unit=indicator.measure_unit,
            decimals=indicator.decimals,
            comparator=target.comparator,
            comparator_label=target.get_comparator_display(),
            target_value=assignment.aim,
            target_high=assignment.high,
            target_year=target.target_year,
            is_cumulative=target.is_cumulative,
            is_cumulative_assumed=target.is_cumulative_assumed,
            is_outlook=target.is_outlook,
            year=year,
            actual=_plain(reading.value, indicator),
            is_by_hand=indicator.is_by_hand,
            numerator=reading.numerator,
            denominator=reading.denominator,
            filed=reading.filed,
            due=reading.due,
            covered=reading.covered,
            members=reading.members,
            coverage=reading.coverage,
            overlap=reading.overlap,
            in_operation=reading.in_operation,
            unapproved=reading.unapproved,
            unapproved_complexes=reading.unapproved_complexes,
            attainment=outcome.attainment,
            met=outcome.met,
            expected=expected_value(line=line, day=day, last_due=last_due),
            status=outcome.status.value,
            status_label=str(outcome.status.label),
            gap=gap_of(target, assignment, reading.value),
            forecast=forecast(values, target_year=target.target_year) if is_open and target.target_year else None,
            definition=indicator.definition,
            basis=assignment.basis,
            note=";".join(part for part in (outcome.note, reading.note, target.note) if part),
        )

    def _assignment(self, target: Target, year: int) -> Assignment:
        """Return the city's values, the complex's share, or the sum of the shares of the district's complexes."""
        if target.indicator.is_by_hand:
            if self._is_asked(target):
                return Assignment(target.value, target.low, target.high)
            return Assignment(None, None, None, _OF_ANOTHER.format(scope=target.scope))
        if self.scope.kind == ScopeKind.CITY:
            return Assignment(target.value, target.low, target.high)
        if not shares.is_shared(target):
            return Assignment(None, None, None, _NOT_SHARED)
        if target.indicator.is_ratio and self.scope.kind == ScopeKind.DISTRICT:
            return Assignment(target.value, target.low, target.high, shares.RATIO_BASIS)
        population = self.populations.get(year)
        members = population.complexes if population else ()
        found = [share for row in members if (share := self.shares.get((row.pk, target))) is not None]
        if not found:
            return Assignment(None, None, None, _BEFORE_RECOGNITION)
        total = sum((share.value for share in found), Decimal(0))
        if self.scope.kind == ScopeKind.COMPLEX:
            return Assignment(total, None, None, found[0].basis)
        return Assignment(total, None, None, f"本区县{len(found)}个综合体分解目标之和")

    def _reading(self, target: Target, year: int) -> Reading:
        indicator = target.indicator
        if indicator.is_by_hand:
            if not self._is_asked(target):
                return _no_reading("")
            return self.by_hand.reading(indicator, target.scope, year, since=self.plan.starts_on.year)
        population = self.populations.get(year)
        if population is None:
            late = year >= self.plan.starts_on.year
            return _no_reading("年度尚未开始" if late else "早于规划实施起始日")
        if not indicator.is_filed:
            return self._register_reading(indicator, population)
        figure = self.approved.get((indicator.pk, year))
        pending = self.pending.get((indicator.pk, year))
        unapproved = _plain(pending.value(indicator), indicator) if pending else None
        waiting = pending.complexes if pending else 0
        if figure is None:
            text = f"0/{population.due} 个综合体"
            return Reading(
                None, None, None, 0, population.due, None, None, text, False, False, 0, None, unapproved, waiting
            )
        due = max(population.due, figure.complexes)
        return Reading(
            value=figure.value(indicator),
            numerator=figure.numerator if indicator.is_ratio else None,
            denominator=figure.denominator if indicator.is_ratio else None,
            filed=figure.complexes,
            due=due,
            covered=figure.covered if indicator.is_ratio else None,
            members=figure.members if indicator.is_ratio else None,
            coverage=self._coverage_text(indicator, figure, due),
            has_low_coverage=figure.coverage is not None and figure.coverage < self.rules.minimum_coverage,
            is_not_applicable=figure.is_not_applicable,
            overlap=figure.overlap,
            in_operation=None,
            unapproved=unapproved,
            unapproved_complexes=waiting,
        )

    def _register_reading(self, indicator: Indicator, population: Population) -> Reading:
        if indicator.code != BUILT or self.scope.kind == ScopeKind.COMPLEX:
            return Reading(None, None, None, 0, 0, None, None, "不由综合体填报", False, True, 0, None, None, 0)
        return Reading(
            value=Fraction(population.built),
            numerator=None,
            denominator=None,
            filed=population.built,
            due=population.built,
            covered=None,
            members=None,
            coverage=f"认定登记，其中在运行{population.in_operation}个",
            has_low_coverage=False,
            is_not_applicable=False,
            overlap=0,
            in_operation=population.in_operation,
            unapproved=None,
            unapproved_complexes=0,
        )

    def _coverage_text(self, indicator: Indicator, figure: CombinedFigure, due: int) -> str:
        text = f"{figure.complexes}/{due} 个综合体"
        if not indicator.is_ratio or not figure.members:
            return text
        measure = "家" if self.scope.kind == ScopeKind.COMPLEX else "家次"
        return f"{text}，企业成员 {figure.covered}/{figure.members} {measure}"

    def _line(self, family: Sequence[Target], year: int) -> Line | None:
        """Return the line of a cumulative count; a year without a share stands at zero, as in the rule of shares."""
        indicator = family[0].indicator
        if indicator.is_ratio or indicator.kind != IndicatorKind.CUMULATIVE:
            return None
        values = [
            (target.target_year, self._assignment(target, year).aim)
            for target in family
            if target.target_year is not None
        ]
        if all(value is None for _, value in values):
            return None
        return line_through(self.plan.starts_on, [(when, Fraction(value or 0)) for when, value in values])

    def _last_due(self, family: Sequence[Target], year: int, day: date) -> tuple[Target, Assignment] | None:
        """Return the latest target whose year had ended by the day."""
        due = [row for row in family if row.target_year is not None and date(row.target_year, 12, 31) <= day]
        if not due:
            return None
        latest = max(due, key=lambda row: row.target_year or 0)
        assignment = self._assignment(latest, year)
        return (latest, assignment) if assignment.aim is not None else None

    def _yearly(self, target: Target) -> dict[int, Fraction]:
        by_hand = target.indicator.is_by_hand
        years = self.by_hand.years(target.indicator, target.scope) if by_hand else self.years
        readings = {year: self._reading(target, year) for year in years}
        return {
            year: reading.value
            for year, reading in readings.items()
            if reading.value is not None and not reading.has_low_coverage
        }

    def _series(self, family: Sequence[Target]) -> Series:
        indicator = family[0].indicator
        years = sorted(
            {*range(self.plan.starts_on.year, self.plan.ends_on.year + 1)}
            | set(self.by_hand.years(indicator, family[0].scope))
            | {target.target_year for target in family if target.target_year}
        )
        last = self.years[-1] if self.years else self.year
        line = self._line(family, last)
        actual = self._yearly(family[0])
        targets = {row.target_year: self._assignment(row, min(row.target_year or last, last)).aim for row in family}
        points = []
        for year in years:
            point = line.at(date(year, 12, 31)) if line else None
            points.append(
                SeriesPoint(
                    year=year,
                    actual=_plain(actual.get(year), indicator),
                    target=targets.get(year),
                    expected=None if point is None else to_decimal(point),
                )
            )
        is_elsewhere = indicator.is_by_hand and family[0].scope != self.plan.scope
        return Series(indicator, tuple(points), family[0].scope if is_elsewhere else "")


def _no_reading(note: str) -> Reading:
    return Reading(None, None, None, 0, 0, None, None, "—", False, False, 0, None, None, 0, note)


def _plain(value: Fraction | None, indicator: Indicator) -> Decimal | None:
    if value is None:
        return None
    if indicator.is_by_hand:
        return plain(value)
    return to_decimal(value) if indicator.is_ratio else Decimal(int(value))
