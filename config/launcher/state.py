"""One launcher per directory: its lock, and a note of what it runs."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from . import processes


@dataclass
class State:
    """What a launcher that holds the lock tells others; it contains passwords, so only its owner reads it."""

    pid: int
    ticks: int | None
    command: str
    port: int | None = None
    database_url: str = ""
    redis_url: str = ""
    is_embedded: bool = False
    processes: dict[str, tuple[int, int | None]] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """Tell whether the servers can be used."""
        return bool(self.database_url and self.redis_url)

    def write(self, path: Path) -> None:
        """Replace the note in one move."""
        draft = path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(asdict(self), file, indent=1)
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> "State | None":
        """Return the note, None if there is none or it is damaged."""
        try:
            content = json.loads(path.read_text())
            content["processes"] = {name: (pid, ticks) for name, (pid, ticks) in content["processes"].items()}
            return cls(**content)
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return None


class Lock:
    """A lock that the kernel releases when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock; tell whether it was taken."""
        file = self.path.open("a")
        mode = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(file, mode)
        except BlockingIOError:
            file.close()
            return False
        self.release()
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def own_state(command: str, port: int | None = None) -> State:
    """Return the note of this very process, before it has started anything."""
    return State(pid=os.getpid(), ticks=processes.start_ticks(os.getpid()), command=command, port=port)


def running_sentence(state: State | None, var: Path) -> str:
    """Say who uses the directory already."""
    if state is None:
        return f"Another command is using {var}: wait until it ends, or set PORTAL_VAR to another directory."
    if state.port:
        return (
            f"The portal already runs from {var} as process {state.pid} on port {state.port}: use it, or stop it first."
        )
    return (
        f"`{state.command}` (process {state.pid}) is using {var}: wait until it ends, or set PORTAL_VAR to another one."
    )
