from decimal import Decimal
from typing import Any

from common.credit_codes import credit_code_check_character
from members.choices import UnitKind
from members.models import Unit, UnitReport
from tests.factories.accounts import make_district
from tests.factories.sequence import next_number


def make_credit_code() -> str:
    """Return a well-formed credit code that no other object has."""
    body = f"91500107{next_number():09d}"
    return body + credit_code_check_character(body)


def make_unit(**changes: Any) -> Unit:
    """Make an enterprise with a credit code, in a new district unless one is given."""
    code = changes.pop("credit_code", None) or make_credit_code()
    values: dict[str, Any] = {
        "code": code,
        "credit_code": code,
        "name": f"演示企业{next_number()}",
        "kind": UnitKind.ENTERPRISE,
    }
    if "home_district" not in changes:
        values["home_district"] = make_district()
    return Unit.objects.create(**{**values, **changes})


def make_report(unit: Unit, year: int = 2025, **changes: Any) -> UnitReport:
    """Make a yearly report with revenue 1000, R&D 30, new products 250 (万元)."""
    values = {
        "revenue_wan_yuan": Decimal(1000),
        "rd_wan_yuan": Decimal(30),
        "new_product_sales_wan_yuan": Decimal(250),
        "staff": 100,
        "rd_staff": 20,
    }
    return UnitReport.objects.create(unit=unit, year=year, **{**values, **changes})
