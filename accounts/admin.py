"""Accounts, districts and tokens; business records are never writable here."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.choices import Permission
from accounts.models import ApiToken, District, Succession, User
from audit.models import AuditEvent

# Permissions come from the role; the portal has no groups.
admin.site.unregister(Group)


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
        before = _values(type(obj)._default_manager.filter(pk=obj.pk).first()) if change else {}
        super().save_model(request, obj, form, change)
        _record(obj, before, request)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows of an inline list, each with its event."""
        for obj in formset.save(commit=False):
            before = _values(type(obj)._default_manager.filter(pk=obj.pk).first()) if obj.pk else {}
            obj.save()
            _record(obj, before, request)
        formset.save_m2m()


def _values(record: Any) -> dict[str, Any]:
    """Return what an event tells of a row; a password is never among it."""
    fields = [field for field in record._meta.concrete_fields if not field.primary_key and field.name != "password"]
    return {field.name: field.value_from_object(record) for field in fields}


def _record(record: Any, before: dict[str, Any], request: HttpRequest) -> None:
    changes = {name: (before.get(name), value) for name, value in _values(record).items() if before.get(name) != value}
    kind = f"{record._meta.model_name}.{'changed' if before else 'created'}"
    AuditEvent.objects.record(kind, record, by=request.user, at=timezone.now(), changes=changes)


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

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002 - Django's
        """Set another person's password, with its event."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            user = User.objects.get(pk=id)
            AuditEvent.objects.record("user.password_reset", user, by=request.user, at=timezone.now())
        return response


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
