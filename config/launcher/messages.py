"""What the launcher says, and the errors it says in one sentence."""

import contextlib
import errno
from pathlib import Path

NO_SPACE_WORDS = ("No space left on device", "Disk quota exceeded", "DiskFull")


class LaunchError(Exception):
    """Something that stops a command and is said in one sentence, without a traceback."""


def say(text: str) -> None:
    """Print a step at once; a reader that went away does not stop the portal."""
    with contextlib.suppress(BrokenPipeError):
        print(text, flush=True)


def no_space_sentence(place: Path | str) -> str:
    """Say that a file system is full."""
    return f"No space left on the device that holds {place}: free some, or set PORTAL_VAR to a larger place."


def os_error_sentence(error: OSError) -> str:
    """Say an operating-system error in one sentence."""
    place = error.filename or "the portal's files"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return no_space_sentence(place)
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"No permission to use {place}: run as the account that owns it, or set PORTAL_VAR to another directory."
    if error.errno == errno.EROFS:
        return f"{place} is on a read-only file system: set PORTAL_VAR to a directory that can be written."
    return f"{error.strerror or error}: {place}."


def tail(log: Path, since: int = 0, lines: int = 15) -> str:
    """Return the last lines that a log gained since an offset."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(since, size - 8000) if since <= size else 0)
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-lines:])


def mentions_no_space(text: str) -> bool:
    """Tell whether a log speaks of a full disk."""
    return any(words in text for words in NO_SPACE_WORDS)
