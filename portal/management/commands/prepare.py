from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.actions.districts import load_districts
from accounts.models import User
from complexes.actions.fields import load_fields
from evaluation.actions.rounds import ensure_monitoring_rounds
from evaluation.actions.rubrics import ensure_default_rubric
from indicators.actions.rounds import ensure_filing_rounds
from portal.demo.accounts import create_demo_accounts
from portal.demo.world import build_demo_world
from tasks.actions.readiness import load_readiness_levels

DATA = Path(settings.BASE_DIR) / "data"
FIRST_YEAR = 2024


class Command(BaseCommand):
    help = "Load reference lists, plans and the default rubric; on an empty private database also the demo data."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        this_year = timezone.localdate(now).year
        changed = load_districts(districts=DATA / "districts.csv", successions=DATA / "successions.csv", at=now)
        self.stdout.write(f"Districts: {changed} rows changed")
        changed = load_fields(taxonomies=DATA / "taxonomies.csv", fields=DATA / "fields.csv", at=now)
        self.stdout.write(f"Taxonomies and fields of industry: {changed} rows changed")
        load_readiness_levels(path=DATA / "readiness_levels.csv", at=now)
        call_command("load_plans", stdout=self.stdout)
        ensure_default_rubric(at=now)
        ensure_monitoring_rounds(years=range(FIRST_YEAR, this_year + 1), at=now)
        if settings.IS_EMBEDDED and not User.objects.exists():
            # All or nothing: a start that was interrupted finds the database empty again.
            with transaction.atomic():
                create_demo_accounts(password=settings.DEMO_PASSWORD, at=now)
                build_demo_world(at=now - timedelta(minutes=1), report=self.stdout.write)
        # The portal starts with back-filing for the closed years of the plan.
        ensure_filing_rounds(years=[year for year in (2024, 2025) if year < this_year], at=now)
        self.stdout.write("Rubric, monitoring rounds and filing rounds are in place")
