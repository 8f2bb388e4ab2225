from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from common.refusals import Refused
from common.yaml_files import InvalidFile
from indicators.actions import actuals, plans
from indicators.actual_files import ActualDraft, read_actuals
from indicators.models import Indicator
from indicators.plan_files import PlanDraft, read_plan


class Command(BaseCommand):
    help = (
        "Load or update plan files (without arguments all of data/plans, then the actual values of data/actuals that "
        "documents print themselves); says per target what changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["files"] or sorted((settings.BASE_DIR / "data" / "plans").glob("*.yaml"))
        drafts = _read_all(files)
        printed = [] if options["files"] else _read_printed_actuals()
        now = timezone.now()
        try:
            with transaction.atomic():
                changes = plans.load_plans(drafts=drafts, by=None, at=now)
                actual_lines = actuals.load_actuals(drafts=printed, by=None, at=now)
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} Nothing was loaded.") from refusal
        for change in changes:
            self.stdout.write(str(change))
        for line in actual_lines:
            self.stdout.write(line)
        changed = sum(change.outcome not in {plans.UNCHANGED, plans.NOT_IN_FILE} for change in changes)
        self.stdout.write(f"{len(drafts)} plan(s) loaded, {changed} record(s) added or changed.")


def _read_all(files: list[Path]) -> list[PlanDraft]:
    """Check every file before any is loaded."""
    known = set(Indicator.objects.values_list("code", flat=True))
    defined: set[str] = set()
    drafts: list[PlanDraft] = []
    problems: list[str] = []
    for file in files:
        try:
            draft = read_plan(file.read_text(encoding="utf-8"), known_indicators=frozenset(known))
        except InvalidFile as invalid:
            problems.extend(f"{file}: {problem}" for problem in invalid.problems)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{file}: {error}")
        else:
            twice = sorted(defined & {item.code for item in draft.indicators})
            problems.extend(f"{file}: 指标“{code}”已在另一个文件中定义。请只保留一处。" for code in twice)
            defined.update(item.code for item in draft.indicators)
            known.update(defined)
            drafts.append(draft)
    if problems:
        raise CommandError("\n".join([*problems, "Nothing was loaded."]))
    return drafts


def _read_printed_actuals() -> list[ActualDraft]:
    """Check every file of data/actuals before anything is loaded."""
    drafts: list[ActualDraft] = []
    problems: list[str] = []
    for file in sorted((settings.BASE_DIR / "data" / "actuals").glob("*.yaml")):
        try:
            drafts.extend(read_actuals(file.read_text(encoding="utf-8")))
        except InvalidFile as invalid:
            problems.extend(f"{file}: {problem}" for problem in invalid.problems)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{file}: {error}")
    if problems:
        raise CommandError("\n".join([*problems, "Nothing was loaded."]))
    return drafts
