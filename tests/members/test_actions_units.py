"""Register units and change them."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from audit.models import AuditEvent
from common.refusals import Refused
from members.actions.units import change_unit, create_unit
from members.choices import UnitKind
from members.models import ReportLock, Unit
from tests.factories import make_credit_code, make_unit, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)


def _create(by, **changes):
    values = {"name": "演示新单位", "kind": UnitKind.ENTERPRISE, "credit_code": None, **changes}
    return create_unit(changes=values, by=by, at=AT)


def test_unit_with_a_credit_code_is_named_by_it(filer) -> None:
    code = make_credit_code()

    unit = _create(filer, credit_code=f" {code[:9].lower()}-{code[9:].lower()} ")

    assert (unit.code, unit.credit_code, unit.home_district) == (code, code, filer.district)
    event = AuditEvent.objects.get()
    assert (event.kind, event.object_id, event.actor, event.occurred_at) == ("unit.created", unit.pk, filer, AT)


def test_units_without_credit_code_are_numbered(filer) -> None:
    first = _create(filer, name="演示联盟一", kind=UnitKind.INDUSTRY_BODY)
    second = _create(filer, name="演示联盟二", kind=UnitKind.INDUSTRY_BODY, credit_code="")

    assert [(unit.code, unit.credit_code) for unit in (first, second)] == [("U-00001", None), ("U-00002", None)]


def test_known_credit_code_names_the_unit_that_has_it(filer) -> None:
    known = make_unit()

    with pytest.raises(ValidationError) as error:
        _create(filer, credit_code=known.credit_code)

    assert error.value.message_dict == {
        "credit_code": [
            f"统一社会信用代码{known.code}已登记，单位代码为{known.code}。请勿重复登记；"
            "如需将其加入综合体，请在综合体页面按该代码添加成员。"
        ]
    }


def test_known_name_names_the_unit_that_has_it(filer) -> None:
    known = make_unit()

    with pytest.raises(ValidationError) as error:
        _create(filer, name=f" {known.name} ")

    assert error.value.message_dict == {
        "name": [
            f"单位名称“{known.name}”已登记，单位代码为{known.code}。请勿重复登记；如确为另一单位，请填写营业执照上的全称。"
        ]
    }


def test_wrong_credit_code_is_refused_below_the_form(filer) -> None:
    with pytest.raises(ValidationError) as error:
        _create(filer, credit_code="915001070000000011")

    assert list(error.value.message_dict) == ["credit_code"]
    assert Unit.objects.count() == 0


def test_approver_registers_nothing(approver) -> None:
    with pytest.raises(Refused) as refusal:
        _create(approver)

    assert (refusal.value.code, Unit.objects.count()) == ("role", 0)


def test_change_raises_the_revision_and_tells_what_differs(filer) -> None:
    unit = make_unit(home_district=filer.district)

    changed = change_unit(unit=unit, changes={"name": "演示更名"}, expected_revision=0, by=filer, at=AT)

    assert (changed.name, changed.revision) == ("演示更名", 1)
    assert AuditEvent.objects.get().changes == {"name": [unit.name, "演示更名"]}


def test_unchanged_save_writes_nothing(filer) -> None:
    unit = make_unit(home_district=filer.district)

    changed = change_unit(unit=unit, changes={"name": unit.name}, expected_revision=0, by=filer, at=AT)

    assert (changed.revision, AuditEvent.objects.count()) == (0, 0)


def test_stale_page_changes_nothing(filer) -> None:
    unit = make_unit(home_district=filer.district)
    change_unit(unit=unit, changes={"name": "演示先改"}, expected_revision=0, by=filer, at=AT)

    with pytest.raises(Refused) as refusal:
        change_unit(unit=unit, changes={"name": "演示后改"}, expected_revision=0, by=filer, at=AT)

    assert refusal.value.code == "stale"
    assert Unit.objects.get(pk=unit.pk).name == "演示先改"


def test_new_credit_code_becomes_the_code(filer) -> None:
    unit = _create(filer)
    code = make_credit_code()

    changed = change_unit(unit=unit, changes={"credit_code": code}, expected_revision=0, by=filer, at=AT)

    assert (changed.code, changed.credit_code) == (code, code)


def test_credit_code_is_not_taken_away(filer) -> None:
    unit = make_unit(home_district=filer.district)

    with pytest.raises(ValidationError) as error:
        change_unit(unit=unit, changes={"credit_code": None}, expected_revision=0, by=filer, at=AT)

    assert error.value.message_dict == {
        "credit_code": ["“统一社会信用代码”已登记，不能清空。如有误，请改为正确的代码。"]
    }


@pytest.mark.parametrize("changes", [{"kind": UnitKind.COLLEGE}, {"credit_code": "new"}])
def test_identity_stays_while_a_filing_relies_on_it(filer, changes) -> None:
    unit = make_unit(home_district=filer.district)
    ReportLock.objects.create(unit=unit, year=2025, holder="CQ-0001/2025")
    if "credit_code" in changes:
        changes = {"credit_code": make_credit_code()}

    with pytest.raises(Refused) as refusal:
        change_unit(unit=unit, changes=changes, expected_revision=0, by=filer, at=AT)

    assert refusal.value.code == "locked"
    change_unit(unit=unit, changes={"name": "演示更名"}, expected_revision=0, by=filer, at=AT)
    assert Unit.objects.get(pk=unit.pk).name == "演示更名"


def test_filer_of_another_district_changes_nothing() -> None:
    unit = make_unit()

    with pytest.raises(Refused) as refusal:
        change_unit(unit=unit, changes={"name": "演示"}, expected_revision=0, by=make_user("district_filer"), at=AT)

    assert (refusal.value.code, refusal.value.status) == ("role", 403)
