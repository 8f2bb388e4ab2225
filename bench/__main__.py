"""`python -m bench`: build a database of its own on the given server, measure, print the table.

BENCH_SCALE is the number of complexes (10,000); with 1,000 it takes about a minute.
"""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()

import psycopg2  # noqa: E402 - settings come first
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from psycopg2 import sql  # noqa: E402

from bench import table, world  # noqa: E402
from bench.suite import Suite  # noqa: E402

DEFAULT_SCALE = 10_000


def main() -> int:
    """Measure and return the exit code: 0 if everything could be measured, whatever the ratios."""
    scale = int(os.environ.get("BENCH_SCALE", DEFAULT_SCALE))
    if not 10 <= scale <= 100_000:
        print("BENCH_SCALE is a number of complexes between 10 and 100000.", file=sys.stderr)
        return 2
    recreate_database()
    try:
        call_command("migrate", verbosity=0)
        world.prepare_reference()
        rows = Suite(scale=scale, report=lambda line: print(line, flush=True)).run()
    finally:
        connection.close()
        drop_database()
    table.print_table(rows)
    print(f"Written to {table.save_rows(rows, scale=scale, folder=settings.VAR_DIR / 'bench')}")
    return 0


def recreate_database() -> None:
    """Start from an empty database, whatever an earlier run left."""
    drop_database()
    _administer("CREATE DATABASE {}")


def drop_database() -> None:
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)")


def _administer(statement: str) -> None:
    """Run a statement about the benchmark's database, from the one that the server was given with."""
    given = settings.DATABASES["default"]
    session = psycopg2.connect(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=settings.GIVEN_NAME,
    )
    try:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(given["NAME"])))
    finally:
        session.close()


if __name__ == "__main__":
    sys.exit(main())
