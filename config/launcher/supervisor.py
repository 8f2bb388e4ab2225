"""Start children in order, keep them alive, stop them in reverse order."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import messages, processes
from .account import Account, child_arguments
from .messages import LaunchError, say
from .signals import StopSignals

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
STEADY_SECONDS = 60.0
ROTATE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Service:
    """One child: how it is started, known to be ready, and stopped."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    directory: Path
    log: Path
    is_ready: Callable[[], bool]
    account: Account | None = None
    stop_signal: int = signal.SIGTERM
    start_within: float = 30.0
    stop_within: float = 10.0


@dataclass
class Child:
    """A service with its present process."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    delay: float = FIRST_DELAY_SECONDS
    is_awaited: bool = True
    log_offset: int = 0


@dataclass
class Supervisor:
    """Own the children of one launcher."""

    signals: StopSignals
    on_change: Callable[[dict[str, tuple[int, int | None]]], None] = lambda pids: None
    children: list[Child] = field(default_factory=list)

    def start(self, service: Service) -> Child:
        """Start a service without waiting for it."""
        rotate(service.log)
        child = Child(service)
        self._spawn(child, is_new=True)
        return child

    def await_ready(self, child: Child) -> None:
        """Wait until the service answers.

        Raises: LaunchError with what its log says, if it ends or is too slow.
        """
        service = child.service
        deadline = time.monotonic() + service.start_within
        while not service.is_ready():
            if child.process is None or processes.has_exited(child.process):
                raise LaunchError(self._failure(child, "ended at its start"))
            if time.monotonic() > deadline:
                raise LaunchError(self._failure(child, f"did not answer within {service.start_within:.0f} seconds"))
            time.sleep(0.03)
        child.is_awaited = False

    def give_up(self, child: Child) -> None:
        """End a child whose start failed, and forget it."""
        self.children.remove(child)
        self._end(child)

    def watch(self) -> None:
        """Start again whatever dies, until StopRequested is raised."""
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        before = signal.signal(signal.SIGCHLD, lambda number, frame: None)
        former = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            while True:
                self.tend()
                select.select([reader], [], [], self._seconds_to_wait())
                drain(reader)
        finally:
            signal.set_wakeup_fd(former)
            signal.signal(signal.SIGCHLD, before)
            os.close(reader)
            os.close(writer)

    def tend(self) -> None:
        """Look at every child once: note deaths, restart what is due, say what is back."""
        for child in self.children:
            name = child.service.name
            if child.process is not None and processes.has_exited(child.process):
                self._note_death(child)
            if child.process is None and time.monotonic() >= child.restart_at:
                self._spawn(child)
            if child.process is not None and child.is_awaited and child.service.is_ready():
                child.is_awaited = False
                say(f"{name} is back.")

    def stop(self) -> None:
        """Stop every child in reverse order and leave no process of their groups."""
        while self.children:
            child = self.children.pop()
            self._end(child)
        self.on_change({})

    def _spawn(self, child: Child, *, is_new: bool = False) -> None:
        service = child.service
        try:
            with self.signals.hold(), service.log.open("ab") as log:
                child.log_offset = log.tell()
                child.process = subprocess.Popen(
                    service.command,
                    cwd=service.directory,
                    env=dict(service.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    **child_arguments(service.account),
                )
                child.started_at = time.monotonic()
                child.is_awaited = True
                if is_new:
                    self.children.append(child)
                self._publish()
        except OSError as error:
            if is_new:
                raise
            self._delay(child)
            say(f"{service.name} cannot be started again ({error}); next try in {child.delay:.0f} s.")

    def _note_death(self, child: Child) -> None:
        assert child.process is not None
        lived = time.monotonic() - child.started_at
        code = processes.end_child(child.process, signal.SIGKILL, 0)
        child.process = None
        if lived > STEADY_SECONDS:
            child.delay = FIRST_DELAY_SECONDS
        self._delay(child)
        reason = messages.tail(child.service.log, child.log_offset, lines=1)
        if messages.mentions_no_space(reason):
            reason = messages.no_space_sentence(child.service.log)
        wait = child.restart_at - time.monotonic()
        say(f"{child.service.name} ended ({ending(code)}); starting it again in {wait:.1f} s. Its last words: {reason}")
        self._publish()

    def _delay(self, child: Child) -> None:
        child.restart_at = time.monotonic() + child.delay
        child.delay = min(child.delay * 2, LONGEST_DELAY_SECONDS)

    def _end(self, child: Child) -> None:
        if child.process is not None:
            service = child.service
            processes.end_child(
                child.process, service.stop_signal, service.stop_within, lambda: self.signals.ask_for_haste
            )
            child.process = None

    def _publish(self) -> None:
        living = {child.service.name: child.process.pid for child in self.children if child.process is not None}
        self.on_change({name: (pid, processes.start_ticks(pid)) for name, pid in living.items()})

    def _seconds_to_wait(self) -> float | None:
        if any(child.is_awaited and child.process is not None for child in self.children):
            return 0.2
        due = [child.restart_at for child in self.children if child.process is None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _failure(self, child: Child, what: str) -> str:
        service = child.service
        text = messages.tail(service.log, child.log_offset)
        if messages.mentions_no_space(text):
            return messages.no_space_sentence(service.log)
        return f"{service.name} {what}; the end of {service.log} says:\n{text}"


def ending(code: int) -> str:
    """Say how a process ended."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def rotate(log: Path) -> None:
    """Keep one older generation of a log that grew large."""
    if log.exists() and log.stat().st_size > ROTATE_BYTES:
        log.replace(log.with_suffix(".1.log"))


def drain(reader: int) -> None:
    """Empty the wake-up pipe."""
    try:
        while os.read(reader, 512):
            pass
    except BlockingIOError:
        return
