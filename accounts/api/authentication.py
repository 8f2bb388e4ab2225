"""Authenticate REST clients by `Authorization: Token <key>`."""

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User

_LAST_USE_STEP = timedelta(minutes=1)


class ApiTokenAuthentication(BaseAuthentication):
    """Looks the key's digest up; expiry, revocation and the account's state count at every request."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"token":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("令牌格式应为“Authorization: Token <key>”。", code="token")
        at = timezone.now()
        digest = ApiToken.compute_digest(parts[1].decode(errors="replace"))
        token = ApiToken.objects.usable(at).select_related("user__district").filter(digest=digest).first()
        if token is None:
            raise AuthenticationFailed("令牌无效、已吊销或已过期。请向系统管理员申请新令牌。", code="token")
        if token.last_used_at is None or at - token.last_used_at > _LAST_USE_STEP:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class ApiTokenScheme(OpenApiAuthenticationExtension):
    """Describe the token in the OpenAPI document."""

    target_class = "accounts.api.authentication.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <key>"}
