from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from accounts.choices import ROLE_PERMISSIONS, Department, Permission, Role
from accounts.models.district import District

_DISTRICT_ROLES = [Role.DISTRICT_FILER, Role.DISTRICT_APPROVER]


class User(AbstractUser):
    """A named person with one role; district officers belong to a district's department."""

    AUDIT_SKIPS = ("last_login",)

    full_name = models.CharField("姓名", max_length=60)
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="officers", verbose_name="区县"
    )
    department = models.CharField("部门", max_length=10, choices=Department.choices, blank=True)

    REQUIRED_FIELDS = ["role", "full_name"]

    class Meta:
        verbose_name = "账户"
        verbose_name_plural = "账户"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_is_known"),
            models.CheckConstraint(
                condition=(Q(role__in=_DISTRICT_ROLES, district__isnull=False) & ~Q(department=""))
                | (~Q(role__in=_DISTRICT_ROLES) & Q(district__isnull=True)),
                name="user_district_goes_with_role",
                violation_error_message=(
                    "角色为“区县填报”或“区县审核”的，须选择区县和部门；其他角色不选区县。请核对角色、区县和部门后重新保存。"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name}（{self.username}）"

    def holds(self, permission: Permission) -> bool:
        """Tell whether the user's role carries the permission; an inactive account holds none."""
        return self.is_active and permission in ROLE_PERMISSIONS[self.role]

    @property
    def may_read_city(self) -> bool:
        return self.holds(Permission.READ_CITY)

    @property
    def may_read_district(self) -> bool:
        return self.holds(Permission.READ_DISTRICT)
