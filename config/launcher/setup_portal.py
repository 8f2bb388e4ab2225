"""One process that brings the database and its data up to date before the portal starts, with static files beside it.

Run as `python -m config.launcher.setup_portal` in the virtual environment.
"""

import os
import subprocess
import sys

import django
import psycopg2
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from . import checks, messages
from .messages import say

LOCK_NUMBER = 5_006_842_027


def main() -> int:
    """Check the servers, then migrate, load data and collect static files; return the exit code."""
    problems = checks.database_problems(os.environ["DATABASE_URL"]) + checks.redis_problems(os.environ["REDIS_URL"])
    if problems:
        say("\n".join(problems))
        return 1
    try:
        django.setup()
        static_files = subprocess.Popen([sys.executable, "-m", "config.launcher.static_files"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
        migrate()
        call_command("prepare")
        return static_files.wait()
    except (ImproperlyConfigured, CommandError) as error:
        say(str(error))
        return 1
    except OSError as error:
        say(messages.os_error_sentence(error))
        return 1
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg2.errors.DiskFull):
            raise
        say(messages.no_space_sentence("the database"))
        return 1


def migrate() -> None:
    """Apply what is missing; another machine that starts at the same time waits for the advisory lock."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"Applying {len(plan)} database migrations")
        call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
