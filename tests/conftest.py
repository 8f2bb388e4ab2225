"""Fixtures of the whole suite: real PostgreSQL and Redis, nothing beyond loopback."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.choices import Role
from tests.factories import make_user

_connect = socket.socket.connect


@pytest.fixture(autouse=True, scope="session")
def _no_network_beyond_loopback() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(
            ("127.", "::1", "localhost")
        ):
            raise OSError(f"network beyond loopback is closed in tests: {address}")
        _connect(self, address)

    socket.socket.connect = connect
    yield
    socket.socket.connect = _connect


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let transactional tests empty the tables; the test of the truncate guard switches it on again."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_event_refuses_truncate")
        cursor.execute("ALTER TABLE audit_auditlink DISABLE TRIGGER audit_link_refuses_truncate")


@pytest.fixture
def filer(db: None) -> Any:
    return make_user(Role.DISTRICT_FILER)


@pytest.fixture
def approver(filer: Any) -> Any:
    """An approver of the filer's district."""
    return make_user(Role.DISTRICT_APPROVER, district=filer.district)


@pytest.fixture
def commission(db: None) -> Any:
    return make_user(Role.COMMISSION)


@pytest.fixture
def second_commission(db: None) -> Any:
    return make_user(Role.COMMISSION)
