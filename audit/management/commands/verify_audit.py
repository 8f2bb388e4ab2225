import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from audit.verification import verify


class Command(BaseCommand):
    help = (
        "Check the audit trail, its chain, and every audited row against it; name what was altered, removed or "
        "inserted past the portal. Keep the printed head outside the database and give it back with --head."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", default="", help="a head kept from an earlier check, as POSITION:HASH")
        parser.add_argument("--limit", type=int, default=100, help="name at most this many findings (100)")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = None
        if options["head"]:
            match = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", options["head"])
            if match is None:
                raise CommandError("--head must be POSITION:HASH as this command prints it.")
            kept = int(match[1]), match[2]
        with transaction.atomic():
            if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
                with connection.cursor() as cursor:
                    # One snapshot: an event and its row are read as of the same moment.
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            report = verify(kept_head=kept)
        position, hash_ = report.head
        self.stdout.write(f"Events: {report.events}, not yet linked: {report.unlinked}")
        self.stdout.write(f"Head: {position}:{hash_}")
        if not report.findings:
            self.stdout.write("Nothing altered, removed or inserted.")
            return
        for finding in report.findings[: options["limit"]]:
            self.stdout.write(str(finding))
        rest = len(report.findings) - options["limit"]
        if rest > 0:
            self.stdout.write(f"… and {rest} more")
        raise CommandError(f"{len(report.findings)} findings; the first: {report.findings[0]}", returncode=1)
