"""The launcher's pure parts: addresses, stamps, and the sentences it says."""

import errno
import socket
from pathlib import Path

import pytest

from config.launcher import assets, checks, install, messages, portal, ports, state
from config.launcher.layout import Layout
from config.launcher.management import is_private
from config.launcher.state import State


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    for name in ("requirements.txt", "constraints.txt", "package-lock.json"):
        (tmp_path / name).write_text(name)
    (tmp_path / ".venv").mkdir()
    return Layout.of({}, root=tmp_path)


def test_layout_follows_portal_var(tmp_path: Path) -> None:
    assert Layout.of({}, root=tmp_path).var == tmp_path / "var"
    assert Layout.of({"PORTAL_VAR": "elsewhere"}, root=tmp_path).var == tmp_path / "elsewhere"
    assert Layout.of({"PORTAL_VAR": "/srv/portal"}, root=tmp_path).var == Path("/srv/portal")


def test_layout_marks_only_a_place_it_found_empty(tmp_path: Path) -> None:
    ours, foreign = Layout(tmp_path, tmp_path / "ours"), Layout(tmp_path, tmp_path / "foreign")
    foreign.var.mkdir()
    (foreign.var / "letter.txt").write_text("not ours")
    ours.create()
    foreign.create()
    assert (ours.is_ours(), foreign.is_ours()) == (True, False)


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "80a", "８０００"])
def test_port_that_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(messages.LaunchError, match="PORT must be a number from 1 to 65535"):
        ports.read_port(text)


def test_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(messages.LaunchError) as refusal:
            ports.require_free(port, ports.LOOPBACK)
        assert ports.find_free(port) != port
    other = port + 1 if port < 65535 else 8000
    assert str(refusal.value) == (
        f"Port {port} on 127.0.0.1 is taken by another program: stop it, or choose another: `make run PORT={other}`."
    )


def test_free_port_is_kept() -> None:
    port = ports.find_free()
    assert ports.find_free(port) == port


def test_stamp_appears_with_the_installation_and_goes_with_a_change(layout: Layout) -> None:
    assert not install.is_installed(layout, "requirements.txt")
    install.stamp_path(layout, "requirements.txt").write_text(install.stamp_of(layout, "requirements.txt"))
    assert install.is_installed(layout, "requirements.txt")
    (layout.root / "constraints.txt").write_text("another pin")
    assert not install.is_installed(layout, "requirements.txt")


def test_failed_installation_leaves_no_stamp(layout: Layout) -> None:
    layout.create()
    python = layout.python
    python.parent.mkdir()
    python.write_text('#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\necho NewConnectionError; exit 1\n')
    python.chmod(0o755)
    install.stamp_path(layout, "requirements.txt").write_text("an older one")
    with pytest.raises(messages.LaunchError, match="package index cannot be reached"):
        install.install(layout, ["requirements.txt"], {"PATH": "/usr/bin:/bin"})
    assert not install.stamp_path(layout, "requirements.txt").exists()


def test_assets_are_complete_only_for_the_present_lock_file(layout: Layout) -> None:
    assert not assets.is_complete(layout)
    assets.stamp_path(layout).parent.mkdir()
    assets.stamp_path(layout).write_text(assets.stamp_of(layout))
    assert assets.is_complete(layout)
    (layout.root / "package-lock.json").write_text("{}")
    assert not assets.is_complete(layout)


@pytest.mark.parametrize(
    ("given", "files"),
    [
        ({}, ["requirements.txt", "requirements-embedded.txt"]),
        ({"DATABASE_URL": "postgres://x/y"}, ["requirements.txt", "requirements-embedded.txt"]),
        ({"DATABASE_URL": "postgres://x/y", "REDIS_URL": "redis://x"}, ["requirements.txt"]),
    ],
)
def test_private_servers_are_installed_only_where_needed(given: dict[str, str], files: list[str]) -> None:
    assert install.wanted_files(given, with_tests=False) == files


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "No space left on the device"),
        ("Failed to establish a new connection: [Errno 111]", "The Python package index cannot be reached"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "No permission to write to .venv"),
        ("ERROR: something else", "Installing Python packages failed"),
    ],
)
def test_installation_failure_names_its_cause(words: str, sentence: str) -> None:
    assert install.failure_sentence(words, Path("install.log")).startswith(sentence)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (140012, "PostgreSQL 15 or newer is needed, the server of DATABASE_URL is 14.12."),
        (90624, "PostgreSQL 15 or newer is needed, the server of DATABASE_URL is 9.6."),
        (150000, None),
        (180006, None),
    ],
)
def test_old_server_is_named_with_its_version(version: int, sentence: str | None) -> None:
    assert checks.version_problem(version) == sentence


def test_address_is_shown_without_its_password() -> None:
    assert checks.shown("postgres://portal:secret@db.example:5433/portal") == "db.example:5433"


def test_foreign_database_url_is_refused() -> None:
    assert checks.database_problems("mysql://x/y") == [
        "DATABASE_URL must look like postgres://user:password@host:port/name."
    ]


def test_unreachable_servers_are_named() -> None:
    port = ports.find_free()
    [database] = checks.database_problems(f"postgres://portal:secret@127.0.0.1:{port}/portal")
    [queue] = checks.redis_problems(f"redis://:secret@127.0.0.1:{port}/0")
    assert database.startswith(f"PostgreSQL at 127.0.0.1:{port} cannot be used: ")
    assert queue.startswith(f"Redis at 127.0.0.1:{port} cannot be used: ")


def test_full_disk_is_one_sentence() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "/srv/var/x")
    assert messages.os_error_sentence(error) == (
        "No space left on the device that holds /srv/var/x: free some, or set PORTAL_VAR to a larger place."
    )


def test_second_start_is_told_who_runs() -> None:
    running = State(pid=7, ticks=1, command="make run", port=8000)
    assert state.running_sentence(running, Path("var")) == (
        "The portal already runs from var as process 7 on port 8000: use it, or stop it first."
    )


def test_damaged_state_is_no_state(tmp_path: Path) -> None:
    note = tmp_path / "state.json"
    note.write_text('{"pid": ')
    assert State.read(note) is None


def test_state_is_read_back_and_closed_to_others(tmp_path: Path) -> None:
    note = tmp_path / "state.json"
    written = State(pid=7, ticks=1, command="make run", processes={"web": (8, 2)})
    written.write(note)
    assert State.read(note) == written
    assert note.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://portal:p@127.0.0.1:5000/portal", True),
        ("postgres://portal:p@127.0.0.1:5000/test_portal", True),
        ("postgres://portal:p@db.example:5432/portal", False),
    ],
)
def test_only_the_private_database_counts_as_private(url: str, expected: bool) -> None:
    note = State(1, 1, "make run", database_url="postgres://portal:p@127.0.0.1:5000/portal", is_embedded=True)
    assert is_private(url, note) is expected


def test_demo_accounts_are_shown_only_for_the_private_database(layout: Layout) -> None:
    real = portal.ready_text(layout, {}, "127.0.0.1", 8000)
    private = portal.ready_text(layout, {"PORTAL_EMBEDDED": "1", "DEMO_PASSWORD": "pass-word"}, "0.0.0.0", 8001)
    assert real.splitlines()[0] == "Portal ready: http://127.0.0.1:8000/"
    assert "jlp_filer" not in real
    assert private.splitlines()[0] == "Portal ready: http://127.0.0.1:8001/"
    assert "jlp_filer" in private
    assert "pass-word" in private
