"""Invented rows under complexes, tasks and needs: governance, parties, milestones, money, bids, tries to match."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from complexes.choices import BodyKind
from complexes.models import Contract, ContractParty, GovernanceBody, GovernanceSeat, InnovationComplex, Meeting
from members.models import Unit
from tasks.choices import MatchOutcome, MoneySource
from tasks.models import (
    Assessment,
    Bid,
    Funding,
    Match,
    Milestone,
    Need,
    OpenCall,
    ReadinessLevel,
    TacklingTask,
)

Create = Callable[[list[Any]], list[Any]]
# Enough to show everything; a large data set needs no more of it.
_COMPLEXES_WITH_ROWS = 20
_EVERY_NTH_EVENT = 5
_POSTS = {
    BodyKind.COUNCIL: ("理事长", "副理事长", "理事"),
    BodyKind.EXPERTS: ("主任委员", "副主任委员", "委员"),
    BodyKind.SECRETARIAT: ("秘书长", "副秘书长", "秘书"),
    BodyKind.STANDARDS: ("主任委员", "副主任委员", "委员"),
}


def write_subrecords(create: Create, *, complexes: list[InnovationComplex], staffing: list[list[Unit]]) -> None:
    """Write a few rows of every kind for the first complexes that work."""
    working = [
        (innovation_complex, staff)
        for innovation_complex, staff in zip(complexes, staffing, strict=True)
        if innovation_complex.cultivated_on
    ][:_COMPLEXES_WITH_ROWS]
    _write_governance(create, working)
    owners = [innovation_complex.pk for innovation_complex, _ in working]
    tasks = list(TacklingTask.objects.filter(innovation_complex__in=owners, started_on__isnull=False).order_by("pk"))
    units = {innovation_complex.pk: staff for innovation_complex, staff in working}
    _write_tasks(create, tasks[::_EVERY_NTH_EVENT], units)
    needs = Need.objects.filter(innovation_complex__in=owners, supply_unit__isnull=False).order_by("pk")
    _write_matches(create, list(needs)[::_EVERY_NTH_EVENT])


def _write_governance(create: Create, working: list[tuple[InnovationComplex, list[Unit]]]) -> None:
    bodies = create(
        [
            GovernanceBody(
                innovation_complex=innovation_complex,
                kind=kind,
                valid_from=_start(innovation_complex),
                proof="演示章程第三章",
            )
            for innovation_complex, _ in working
            for kind in BodyKind
        ]
    )
    staff_of = {innovation_complex.pk: staff for innovation_complex, staff in working}
    create(
        [
            GovernanceSeat(
                body=body,
                person=f"演示人员{number}{place + 1}",
                post=post,
                unit=staff_of[body.innovation_complex_id][place % len(staff_of[body.innovation_complex_id])],
                valid_from=body.valid_from,
                valid_to=body.valid_from + timedelta(days=3 * 365),
            )
            for number, body in enumerate(bodies, start=1)
            for place, post in enumerate(_POSTS[BodyKind(body.kind)])
        ]
    )
    create(
        [
            Meeting(
                body=body,
                held_on=max(body.valid_from, date(2025, 3, 1)) + timedelta(days=7 * place),
                subject=subject,
                minutes_number=f"演示纪要{place + 1}号",
            )
            for body in bodies
            if body.kind == BodyKind.COUNCIL
            for place, subject in enumerate(("演示：审议年度工作计划", "演示：审议成员单位加入事项"))
        ]
    )
    contracts = Contract.objects.filter(innovation_complex__in=list(staff_of)).order_by("pk")
    create(
        [
            ContractParty(contract=contract, unit=unit, duty="演示：按约定投入研发力量并共享成果")
            for contract in contracts
            for unit in staff_of[contract.innovation_complex_id]
        ]
    )


def _start(innovation_complex: InnovationComplex) -> date:
    assert innovation_complex.cultivated_on is not None, "only complexes that work have bodies"
    return innovation_complex.cultivated_on + timedelta(days=30)


def _write_tasks(create: Create, tasks: list[TacklingTask], units: dict[int, list[Unit]]) -> None:
    started = [(task, task.started_on) for task in tasks if task.started_on]
    levels = list(ReadinessLevel.objects.order_by("level"))
    create(
        [
            Milestone(
                task=task,
                title=title,
                due_on=day + timedelta(days=due),
                done_on=day + timedelta(days=due - 5) if place == 0 else None,
                proof="演示阶段报告" if place == 0 else "",
            )
            for task, day in started
            for place, (title, due) in enumerate((("演示：完成方案评审", 60), ("演示：完成样机验证", 600)))
        ]
    )
    create(
        [
            Assessment(task=task, level=levels[3], assessed_on=day + timedelta(days=60), evidence="演示技术就绪度报告")
            for task, day in started
            if len(levels) > 3
        ]
    )
    create(
        [
            Funding(task=task, year=day.year, source=source, amount_wan_yuan=Decimal(100 * (place + 1)))
            for task, day in started
            for place, source in enumerate((MoneySource.FISCAL, MoneySource.OWN, MoneySource.FINANCE))
        ]
    )
    calls = create(
        [
            OpenCall(
                task=task,
                title=f"演示榜单：{task.code}",
                published_on=day - timedelta(days=90),
                closes_on=day - timedelta(days=30),
                reward_wan_yuan=Decimal(300),
            )
            for task, day in started
            if task.mode == "open_call"
        ]
    )
    create(
        [
            Bid(
                call=call,
                unit=unit,
                submitted_on=call.published_on + timedelta(days=20),
                awarded_on=call.closes_on + timedelta(days=10) if place == 0 else None,
            )
            for call in calls
            for place, unit in enumerate(units[call.task.innovation_complex_id][:2])
        ]
    )


def _write_matches(create: Create, needs: list[Need]) -> None:
    create(
        [
            Match(
                need=need,
                tried_on=need.raised_on + timedelta(days=3),
                outside_name="演示市外研究院",
                outside_place="演示省",
                outcome=MatchOutcome.FAILED,
                note="演示：指标未达到要求",
            )
            for need in needs
        ]
        + [
            Match(
                need=need,
                tried_on=need.raised_on + timedelta(days=6),
                supply_unit_id=need.supply_unit_id,
                outcome=MatchOutcome.AGREED,
            )
            for need in needs
        ]
    )
