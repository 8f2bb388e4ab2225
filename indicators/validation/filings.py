"""What a filing still lacks before it can be submitted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from complexes.models import Membership
from indicators.choices import TEXT_CELLS
from indicators.models import Filing, FilingRound, Indicator, Remark
from members.choices import ReportState, UnitKind
from members.models import Unit, UnitReport


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that keeps a filing from submission; `subject` is the record to open, if any."""

    place: str
    sentence: str
    subject: Any = None


def enterprise_members(filing: Filing) -> list[Unit]:
    """Return the enterprises that were members on 31 December of the filed year."""
    memberships = (
        Membership.objects.on(filing.filing_round.last_day)
        .filter(innovation_complex=filing.innovation_complex_id, unit__kind=UnitKind.ENTERPRISE)
        .select_related("unit__home_district")
        .order_by("unit__code")
    )
    return [membership.unit for membership in memberships]


def find_gaps(filing: Filing) -> list[Gap]:
    """Return everything that keeps the filing from submission; the same few queries whatever the rows."""
    return [*_text_gaps(filing), *_report_gaps(filing), *_remark_gaps(filing)]


def check_responsible_officer(filing: Filing, officer: User | None) -> None:
    """Require an active officer of the complex's district.

    Raises: ValidationError on the field.
    """
    if officer is None:
        return
    if not officer.is_active or officer.district_id != filing.innovation_complex.reporting_district_id:
        raise ValidationError(
            {
                "responsible_officer": (
                    "“责任人”应为本区县在用账户的工作人员。请从列表中重新选择，或请系统管理员开通账户。"
                )
            }
        )


def check_cells(cells: Iterable[str]) -> None:
    """Require that remarks point at figures or texts of a filing.

    Raises: ValidationError.
    """
    known = {*TEXT_CELLS, *Indicator.objects.filter(is_filed=True).values_list("code", flat=True)}
    unknown = sorted(set(cells) - known)
    if unknown:
        raise ValidationError(f"批注所指的内容“{'、'.join(unknown)}”不存在。请在对应的指标或文字下填写批注。")


def _text_gaps(filing: Filing) -> list[Gap]:
    return [
        Gap(label, f"“{label}”未填写。请在“填写”页补充后再提交。", filing)
        for name, label in TEXT_CELLS.items()
        if not getattr(filing, name)
    ]


def _report_gaps(filing: Filing) -> list[Gap]:
    year = filing.filing_round.year
    units = enterprise_members(filing)
    states = dict(UnitReport.objects.filter(unit__in=units, year=year).values_list("unit", "state"))
    gaps = []
    for unit in units:
        keeper = (
            ""
            if unit.home_district_id == filing.innovation_complex.reporting_district_id
            else (f"该单位年报由{unit.home_district.name}维护，请与其联系。")
        )
        if unit.pk not in states:
            cause = f"未填报{year}年年报。请填报，或说明无数据原因并经认可。"
        elif states[unit.pk] == ReportState.GAP_CLAIMED:
            cause = f"{year}年年报已说明无数据，尚未认可。请区县审核人员认可后再提交。"
        else:
            continue
        gaps.append(Gap(f"{unit.name}（{unit.code}）", cause + keeper, unit))
    return gaps


def _remark_gaps(filing: Filing) -> list[Gap]:
    remarks = Remark.objects.filter(version__filing=filing, answer="").order_by("pk")
    names = cell_names()
    return [
        Gap(names.get(remark.cell, remark.cell), f"批注“{remark.text}”尚未答复。请答复后再提交。", filing)
        for remark in remarks
    ]


def cell_names() -> dict[str, str]:
    """Return the names of figures and texts by the code that remarks use."""
    filed = Indicator.objects.filter(is_filed=True).order_by("position", "pk")
    return {**dict(filed.values_list("code", "name")), **TEXT_CELLS}


def check_answer(remark: Remark) -> None:
    """Require words in an answer.

    Raises: ValidationError on the field.
    """
    if not remark.answer:
        raise ValidationError({"answer": "“答复”未填写。请说明已如何修改，或为何无需修改。"})


def check_extension(
    filing_round: FilingRound, *, due_at: datetime, locks_at: datetime, reason: str, at: datetime
) -> None:
    """Check that a round's new times are later than now and than the old ones, in order, and explained.

    Raises: ValidationError by field.
    """
    errors: dict[str, str] = {}
    for name, label, old, new in (
        ("due_at", "新的截止日期", filing_round.due_at, due_at),
        ("locks_at", "新的锁定日期", filing_round.locks_at, locks_at),
    ):
        if new <= old:
            errors[name] = f"“{label}”须晚于原来的{_moment(old)}。请填写更晚的日期。"
        elif new <= at:
            errors[name] = f"“{label}”须晚于现在（{_moment(at)}）。请填写更晚的日期。"
    if not errors and locks_at < due_at:
        errors["locks_at"] = f"“新的锁定日期”不能早于新的截止时间{_moment(due_at)}。请核对两个日期。"
    if not reason.strip():
        errors["reason"] = "“延长理由”未填写。请说明延长的原因。"
    if errors:
        raise ValidationError(errors)


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
