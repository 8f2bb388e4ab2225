"""Start, death, restart and stop of real processes."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.launcher import checks, placement, processes, servers
from config.launcher.layout import Layout
from config.launcher.messages import LaunchError
from config.launcher.signals import StopRequested, StopSignals
from config.launcher.state import Lock
from config.launcher.supervisor import Service, Supervisor

SECONDS = 15


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(StopSignals())
    yield supervisor
    supervisor.stop()


@pytest.fixture
def shell_service(tmp_path: Path) -> Callable[[str, str], Service]:
    def make(name: str, script: str) -> Service:
        ready = tmp_path / f"{name}.ready"
        return Service(
            name=name,
            command=["/bin/sh", "-c", script],
            environment={
                "PATH": os.environ["PATH"],
                "READY": str(ready),
                "NAME": name,
                "ORDER": str(tmp_path / "order"),
            },
            directory=tmp_path,
            log=tmp_path / f"{name}.log",
            is_ready=ready.exists,
            start_within=SECONDS,
            stop_within=SECONDS,
        )

    return make


LASTING = 'trap \'echo "$NAME" >>"$ORDER"; exit 0\' TERM; sleep 1000 & touch "$READY"; wait'


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that the account of the servers may enter, which pytest's own is not when root runs the tests."""
    path = Path(tempfile.mkdtemp(prefix="portal-launcher-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def tend_until(supervisor: Supervisor, condition: Callable[[], bool]) -> bool:
    def look() -> bool:
        supervisor.tend()
        return condition()

    return processes.wait_until(look, SECONDS)


def test_children_stop_in_reverse_order_with_their_groups(
    supervisor: Supervisor, shell_service: Callable[[str, str], Service], tmp_path: Path
) -> None:
    children = [supervisor.start(shell_service(name, LASTING)) for name in ("first", "second", "third")]
    for child in children:
        supervisor.await_ready(child)
    groups = [child.process.pid for child in children if child.process is not None]

    supervisor.stop()

    assert (tmp_path / "order").read_text().split() == ["third", "second", "first"]
    assert [group for group in groups if processes.group_lives(group)] == []


def test_child_that_dies_is_started_again(
    supervisor: Supervisor, shell_service: Callable[[str, str], Service], tmp_path: Path
) -> None:
    child = supervisor.start(shell_service("web", LASTING))
    supervisor.await_ready(child)
    assert child.process is not None
    first = child.process.pid
    (tmp_path / "web.ready").unlink()

    os.kill(first, signal.SIGKILL)

    assert tend_until(
        supervisor, lambda: child.process is not None and child.process.pid != first and not child.is_awaited
    )
    assert not processes.group_lives(first)


def test_delay_between_restarts_grows(supervisor: Supervisor, shell_service: Callable[[str, str], Service]) -> None:
    child = supervisor.start(shell_service("web", "exit 3"))
    delays = []
    for _ in range(3):
        assert processes.wait_until(lambda: child.process is not None and processes.has_exited(child.process), SECONDS)
        before = time.monotonic()
        supervisor.tend()
        delays.append(round(child.restart_at - before, 1))
        child.restart_at = 0.0
        supervisor.tend()
    assert delays == [0.5, 1.0, 2.0]


def test_failed_start_shows_the_end_of_the_log(
    supervisor: Supervisor, shell_service: Callable[[str, str], Service]
) -> None:
    child = supervisor.start(shell_service("web", "echo the reason; exit 3"))
    with pytest.raises(LaunchError, match="web ended at its start; the end of .*\nthe reason"):
        supervisor.await_ready(child)


def test_failed_start_on_a_full_disk_is_one_sentence(
    supervisor: Supervisor, shell_service: Callable[[str, str], Service]
) -> None:
    child = supervisor.start(shell_service("web", "echo 'write: No space left on device'; exit 3"))
    with pytest.raises(LaunchError, match="^No space left on the device that holds .*web.log: free some"):
        supervisor.await_ready(child)


def test_stop_during_a_start_waits_until_the_child_is_noted() -> None:
    signals = StopSignals()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signals.install()
    noted: list[str] = []
    try:
        with pytest.raises(StopRequested):
            start_child(signals, noted)
        os.kill(os.getpid(), signal.SIGTERM)
        assert signals.ask_for_haste
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert noted == ["child"]


def start_child(signals: StopSignals, noted: list[str]) -> None:
    """Receive SIGTERM between the start of a child and its note."""
    with signals.hold():
        os.kill(os.getpid(), signal.SIGTERM)
        noted.append("child")


def test_lock_is_exclusive_and_comes_back(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_prepared_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    for name in ("link", "open"):
        with pytest.raises(LaunchError, match="not a directory that only its owner may write to"):
            placement.require_own_directory(tmp_path / name)


def test_private_servers_survive_kill_and_leave_nothing(supervisor: Supervisor, open_directory: Path) -> None:
    layout = Layout(root=Layout.of({}).root, var=open_directory / "var")
    layout.create()
    environment = {"PATH": os.environ["PATH"]}
    where = placement.place(layout, environment, is_quiet=True)
    added = servers.start_private(supervisor, layout, where, environment, is_durable=False)
    assert checks.database_problems(added["DATABASE_URL"]) == []
    assert checks.redis_problems(added["REDIS_URL"]) == []
    database, queue = supervisor.children
    assert database.process is not None
    assert queue.process is not None
    killed = database.process.pid

    os.kill(killed, signal.SIGKILL)

    assert tend_until(
        supervisor,
        lambda: database.process is not None and database.process.pid != killed and not database.is_awaited,
    )
    assert checks.database_problems(added["DATABASE_URL"]) == []

    groups = [killed, database.process.pid, queue.process.pid]
    supervisor.stop()
    assert [group for group in groups if processes.group_lives(group)] == []
    assert processes.wait_until(lambda: not uses_of(layout.var), SECONDS)


def uses_of(place: Path) -> list[str]:
    """Return the command lines of living processes that name a directory."""
    numbers = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    lines = (processes.command_line(number) for number in numbers if number != os.getpid())
    return [line for line in lines if str(place) in line]
