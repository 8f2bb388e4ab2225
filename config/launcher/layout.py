"""Where everything of a checkout lies."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MARKER = ".portal"


@dataclass(frozen=True)
class Layout:
    """The paths of one checkout and one directory for its running state."""

    root: Path
    var: Path

    @classmethod
    def of(cls, environment: Mapping[str, str], root: Path | None = None) -> "Layout":
        """Return the layout that the environment asks for."""
        root = root or Path(__file__).resolve().parents[2]
        return cls(root=root, var=Path(os.path.abspath(root / (environment.get("PORTAL_VAR") or "var"))))

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def log(self) -> Path:
        return self.var / "log"

    def inside(self, name: str) -> "Layout":
        """Return the layout of a private corner of the same directory, such as the one for tests."""
        return Layout(root=self.root, var=self.var / name)

    def create(self) -> None:
        """Make the directories, and mark the place as ours where it was empty."""
        self.var.mkdir(parents=True, exist_ok=True)
        if not any(self.var.iterdir()):
            (self.var / MARKER).write_text("The portal keeps its running state here; `make clean` removes it.\n")
        self.run.mkdir(exist_ok=True)
        self.log.mkdir(exist_ok=True)

    def is_ours(self) -> bool:
        """Tell whether the launcher made this directory."""
        return (self.var / MARKER).is_file()
