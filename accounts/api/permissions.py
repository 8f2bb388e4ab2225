"""Who may use the REST interface at all; rows are narrowed by `visible_to`."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts import policies
from accounts.choices import Permission
from accounts.models import ApiToken


class MayReadApi(BasePermission):
    """Signed-in people and tokens with the scope `read`; nothing that a view does under an unsafe method."""

    message = "该账户或令牌无权使用此接口。请向系统管理员申请相应权限。"

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        if request.method not in SAFE_METHODS and hasattr(view, str(request.method).lower()):
            return False
        return not isinstance(request.auth, ApiToken) or "read" in request.auth.scopes.split()


class MayReadRecords(MayReadApi):
    """Those who work with records: districts, commission, observers, clients; not experts and administrators."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and bool(policies.reads_records(request.user))


class MayReadPolicy(MayReadApi):
    """Everybody with an account: plans, indicators, targets, districts are public policy."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and bool(policies.holds(request.user, Permission.READ_POLICY))
