"""What `uses=` hands out connects, with a password full of what breaks URLs and shells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import kombu
import psycopg
import pytest
import redis

from tests.runtime.conftest import NASTY
from tests.runtime.manifests import Secrets, Workload
from tests.runtime.pods import Place, Pod
from tests.runtime.processes import work_folder
from tests.runtime.rabbitmq import Broker


@pytest.fixture(scope="module")
def env(
    prod: dict[str, Workload], broker: Broker, journal_server: Pod, secrets: Secrets
) -> Iterator[dict[str, dict[str, str]]]:
    """The variables of an API and a worker of dist/prod, with PostgreSQL, Redis and RabbitMQ behind them."""
    with work_folder() as folder, ExitStack() as stack:
        postgres = Pod(prod["postgresql"], Place(folder, secrets=secrets), "postgresql-0")
        stack.callback(postgres.kill)
        postgres.wait_for("readiness")
        ports = {
            "rabbitmq.messaging.svc": broker.port,
            "redis.data.svc": journal_server.port,
            "postgresql.data.svc": postgres.port,
        }
        found = {}
        for name in ("waste-api", "vision-worker"):
            pod = Pod(prod[name], Place(folder, ports, secrets), name)
            stack.callback(pod.kill)
            found[name] = pod.env
        yield found


@pytest.mark.parametrize("client", ["waste-api", "vision-worker"])
def test_connects(client: str, env: dict[str, dict[str, str]]) -> None:
    own = env[client]
    assert own["POSTGRESQL_PASSWORD"] == own["REDIS_PASSWORD"] == own["RABBITMQ_PASSWORD"] == NASTY
    with psycopg.connect(
        host=own["POSTGRESQL_HOST"],
        port=own["POSTGRESQL_PORT"],
        dbname=own["POSTGRESQL_DATABASE"],
        user=own["POSTGRESQL_USERNAME"],
        password=own["POSTGRESQL_PASSWORD"],
    ) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("growbin",)
    with redis.Redis(own["REDIS_HOST"], int(own["REDIS_PORT"]), password=own["REDIS_PASSWORD"]) as store:
        assert store.ping()
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
