from datetime import date
from typing import Any

from accounts.choices import Department, DistrictKind, Role
from accounts.models import District, User
from tests.factories.sequence import next_number


def make_district(**changes: Any) -> District:
    number = next_number()
    values = {
        "code": f"T{number:05d}",
        "name": f"演示{number}区",
        "kind": DistrictKind.DISTRICT,
        "position": number % 30000,
        "valid_from": date(1997, 6, 18),
    }
    return District.objects.create(**{**values, **changes})


def make_user(role: Role, **changes: Any) -> User:
    """Make an account; a district role without a district gets a new one and the department 经信."""
    number = next_number()
    values: dict[str, Any] = {"username": f"user{number}", "full_name": f"演示人员{number}", "role": role}
    if role in {Role.DISTRICT_FILER, Role.DISTRICT_APPROVER}:
        values["department"] = Department.INDUSTRY
        if "district" not in changes:
            values["district"] = make_district()
    password = changes.pop("password", "demo-2027")
    return User.objects.create_user(password=password, **{**values, **changes})
