"""The administrator's site: entered by the portal's own sign-in, open to the role, whatever `is_staff` says."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.choices import Permission
from accounts.policies import holds


class PortalAdminSite(AdminSite):
    site_header = site_title = "系统管理"
    index_title = "账户、区县与参考目录"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(holds(request.user, Permission.MANAGE_SYSTEM))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send strangers to the sign-in page and tell the others that their role does not open this site.

        Raises: PermissionDenied for a person who is signed in without the permission.
        """
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", request.path))
        verdict = holds(request.user, Permission.MANAGE_SYSTEM)
        if not verdict:
            raise PermissionDenied(verdict.sentence)
        return redirect("admin:index")

    def logout(  # type: ignore[override]  # the stub promises a page; this answer is a redirect
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("portal:home")

    def password_change(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("accounts:password-change")
