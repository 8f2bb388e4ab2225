"""Fixtures of fault tests: a private broker for this test, workers that never outlive it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config import celery_app
from tests.faults.processes import Broker, Worker


def _forget_connections() -> None:
    if celery_app._pool is not None:
        celery_app._pool.force_close_all()
    celery_app._pool = None
    celery_app.amqp._producer_pool = None


@pytest.fixture
def stopped_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A broker of this test's own, not running yet; this process publishes to it."""
    broker = Broker(tmp_path)
    monkeypatch.setenv("CELERY_BROKER_URL", broker.url)
    _forget_connections()
    yield broker
    _forget_connections()
    broker.stop()


@pytest.fixture
def broker(stopped_broker: Broker) -> Broker:
    stopped_broker.start()
    return stopped_broker


@pytest.fixture
def start_worker(
    tmp_path: Path, stopped_broker: Broker, request: pytest.FixtureRequest, capsys: Any
) -> Iterator[Callable[..., Worker]]:
    """Start workers on this test's broker and database; they are killed at the end, their logs shown on failure."""
    workers: list[Worker] = []

    def start(**options: Any) -> Worker:
        workers.append(Worker(tmp_path, stopped_broker, **options))
        return workers[-1]

    failed_before = request.session.testsfailed
    yield start
    for worker in workers:
        worker.kill_group()
    if request.session.testsfailed > failed_before:
        for worker in workers:
            print(f"== {worker.log.name}\n{worker.log.read_text(errors='replace')[-6000:]}")
