"""Entry of `python config/launcher COMMAND`.

Run as a directory, so that `config/__init__.py` (which needs Celery) is not imported before anything is installed.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from launcher.cli import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
