"""Processes and their groups: start, look at, end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def wait_until(condition: Callable[[], bool], seconds: float, step: float = 0.03) -> bool:
    """Ask again and again until the condition holds; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def facts(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat from the state on; None if there is no such process, or only a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].decode().split()
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else fields


def start_ticks(pid: int) -> int | None:
    """Return when a living process was started, in ticks since boot."""
    fields = facts(pid)
    return int(fields[19]) if fields else None


def is_number_taken(pid: int) -> bool:
    """Tell whether a process number is in use, be it by a zombie that nobody has reaped yet."""
    return Path(f"/proc/{pid}").exists()


def is_same(pid: int, ticks: int | None) -> bool:
    """Tell whether the process noted down earlier still lives (and is not another one of the same number)."""
    return ticks is not None and start_ticks(pid) == ticks


def command_line(pid: int) -> str:
    """Return the command line of a process, empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def has_exited(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether a child ended, without reaping it: its number and group stay reserved until it is reaped."""
    if process.returncode is not None:
        return True
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def group_lives(group: int) -> bool:
    """Tell whether a process group has a living member; zombies wait only for somebody to reap them."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    fields = (facts(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit())
    return any(int(each[2]) == group for each in fields if each)


def signal_group(group: int, number: int) -> None:
    """Send a signal to a group that may be gone already."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def end_child(
    process: subprocess.Popen[bytes], number: int, patience: float, is_urgent: Callable[[], bool] = lambda: False
) -> int:
    """Ask a child that leads its group to end, then kill what is left of the group; return its exit code."""
    if not has_exited(process):
        process.send_signal(number)
        wait_until(lambda: has_exited(process) or is_urgent(), patience)
    signal_group(process.pid, signal.SIGKILL)
    code = process.wait()
    wait_until(lambda: not group_lives(process.pid), 5)
    return code


def end_stranger(pid: int, ticks: int, number: int, patience: float) -> None:
    """End a process left by a launcher that was killed, and its group."""
    if not is_same(pid, ticks):
        return
    os.kill(pid, number)
    if not wait_until(lambda: not is_same(pid, ticks), patience):
        signal_group(pid, signal.SIGKILL)
        wait_until(lambda: not is_same(pid, ticks), 5)
