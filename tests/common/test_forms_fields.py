"""Forms: nothing typed is lost, every error stands at its field, a stale page shows both contents."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string

from common.forms import PortalForm
from members.choices import UnitKind
from members.forms import UnitForm
from tests.factories import make_unit


class SampleForm(PortalForm):
    amount = forms.DecimalField(label="营业收入", max_digits=16, decimal_places=2, min_value=0, help_text="全年数。")
    day = forms.DateField(label="加入日期")


def render_field(form: forms.Form, name: str) -> str:
    return render_to_string("components/field.html", {"field": form[name]})


def test_full_width_digits_and_other_dates_are_read() -> None:
    form = SampleForm({"amount": "1,234.50", "day": "2025/03/01"})

    assert form.is_valid()
    assert (str(form.cleaned_data["amount"]), form.cleaned_data["day"].isoformat()) == ("1234.50", "2025-03-01")


def test_wrong_number_and_date_come_back_as_typed_in_fields_that_can_show_them() -> None:
    form = SampleForm({"amount": "约1200万元", "day": "2025-13-01"})

    assert re.findall(r'type="(\w+)"', render_field(form, "amount")) == ["text"]
    assert re.findall(r'value="([^"]*)"', render_field(form, "amount")) == ["约1200万元"]
    assert re.findall(r'type="(\w+)"', render_field(form, "day")) == ["text"]
    assert re.findall(r'value="([^"]*)"', render_field(form, "day")) == ["2025-13-01"]


def test_sound_date_is_shown_by_the_browsers_picker() -> None:
    assert re.findall(r'type="(\w+)"', render_field(SampleForm({"day": "2025-03-01"}), "day")) == ["date"]


def test_field_ties_label_hint_unit_and_error_to_its_control() -> None:
    form = SampleForm({"amount": "x"})
    form.fields["amount"].measure_unit = "万元"

    html = render_field(form, "amount")

    assert re.findall(r'aria-describedby="([^"]*)"', html) == ["id_amount_helptext id_amount_error"]
    assert re.findall(r'<(?:div|ul)[^>]* id="([^"]*)"', html) == ["id_amount_helptext", "id_amount_error"]
    assert re.findall(r'aria-invalid="(\w+)"', html) == ["true"]
    assert re.findall(r'<label[^>]*for="id_amount">([^<]*)</label>', html) == ["营业收入（万元）"]


def test_summary_links_to_the_field_of_each_error() -> None:
    html = render_to_string("components/form_errors.html", {"form": SampleForm({})})

    assert re.findall(r'<a href="#(\w+)">([^<]*)</a>', html) == [
        ("id_amount", "“营业收入”未填写。请填写后再保存。"),
        ("id_day", "“加入日期”未填写。请填写后再保存。"),
    ]


@pytest.mark.django_db
def test_stale_page_shows_what_differs_and_saves_against_the_current_revision() -> None:
    unit = make_unit(name="演示甲公司")
    form = UnitForm(
        {"name": "演示乙公司", "kind": UnitKind.ENTERPRISE, "credit_code": unit.credit_code, "revision": "0"},
        instance=unit,
    )
    assert form.is_valid()
    current = type(unit).objects.get(pk=unit.pk)
    current.kind, current.revision = UnitKind.COLLEGE, 1

    assert form.stale_fields(current) == [
        {"label": "单位名称", "typed": "演示乙公司", "current": "演示甲公司"},
        {"label": "单位类别", "typed": "企业", "current": "高等学校"},
    ]
    assert form["revision"].value() == "1"
