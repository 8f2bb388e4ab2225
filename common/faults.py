"""Named points at which tests may strike; nothing happens outside test settings.

FAULT_POINT="name:n" with FAULT_ACTION=kill kills the process at the n-th hit of the point;
FAULT_ACTION=wait makes it wait until the file FAULT_RELEASE exists.
"""

import os
import signal
import time
from collections import Counter
from pathlib import Path

from django.conf import settings

_hits: Counter[str] = Counter()


def hit(point: str) -> None:
    """Pass a fault point."""
    if not getattr(settings, "FAULTS_ARE_ENABLED", False) or "FAULT_POINT" not in os.environ:
        return
    name, _, number = os.environ["FAULT_POINT"].partition(":")
    if name != point:
        return
    _hits[point] += 1
    if _hits[point] != int(number or 1):
        return
    marker = os.environ.get("FAULT_ONCE")
    if marker:
        if Path(marker).exists():
            return
        Path(marker).touch()
    if os.environ.get("FAULT_ACTION") == "wait":
        while not Path(os.environ["FAULT_RELEASE"]).exists():
            time.sleep(0.02)
    else:
        os.kill(os.getpid(), signal.SIGKILL)
