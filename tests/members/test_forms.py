"""Bad input of units and reports: a sentence with field, cause and next step; what is right is normalised."""

from decimal import Decimal

import pytest
from django.http import QueryDict

from members.forms import GapForm, ReportForm, UnitFindForm, UnitForm
from members.models import UnitReport
from tests.factories import make_credit_code, make_unit

pytestmark = pytest.mark.django_db


def _typed(**values: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(values)
    return data


def test_report_takes_full_width_digits_and_thousands_separators() -> None:
    form = ReportForm(_typed(revenue_wan_yuan="12,345.60", rd_wan_yuan="1,234.5", staff=" 1 200 "))

    assert form.is_valid()
    assert form.cleaned_changes() == {
        "revenue_wan_yuan": Decimal("12345.60"),
        "rd_wan_yuan": Decimal("1234.5"),
        "new_product_sales_wan_yuan": None,
        "staff": 1200,
        "rd_staff": None,
    }


def test_report_keeps_zero_apart_from_empty() -> None:
    form = ReportForm(_typed(revenue_wan_yuan="5", rd_wan_yuan="0", new_product_sales_wan_yuan=""))

    assert form.is_valid()
    assert (form.cleaned_data["rd_wan_yuan"], form.cleaned_data["new_product_sales_wan_yuan"]) == (Decimal(0), None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", "“营业收入”不能小于0。请核对后重新填写。"),
        ("十万", "“营业收入”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"),
        ("100万元", "“营业收入”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"),
        ("1,23", "“营业收入”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"),
        ("NaN", "“营业收入”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"),
        ("Infinity", "“营业收入”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"),
        ("1\x002", "“营业收入”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"),
        ("1.234", "“营业收入”小数位过多，最多两位。请四舍五入后填写。"),
        ("1" * 15, "“营业收入”位数过多。请核对计量单位后重新填写。"),
        ("9" * 5000, "“营业收入”位数过多。请核对计量单位后重新填写。"),
        ("1e400", "“营业收入”位数过多。请核对计量单位后重新填写。"),
    ],
)
def test_wrong_money_is_answered_with_a_sentence(typed: str, sentence: str) -> None:
    form = ReportForm(_typed(revenue_wan_yuan=typed))

    assert not form.is_valid()
    assert form.errors["revenue_wan_yuan"][0] == sentence


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-3", "“年末从业人员”不能小于0。请核对后重新填写。"),
        ("1.5", "“年末从业人员”应为整数，不能含小数、单位或文字。请只填写整数，如 120。"),
        ("99999999999999999999", "“年末从业人员”不能大于9999999。请核对后重新填写。"),
    ],
)
def test_wrong_staff_is_answered_with_a_sentence(typed: str, sentence: str) -> None:
    form = ReportForm(_typed(staff=typed))

    assert form.errors["staff"] == [sentence]


def test_contradictory_figures_stand_at_their_fields() -> None:
    form = ReportForm(
        _typed(revenue_wan_yuan="1", new_product_sales_wan_yuan="2"), instance=UnitReport(unit=make_unit())
    )

    assert list(form.errors) == ["new_product_sales_wan_yuan"]


def test_credit_code_is_normalised() -> None:
    code = make_credit_code()
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code.lower())

    form = UnitForm(_typed(name="演示单位", kind="enterprise", credit_code=wide))

    assert form.is_valid()
    assert form.cleaned_data["credit_code"] == code


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "“单位名称”未填写。请填写后再保存。"),
        ({"name": "长" * 121}, "name", "“单位名称”超过120字，现为121字。请精简后再保存。"),
        ({"name": "演\x00示"}, "name", "“单位名称”含有不可见的控制字符。请删除后重新填写。"),
        ({"kind": ""}, "kind", "“单位类别”未填写。请填写后再保存。"),
        ({"kind": "bank"}, "kind", "“单位类别”的选项不存在或不在您的权限内。请从列表中重新选择。"),
        ({"credit_code": "9150"}, "credit_code", "统一社会信用代码应为18位，现为4位。请对照营业执照核对。"),
        (
            {"credit_code": "91500107000000001I"},
            "credit_code",
            "统一社会信用代码含有不允许的字符“I”（不使用字母I、O、S、V、Z）。请对照营业执照核对。",
        ),
    ],
)
def test_wrong_unit_is_answered_with_a_sentence(changes: dict, field: str, sentence: str) -> None:
    form = UnitForm(_typed(**{"name": "演示单位", "kind": "enterprise", "credit_code": "", **changes}))

    assert form.errors == {field: [sentence]}


def test_code_finds_a_unit_of_any_district_exactly() -> None:
    licensed, numbered = make_unit(), make_unit(code="U-00007", credit_code=None)
    numbered.credit_code = None
    numbered.save()

    typed = [f" {licensed.code.lower()} ", "u-00007", licensed.code[:10]]
    found = []
    for text in typed:
        form = UnitFindForm(_typed(code=text))
        found.append(form.cleaned_data["code"] if form.is_valid() else None)

    assert found == [licensed, numbered, None]


def test_unknown_code_says_what_to_do() -> None:
    form = UnitFindForm(_typed(code="U-99999"))

    assert form.errors["code"] == [
        "“单位代码”：没有代码为“U-99999”的单位。请核对代码；尚未登记的单位，请先由其所在区县登记。"
    ]


def test_other_reason_needs_a_note() -> None:
    form = GapForm(_typed(gap_reason="other", gap_note=""))

    assert form.errors == {"gap_note": ["“无数据说明”未填写。原因为“其他”时，请说明具体情况。"]}
