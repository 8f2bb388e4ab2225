"""The line of what is expected by now: straight from zero at the plan's start through the targets of a count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """Points by day, in rising order of days."""

    points: tuple[tuple[date, Fraction], ...]

    def at(self, day: date) -> Fraction | None:
        """Return the expected value on a day; None before the first point, the last value after the last."""
        if day < self.points[0][0]:
            return None
        for (start, low), (end, high) in zip(self.points, self.points[1:], strict=False):
            if day <= end:
                return low + (high - low) * Fraction((day - start).days, (end - start).days)
        return self.points[-1][1]


def line_through(start: date, values: Sequence[tuple[int, Fraction]]) -> Line | None:
    """Return the line from zero at the start to each value at its year's end; None without a value after the start."""
    points = [(start, Fraction(0))]
    for year, value in sorted(values):
        day = date(year, 12, 31)
        if day > points[-1][0]:
            points.append((day, value))
    return Line(tuple(points)) if len(points) > 1 else None
