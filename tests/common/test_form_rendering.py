"""Lists of options written directly are those of Django's templates, character by character."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer

from common.form_rendering import PortalFormRenderer

CHOICES = [("", "全部"), ("a", "甲<b>"), ("b&", "乙 \"引\" '号'"), (7, 1234567), (True, "是")]
GROUPED = [("一组 & 二组", [("a", "甲"), ("b", "乙")]), ("c", "丙")]


ATTRIBUTES = {"class": "select", "required": True, "disabled": False, "data-x": 'a"b<c', "n": 3}


def both_ways(widget, value):
    return [
        widget.render("name<", value, attrs={"id": "id_name"}, renderer=renderer)
        for renderer in (PortalFormRenderer(), DjangoTemplates())
    ]


@pytest.mark.parametrize("choices", [[], CHOICES, GROUPED])
@pytest.mark.parametrize("value", ["", "a", "7", None, ["a", "c"]])
@pytest.mark.parametrize("widget_class", [forms.Select, forms.SelectMultiple])
def test_select_is_the_same_as_from_the_template(widget_class, value, choices):
    written, from_template = both_ways(widget_class(attrs=ATTRIBUTES, choices=choices), value)
    assert written == from_template


@pytest.mark.parametrize("value", [True, False, None])
def test_yes_or_no_is_the_same_as_from_the_template(value):
    written, from_template = both_ways(forms.NullBooleanSelect(attrs=ATTRIBUTES), value)
    assert written == from_template


def test_other_controls_come_from_their_templates():
    widget = forms.RadioSelect(choices=CHOICES)
    assert widget.render("n", "a", renderer=PortalFormRenderer()) == widget.render("n", "a", renderer=DjangoTemplates())


def test_the_portal_uses_it():
    assert isinstance(get_default_renderer(), PortalFormRenderer)
