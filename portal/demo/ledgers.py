"""Write the demo units, complexes and ledgers, set-based: a handful of statements whatever the size."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.models import District, User
from audit.records import record_many
from common.credit_codes import credit_code_check_character
from complexes.choices import (
    CaseKind,
    CaseState,
    ComplexKind,
    ComplexState,
    ContractKind,
    DecisionState,
    MemberRole,
)
from complexes.models import (
    Achievement,
    AchievementParticipation,
    Case,
    CaseParticipation,
    Contract,
    IndustryField,
    InnovationComplex,
    LifecycleDecision,
    Membership,
    ReportingTerm,
)
from members.choices import GapReason, ReportState, StandingKind, UnitKind
from members.models import Standing, Unit, UnitReport
from portal.demo.achievements import sketch_achievements
from portal.demo.blueprint import Sketch
from portal.demo.subrecords import write_subrecords
from tasks.choices import NeedKind, NeedState, TaskMode, TaskState
from tasks.models import Need, NeedParticipation, TacklingTask, TacklingTaskParticipation

_FIRST = "启澜曜衡泓砺湛翊珩朔璟霁皓峥骁"
_SECOND = "元辰桥弦川序衍图域岳霖维枢岑拓"
# No registering authority has this area code, so a made-up credit code cannot be a real one.
_NO_AREA = "500199"
_PLAN_ISSUED_ON = date(2024, 9, 25)


@dataclass(slots=True)
class Ledgers:
    """What has been written, by sketch."""

    complexes: list[InnovationComplex] = field(default_factory=list)
    sketches: list[Sketch] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)


class LedgerWriter:
    """Draws invented records from a seed and writes them kind by kind."""

    def __init__(self, *, sketches: list[Sketch], years: list[int], at: datetime, seed: int) -> None:
        self.sketches = sketches
        self.years = years
        self.at = at
        self.random = Random(seed)  # noqa: S311 - invented figures, not secrets
        self.districts = {district.code: district for district in District.objects.all()}
        self.fields = {entry.code: entry for entry in IndustryField.objects.all()}
        self.filers = {user.district_id: user for user in User.objects.filter(role="district_filer").order_by("-pk")}
        self.offset = Unit.objects.count()

    @transaction.atomic
    def write(self) -> Ledgers:
        """Write everything in one transaction and return it."""
        staffing = self._write_units()
        self._write_reports(staffing)
        complexes = self._write_complexes()
        self._write_decisions(complexes)
        self._write_memberships(complexes, staffing)
        self._write_tasks(complexes, staffing)
        self._write_needs(complexes, staffing)
        self._write_cases(complexes)
        self._write_achievements(complexes, staffing)
        write_subrecords(self._create, complexes=complexes, staffing=staffing)
        units = list(dict.fromkeys(unit for staff in staffing for unit in staff))
        return Ledgers(complexes=complexes, sketches=self.sketches, units=units)

    def _create(self, records: list[Any]) -> list[Any]:
        if records:
            model: type[models.Model] = type(records[0])
            model._default_manager.bulk_create(records, batch_size=2000)
            self._record(records)
        return records

    def _record(self, records: list[Any]) -> None:
        """Write one event per row; it comes after the parts that belong to the rows."""
        if records:
            kind = f"{records[0]._meta.model_name}.created"
            record_many(kind, records, by=None, at=self.at, reason="演示数据")

    def _write_units(self) -> list[list[Unit]]:
        """Write each sketch's units, enterprises first; every second complex borrows one from its neighbour."""
        staffing: list[list[Unit]] = []
        serial = self.offset
        for position, sketch in enumerate(self.sketches):
            staff: list[Unit] = []
            borrowed = self._borrowed(position, staffing)
            for index in range(sketch.enterprises + sketch.research_units):
                if index == 1 and borrowed is not None:
                    staff.append(borrowed)
                    continue
                serial += 1
                staff.append(self._sketch_unit(sketch, serial, is_enterprise=index < sketch.enterprises))
            staffing.append(staff)
        self._create(list({unit.code: unit for staff in staffing for unit in staff}.values()))
        self._create(
            [
                Standing(unit=unit, kind=StandingKind.HIGH_TECH, number="演示证书", valid_from=date(2023, 11, 1))
                for staff in staffing
                for unit in staff[:1]
                if unit.is_enterprise
            ]
        )
        return staffing

    def _borrowed(self, position: int, staffing: list[list[Unit]]) -> Unit | None:
        """Return the unit that this complex shares with the one before it."""
        if position % 2 == 0 or position > len(self.sketches) - 2 or self.sketches[position].enterprises < 2:
            return None
        lenders = [unit for unit in staffing[position - 1] if unit.is_enterprise]
        return lenders[-1] if len(lenders) > 1 else None

    def _sketch_unit(self, sketch: Sketch, serial: int, *, is_enterprise: bool) -> Unit:
        name = f"演示{_FIRST[serial % 15]}{_SECOND[serial // 15 % 15]}{sketch.trade}"
        suffix = f"{serial // 225}" if serial >= 225 else ""
        if is_enterprise:
            kind, prefix, ending = UnitKind.ENTERPRISE, "91", "科技有限公司"
        elif serial % 3 == 0:
            kind, prefix, ending = UnitKind.COLLEGE, "12", "大学"
        elif serial % 7 == 0:
            kind, prefix, ending = UnitKind.SERVICE_AGENCY, "52", "技术转移中心"
        else:
            kind, prefix, ending = UnitKind.INSTITUTE, "12", "研究院"
        body = f"{prefix}{_NO_AREA}{serial:09d}"
        code = body + credit_code_check_character(body)
        return Unit(
            code=code,
            credit_code=code,
            name=f"{name}{suffix}{ending}",
            kind=kind,
            home_district=self.districts[sketch.district],
        )

    def _write_reports(self, staffing: list[list[Unit]]) -> None:
        """Write the yearly reports of enterprises; only half of them have begun the running year."""
        reports: list[UnitReport] = []
        seen: set[int] = set()
        for sketch, staff in zip(self.sketches, staffing, strict=True):
            for unit in staff:
                if not unit.is_enterprise or unit.pk in seen:
                    continue
                seen.add(unit.pk)
                revenue = Decimal(self.random.randrange(6_000, 60_000))
                for year in self.years:
                    revenue = (revenue * self.random.randrange(101, 114) / 100).quantize(Decimal("0.01"))
                    reports.append(self._sketch_report(sketch, unit, year, revenue))
                if len(seen) % 2:
                    reports.append(self._sketch_report(sketch, unit, max(self.years) + 1, revenue))
        claimed = next((r for r in reversed(reports) if r.unit.home_district.code == "500107" and r.year == 2026), None)
        if claimed:
            claimed.revenue_wan_yuan = claimed.rd_wan_yuan = claimed.new_product_sales_wan_yuan = None
            claimed.staff = claimed.rd_staff = None
            claimed.state, claimed.gap_reason = ReportState.GAP_CLAIMED, GapReason.NOT_PROVIDED
            claimed.gap_note = "演示：该单位年度决算尚未完成，预计次年3月补报。"
        self._create(reports)

    def _sketch_report(self, sketch: Sketch, unit: Unit, year: int, revenue: Decimal) -> UnitReport:
        lag = Decimal(max(self.years) - year) / 10
        rd_percent = max(Decimal("0.5"), sketch.rd_percent - lag * 2) * self.random.randrange(85, 116) / 100
        new_percent = max(Decimal(5), sketch.new_product_percent - lag * 12) * self.random.randrange(92, 109) / 100
        staff = self.random.randrange(60, 900)
        return UnitReport(
            unit=unit,
            year=year,
            revenue_wan_yuan=revenue,
            rd_wan_yuan=(revenue * rd_percent / 100).quantize(Decimal("0.01")),
            new_product_sales_wan_yuan=(revenue * new_percent / 100).quantize(Decimal("0.01")),
            staff=staff,
            rd_staff=staff * self.random.randrange(6, 24) // 100,
            entered_by=self.filers.get(unit.home_district_id),
        )

    def _write_complexes(self) -> list[InnovationComplex]:
        first = InnovationComplex.objects.count() + 1
        complexes = InnovationComplex.objects.bulk_create(
            [
                InnovationComplex(
                    code=f"CQ-{first + position:04d}",
                    name=f"{sketch.name}（演示）",
                    kind=sketch.kind,
                    reporting_district=self.districts[sketch.district],
                    purpose="演示：面向产业链关键共性技术短板，聚合上下游企业与高校院所，开展联合攻关与供需对接。",
                    state=sketch.state,
                    cultivated_on=sketch.cultivated_on,
                    recognised_on=sketch.recognised_on,
                    recognition_number=f"演示认定〔{sketch.recognised_on.year}〕{first + position}号"
                    if sketch.recognised_on
                    else "",
                )
                for position, sketch in enumerate(self.sketches)
            ],
            batch_size=2000,
        )
        through = InnovationComplex.fields.through
        through.objects.bulk_create(
            [
                through(innovationcomplex_id=innovation_complex.pk, industryfield_id=self.fields[code].pk)
                for innovation_complex, sketch in zip(complexes, self.sketches, strict=True)
                for code in sketch.fields
            ],
            batch_size=2000,
        )
        terms = []
        for innovation_complex, sketch in zip(complexes, self.sketches, strict=True):
            start = min(sketch.cultivated_on or _PLAN_ISSUED_ON, date(2024, 12, 31))
            district = self.districts[sketch.earlier_district or sketch.district]
            terms.append(ReportingTerm(innovation_complex=innovation_complex, district=district, valid_from=start))
            if sketch.earlier_district:
                terms.append(
                    ReportingTerm(
                        innovation_complex=innovation_complex,
                        district=innovation_complex.reporting_district,
                        valid_from=date(2025, 11, 6),
                    )
                )
        ReportingTerm.objects.bulk_create(terms, batch_size=2000)
        self._record(complexes)
        return complexes

    def _write_decisions(self, complexes: list[InnovationComplex]) -> None:
        """Write the decisions behind each state: admitted, sent to review, recognised, each by two officers."""
        proposer, confirmer = User.objects.filter(role="commission").order_by("pk")[:2]
        decisions = []
        for innovation_complex, sketch in zip(complexes, self.sketches, strict=True):
            steps = [(ComplexState.CULTIVATING, sketch.cultivated_on, "演示：方向明确，牵头单位基础条件具备。")]
            if sketch.recognised_on:
                review_on = sketch.recognised_on - timedelta(days=20)
                steps.append((ComplexState.RECOGNITION_REVIEW, review_on, "演示：培育期任务完成，启动认定审查。"))
                steps.append((ComplexState.RECOGNISED, sketch.recognised_on, "演示：审查与公示无异议。"))
            for to_state, decided_on, reason in steps:
                if decided_on is None:
                    continue
                is_recognition = to_state == ComplexState.RECOGNISED
                proposed_at = timezone.make_aware(datetime.combine(decided_on, time(10)))
                decisions.append(
                    LifecycleDecision(
                        innovation_complex=innovation_complex,
                        to_state=to_state,
                        number=innovation_complex.recognition_number if is_recognition else "",
                        reason=reason,
                        decided_on=decided_on,
                        state=DecisionState.CONFIRMED,
                        proposed_by=proposer,
                        confirmed_by=confirmer,
                        proposed_at=proposed_at,
                        closed_at=proposed_at + timedelta(hours=5),
                    )
                )
        self._create(decisions)

    def _write_memberships(self, complexes: list[InnovationComplex], staffing: list[list[Unit]]) -> None:
        contracts = []
        for innovation_complex, sketch in zip(complexes, self.sketches, strict=True):
            if sketch.cultivated_on:
                contracts.append(
                    Contract(
                        innovation_complex=innovation_complex,
                        kind=ContractKind.AGREEMENT,
                        number=f"演示合同-{innovation_complex.code}",
                        signed_on=sketch.cultivated_on,
                        expires_on=date(2028, 12, 31),
                    )
                )
        by_complex = {contract.innovation_complex_id: contract for contract in self._create(contracts)}
        memberships = []
        for innovation_complex, sketch, staff in zip(complexes, self.sketches, staffing, strict=True):
            for index, unit in enumerate(staff):
                role = MemberRole.CORE if index < 3 else MemberRole.MEMBER
                if unit.kind == UnitKind.SERVICE_AGENCY:
                    role = MemberRole.SERVICE
                memberships.append(
                    Membership(
                        innovation_complex=innovation_complex,
                        unit=unit,
                        role=MemberRole.LEAD if index == 0 else role,
                        contract=by_complex.get(innovation_complex.pk),
                        joined_on=sketch.cultivated_on or date(2026, 9, 1),
                    )
                )
        self._create(memberships)

    def _days(self, sketch: Sketch, count: int) -> list[date]:
        """Return deciding dates from the start of cultivation on, the wanted number of them before 2026."""
        if sketch.cultivated_on is None:
            return []
        span = (date(2025, 12, 20) - sketch.cultivated_on).days
        days = [
            sketch.cultivated_on + timedelta(days=15 + (span - 15) * index // max(count, 1)) for index in range(count)
        ]
        return [*days, date(2026, 3, 10), date(2026, 6, 18)]

    def _write_tasks(self, complexes: list[InnovationComplex], staffing: list[list[Unit]]) -> None:
        tasks = []
        serial = TacklingTask.objects.count()
        for innovation_complex, sketch, staff in zip(complexes, self.sketches, staffing, strict=True):
            days = self._days(sketch, sketch.tasks)
            for index, started_on in enumerate(days):
                serial += 1
                is_last = index == len(days) - 1
                is_cancelled = is_last and serial % 3 == 0
                is_finished = started_on.year < 2025
                state = TaskState.CANCELLED if is_cancelled else TaskState.PROPOSED if is_last else TaskState.STARTED
                if is_finished and not is_last:
                    state = TaskState.FINISHED
                is_started = state != TaskState.PROPOSED
                tasks.append(
                    TacklingTask(
                        code=f"GG-{serial:05d}",
                        innovation_complex=innovation_complex,
                        title=f"演示：{sketch.trade}关键技术攻关任务{index + 1}",
                        description="演示：针对产业链关键共性技术短板，由成员单位联合攻关。",
                        proof=f"演示立项通知〔{started_on.year}〕{serial}号",
                        mode=list(TaskMode)[serial % 4],
                        undertaker=staff[index % len(staff)],
                        budget_wan_yuan=Decimal(self.random.randrange(80, 1500)),
                        approved_on=started_on - timedelta(days=10) if is_started else None,
                        started_on=started_on if is_started else None,
                        finished_on=started_on + timedelta(days=400) if state == TaskState.FINISHED else None,
                        cancelled_on=started_on + timedelta(days=60) if is_cancelled else None,
                        counted_year=started_on.year if is_started else None,
                        state=state,
                        entered_by=self.filers.get(innovation_complex.reporting_district_id),
                    )
                )
        self._create_shared(tasks, TacklingTaskParticipation, complexes, every=9)

    def _write_needs(self, complexes: list[InnovationComplex], staffing: list[list[Unit]]) -> None:
        needs = []
        serial = Need.objects.count()
        for innovation_complex, sketch, staff in zip(complexes, self.sketches, staffing, strict=True):
            days = self._days(sketch, sketch.needs)
            for index, confirmed_on in enumerate(days):
                serial += 1
                is_last = index == len(days) - 1
                state = NeedState.OPEN if is_last else NeedState.CONFIRMED
                needs.append(
                    Need(
                        code=f"XQ-{serial:05d}",
                        innovation_complex=innovation_complex,
                        title=f"演示：{sketch.trade}企业创新需求{index + 1}",
                        description="演示：成员企业提出的技术难题与期望指标。",
                        proof="" if is_last else f"演示需求解决确认单-{serial:05d}",
                        kind=list(NeedKind)[serial % 3],
                        demand_unit=staff[index % len(staff)],
                        supply_unit=None if is_last else staff[(index + 1) % len(staff)],
                        raised_on=confirmed_on - timedelta(days=14),
                        solved_on=None if is_last else confirmed_on - timedelta(days=3),
                        confirmed_on=None if is_last else confirmed_on,
                        confirmer="" if is_last else "演示需求单位负责人",
                        counted_year=None if is_last else confirmed_on.year,
                        state=state,
                        entered_by=self.filers.get(innovation_complex.reporting_district_id),
                    )
                )
        self._create_shared(needs, NeedParticipation, complexes, every=17)

    def _write_cases(self, complexes: list[InnovationComplex]) -> None:
        cases = []
        serial = Case.objects.count()
        for innovation_complex, sketch in zip(complexes, self.sketches, strict=True):
            days = self._days(sketch, sketch.cases)
            for index, selected_on in enumerate(days):
                serial += 1
                is_selected = selected_on.year < 2026
                state = CaseState.SELECTED if is_selected else CaseState.SUBMITTED if index % 2 else CaseState.DRAFT
                cases.append(
                    Case(
                        code=f"AL-{serial:05d}",
                        innovation_complex=innovation_complex,
                        title=f"演示：{sketch.trade}协同创新典型案例{index + 1}",
                        description="演示：做法、成效与可推广经验。",
                        proof="演示案例材料",
                        kind=list(CaseKind)[serial % 4],
                        submitted_on=None if state == CaseState.DRAFT else selected_on - timedelta(days=12),
                        selected_on=selected_on if is_selected else None,
                        counted_year=selected_on.year if is_selected else None,
                        state=state,
                        entered_by=self.filers.get(innovation_complex.reporting_district_id),
                    )
                )
        self._create_shared(cases, CaseParticipation, complexes, every=11)

    def _write_achievements(self, complexes: list[InnovationComplex], staffing: list[list[Unit]]) -> None:
        achievements = sketch_achievements(
            complexes=complexes,
            staffing=staffing,
            filers=self.filers,
            serial=Achievement.objects.count(),
            random=self.random,
        )
        self._create_shared(list(achievements), AchievementParticipation, complexes, every=13)

    def _create_shared(
        self, events: list[Any], through: type[Any], complexes: list[InnovationComplex], *, every: int
    ) -> None:
        """Write events; the next complex shares every n-th of them, one in three still waits for its confirmation."""
        if events:
            type(events[0])._default_manager.bulk_create(events, batch_size=2000)
        following = {
            innovation_complex.pk: complexes[(position + 1) % len(complexes)]
            for position, innovation_complex in enumerate(complexes)
        }
        rows = []
        for number, event in enumerate(events[::every]):
            partner = following[event.innovation_complex_id]
            if partner.cultivated_on is None or partner.pk == event.innovation_complex_id:
                continue
            is_confirmed = number % 3 != 2
            rows.append(
                through(
                    event=event,
                    innovation_complex=partner,
                    confirmed_by=self.filers.get(partner.reporting_district_id) if is_confirmed else None,
                    confirmed_at=self.at - timedelta(days=150) if is_confirmed else None,
                )
            )
        through._default_manager.bulk_create(rows, batch_size=2000)
        self._record(events)


def extra_sketches(count: int, *, seed: int) -> list[Sketch]:
    """Return invented sketches beyond the fourteen, spread over the districts, for a data set of any size."""
    random = Random(seed)  # noqa: S311
    first = InnovationComplex.objects.count() + 1
    codes = list(District.objects.filter(valid_to__isnull=True).in_order().values_list("code", flat=True))
    return [
        Sketch(
            name=f"第{number}号产业创新综合体",
            kind=ComplexKind.ENTERPRISE_LED,
            district=codes[number % len(codes)],
            fields=(f"d2025-0{number % 7 + 1}",),
            trade="综合",
            state=ComplexState.RECOGNISED,
            cultivated_on=date(2024, 10, 1) + timedelta(days=number % 60),
            recognised_on=date(2025, 1, 2) + timedelta(days=number % 300),
            enterprises=random.randrange(4, 9),
            research_units=random.randrange(0, 3),
            rd_percent=Decimal(random.randrange(120, 450)) / 100,
            new_product_percent=Decimal(random.randrange(1500, 3500)) / 100,
            tasks=random.randrange(2, 8),
            needs=random.randrange(6, 20),
            cases=random.randrange(0, 3),
        )
        for number in range(first, first + count)
    ]
