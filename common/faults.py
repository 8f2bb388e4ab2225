"""Named points at which tests may strike, and guards that tests may take away; nothing happens outside test settings.

FAULT_POINT="name:n" with FAULT_ACTION=kill kills the process at the n-th hit of the point;
FAULT_ACTION=wait makes it wait until the file FAULT_RELEASE exists; FAULT_ONCE names a file that limits the strike to
one process. FAULT_GUARDS_OFF="name,name" switches guards off for negative controls.
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
    if not _are_enabled() or "FAULT_POINT" not in os.environ:
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
        Path(f"{os.environ['FAULT_RELEASE']}.reached").touch()
        while not Path(os.environ["FAULT_RELEASE"]).exists():
            time.sleep(0.02)
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def is_guard_off(guard: str) -> bool:
    """Tell whether a test has taken a guard away, to show that the loss it prevents would happen."""
    return _are_enabled() and guard in os.environ.get("FAULT_GUARDS_OFF", "").split(",")


def _are_enabled() -> bool:
    return bool(getattr(settings, "FAULTS_ARE_ENABLED", False))
