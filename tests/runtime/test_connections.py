"""What `uses=` hands out connects, with a password full of what breaks URLs and shells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import celery
import kombu
import psycopg
import pytest
import redis
import uvicorn

from tests.runtime.conftest import NASTY
from tests.runtime.manifests import Secrets, Workload
from tests.runtime.pods import Place, Pod
from tests.runtime.processes import work_folder
from tests.runtime.rabbitmq import Broker


@pytest.fixture(scope="module")
def env(
    prod: dict[str, Workload], broker: Broker, journal_server: Pod, postgresql: Pod, secrets: Secrets
) -> Iterator[dict[str, dict[str, str]]]:
    """The variables of an API and a worker of dist/prod, with PostgreSQL, Redis and RabbitMQ behind them."""
    with work_folder() as folder, ExitStack() as stack:
        postgresql.wait_for("readiness")
        ports = {
            "rabbitmq.messaging.svc": broker.port,
            "redis.data.svc": journal_server.port,
            "postgresql.data.svc": postgresql.port,
        }
        found = {}
        for name in ("waste-api", "vision-worker"):
            pod = Pod(prod[name], Place(folder, ports, secrets), name)
            stack.callback(pod.kill)
            found[name] = pod.env
        yield found


def database_of(own: Mapping[str, str]) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=own["POSTGRESQL_HOST"],
        port=own["POSTGRESQL_PORT"],
        dbname=own["POSTGRESQL_DATABASE"],
        user=own["POSTGRESQL_USERNAME"],
        password=own["POSTGRESQL_PASSWORD"],
    )


def store_of(own: Mapping[str, str]) -> redis.Redis:
    return redis.Redis(own["REDIS_HOST"], int(own["REDIS_PORT"]), password=own["REDIS_PASSWORD"], decode_responses=True)


def test_versions(prod: dict[str, Workload], env: dict[str, dict[str, str]]) -> None:
    """The images' major versions are those that run here."""
    own = env["waste-api"]
    with database_of(own) as database, store_of(own) as client, kombu.Connection(own["CELERY_BROKER_URL"]) as broker:
        versions = {
            "postgresql": str(database.info.parameter_status("server_version")),
            "redis": str(client.info("server")["redis_version"]),
        }
        broker_version = broker.connect().server_properties["version"]
    print(f"PostgreSQL {versions['postgresql']}, Redis {versions['redis']}, RabbitMQ {broker_version}")
    print(f"Celery {celery.__version__}, uvicorn {uvicorn.__version__}")
    for name, version in versions.items():
        assert version.split(".")[0] == prod[name].version.split(".")[0]


@pytest.mark.parametrize("name", ["waste-api", "vision-worker"])
def test_connects(name: str, env: dict[str, dict[str, str]]) -> None:
    own = env[name]
    assert own["POSTGRESQL_PASSWORD"] == own["REDIS_PASSWORD"] == own["RABBITMQ_PASSWORD"] == NASTY
    with database_of(own) as database:
        assert database.execute("SELECT current_database()").fetchone() == ("growbin",)
    with store_of(own) as client:
        assert client.ping()
    with kombu.Connection(own["CELERY_BROKER_URL"]) as connection:
        assert connection.connect()
    with kombu.Connection(
        hostname=own["RABBITMQ_HOST"],
        port=int(own["RABBITMQ_PORT"]),
        userid=own["RABBITMQ_USERNAME"],
        password=own["RABBITMQ_PASSWORD"],
    ) as connection:
        assert connection.connect()


def test_a_composed_url_would_not_connect(env: dict[str, dict[str, str]]) -> None:
    """Why no URL is put together from variables: `$(VAR)` can't percent-encode."""
    own = env["waste-api"]
    composed = f"redis://:{own['REDIS_PASSWORD']}@{own['REDIS_HOST']}:{own['REDIS_PORT']}/0"
    with pytest.raises((redis.RedisError, ValueError)):
        redis.Redis.from_url(composed, socket_timeout=5).ping()
