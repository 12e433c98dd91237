"""The backup of dist/prod: its dumps restore, old ones go, and a run that made none fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.runtime.conftest import NASTY, ROOT
from tests.runtime.manifests import Secrets, Workload
from tests.runtime.pods import LOOPBACK, Place, Pod
from tests.runtime.processes import eventually, find_program

FOLDER = "/backups"
OLD = [f"2020010{day}T020000Z.dump" for day in range(1, 10)]

FULL = ("sh", "-c", "trap '' XFSZ; exec prlimit --fsize=30000 \"$@\"", "sh")
"""No file grows further: with the signal ignored writing fails, as on a full disk."""

CONTENT = """
CREATE TYPE kind AS ENUM ('glass', 'paper');
CREATE TABLE item (id serial PRIMARY KEY, kind kind NOT NULL, name text UNIQUE, data bytea, at timestamptz);
CREATE TABLE part (item int REFERENCES item ON DELETE CASCADE, weight numeric CHECK (weight > 0));
CREATE VIEW heavy AS SELECT item.name FROM item JOIN part ON part.item = item.id WHERE weight > 100;
CREATE INDEX ON item (kind, at);
INSERT INTO item (kind, name, data, at)
  SELECT 'glass', E'näme\\t' || n, decode(md5(random()::text), 'hex'), now() FROM generate_series(1, 5000) n;
INSERT INTO part SELECT id, id * 1.5 FROM item;
"""


@pytest.fixture
def empty(prod: dict[str, Workload], folder: Path, secrets: Secrets) -> Iterator[Pod]:
    """A server with an empty disk."""
    with ExitStack() as stack:
        pod = Pod(prod["postgresql"], Place(folder, secrets=secrets), "postgresql-1")
        stack.callback(pod.kill)
        pod.wait_for("readiness")
        yield pod


@pytest.fixture(scope="module", autouse=True)
def content_of_server(postgresql: Pod) -> None:
    postgresql.wait_for("readiness")
    with connect(postgresql) as connection:
        connection.execute(CONTENT)


@pytest.fixture
def run(prod: dict[str, Workload], folder: Path, secrets: Secrets) -> Iterator[Callable[..., Pod]]:
    """A pod of the backup, or of a Job made from it with another command; all have the same claim."""
    with ExitStack() as stack:

        def start(
            server: Pod, *command: str, wrapper: tuple[str, ...] = (), secrets: Secrets = secrets, old: bool = False
        ) -> Pod:
            workload = prod["postgresql-backup"]
            if command:
                workload = workload.with_command(*command)
            if old:
                claim = folder / "backup" / FOLDER.strip("/")
                claim.mkdir(parents=True, exist_ok=True)
                for name in OLD:
                    (claim / name).touch()
            place = Place(folder, {"postgresql.data.svc": server.port}, secrets, wrapper=wrapper)
            pod = Pod(workload, place, "backup")
            stack.callback(pod.kill)
            return pod

        yield start


def connect(pod: Pod) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=LOOPBACK, port=pod.port, dbname="growbin", user="growbin", password=NASTY, autocommit=True
    )


def content(pod: Pod) -> list[str]:
    """All of the database as SQL."""
    login = {"PGHOST": LOOPBACK, "PGPORT": str(pod.port), "PGUSER": "growbin", "PGPASSWORD": NASTY}
    dump = subprocess.run(
        [find_program("pg_dump"), "growbin"], env={**os.environ, **login}, capture_output=True, text=True, check=True
    )
    # A key that pg_dump draws by lot.
    return [line for line in dump.stdout.splitlines() if not re.match(r"\\(un)?restrict ", line)]


def restore_command(dump: str) -> list[str]:
    """The command that docs/backup.md shows."""
    (found,) = re.findall(r'\["pg_restore".*?\]', (ROOT / "docs" / "backup.md").read_text())
    words: list[str] = json.loads(found.replace('"/backups/" + $dump', json.dumps(f"{FOLDER}/{dump}")))
    return words


def test_a_dump_restores(server: Pod, empty: Pod, run: Callable[..., Pod]) -> None:
    """Into an empty server, and over what is there, as docs/backup.md says."""
    backup = run(server)
    assert backup.process.result() == 0, backup.process.output
    (dump,) = backup.files(FOLDER)
    before = content(server)
    assert len(before) > 10000

    assert len(content(empty)) < 100
    restore = run(empty, *restore_command(dump))
    assert restore.process.result() == 0, restore.process.output
    assert content(empty) == before

    with connect(server) as connection:
        connection.execute("DELETE FROM item WHERE id % 2 = 0; DROP VIEW heavy")
    restore = run(server, *restore_command(dump))
    assert restore.process.result() == 0, restore.process.output
    assert content(server) == before


def test_retention(server: Pod, run: Callable[..., Pod]) -> None:
    """The newest stay; so does what somebody else has put there, but not what a killed run left."""
    backup = run(server, old=True)
    assert backup.process.result() == 0, backup.process.output
    (new,) = set(backup.files(FOLDER)) - set(OLD)
    assert backup.files(FOLDER) == sorted([*OLD[-6:], new])
    for name in ("before-upgrade.dump", "20200101T020000Z.dump.partial"):
        (backup.folder(FOLDER) / name).touch()
    backup.restart()
    assert backup.process.result() == 0, backup.process.output
    files = backup.files(FOLDER)
    assert "before-upgrade.dump" in files
    assert "20200101T020000Z.dump.partial" not in files
    assert len(files) == 8


def test_full_disk(server: Pod, run: Callable[..., Pod]) -> None:
    backup = run(server, wrapper=FULL, old=True)
    assert backup.process.result() != 0
    assert "File too large" in backup.process.output
    assert backup.files(FOLDER) == OLD


def test_stopped_server(server: Pod, run: Callable[..., Pod]) -> None:
    server.terminate()
    backup = run(server, old=True)
    assert backup.process.result() != 0
    assert "Connection refused" in backup.process.output
    assert backup.files(FOLDER) == OLD


def test_server_that_ends_meanwhile(server: Pod, run: Callable[..., Pod]) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE big AS SELECT md5(random()::text) FROM generate_series(1, 1500000)")
    backup = run(server, old=True)

    def has_begun() -> bool:
        assert backup.process.running, backup.process.output
        return any(path.stat().st_size > 100_000 for path in backup.folder(FOLDER).glob("*.partial"))

    eventually(has_begun, "a dump has begun")
    server.kill()
    assert backup.process.result() != 0
    assert backup.files(FOLDER) == OLD


def test_wrong_password(server: Pod, run: Callable[..., Pod], secrets: Secrets) -> None:
    wrong = {**secrets, "postgresql": {"username": "growbin", "password": "wrong"}}
    backup = run(server, secrets=wrong, old=True)
    assert backup.process.result() != 0
    assert "password authentication failed" in backup.process.output
    assert backup.files(FOLDER) == OLD
