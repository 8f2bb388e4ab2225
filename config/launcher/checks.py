"""What the portal needs of the servers it is given; every lack is named. Runs in the virtual environment."""

from urllib.parse import urlsplit

import psycopg2
import redis

OLDEST_POSTGRES = 150000
EXTENSIONS = ("pg_trgm", "btree_gist")


def database_problems(url: str) -> list[str]:
    """Return a sentence for each thing that the database of DATABASE_URL lacks."""
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        return ["DATABASE_URL must look like postgres://user:password@host:port/name."]
    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error as error:
        return [f"PostgreSQL at {shown(url)} cannot be used: {first_line(error)}."]
    try:
        problem = version_problem(connection.server_version)
        return [problem] if problem else [*setting_problems(connection), *right_problems(connection)]
    finally:
        connection.close()


def version_problem(version: int) -> str | None:
    """Say that a server is too old, from its number such as 150004."""
    if version >= OLDEST_POSTGRES:
        return None
    number = (
        f"{version // 10000}.{version % 10000}" if version >= 100000 else f"{version // 10000}.{version // 100 % 100}"
    )
    return f"PostgreSQL 15 or newer is needed, the server of DATABASE_URL is {number}."


def setting_problems(connection: "psycopg2.extensions.connection") -> list[str]:
    """Check the encoding."""
    if is_utf8(connection):
        return []
    encoding = connection.get_parameter_status("server_encoding")
    return [f"The database must be in UTF8, it is in {encoding}: create it with ENCODING 'UTF8'."]


def is_utf8(connection: "psycopg2.extensions.connection") -> bool:
    """Tell whether the database keeps its text in UTF-8."""
    return connection.get_parameter_status("server_encoding") == "UTF8"


def right_problems(connection: "psycopg2.extensions.connection") -> list[str]:
    """Try, and undo, what the migrations will do."""
    problems = []
    for name in EXTENSIONS:
        cause = failure(connection, f"CREATE EXTENSION IF NOT EXISTS {name}")
        if cause:
            problems.append(
                f"The extension {name} is missing and cannot be created ({cause}): install postgresql-contrib, "
                f"or run CREATE EXTENSION {name} as the owner of the database."
            )
    cause = failure(connection, "CREATE TABLE portal_start_check (id integer)")
    if cause:
        problems.append(
            f"The account of DATABASE_URL may not create tables ({cause}): GRANT CREATE ON SCHEMA public to it."
        )
    may_ask = is_utf8(connection) and not any("pg_trgm" in problem for problem in problems)
    if may_ask and not knows_chinese(connection):
        problems.append(
            "The database does not recognise Chinese letters (LC_CTYPE is C): create it with LC_CTYPE 'C.UTF-8' "
            "or another UTF-8 locale, from template0."
        )
    return problems


def failure(connection: "psycopg2.extensions.connection", statement: str) -> str | None:
    """Run a statement, undo it, and return why it failed."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except psycopg2.Error as error:
        return first_line(error)
    finally:
        connection.rollback()
    return None


def knows_chinese(connection: "psycopg2.extensions.connection") -> bool:
    """Tell whether pg_trgm finds letters in Chinese text; it follows LC_CTYPE."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute("SELECT cardinality(show_trgm('产业创新综合体')) > 0")
            row = cursor.fetchone()
            return bool(row and row[0])
    finally:
        connection.rollback()


def redis_problems(url: str) -> list[str]:
    """Return a sentence if the server of REDIS_URL cannot be used."""
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5)
    except ValueError:
        return ["REDIS_URL must look like redis://:password@host:port/0."]
    try:
        client.set("portal-start-check", "1", ex=5)
    except redis.RedisError as error:
        return [f"Redis at {shown(url)} cannot be used: {first_line(error)}."]
    finally:
        client.close()
    return []


def shown(url: str) -> str:
    """Return host and port of an address, never its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}{f':{parts.port}' if parts.port else ''}"


def first_line(error: Exception) -> str:
    """Return the first line of an error, without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
