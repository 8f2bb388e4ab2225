"""Metrics over tackling tasks and needs (design: what counts)."""

from common.metrics import metric
from complexes.metrics import count_of_events


@metric(
    "tackling_tasks",
    name="关键技术攻关任务",
    counts="截至当年12月31日累计已立项并启动、未取消，且启动日期不早于综合体进入培育之日的攻关任务；共有任务在每个已确认参与的综合体各计一次，全市计一次。",
)
def tackling_tasks(asked: str) -> str:
    """Tasks by their dates, so that one cancelled after the day still counts for it.

    Source: cq-complex-2024-2027 §一(二), §二(三).
    """
    return count_of_events(
        asked,
        table="tasks_tacklingtask",
        participations="tasks_tacklingtaskparticipation",
        counts="(e.cancelled_on IS NULL OR e.cancelled_on > %(day)s) AND e.started_on >= asked.cultivated_on",
    )


@metric(
    "needs_resolved",
    name="解决企业创新需求",
    counts="截至当年12月31日累计由需求方确认解决、且有佐证材料的企业创新需求；共有需求在每个已确认参与的综合体各计一次，全市计一次。",
)
def needs_resolved(asked: str) -> str:
    """Confirmed needs with proof, cumulative. Source: cq-complex-2024-2027 §一(二), §二(三)."""
    return count_of_events(
        asked,
        table="tasks_need",
        participations="tasks_needparticipation",
        counts="e.state = 'confirmed' AND e.proof <> ''",
    )
