"""The commands behind the Makefile."""

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from . import assets, install, ports, servers, suite
from .layout import Layout
from .messages import LaunchError, os_error_sentence, say
from .placement import outside_path
from .processes import is_same, wait_until
from .run import run_portal
from .signals import StopRequested, StopSignals
from .state import Lock, State, running_sentence

NEEDS_TESTS = {"test", "nightly", "check", "bench"}


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code; every anticipated failure is one sentence."""
    if sys.version_info < install.OLDEST_PYTHON:
        return fail("The portal needs Python 3.11 or newer: set PYTHON to one, as in `make run PYTHON=python3.12`.")
    name, rest = arguments[0], arguments[1:]
    signals = StopSignals()
    signals.install()
    layout = Layout.of(os.environ)
    try:
        if name in {"assets", "stop", "clean"}:
            commands: dict[str, Callable[[], int]] = {
                "assets": lambda: int(not assets.fetch(layout, os.environ)),
                "stop": lambda: stop(layout),
                "clean": lambda: clean(layout),
            }
            return commands[name]()
        return start(name, rest, layout, signals)
    except LaunchError as error:
        return fail(str(error))
    except OSError as error:
        if not error.errno:
            traceback.print_exc()
        return fail(os_error_sentence(error))
    except StopRequested as stopped:
        if name != "assets":
            say(f"Stopped ({stopped}).")
        return 128 + stopped.number if name != "run" else 0


def start(name: str, rest: list[str], layout: Layout, signals: StopSignals) -> int:
    """Install what is missing, go on in the virtual environment, and run the command there."""
    if Path(sys.prefix) != layout.venv or rest[:1] != ["--installed"]:
        layout.create()
        if name == "run":
            refuse_second_run(layout)
            ports.require_free(ports.read_port(os.environ.get("PORT") or "8000"), host())
        install.prepare(layout, os.environ, with_tests=name in NEEDS_TESTS)
        python = str(layout.python)
        sys.stdout.flush()
        os.execv(python, [python, str(Path(__file__).parent), name, "--installed", *rest])  # noqa: S606
    if name == "run":
        return run_portal(layout, signals, host(), ports.read_port(os.environ.get("PORT") or "8000"))
    return suite.run(name, layout, signals, rest[1:])


def host() -> str:
    """Return the address to listen on; nothing but this machine reaches the default."""
    return os.environ.get("PORTAL_HOST") or ports.LOOPBACK


def refuse_second_run(layout: Layout) -> None:
    """Say before anything is installed that the portal runs already; end what a killed one left behind."""
    lock = Lock(layout.run / "lock")
    state = State.read(layout.run / "state.json")
    if not lock.acquire():
        raise LaunchError(running_sentence(state, layout.var))
    servers.end_leftovers(state)
    lock.release()


def stop(layout: Layout) -> int:
    """Stop the portal that runs from this directory, and wait until it has ended."""
    state = State.read(layout.run / "state.json")
    if state is None or not is_same(state.pid, state.ticks):
        say(f"Nothing runs from {layout.var}.")
        return 0
    os.kill(state.pid, signal.SIGTERM)
    if not wait_until(lambda: not is_same(state.pid, state.ticks), 60, step=0.1):
        raise LaunchError(f"Process {state.pid} has not ended after 60 seconds.")
    say("Stopped.")
    return 0


def clean(layout: Layout) -> int:
    """Remove .venv, node_modules and the running state, unless it is in use."""
    if layout.run.is_dir():
        refuse_second_run(layout)
    doomed = [layout.venv, layout.root / "node_modules"]
    if layout.is_ours():
        doomed.append(layout.var)
    elif layout.var.exists():
        say(f"{layout.var} was not made by the portal and stays.")
    for corner in (layout, layout.inside("test"), layout.inside("bench-servers")):
        doomed.append(outside_path(corner))
    for path in doomed:
        if path.is_dir():
            say(f"Removing {path}")
            shutil.rmtree(path)
    return 0


def fail(sentence: str) -> int:
    """Say a failure and return the exit code for it."""
    print(sentence, file=sys.stderr, flush=True)
    return 1
