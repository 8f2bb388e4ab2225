from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, User
from audit.models import AuditEvent


class Command(BaseCommand):
    help = "Issue an API token; the key is the last word of the last line and is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what the token is for")
        parser.add_argument("--scopes", default="read", choices=["read"])
        parser.add_argument("--days", type=int, default=90, help="valid for this many days (1-366)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"No active account is named {options['username']}.")
        if not 1 <= options["days"] <= 366:
            raise CommandError("--days must lie between 1 and 366.")
        now = timezone.now()
        token, key = self._issue(user, options, now)
        self.stdout.write(f"Token for {user.username}, valid until {token.expires_at:%Y-%m-%d}: {key}")

    @transaction.atomic
    def _issue(self, user: User, options: dict[str, Any], now: datetime) -> tuple[ApiToken, str]:
        token, key = ApiToken.issue(
            user=user,
            name=options["name"],
            scopes=options["scopes"],
            expires_at=now + timedelta(days=options["days"]),
        )
        AuditEvent.objects.record("apitoken.issued", token, by=None, at=now, acting_for=user)
        return token, key
