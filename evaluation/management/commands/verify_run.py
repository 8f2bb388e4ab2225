"""Recompute a score run from its pinned inputs and compare it with what is stored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.refusals import Refused
from evaluation.actions.verification import differences_of
from evaluation.choices import RunState
from evaluation.models import ScoreRun

_SHOWN = 20


class Command(BaseCommand):
    help = "Recompute a run (its id, or ROUND/NUMBER such as monitoring-2025/1); exit code 1 if it differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run")

    def handle(self, *args: Any, **options: Any) -> None:
        run = self._find(options["run"])
        if run.state != RunState.COMPLETE:
            raise CommandError(f"{run}: 状态为“{run.get_state_display()}”，只有已完成的计分才能核验。")
        try:
            found = list(differences_of(run))
        except Refused as refusal:
            raise CommandError(f"{run}: {refusal.sentence}") from refusal
        if found:
            for place in found[:_SHOWN]:
                self.stderr.write(place)
            raise CommandError(f"{run}: 有{len(found)}处不符，第一处为 {found[0]}", returncode=1)
        self.stdout.write(f"{run}: 一致，{run.sheets.count()}份评分表，摘要 {run.digest}")

    def _find(self, text: str) -> ScoreRun:
        code, _, number = text.rpartition("/")
        runs = ScoreRun.objects.select_related("evaluation_round", "rubric_version")
        if code and number.isascii() and number.isdigit():
            run = runs.filter(evaluation_round__code=code, number=int(number[:6])).first()
        elif text.isascii() and text.isdigit():
            run = runs.filter(pk=int(text[:18])).first()
        else:
            raise CommandError("RUN 应为计分的编号，或 批次代码/序号，如 monitoring-2025/1。")
        if run is None:
            raise CommandError(f"没有找到计分“{text}”。")
        return run
