"""People who act at the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from common.refusals import Refused


def act_together(acts: Sequence[Callable[[], Any]]) -> list[str]:
    """Let all act at once; return "done", the code of each refusal, or "invalid", sorted."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=10)
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

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)
