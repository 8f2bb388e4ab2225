"""Plans, sealed versions and figures, written directly so that every number is known by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command

from accounts.choices import Role
from complexes.models import InnovationComplex
from indicators.actions.actuals import load_actuals
from indicators.actual_files import read_actuals
from indicators.choices import Direction, FilingState, IndicatorKind, MissingReason
from indicators.models import Actual, FigureValue, Filing, FilingRound, FilingVersion, Indicator, Plan
from tests.factories.accounts import make_user
from tests.factories.filings import make_round
from tests.factories.sequence import next_number

PLAN_CODE = "cq-complex-2024-2027"
SEALED_AT = datetime(2026, 3, 1, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

Units = Mapping[str, tuple[str, str]]


def load_plan() -> Plan:
    """Load plan 000 from its data file."""
    call_command("load_plans", "data/plans/cq-complex-2024-2027.yaml", stdout=StringIO())
    return Plan.objects.get(code=PLAN_CODE)


def load_plan_of_yubei() -> Plan:
    """Load plan 004 and the values that its document prints."""
    call_command("load_plans", "data/plans/yb-2021-2025.yaml", stdout=StringIO())
    drafts = read_actuals(Path("data/actuals/yb.yaml").read_text(encoding="utf-8"))
    load_actuals(drafts=drafts, by=None, at=SEALED_AT)
    return Plan.objects.get(code="yb-2021-2025")


def make_indicator_by_hand(**changes: Any) -> Indicator:
    """Make an indicator that no ledger gives."""
    number = next_number()
    values = {
        "code": f"by_hand_{number}",
        "name": f"演示手工指标{number}",
        "measure_unit": "家",
        "direction": Direction.UP,
        "kind": IndicatorKind.STOCK,
        "is_filed": False,
        "definition": "演示定义。",
        "source": "演示出处",
        "position": number % 30000,
    }
    return Indicator.objects.create(**{**values, **changes})


def make_actual(**changes: Any) -> Actual:
    """Enter a preliminary value by hand."""
    values: dict[str, Any] = {
        "scope": "演示区",
        "year": 2024,
        "value": Decimal(5),
        "source_document": "演示文件",
        "source_clause": "表1",
        "entered_at": SEALED_AT,
    }
    if "indicator" not in changes:
        values["indicator"] = make_indicator_by_hand()
    if "entered_by" not in changes:
        values["entered_by"] = make_user(Role.COMMISSION)
    return Actual.objects.create(**{**values, **changes})


def make_version(
    innovation_complex: InnovationComplex, year: int = 2025, *, state: str = FilingState.COMMISSION_APPROVED
) -> FilingVersion:
    """Seal the next version of a complex's filing; in an approved state it becomes the approved one."""
    filing_round = FilingRound.objects.filter(year=year).first() or make_round(year)
    filing, _ = Filing.objects.get_or_create(
        filing_round=filing_round,
        innovation_complex=innovation_complex,
        defaults={"district": innovation_complex.reporting_district},
    )
    number = filing.versions.count() + 1
    version = FilingVersion.objects.create(
        filing=filing,
        number=number,
        responsible_officer="演示责任人",
        submitted_by=make_user(Role.DISTRICT_FILER, district=innovation_complex.reporting_district),
        digest="0" * 64,
        sealed_at=SEALED_AT + timedelta(days=filing.pk * 10 + number),
    )
    filing.state = state
    filing.submitted_at = version.sealed_at
    if state == FilingState.COMMISSION_APPROVED:
        filing.approved_version = version
    filing.save()
    return version


def make_figure(version: FilingVersion, code: str, rows: Sequence[str] | Units | str, **changes: Any) -> FigureValue:
    """Seal a figure: keys of a count, {unit: (numerator, denominator)} of a ratio, or the reason for its absence."""
    indicator = Indicator.objects.get(code=code)
    values: dict[str, Any] = {
        "version": version,
        "indicator": indicator,
        "innovation_complex": version.filing.innovation_complex,
        "district": version.filing.district,
        "year": version.filing.filing_round.year,
        "updated_at": version.sealed_at,
    }
    if isinstance(rows, str):
        values["missing_reason"] = MissingReason(rows)
    elif isinstance(rows, Mapping):
        numerator = sum(Decimal(pair[0]) for pair in rows.values())
        denominator = sum(Decimal(pair[1]) for pair in rows.values())
        values |= {
            "numerator": numerator,
            "denominator": denominator,
            "reported": numerator / denominator * indicator.scale,
            "covered": len(rows),
            "members": len(rows),
            "coverage_share": Decimal(1),
            "rows": [{"k": key, "t": f"演示{key}", "n": pair[0], "d": pair[1]} for key, pair in rows.items()],
        }
    else:
        values |= {
            "numerator": Decimal(len(rows)),
            "reported": Decimal(len(rows)),
            "rows": [{"k": key, "t": f"演示{key}"} for key in rows],
        }
    return FigureValue.objects.create(**{**values, **changes})


def make_approved(innovation_complex: InnovationComplex, year: int = 2025, **figures: Any) -> FilingVersion:
    """Seal and approve a version with the given figures by indicator code."""
    version = make_version(innovation_complex, year)
    for code, rows in figures.items():
        make_figure(version, code, rows)
    return version
