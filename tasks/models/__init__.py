from tasks.models.need import Need, NeedParticipation
from tasks.models.tackling_task import TacklingTask, TacklingTaskParticipation

__all__ = ["Need", "NeedParticipation", "TacklingTask", "TacklingTaskParticipation"]
