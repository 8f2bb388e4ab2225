"""The demo accounts of every role."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.choices import Department, Role
from accounts.models import District, User
from audit.records import record_many

_INDUSTRY, _SCIENCE = Department.INDUSTRY, Department.SCIENCE
_DISTRICT_ACCOUNTS = [
    ("jlp_filer", "王晓岚", Role.DISTRICT_FILER, "500107", _INDUSTRY),
    ("jlp_approver", "陈立群", Role.DISTRICT_APPROVER, "500107", _INDUSTRY),
    ("jlp_kj_filer", "周雨桐", Role.DISTRICT_FILER, "500107", _SCIENCE),
    ("jlp_kj_approver", "何志远", Role.DISTRICT_APPROVER, "500107", _SCIENCE),
    ("spb_filer", "刘思敏", Role.DISTRICT_FILER, "500106", _INDUSTRY),
    ("spb_approver", "唐国强", Role.DISTRICT_APPROVER, "500106", _INDUSTRY),
]
_CITY_ACCOUNTS = [
    ("admin", "系统管理员", Role.ADMINISTRATOR),
    ("city1", "李明哲", Role.COMMISSION),
    ("city2", "张婉清", Role.COMMISSION),
    ("city3", "赵启航", Role.COMMISSION),
    *[(f"expert{number}", f"评审专家{number}", Role.EXPERT) for number in range(1, 6)],
    ("observer", "监督员", Role.OBSERVER),
    ("client", "接口客户", Role.CLIENT),
]
# Officers of the other demo districts; they file and approve the demo data and can sign in as well.
OTHER_DISTRICTS = {
    "CQ-LJXQ": "ljxq",
    "CQ-GXQ": "gxq",
    "500109": "bb",
    "500113": "bn",
    "500118": "yc",
    "500102": "fl",
}


@transaction.atomic
def create_demo_accounts(*, password: str, at: datetime) -> None:
    """Create the demo accounts; one hash for all, as they share one password anyway."""
    districts = {district.code: district for district in District.objects.all()}
    hashed = make_password(password)
    rows = [*_DISTRICT_ACCOUNTS]
    for code, prefix in OTHER_DISTRICTS.items():
        name = districts[code].name
        rows.append((f"{prefix}_filer", f"演示填报员（{name}）", Role.DISTRICT_FILER, code, _INDUSTRY))
        rows.append((f"{prefix}_approver", f"演示审核员（{name}）", Role.DISTRICT_APPROVER, code, _INDUSTRY))
    users = [
        User(username=username, full_name=name, role=role, district=districts[code], department=department)
        for username, name, role, code, department in rows
    ]
    users += [
        User(username=username, full_name=f"{name}" if "演示" in name else f"{name}（演示）", role=role)
        for username, name, role in _CITY_ACCOUNTS
    ]
    for user in users:
        user.password = hashed
        user.is_staff = user.role == Role.ADMINISTRATOR
        if "演示" not in user.full_name:
            user.full_name = f"{user.full_name}（演示）"
    _create(users, at=at)


def create_district_officers(districts: Iterable[District], *, at: datetime) -> None:
    """Give every district without officers a demo filer and a demo approver who cannot sign in."""
    staffed = set(User.objects.filter(district__isnull=False).values_list("district_id", flat=True))
    officers = [
        User(
            username=f"demo_{role.value}_{district.code.lower()}",
            full_name=f"演示{role.label}（{district.name}）",
            role=role,
            district=district,
            department=_INDUSTRY,
            password=make_password(None),
        )
        for district in districts
        if district.pk not in staffed
        for role in (Role.DISTRICT_FILER, Role.DISTRICT_APPROVER)
    ]
    _create(officers, at=at)


def _create(users: list[User], *, at: datetime) -> None:
    User.objects.bulk_create(users)
    record_many("user.created", users, by=None, at=at, reason="演示账户")
