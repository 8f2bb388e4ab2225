import hashlib
import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from accounts.querysets import ApiTokenQuerySet


class ApiToken(models.Model):
    """A REST client's key; only its SHA-256 is stored."""

    AUDIT_SKIPS = ("last_used_at",)

    digest = models.CharField("摘要", max_length=64, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name="账户")
    name = models.CharField("用途", max_length=60)
    scopes = models.CharField("范围", max_length=60, default="read")
    created_at = models.DateTimeField("签发时间", auto_now_add=True)
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"

    def __str__(self) -> str:
        return f"{self.user.username}: {self.name} ({self.pk})"

    @staticmethod
    def compute_digest(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, *, user: object, name: str, scopes: str, expires_at: datetime) -> tuple[Self, str]:
        """Store a new token and return it with its key, which is shown this once."""
        key = secrets.token_urlsafe(32)
        token = cls(digest=cls.compute_digest(key), user=user, name=name, scopes=scopes, expires_at=expires_at)
        token.full_clean()
        token.save()
        return token, key
