#!/usr/bin/env python3
"""Run a management command, with the virtual environment and with the servers it needs."""

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def use_virtual_environment() -> None:
    """Go on with .venv's Python when this one has no Django."""
    python = ROOT / ".venv" / "bin" / "python"
    if importlib.util.find_spec("django") is not None:
        return
    if not python.exists() or Path(sys.prefix) == ROOT / ".venv":
        sys.exit("Django is not installed: run `make run` or `make test` once, which makes .venv.")
    os.execv(python, [str(python), str(ROOT / "manage.py"), *sys.argv[1:]])


if __name__ == "__main__":
    use_virtual_environment()
    from config.launcher.management import run_command

    run_command(sys.argv)
