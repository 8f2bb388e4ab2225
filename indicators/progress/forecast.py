"""A straight line through the yearly approved values, never part of a score."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from indicators.attainment import to_decimal

FEWEST_POINTS = 3
METHOD = "线性趋势（最小二乘）；区间为各年与趋势线的最大偏差"


@dataclass(frozen=True, slots=True)
class Forecast:
    """The value that the trend reaches in the target year, with its range; empty without enough years."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    points: int
    sentence: str


def forecast(values: Mapping[int, Fraction], *, target_year: int) -> Forecast:
    """Extend the least-squares line through the yearly values to the target year."""
    years = sorted(values)
    if len(years) < FEWEST_POINTS:
        sentence = f"数据不足：需{FEWEST_POINTS}个年度的审定值，现有{len(years)}个"
        return Forecast(None, None, None, len(years), sentence)
    mean_year = Fraction(sum(years), len(years))
    mean_value = sum((values[year] for year in years), Fraction(0)) / len(years)
    spread = sum((year - mean_year) ** 2 for year in years)
    slope = sum(((year - mean_year) * (values[year] - mean_value) for year in years), Fraction(0)) / spread

    def on_line(year: int) -> Fraction:
        return mean_value + slope * (year - mean_year)

    error = max(abs(values[year] - on_line(year)) for year in years)
    reached = on_line(target_year)
    listed = "、".join(str(year) for year in years)
    return Forecast(
        value=to_decimal(reached),
        low=to_decimal(reached - error),
        high=to_decimal(reached + error),
        points=len(years),
        sentence=f"{METHOD}；依据{listed}年审定值",
    )
