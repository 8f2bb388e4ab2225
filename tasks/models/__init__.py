from tasks.models.match import Match
from tasks.models.need import Need, NeedParticipation
from tasks.models.progress import Assessment, Bid, Funding, Milestone, OpenCall, ReadinessLevel
from tasks.models.tackling_task import TacklingTask, TacklingTaskParticipation

__all__ = [
    "Assessment",
    "Bid",
    "Funding",
    "Match",
    "Milestone",
    "Need",
    "NeedParticipation",
    "OpenCall",
    "ReadinessLevel",
    "TacklingTask",
    "TacklingTaskParticipation",
]
