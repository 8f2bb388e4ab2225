"""Load a rubric file as a draft version."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.refusals import Refused
from evaluation.actions.rubrics import load_rubric


class Command(BaseCommand):
    help = "Load a rubric file (YAML) as a draft version; every problem is named by item."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: cannot be read as UTF-8 text ({error}).") from error
        try:
            version, is_new = load_rubric(text=text, by=None, at=timezone.now())
        except Refused as refusal:
            for place, sentence in refusal.details:
                self.stderr.write(f"{place}: {sentence}")
            raise CommandError(refusal.sentence) from refusal
        if is_new:
            self.stdout.write(f"{version}: 已载入为{version.get_state_display()}，摘要 {version.digest}")
        else:
            self.stdout.write(f"{version}: 内容没有变化，未新增版本")
