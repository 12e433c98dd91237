"""PostgreSQL of dist/prod: within its memory limit, no acknowledged write lost, probes that tell the truth."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from constructs_lib import NamespaceChart, PostgreSQL, SecretRef
from constructs_lib.workloads.endpoints import Endpoint
from tests.runtime.conftest import NASTY
from tests.runtime.manifests import Secrets, Workload
from tests.runtime.pods import LOOPBACK, Place, Pod
from tests.runtime.processes import eventually
from tests.runtime.synthesized import synthesize

MEBI = 1024 * 1024


def connect(pod: Pod, password: str = NASTY) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=LOOPBACK, port=pod.port, dbname="growbin", user="growbin", password=password, autocommit=True
    )


def test_settings(server: Pod, prod: dict[str, Workload]) -> None:
    """It runs with the generated arguments."""
    with connect(server) as connection:

        def shown(name: str) -> Any:
            row = connection.execute(f"SHOW {name}").fetchone()
            assert row is not None
            return row[0]

        words = [word for word in prod["postgresql"].args if "=" in word]
        for name, value in (word.split("=", 1) for word in words):
            assert shown(name) == value
        assert words


def test_memory(server: Pod) -> None:
    """Shared buffers full, nearly all connections sorting, an index being made: below the container's limit."""
    with connect(server) as connection:
        connection.execute(
            "CREATE TABLE big AS SELECT n AS id, repeat(md5(n::text), 28) AS payload FROM generate_series(1, 300000) n"
        )
        connection.execute("UPDATE big SET id = id + 1")
    sort = "SELECT count(*) FROM (SELECT md5(n::text) m FROM generate_series(1, 40000) n ORDER BY 1 OFFSET 1) s"
    work = [*[sort] * 90, "CREATE INDEX ON big (payload)"]
    threads = [threading.Thread(target=run, args=(server, statement)) for statement in work]
    for thread in threads:
        thread.start()
    peak = 0
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, server.process.memory())
        time.sleep(0.1)
    limit = server.workload.memory_limit
    print(f"PostgreSQL: {peak // MEBI} MiB with {len(work)} connections at work, of {limit // MEBI} MiB")
    assert limit / 4 < peak < limit
    assert server.process.memory_kills == 0


def run(server: Pod, statement: str) -> None:
    with connect(server) as connection:
        connection.execute(statement)


def test_kill_under_writes(server: Pod) -> None:
    """SIGKILL of the whole container: what was acknowledged is there after recovery."""
    with connect(server) as connection:
        connection.execute("CREATE TABLE written (writer int, number int)")
    acknowledged: list[tuple[int, int]] = []

    def write(writer: int) -> None:
        with suppress(psycopg.Error), connect(server) as connection:
            for number in range(1_000_000):
                connection.execute("INSERT INTO written VALUES (%s, %s)", (writer, number))
                acknowledged.append((writer, number))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(acknowledged) > 1000, "writes are acknowledged", within=120)
    server.kill()
    for thread in threads:
        thread.join()
    # The kubelet's next container in the same pod.
    server.restart()
    server.wait_for("readiness")
    with connect(server) as connection:
        found = set(connection.execute("SELECT writer, number FROM written").fetchall())
    lost = set(acknowledged) - found
    print(f"PostgreSQL: {len(lost)} of {len(acknowledged)} acknowledged writes lost by SIGKILL")
    assert lost == set()


def test_start(prod: dict[str, Workload], folder: Path, secrets: Secrets) -> None:
    """From an empty disk: not ready while the image makes the database, and then at once."""
    pod = Pod(prod["postgresql"], Place(folder, secrets=secrets), "postgresql-0")
    try:
        assert not pod.probe("startup")
        assert not pod.probe("readiness")
        pod.wait_for("startup")
        connect(pod).close()
        assert pod.probe("readiness")
    finally:
        pod.kill()


def test_probes(server: Pod) -> None:
    """Right when it runs, recovers from a killed process, shuts down, and is stopped."""
    assert all(server.probe(name) for name in ("startup", "readiness", "liveness"))

    # One process killed: it ends all others and recovers, which must not be taken for its death.
    with connect(server) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            assert server.probe("liveness")
    server.wait_for("readiness")

    server.freeze()
    server.wait_for("liveness", passes=False)
    assert not server.probe("readiness")
    server.thaw()
    server.wait_for("readiness")

    # Shutting down, for as long as a client stays: SIGTERM waits for it.
    with connect(server):
        server.process.signal(signal.SIGTERM)
        server.wait_for("readiness", passes=False)
        assert server.process.running
        assert server.probe("liveness")
        # The image's own signal doesn't wait.
        assert not server.terminate().killed


def test_new_password(prod: dict[str, Workload], secrets: Secrets, folder: Path) -> None:
    """The Secret sets the password when the disk is empty; later it has to be changed in the server as well."""
    changed = {**secrets, "postgresql": {"username": "growbin", "password": "new"}}
    pod = Pod(prod["postgresql"], Place(folder, secrets=secrets), "postgresql-0")
    try:
        pod.wait_for("readiness")
        assert not pod.terminate().killed
        pod = Pod(prod["postgresql"], Place(folder, secrets=changed), "postgresql-0")
        pod.wait_for("readiness")
        with pytest.raises(psycopg.OperationalError):
            connect(pod, "new")
        with connect(pod) as connection:
            connection.execute("ALTER ROLE growbin PASSWORD 'new'")
        connect(pod, "new").close()
    finally:
        pod.kill()


def test_new_config(folder: Path, secrets: Secrets) -> None:
    """Another parameter makes other pods, which have it and the data."""

    def written(value: str) -> Workload:
        def write(chart: NamespaceChart, uses: list[Endpoint]) -> None:
            credentials = SecretRef("postgresql", ("username", "password"))
            PostgreSQL(chart, "db", credentials=credentials, database="growbin", parameters={"random_page_cost": value})

        return synthesize(folder, write)["db"]

    old, new = written("1.5"), written("2.5")
    assert old.template != new.template
    pod = Pod(old, Place(folder, secrets=secrets), "db-0")
    try:
        pod.wait_for("readiness")
        with connect(pod) as connection:
            assert connection.execute("SHOW random_page_cost").fetchone() == ("1.5",)
            connection.execute("CREATE TABLE kept ()")
        assert not pod.terminate().killed
        pod = Pod(new, Place(folder, secrets=secrets), "db-0")
        pod.wait_for("readiness")
        with connect(pod) as connection:
            assert connection.execute("SHOW random_page_cost").fetchone() == ("2.5",)
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    finally:
        pod.kill()
