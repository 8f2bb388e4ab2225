"""A broken constraint that reaches a form comes out as a sentence with the next step, never as Django words it."""

import re

import pytest
from django.core.exceptions import ValidationError

from common.forms import PortalModelForm
from common.listing import first_errors
from common.pages import add_errors
from members.choices import GapReason, ReportState
from members.models import UnitReport
from tests.factories import make_report, make_unit

pytestmark = pytest.mark.django_db

BROKEN = (
    "所填内容相互矛盾或超出允许范围，尚未保存。请逐项核对后重新提交；"
    "仍不能保存的，请联系系统管理员，并告知代号“unitreport_acceptance_has_a_name”。"
)


class AcceptanceForm(PortalModelForm):
    class Meta:
        model = UnitReport
        fields = ["state", "gap_accepted_by"]


def acceptance_without_a_name() -> AcceptanceForm:
    report = make_report(make_unit())
    return AcceptanceForm({"state": ReportState.GAP_ACCEPTED, "gap_accepted_by": "", "revision": "0"}, instance=report)


def broken_report() -> UnitReport:
    return UnitReport(unit=make_unit(), year=2025, state=ReportState.GAP_ACCEPTED, gap_reason=GapReason.DISSOLVED)


def error_of(report: UnitReport) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        report.full_clean()
    return caught.value


def test_form_leaves_constraints_to_the_action() -> None:
    assert acceptance_without_a_name().is_valid()


def test_constraint_that_the_action_finds_broken_is_worded_on_the_form() -> None:
    form = acceptance_without_a_name()
    assert form.is_valid()

    add_errors(form, error_of(broken_report()))

    assert form.errors == {"__all__": [BROKEN]}


def test_error_handed_straight_to_the_form_is_worded_too() -> None:
    form = acceptance_without_a_name()
    assert form.is_valid()

    form.add_error(None, error_of(broken_report()))

    assert form.errors == {"__all__": [BROKEN]}


def test_sentences_of_a_refusal_are_worded_too() -> None:
    assert first_errors(error_of(broken_report())) == {"__all__": [BROKEN]}


def test_taken_key_says_what_to_do_next() -> None:
    report = make_report(make_unit())
    form = acceptance_without_a_name()
    assert form.is_valid()

    add_errors(form, error_of(UnitReport(unit=report.unit, year=report.year)))

    (sentence,) = form.errors["__all__"]
    assert re.fullmatch(r".*单位.*年度.*。请核对后重新填写，或打开已有的记录修改。", sentence)


def test_sentence_of_our_own_is_kept_at_its_field() -> None:
    form = acceptance_without_a_name()
    assert form.is_valid()

    add_errors(
        form, ValidationError({"state": "“状态”不能这样改。请刷新页面。", "elsewhere": ["“别处”有误。请核对。"]})
    )

    assert form.errors == {"state": ["“状态”不能这样改。请刷新页面。"], "__all__": ["“别处”有误。请核对。"]}
