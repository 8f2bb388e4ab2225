"""Shares: what each complex contributes to a city target, by rule or as the commission has set it.

Default rule for a cumulative count: the first target of the plan is divided by its planned complexes; every later
share is the complex's own earlier share, if it was recognised by that year's end, plus the city's increase divided by
the later target's planned complexes, rounded up to two decimals at the end. Shares never fall. A ratio applies to each
complex as the city's figure, as an assumption. Targets without planned complexes are not shared out.
Source: cq-complex-2024-2027 §一(二) gives city figures only; the rule is the portal's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from django.db.models import Count

from complexes.models import InnovationComplex
from indicators.choices import IndicatorKind
from indicators.models import ComplexTarget, Plan, Target

RATIO_BASIS = "按全市目标值执行（假定：原文未分解到综合体）"


@dataclass(frozen=True, slots=True)
class Share:
    """A complex's part of one target. Units: those of the indicator."""

    target: Target
    value: Decimal
    is_default: bool
    basis: str
    override: ComplexTarget | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides a complex's shares: when it was recognised and whether it left."""

    recognised_on: date | None
    exited_on: date | None

    def takes_part_in(self, year: int) -> bool:
        """Tell whether it was recognised by 31 December of the year and had not left by then."""
        last_day = date(year, 12, 31)
        is_recognised = self.recognised_on is not None and self.recognised_on <= last_day
        return is_recognised and (self.exited_on is None or self.exited_on > last_day)


@dataclass(frozen=True, slots=True)
class Covering:
    """Whether the shares of today's complexes add up to the city's target."""

    target: Target
    complexes: int
    total: Decimal

    @property
    def surplus(self) -> Decimal:
        """Positive if the shares cover the target, negative if they fall short."""
        return self.total - (self.target.value or Decimal(0))

    @property
    def sentence(self) -> str:
        unit = self.target.indicator.measure_unit
        head = (
            f"{self.target.target_year}年：{self.complexes}个综合体合计{_shown(self.total)}{unit}，"
            f"全市目标{_shown(self.target.value or Decimal(0))}{unit}，"
        )
        if self.surplus < 0:
            return f"{head}还差{_shown(-self.surplus)}{unit}未分解。"
        return f"{head}超出{_shown(self.surplus)}{unit}。" if self.surplus else f"{head}恰好覆盖。"


def shared_targets(plan: Plan) -> list[Target]:
    """Return the plan's targets that are shared out to complexes, by indicator and year."""
    rows = plan.targets.filter(value__isnull=False, target_year__isnull=False, is_outlook=False)
    rows = rows.select_related("indicator").order_by("indicator__position", "target_year", "pk")
    return [target for target in rows if is_shared(target)]


def is_shared(target: Target) -> bool:
    """Tell whether a target has shares: a ratio applies to each complex, a count once it has planned complexes."""
    if target.is_outlook or target.value is None or target.target_year is None:
        return False
    return target.indicator.is_ratio or target.planned_complexes is not None


def shares_for(*, plan: Plan, target_year: int, complexes: Iterable[InnovationComplex]) -> dict[tuple[int, str], Share]:
    """Return the shares of one target year by (complex id, indicator code).

    A complex that was not recognised by 31 December of the target year, or had left by then, has none. Two queries,
    whatever the number of complexes, besides the one that `complexes` may be.
    """
    found = all_shares(plan=plan, complexes=complexes)
    return {
        (complex_id, target.indicator.code): share
        for (complex_id, target), share in found.items()
        if target.target_year == target_year
    }


def all_shares(
    *, plan: Plan, complexes: Iterable[InnovationComplex], targets: Sequence[Target] | None = None
) -> dict[tuple[int, Target], Share]:
    """Return the shares of every target of the plan by (complex id, target)."""
    listed = list(complexes)
    families = _families(shared_targets(plan) if targets is None else targets)
    overrides = _overrides(plan, [row.pk for row in listed])
    defaults: dict[tuple[Standing, int], list[Share]] = {}
    found: dict[tuple[int, Target], Share] = {}
    for row in listed:
        standing = Standing(row.recognised_on, row.exited_on)
        own = overrides.get(row.pk, {})
        for number, family in enumerate(families):
            if any(target.pk in own for target in family):
                shares = shares_of_family(family, standing, own)
            elif (standing, number) in defaults:
                shares = defaults[standing, number]
            else:
                shares = defaults[standing, number] = shares_of_family(family, standing, {})
            for share in shares:
                found[row.pk, share.target] = share
    return found


