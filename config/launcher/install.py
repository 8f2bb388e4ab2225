"""The virtual environment and what is installed in it."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import messages
from .layout import Layout
from .messages import LaunchError, say
from .processes import signal_group
from .servers import require_space

OLDEST_PYTHON = (3, 11)
VENV_BYTES = 700 * 1024 * 1024
FULL_BYTES = 8 * 1024 * 1024
UNREACHABLE_WORDS = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "Connection refused",
    "Connection reset",
    "dns error",
    "tcp connect error",
    "error sending request",
    "Read timed out",
)


def wanted_files(environment: Mapping[str, str], *, with_tests: bool) -> list[str]:
    """Return the requirement files to install: the private servers are left out where real ones are given."""
    files = ["requirements.txt"]
    if not (environment.get("DATABASE_URL") and environment.get("REDIS_URL")):
        files.append("requirements-embedded.txt")
    if with_tests:
        files.append("requirements-dev.txt")
    return files


def prepare(layout: Layout, environment: Mapping[str, str], *, with_tests: bool) -> None:
    """Make the virtual environment complete; fetch the front-end assets at the same time."""
    with one_at_a_time(layout.root):
        if not is_usable(layout.python):
            make_venv(layout)
        missing = [name for name in wanted_files(environment, with_tests=with_tests) if not is_installed(layout, name)]
        if missing and not find_uv(environment):
            pip_command(layout)
        assets = start_assets(layout, environment)
        try:
            if missing:
                install(layout, missing, environment)
            if assets is not None:
                assets.wait()
        finally:
            if assets is not None:
                end_group(assets)


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Let only one command at a time change what is installed in the checkout."""
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another command that installs packages in this checkout")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def start_assets(layout: Layout, environment: Mapping[str, str]) -> subprocess.Popen[bytes] | None:
    """Fetch the front-end assets in a process of its own, if they are missing."""
    from . import assets

    if assets.is_complete(layout):
        return None
    command = [sys.executable, str(Path(__file__).parent), "assets"]
    return subprocess.Popen(command, env=dict(environment), start_new_session=True)


def stamp_path(layout: Layout, name: str) -> Path:
    """Return the stamp that a complete installation of a requirement file leaves."""
    return layout.venv / f".installed-{Path(name).stem}"


def stamp_of(layout: Layout, name: str) -> str:
    """Return the text of that stamp: it changes with the file and with the pins."""
    digest = hashlib.sha256()
    for part in (layout.root / name, layout.root / "constraints.txt"):
        digest.update(part.read_bytes() + b"\0")
    return digest.hexdigest()


def is_installed(layout: Layout, name: str) -> bool:
    """Tell whether a requirement file was installed as it is now."""
    try:
        return stamp_path(layout, name).read_text() == stamp_of(layout, name)
    except FileNotFoundError:
        return False


