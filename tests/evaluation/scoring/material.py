"""Plain inputs of the scoring, as a run pins them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from evaluation.scoring.rubric import Rubric, parse_rubric
from evaluation.scoring.sheets import Terms, read_terms

ROOT = Path(__file__).resolve().parents[3]
RATIOS = ("rd_intensity", "new_product_share")
COUNTS = ("tackling_tasks", "needs_resolved", "synergy_cases")
TARGETS = {
    "rd_intensity": "2",
    "new_product_share": "25",
    "tackling_tasks": "3",
    "needs_resolved": "10",
    "synergy_cases": "1",
}


def default_content() -> dict[str, Any]:
    """Return the delivered rubric's data."""
    return yaml.safe_load((ROOT / "data" / "rubrics" / "default.yaml").read_text(encoding="utf-8"))


def default_rubric() -> Rubric:
    return parse_rubric(default_content())


def make_terms(**changes: Any) -> Terms:
    indicators = {
        code: {
            "name": code,
            "measure_unit": "%" if code in RATIOS else "项",
            "decimals": 2 if code in RATIOS else 0,
            "scale": 100 if code in RATIOS else 1,
        }
        for code in TARGETS
    }
    targets = {code: {"code": f"t-{code}", "comparator": "ge", "year": 2025, "clause": "000"} for code in TARGETS}
    return read_terms(
        {"year": 2025, "minimum_coverage": "0.6", "indicators": indicators, "targets": targets, **changes}
    )


def ratio(numerator: Any, denominator: Any, **changes: Any) -> dict[str, Any]:
    value = Decimal(numerator) * 100 / Decimal(denominator)
    return {
        "value": str(value.quantize(Decimal("1E-10"))),
        "is_recognised": True,
        "numerator": str(numerator),
        "denominator": str(denominator),
        "covered": 3,
        "members": 3,
        "coverage": "1",
        "missing": "",
        **changes,
    }


def count(value: Any, **changes: Any) -> dict[str, Any]:
    return {
        "value": str(value),
        "is_recognised": True,
        "numerator": str(value),
        "denominator": None,
        "covered": None,
        "members": None,
        "coverage": None,
        "missing": "",
        **changes,
    }


def absent(reason: str) -> dict[str, Any]:
    return {**count(0), "value": None, "numerator": None, "missing": reason}


def make_inputs(**changes: Any) -> dict[str, Any]:
    """Make a complex that exactly reaches every target and was judged 8 of 10."""
    figures = {
        "rd_intensity": ratio(20, 1000),
        "new_product_share": ratio(250, 1000),
        "tackling_tasks": count(3),
        "needs_resolved": count(10),
        "synergy_cases": count(1),
    }
    figures.update(changes.pop("figures", {}))
    return {
        "code": "CQ-0001",
        "name": "演示综合体",
        "kind": "enterprise_led",
        "filing": {"version": 1, "digest": "0" * 64},
        "filing_state": "市级已审定",
        "figures": figures,
        "shares": {code: {"value": value, "basis": "默认"} for code, value in TARGETS.items()},
        "judgements": {"mechanism": {"mark": "8", "reason": "演示理由", "by": "演示人员"}},
        **changes,
    }
