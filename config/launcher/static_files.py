"""Collect static files when one of their sources changed, in a process of its own: compressing them takes a while.

Run as `python -m config.launcher.static_files` in the virtual environment.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from . import messages
from .layout import Layout
from .messages import say


def main() -> int:
    """Collect what is missing; return the exit code."""
    try:
        layout = Layout.of(os.environ)
        target = Path(settings.STATIC_ROOT)
        stamp = target.parent / f"{target.name}.stamp"
        state = static_state(layout)
        if not (target.is_dir() and stamp.exists() and stamp.read_text() == state):
            collect(target)
            stamp.write_text(state)
    except OSError as error:
        say(messages.os_error_sentence(error))
        return 1
    return 0


def collect(target: Path) -> None:
    """Collect everything anew."""
    say("Collecting static files")
    target.with_name(f"{target.name}.stamp").unlink(missing_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def static_state(layout: Layout) -> str:
    """Return a digest of names, sizes and times of everything that static files are made from."""
    sources = [
        *(path for folder in static_folders(layout) for path in folder.rglob("*")),
        *layout.root.glob("config/settings/*.py"),
        layout.root / "common" / "assets.py",
        layout.venv / ".installed-requirements",
        layout.root / "node_modules" / ".installed",
    ]
    digest = hashlib.sha256(str(settings.SETTINGS_MODULE).encode())
    for path in sorted(path for path in sources if path.is_file()):
        facts = path.stat()
        digest.update(f"{path}:{facts.st_size}:{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_folders(layout: Layout) -> list[Path]:
    """Return the folders of the checkout that hold static files of ours."""
    outside = {layout.root / "var", layout.root / "node_modules", layout.venv, layout.var}
    apps = [folder for folder in layout.root.glob("*/static") if folder.parent not in outside]
    return [layout.root / "static", *apps]


if __name__ == "__main__":
    sys.exit(main())
