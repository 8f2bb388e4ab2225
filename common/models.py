from common.jobs.models import Heartbeat, Job

__all__ = ["Heartbeat", "Job"]
