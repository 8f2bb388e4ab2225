"""Accounts, districts and tokens; business records are never writable here."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils import timezone

from accounts.choices import Permission
from accounts.models import ApiToken, District, Succession, User
from audit.models import AuditEvent


def _may_manage(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_active and request.user.holds(Permission.MANAGE_SYSTEM)


class ManagedAdmin(admin.ModelAdmin):
    """Open to system administrators only; nothing is deleted, every save is audited."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_manage(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_manage(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may_manage(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_manage(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        secret = {"password", "password1", "password2"}
        changes = {name: (None, str(form.cleaned_data.get(name))) for name in form.changed_data if name not in secret}
        kind = f"{obj._meta.model_name}.{'changed' if change else 'created'}"
        AuditEvent.objects.record(kind, obj, by=request.user, at=timezone.now(), changes=changes)


@admin.register(User)
class PortalUserAdmin(ManagedAdmin, UserAdmin):
    list_display = ["username", "full_name", "role", "district", "department", "is_active"]
    list_filter = ["role", "department", "is_active"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("人员", {"fields": ["full_name", "role", "district", "department", "is_active", "is_staff"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "full_name", "role", "district", "department", "password1", "password2"]}),
    ]


class SuccessionInline(admin.TabularInline):
    model = Succession
    fk_name = "predecessor"
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_manage(request)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_manage(request)


@admin.register(District)
class DistrictAdmin(ManagedAdmin):
    list_display = ["code", "name", "kind", "valid_from", "valid_to"]
    ordering = ["position"]
    inlines = [SuccessionInline]


@admin.register(ApiToken)
class ApiTokenAdmin(ManagedAdmin):
    list_display = ["name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]
    fields = ["name", "user", "scopes", "expires_at", "revoked_at"]
    readonly_fields = ["name", "user", "scopes"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
