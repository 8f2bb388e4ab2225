"""File and approve the demo filings of a large data set, set-based: the same rows and events as the actions write."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from audit.records import record_many
from common.holds import hold_for_seal
from complexes.models import Case, InnovationComplex, Membership, PeriodLock
from indicators.actions.rounds import open_round
from indicators.choices import FilingState, ReviewLevel
from indicators.metrics import seal_figures
from indicators.models import FigureValue, Filing, FilingRound, FilingVersion, SignOff
from members.choices import UnitKind
from members.models import ReportLock, Unit, UnitReport
from portal.demo.filings import DIFFICULTIES, NARRATIVE, Cast
from tasks.models import Need, TacklingTask

_BATCH = 2000
# The people of one complex, as in the filings of the actions, but all filings of a round at the same moments.
_SUBMITTED_AFTER, _DISTRICT_AFTER, _COMMISSION_AFTER = timedelta(hours=2), timedelta(days=1), timedelta(days=3)


class BulkFiler:
    """Brings the filings of many complexes in one round to their approval by the commission."""

    def __init__(self, filing_round: FilingRound, complexes: Iterable[InnovationComplex], casts: dict[int, Cast]):
        self.filing_round = filing_round
        self.casts = casts
        self.wanted = {innovation_complex.pk for innovation_complex in complexes}

    @transaction.atomic
    def file(self) -> int:
        """Open the round, then write, submit and approve every untouched filing; return how many.

        Effects: one audit event per filing and step; locks of the period for complexes and units.
        """
        opened_at = self.filing_round.opens_at + timedelta(hours=1)
        open_round(filing_round=self.filing_round, by=None, at=opened_at)
        at = opened_at + timedelta(days=2)
        self.filings = [
            filing
            for filing in Filing.objects.filter(filing_round=self.filing_round, state=FilingState.DRAFT, revision=0)
            .select_related("filing_round", "innovation_complex")
            .order_by("pk")
            if filing.innovation_complex_id in self.wanted
            and filing.innovation_complex.reporting_district_id in self.casts
        ]
        if self.filings:
            self._write_texts(at)
            versions = self._submit(at + _SUBMITTED_AFTER)
            self._approve_as_district(versions, at + _DISTRICT_AFTER)
            self._approve_as_commission(versions, at + _COMMISSION_AFTER)
        return len(self.filings)

    def _cast(self, filing: Filing) -> Cast:
        return self.casts[filing.innovation_complex.reporting_district_id]

    def _write_texts(self, at: datetime) -> None:
        for filing in self.filings:
            filing.narrative, filing.difficulties = NARRATIVE, DIFFICULTIES
            filing.responsible_officer = self._cast(filing).filer
            filing.revision, filing.updated_at = 1, at
        self._update("narrative", "difficulties", "responsible_officer", "revision", "updated_at")
        typed = Filing.entered_by.through
        typed.objects.bulk_create(
            [typed(filing_id=filing.pk, user_id=self._cast(filing).filer.pk) for filing in self.filings],
            batch_size=_BATCH,
        )
        changes = {
            filing.pk: {
                "narrative": ("", NARRATIVE),
                "difficulties": ("", DIFFICULTIES),
                "responsible_officer": (None, filing.responsible_officer_id),
            }
            for filing in self.filings
        }
        self._record("filing.changed", at, changes)

    def _submit(self, at: datetime) -> list[FilingVersion]:
        self._lock_periods()
        versions = FilingVersion.objects.bulk_create(
            [
                FilingVersion(
                    filing=filing,
                    number=1,
                    narrative=filing.narrative,
                    difficulties=filing.difficulties,
                    responsible_officer=self._cast(filing).filer.full_name,
                    submitted_by=self._cast(filing).filer,
                    sealed_at=at,
                )
                for filing in self.filings
            ],
            batch_size=_BATCH,
        )
        keys = [version.pk for version in versions]
        seal_figures(version_ids=keys, year=self.filing_round.year, at=at)
        self._name_people(versions)
        digests = dict(FilingVersion.objects.filter(pk__in=keys).values_list("filing_id", "digest"))
        for filing in self.filings:
            filing.submitted_at = at
        self._move(
            FilingState.SUBMITTED,
            "filing.submitted",
            at,
            {pk: {"version": (None, 1), "digest": (None, digest)} for pk, digest in digests.items()},
            "submitted_at",
        )
        return versions

    def _lock_periods(self) -> None:
        year = self.filing_round.year
        holders = {
            filing.innovation_complex_id: {"holder": filing.holder, "holder_label": filing.holder_label}
            for filing in self.filings
        }
        pairs = list(
            Membership.objects.on(self.filing_round.last_day)
            .filter(innovation_complex__in=holders, unit__kind=UnitKind.ENTERPRISE)
            .values_list("innovation_complex_id", "unit_id")
            .distinct()
        )
        hold_for_seal(InnovationComplex, sorted(holders))
        hold_for_seal(Unit, sorted({unit_id for _, unit_id in pairs}))
        PeriodLock.objects.bulk_create(
            [PeriodLock(innovation_complex_id=pk, year=year, **holder) for pk, holder in holders.items()],
            batch_size=_BATCH,
        )
        ReportLock.objects.bulk_create(
            [ReportLock(unit_id=unit_id, year=year, **holders[pk]) for pk, unit_id in pairs], batch_size=_BATCH
        )

    def _name_people(self, versions: list[FilingVersion]) -> None:
        """Name who typed a text or a row behind the figures, as the action does for one version."""
        typists: dict[str, Any] = dict(
            UnitReport.objects.filter(year=self.filing_round.year).values_list("unit__code", "entered_by")
        )
        for ledger in (TacklingTask, Need, Case):
            typists.update(ledger.objects.values_list("code", "entered_by"))
        people: dict[int, set[Any]] = defaultdict(set)
        for version in versions:
            people[version.pk].add(version.submitted_by_id)
        figures = FigureValue.objects.filter(version__in=versions).values_list("version_id", "rows")
        for version_id, rows in figures.iterator(chunk_size=_BATCH):
            people[version_id].update(typists.get(row["k"]) for row in rows)
        through = FilingVersion.entered_by.through
        through.objects.bulk_create(
            [
                through(filingversion_id=version_id, user_id=user_id)
                for version_id, user_ids in people.items()
                for user_id in sorted(user_ids - {None})
            ],
            batch_size=_BATCH,
        )

    def _approve_as_district(self, versions: list[FilingVersion], at: datetime) -> None:
        for version in versions:
            version.review_started_at = at
            version.review_started_by = self._cast(version.filing).approver
        FilingVersion.objects.bulk_update(versions, ["review_started_at", "review_started_by"], batch_size=_BATCH)
        SignOff.objects.bulk_create(
            [
                SignOff(
                    version=version,
                    level=ReviewLevel.DISTRICT,
                    department=self._cast(version.filing).approver.department,
                    signed_by=self._cast(version.filing).approver,
                    signed_at=at,
                )
                for version in versions
            ],
            batch_size=_BATCH,
        )
        facts = {
            filing.pk: {"version": (None, 1), "department": (None, self._cast(filing).approver.department)}
            for filing in self.filings
        }
        self._move(FilingState.DISTRICT_APPROVED, "filing.district_approved", at, facts)

    def _approve_as_commission(self, versions: list[FilingVersion], at: datetime) -> None:
        SignOff.objects.bulk_create(
            [
                SignOff(
                    version=version,
                    level=ReviewLevel.COMMISSION,
                    signed_by=self._cast(version.filing).commission,
                    signed_at=at,
                )
                for version in versions
            ],
            batch_size=_BATCH,
        )
        FigureValue.objects.filter(version__in=[version.pk for version in versions]).update(
            recognised=F("reported"), updated_at=at
        )
        for version in versions:
            version.filing.approved_version = version
        facts = {filing.pk: {"version": (None, 1)} for filing in self.filings}
        self._move(FilingState.COMMISSION_APPROVED, "filing.approved", at, facts, "approved_version")

    def _move(
        self, state: FilingState, kind: str, at: datetime, facts: dict[int, dict[str, Any]], *also_saves: str
    ) -> None:
        changes = {filing.pk: {"state": (filing.state, state), **facts[filing.pk]} for filing in self.filings}
        for filing in self.filings:
            filing.move_to(state)
            filing.updated_at = at
        self._update("state", "updated_at", *also_saves)
        self._record(kind, at, changes)

    def _update(self, *fields: str) -> None:
        Filing.objects.bulk_update(self.filings, fields, batch_size=_BATCH)

    def _record(self, kind: str, at: datetime, changes: dict[int, dict[str, Any]]) -> None:
        """Write one event per filing, by the person whose step it was."""
        by_actor: dict[User, list[Filing]] = defaultdict(list)
        for filing in self.filings:
            cast = self._cast(filing)
            actor = {"filing.district_approved": cast.approver, "filing.approved": cast.commission}.get(
                kind, cast.filer
            )
            by_actor[actor].append(filing)
        for actor, filings in by_actor.items():
            record_many(kind, filings, by=actor, at=at, changes=changes)
