"""Values entered by hand, by indicator, scope and year; preliminary ones stand apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from indicators.attainment import to_decimal
from indicators.choices import ActualStatus
from indicators.models import Actual, Indicator
from indicators.progress.rows import Reading

Key = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class ActualsByHand:
    """Final and preliminary values by (indicator id, scope, year)."""

    final: dict[Key, Actual] = field(default_factory=dict)
    preliminary: dict[Key, Actual] = field(default_factory=dict)

    def years(self, indicator: Indicator, scope: str) -> list[int]:
        """Return the years with a final value."""
        return sorted(year for held, where, year in self.final if (held, where) == (indicator.pk, scope))

    def reading(self, indicator: Indicator, scope: str, year: int, *, since: int) -> Reading:
        """Return what is known, in the form of a filed figure; no complexes stand behind it.

        `yearly` are the values of every year since the given one; empty unless there is one of each.
        """
        values = [self.final.get((indicator.pk, scope, each)) for each in range(since, year + 1)]
        actual = self.final.get((indicator.pk, scope, year))
        waiting = self.preliminary.get((indicator.pk, scope, year))
        return Reading(
            value=actual.exact if actual else None,
            numerator=actual.numerator if actual else None,
            denominator=actual.denominator if actual else None,
            filed=0,
            due=0,
            covered=None,
            members=None,
            coverage="手工录入，终审" if actual else "手工录入，暂无终审值",
            has_low_coverage=False,
            is_not_applicable=False,
            overlap=0,
            in_operation=None,
            unapproved=plain(waiting.exact) if waiting else None,
            unapproved_complexes=0,
            note="；".join(part for part in (f"来源：{actual.source}", actual.note) if part) if actual else "",
            yearly=tuple(row.exact for row in values if row) if all(values) else (),
        )


def actuals_by_hand(*, indicators: Iterable[Indicator], until: int, shows_unapproved: bool) -> ActualsByHand:
    """Return the values of the given indicators up to a year; one query, none without such indicators."""
    wanted = [row.pk for row in indicators if row.is_by_hand]
    found = ActualsByHand()
    if not wanted:
        return found
    rows = Actual.objects.current().filter(indicator__in=wanted, year__lte=until).select_related("indicator")
    for row in rows if shows_unapproved else rows.filter(status=ActualStatus.FINAL):
        by_status = found.final if row.status == ActualStatus.FINAL else found.preliminary
        by_status[row.indicator_id, row.scope, row.year] = row
    return found


def plain(value: Fraction) -> Decimal:
    """Return a value as a decimal of at most ten places, as many as it needs."""
    return Decimal(int(value)) if value.denominator == 1 else to_decimal(value).normalize()
