from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.refusals import Refused
from portal.demo.world import build_large_world


class Command(BaseCommand):
    help = "Add a labelled data set of any size to the private database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--complexes", type=int, required=True, help="how many more complexes (1-20000)")
        parser.add_argument("--years", type=int, nargs="+", default=[2024, 2025])

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["complexes"] <= 20000:
            raise CommandError("--complexes must lie between 1 and 20000.")
        if set(options["years"]) - {2024, 2025}:
            raise CommandError("--years takes 2024 and 2025, the years that can be filed.")
        try:
            build_large_world(
                complexes=options["complexes"],
                years=sorted(set(options["years"])),
                at=timezone.now(),
                report=self.stdout.write,
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