def make_venv(layout: Layout) -> None:
    """Make .venv anew."""
    require_space(layout.root, VENV_BYTES)
    say(f"Creating .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(layout.venv, ignore_errors=True)
    done = run_quietly([sys.executable, "-m", "venv", "--without-pip", str(layout.venv)])
    if done.returncode != 0:
        raise LaunchError(
            messages.no_space_sentence(layout.venv)
            if messages.mentions_no_space(done.stdout)
            else f"{sys.executable} cannot make a virtual environment: install its venv module "
            "(Debian and Ubuntu: apt-get install python3-venv)."
        )


def is_usable(python: Path) -> bool:
    """Tell whether the environment's Python starts, is recent enough and still the one that packages were put under."""
    probe = (
        "import os, sys, sysconfig; "
        f"sys.exit(sys.version_info < {OLDEST_PYTHON} or not os.path.isdir(sysconfig.get_path('purelib')))"
    )
    return python.exists() and run_quietly([str(python), "-c", probe]).returncode == 0


def find_uv(environment: Mapping[str, str]) -> str | None:
    """Return the uv on PATH, if there is one."""
    return shutil.which("uv", path=environment.get("PATH"))


def install(layout: Layout, names: list[str], environment: Mapping[str, str]) -> None:
    """Install requirement files at the pinned versions; only a complete installation leaves its stamps."""
    for name in names:
        stamp_path(layout, name).unlink(missing_ok=True)
    log = layout.log / "install.log"
    log.unlink(missing_ok=True)
    arguments = ["-c", "constraints.txt"]
    for name in names:
        arguments += ["-r", name]
    uv = find_uv(environment)
    say(f"Installing Python packages with {'uv' if uv else 'pip'} (log: {log})")
    is_done = False
    if uv:
        command = [uv, "pip", "install", "--python", str(layout.python), "--compile-bytecode", *arguments]
        is_done = run_logged(command, log, layout.root, uv_environment(environment))
        if not is_done:
            say("uv did not succeed; trying pip")
    if not is_done:
        command = [*pip_command(layout), "install", "--no-input", "--disable-pip-version-check", *arguments]
        if not run_logged(command, log, layout.root, environment):
            is_full = shutil.disk_usage(layout.root).free < FULL_BYTES
            raise LaunchError(failure_sentence(messages.tail(log, lines=400), log, is_full=is_full))
    for name in names:
        stamp_path(layout, name).write_text(stamp_of(layout, name))


def pip_command(layout: Layout) -> list[str]:
    """Return a pip that installs into .venv: its own, made from Python's bundle, or the system's.

    Raises: LaunchError if this Python has neither.
    """
    own = [str(layout.python), "-m", "pip"]
    if run_quietly([*own, "--version"]).returncode == 0:
        return own
    done = run_quietly([str(layout.python), "-m", "ensurepip", "--default-pip"])
    if done.returncode == 0:
        return own
    if messages.mentions_no_space(done.stdout):
        raise LaunchError(messages.no_space_sentence(layout.venv))
    system = [sys.executable, "-m", "pip", "--python", str(layout.python)]
    if run_quietly([*system, "--version"]).returncode == 0:
        return system
    raise LaunchError(
        f"{sys.executable} has no ensurepip module: install it (Debian and Ubuntu: apt-get install python3-venv), "
        "or install uv."
    )


def uv_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Let uv use the index that was set for pip."""
    index = environment.get("PIP_INDEX_URL")
    return {**({"UV_DEFAULT_INDEX": index} if index else {}), **environment}


def failure_sentence(log_text: str, log: Path, *, is_full: bool = False) -> str:
    """Say why an installation failed; on a full disk the log itself may have lost the reason."""
    if is_full or messages.mentions_no_space(log_text):
        return (
            "No space left on the device while installing packages: free some where .venv and the temporary files are."
        )
    if any(words in log_text for words in UNREACHABLE_WORDS):
        return (
            "The Python package index cannot be reached: check the network, or set PIP_INDEX_URL to a mirror "
            f"(log: {log})."
        )
    if "Permission denied" in log_text:
        return f"No permission to write to .venv: run as the account that owns the checkout (log: {log})."
    return f"Installing Python packages failed; the end of {log} says:\n{chr(10).join(log_text.splitlines()[-8:])}"


def run_logged(command: list[str], log: Path, directory: Path, environment: Mapping[str, str]) -> bool:
    """Run an installer with its output in a log; tell whether it succeeded."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        try:
            return process.wait() == 0
        finally:
            end_group(process)


def run_quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a short command and keep what it prints; nothing of it outlives us when we are asked to stop."""
    with subprocess.Popen(
        command,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate()
        finally:
            end_group(process)
    return subprocess.CompletedProcess(command, process.returncode, output)


def end_group(process: subprocess.Popen[Any]) -> None:
    """End an installer and its children if it still runs."""
    if process.poll() is None:
        signal_group(process.pid, signal.SIGTERM)
        process.wait()
