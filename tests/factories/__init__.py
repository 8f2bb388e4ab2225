"""Real objects for tests, one function per model, without surprises."""

from tests.factories.accounts import make_district, make_user
from tests.factories.complexes import (
    make_achievement,
    make_achievement_participation,
    make_body,
    make_case,
    make_case_participation,
    make_complex,
    make_contract,
    make_field,
    make_membership,
    make_period_lock,
    make_seat,
    make_taxonomy,
)
from tests.factories.filings import (
    IN_TIME,
    lead_membership,
    make_district_officer,
    make_filed_indicators,
    make_filing,
    make_filing_in,
    make_filing_ready,
    make_round,
)
from tests.factories.members import make_credit_code, make_report, make_unit
from tests.factories.tasks import make_need, make_need_participation, make_task, make_task_participation

__all__ = [
    "IN_TIME",
    "lead_membership",
    "make_district_officer",
    "make_filed_indicators",
    "make_filing",
    "make_filing_in",
    "make_filing_ready",
    "make_round",
    "make_achievement",
    "make_achievement_participation",
    "make_body",
    "make_case",
    "make_case_participation",
    "make_complex",
    "make_contract",
    "make_credit_code",
    "make_district",
    "make_field",
    "make_membership",
    "make_need",
    "make_need_participation",
    "make_period_lock",
    "make_report",
    "make_seat",
    "make_task",
    "make_taxonomy",
    "make_task_participation",
    "make_unit",
    "make_user",
]
