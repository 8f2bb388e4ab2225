"""`make run`: servers, data, web, worker, beat, until somebody stops it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from . import placement, portal, ports, servers
from .account import Account, child_arguments
from .layout import Layout
from .messages import LaunchError, say
from .processes import end_child
from .signals import StopRequested, StopSignals
from .state import Lock, State, own_state, running_sentence
from .supervisor import Supervisor


def run_portal(layout: Layout, signals: StopSignals, host: str, port: int) -> int:
    """Start everything in order, keep it running, and stop it in reverse order."""
    layout.create()
    lock = Lock(layout.run / "lock")
    state_file = layout.run / "state.json"
    if not lock.acquire():
        raise LaunchError(running_sentence(State.read(state_file), layout.var))
    servers.end_leftovers(State.read(state_file))
    ports.require_free(port, host)
    state = own_state("make run", port)

    def note(pids: dict[str, tuple[int, int | None]]) -> None:
        state.processes = pids
        state.write(state_file)

    supervisor = Supervisor(signals, note)
    try:
        start_all(supervisor, layout, state, host, port)
        supervisor.watch()
    except StopRequested as stopped:
        say(f"\nStopping ({stopped}); a second signal ends everything at once.")
        return 0
    finally:
        began = time.monotonic()
        had_children = bool(supervisor.children)
        supervisor.stop()
        state_file.unlink(missing_ok=True)
        if had_children:
            say(f"All processes have ended ({time.monotonic() - began:.1f} s).")
    return 1


def start_all(supervisor: Supervisor, layout: Layout, state: State, host: str, port: int) -> None:
    """Start servers, prepare the data, start the portal's processes, and say that it is ready."""
    given = {name: value for name, value in os.environ.items() if name != "PORTAL_EMBEDDED"}
    where = placement.place(layout, given)
    say_servers(given)
    added = servers.start_private(supervisor, layout, where, given)
    environment = portal.child_environment(given | added, layout, where.app_account)
    say("Checking the database and loading data")
    prepare_data(layout, environment, where.app_account, supervisor.signals)
    say("Starting web, worker and beat")
    children = [
        supervisor.start(service) for service in portal.services(layout, environment, where.app_account, host, port)
    ]
    for child in children:
        supervisor.await_ready(child)
    portal.require_first_page(layout, host, port)
    state.database_url, state.redis_url = environment["DATABASE_URL"], environment["REDIS_URL"]
    state.is_embedded = environment.get("PORTAL_EMBEDDED") == "1"
    supervisor.on_change(state.processes)
    say("\n" + portal.ready_text(layout, environment, host, port))


def say_servers(environment: Mapping[str, str]) -> None:
    """Say which servers are used."""
    private = [
        name for name, key in (("PostgreSQL", "DATABASE_URL"), ("Redis", "REDIS_URL")) if not environment.get(key)
    ]
    if private:
        say(f"Starting private servers: {', '.join(private)}")
    for name, key in (("PostgreSQL", "DATABASE_URL"), ("Redis", "REDIS_URL")):
        if environment.get(key):
            say(f"Using the {name} server of {key}")


def prepare_data(layout: Layout, environment: Mapping[str, str], account: Account | None, signals: StopSignals) -> None:
    """Run the one process that migrates, loads and collects; its words go straight to the terminal."""
    command = [str(layout.python), "-m", "config.launcher.setup_portal"]
    if run_in_foreground(command, layout.root, environment, signals, account, signal.SIGTERM) != 0:
        raise LaunchError("The portal was not started.")


def run_in_foreground(
    command: list[str],
    directory: Path,
    environment: Mapping[str, str],
    signals: StopSignals,
    account: Account | None = None,
    stop_signal: int = signal.SIGINT,
) -> int:
    """Run a command in a group of its own with our output; end the group with it, or when we are asked to stop."""
    with signals.hold():
        process = subprocess.Popen(
            command, cwd=directory, env=dict(environment), start_new_session=True, **child_arguments(account)
        )
    try:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    except StopRequested:
        end_child(process, stop_signal, 20, lambda: signals.ask_for_haste)
        raise
    return end_child(process, signal.SIGTERM, 0)