def shares_of_family(
    family: Sequence[Target], standing: Standing, overrides: Mapping[int, ComplexTarget]
) -> list[Share]:
    """Return one complex's shares of an indicator's targets, in the order of their years."""
    shares: list[Share] = []
    earlier_city = Decimal(0)
    for target in family:
        assert target.value is not None
        assert target.target_year is not None
        earlier = shares[-1].value if shares else Decimal(0)
        if standing.takes_part_in(target.target_year):
            override = overrides.get(target.pk)
            if override is not None:
                shares.append(Share(target, override.value, False, f"市级设定：{override.reason}", override))
            elif target.indicator.is_ratio:
                shares.append(Share(target, target.value, True, RATIO_BASIS))
            else:
                shares.append(_default_share(target, earlier=earlier, earlier_city=earlier_city))
        earlier_city = target.value
    return shares


def covering(plan: Plan) -> list[Covering]:
    """Return, per count target, how far the shares of today's complexes cover the city's target.

    Complexes are grouped by their dates, so the work grows with the distinct dates and the overrides.
    """
    families = [family for family in _families(shared_targets(plan)) if not family[0].indicator.is_ratio]
    overrides = _overrides(plan)
    sums: dict[int, tuple[int, Decimal]] = {}
    rows = InnovationComplex.objects.filter(recognised_on__isnull=False)
    groups = rows.exclude(pk__in=overrides).values("recognised_on", "exited_on").annotate(size=Count("pk")).order_by()
    members: list[tuple[Standing, int, Mapping[int, ComplexTarget]]] = [
        (Standing(group["recognised_on"], group["exited_on"]), group["size"], {}) for group in groups
    ]
    for pk, recognised_on, exited_on in rows.filter(pk__in=overrides).values_list("pk", "recognised_on", "exited_on"):
        members.append((Standing(recognised_on, exited_on), 1, overrides[pk]))
    for family in families:
        for standing, size, own in members:
            for share in shares_of_family(family, standing, own):
                number, total = sums.get(share.target.pk, (0, Decimal(0)))
                sums[share.target.pk] = (number + size, total + size * share.value)
    return [Covering(target, *sums.get(target.pk, (0, Decimal(0)))) for family in families for target in family]


def falling_share(shares: Sequence[Share]) -> tuple[Share, Share] | None:
    """Return the first pair of one complex's cumulative shares of which the later is smaller."""
    for earlier, later in zip(shares, shares[1:], strict=False):
        is_cumulative = later.target.indicator.kind == IndicatorKind.CUMULATIVE
        if is_cumulative and later.value < earlier.value:
            return earlier, later
    return None


def _default_share(target: Target, *, earlier: Decimal, earlier_city: Decimal) -> Share:
    assert target.value is not None
    assert target.planned_complexes
    increase = max(target.value - earlier_city, Decimal(0))
    exact = Fraction(earlier) + Fraction(increase) / target.planned_complexes
    value = Decimal(ceil(exact * 100)) / 100
    divided = f"{_shown(increase)} ÷ {target.planned_complexes}个综合体"
    if earlier_city and not earlier:
        basis = f"默认：全市增量{divided}（上一目标年末尚未认定）"
    elif earlier_city:
        basis = f"默认：本综合体上一目标{_shown(earlier)} + 全市增量{divided}"
    else:
        basis = f"默认：全市目标{divided}"
    return Share(target, value, True, basis)


def _families(targets: Iterable[Target]) -> list[list[Target]]:
    families: dict[Any, list[Target]] = {}
    for target in sorted(targets, key=lambda row: (row.indicator.position, row.target_year or 0, row.pk)):
        families.setdefault(target.indicator_id, []).append(target)
    return list(families.values())


def _overrides(plan: Plan, complex_ids: Sequence[int] | None = None) -> dict[int, dict[int, ComplexTarget]]:
    rows = ComplexTarget.objects.filter(target__plan=plan)
    if complex_ids is not None:
        rows = rows.filter(innovation_complex__in=complex_ids)
    found: dict[int, dict[int, ComplexTarget]] = {}
    for row in rows:
        found.setdefault(row.innovation_complex_id, {})[row.target_id] = row
    return found


def _shown(value: Decimal) -> str:
    return f"{value.normalize():f}"
