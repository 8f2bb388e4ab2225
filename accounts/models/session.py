from django.conf import settings
from django.db import models


class UserSession(models.Model):
    """A signed-in browser; more than SESSION_PARALLEL_LIMIT of one person end the oldest."""

    AUDIT_EXEMPT = "signing in and out is recorded on the account"

    session_key = models.CharField("会话", max_length=40, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions", verbose_name="账户")
    started_at = models.DateTimeField("登录时间")

    class Meta:
        verbose_name = "会话"
        verbose_name_plural = "会话"
        indexes = [models.Index(fields=["user", "started_at"], name="usersession_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d %H:%M}"
