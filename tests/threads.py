"""People who act at the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from common.refusals import Refused


def start(act: Callable[[], Any], outcomes: list[str]) -> threading.Thread:
    """Let somebody act in a thread; the outcome is "done", the code of a refusal, "invalid", or a surprise."""

    def run() -> None:
        try:
            act()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        except ValidationError:
            outcomes.append("invalid")
        except Exception as surprise:
            outcomes.append(type(surprise).__name__)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_until_at_rest(threads: Sequence[threading.Thread]) -> None:
    """Return once each of these threads has ended or waits for a lock."""
    with connection.cursor() as cursor:
        while running := sum(thread.is_alive() for thread in threads):
            # Within a transaction the view shows what it showed first, unless told to look again.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
            )
            if cursor.fetchone()[0] >= running:
                return


def act_together(acts: Sequence[Callable[[], Any]]) -> list[str]:
    """Let all act at once and return their outcomes, sorted."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def meet(act: Callable[[], Any]) -> None:
        barrier.wait(timeout=10)
        act()

    threads = [start(lambda act=act: meet(act), outcomes) for act in acts]
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)
