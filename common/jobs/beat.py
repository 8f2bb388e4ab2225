"""Beat that leaves a sign of life in PostgreSQL, written by its own process."""

import logging
import time

from celery.beat import PersistentScheduler
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from common.jobs.models import Heartbeat, Part

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN = 1.0


class HeartbeatScheduler(PersistentScheduler):
    """Celery's scheduler with a heartbeat at each look at the schedule, at most once a second."""

    _last_beat = 0.0

    def tick(self, *args: object, **kwargs: object) -> float:
        """Leave the sign of life, then do what is due; a database that is away stops nothing."""
        if time.monotonic() - self._last_beat >= _SECONDS_BETWEEN:
            self._last_beat = time.monotonic()
            try:
                Heartbeat.objects.beat(Part.BEAT, at=timezone.now())
            except DatabaseError as error:
                logger.warning("no heartbeat of beat: %s", type(error).__name__)
                connection.close()
        return float(super().tick(*args, **kwargs))
