"""One broker and one Redis for all tests; each from a folder of its own, and gone at the end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from celery import Celery

from tests.runtime.manifests import Secrets, Workload, read_workloads
from tests.runtime.pods import LOOPBACK, Place, Pod
from tests.runtime.processes import work_folder
from tests.runtime.rabbitmq import Broker, run_rabbitmq
from tests.runtime.workers import Stage

ROOT = Path(__file__).resolve().parent.parent.parent

NASTY = "p@:/%# \"'$(HOME)\\$"
"""A password with all that breaks URLs, shells, config files and Kubernetes' own expansion."""


def pytest_configure() -> None:
    """End in good order, as after Ctrl-C, when we are told to end in another way."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


@pytest.fixture(scope="session")
def prod() -> dict[str, Workload]:
    return read_workloads(ROOT / "dist" / "prod")


@pytest.fixture
def folder() -> Iterator[Path]:
    with work_folder() as path:
        yield path


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with work_folder() as path, run_rabbitmq(path, "growbin", NASTY) as server:
        yield server


@pytest.fixture(scope="session")
def secrets(broker: Broker) -> Secrets:
    return {
        "rabbitmq": {"username": broker.username, "password": broker.password, "url": broker.url()},
        "redis": {"password": NASTY},
        "postgresql": {"username": "growbin", "password": NASTY},
        "openai": {"api-key": "none"},
    }


@pytest.fixture(scope="module")
def postgresql(prod: dict[str, Workload], secrets: Secrets) -> Iterator[Pod]:
    """PostgreSQL of dist/prod, one for all tests of a module: what they do to it is over when they end."""
    with work_folder() as path, ExitStack() as stack:
        pod = Pod(prod["postgresql"], Place(path, secrets=secrets), "postgresql-0")
        stack.callback(pod.kill)
        pod.wait_for("startup")
        yield pod


@pytest.fixture
def server(postgresql: Pod) -> Pod:
    """The same, running, whatever an earlier test has made of it."""
    if not postgresql.process.running:
        postgresql.restart()
    postgresql.wait_for("readiness")
    return postgresql


@pytest.fixture(scope="session")
def journal_server(prod: dict[str, Workload], secrets: Secrets) -> Iterator[Pod]:
    """Redis of dist/prod; the sample tasks write down there what they did."""
    with work_folder() as path, ExitStack() as stack:
        pod = Pod(prod["redis"], Place(path, secrets=secrets), "redis-0")
        stack.callback(pod.kill)
        pod.wait_for("startup")
        yield pod


@pytest.fixture
def stage(folder: Path, broker: Broker, journal_server: Pod, secrets: Secrets) -> Iterator[Stage]:
    """What tests of workers need."""
    ports = {"rabbitmq.messaging.svc": broker.port, "redis.data.svc": journal_server.port}
    with (
        redis.Redis(LOOPBACK, journal_server.port, password=NASTY, decode_responses=True) as journal,
        Celery("client", broker=broker.url()) as client,
        ExitStack() as stack,
    ):
        journal.flushall()
        stage = Stage(Place(folder, ports, secrets), broker, client, journal)
        stack.callback(stage.end)
        yield stage
