"""Redis of dist/prod: within its memory limit at its bound, nothing lost by a kill, probes that tell the truth."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from constructs_lib import NamespaceChart, Redis, SecretRef
from constructs_lib.workloads.endpoints import Endpoint
from tests.runtime.conftest import NASTY
from tests.runtime.manifests import Manifest, Secrets, Workload
from tests.runtime.pods import LOOPBACK, Place, Pod
from tests.runtime.processes import eventually
from tests.runtime.synthesized import synthesize

MEBI = 1024 * 1024


@pytest.fixture
def server(prod: dict[str, Workload], folder: Path, secrets: Secrets) -> Iterator[Pod]:
    with ExitStack() as stack:
        pod = Pod(prod["redis"], Place(folder, secrets=secrets), "redis-0")
        stack.callback(pod.kill)
        pod.wait_for("startup")
        yield pod


def connect(pod: Pod, password: str = NASTY) -> redis.Redis:
    once = Retry(NoBackoff(), 0)
    return redis.Redis(LOOPBACK, pod.port, password=password, decode_responses=True, socket_timeout=30, retry=once)


VALUE = 1000
"""Bytes of each value."""

WRITE = """
for number = ARGV[1], ARGV[2] - 1 do
    redis.call('set', 'key:' .. number, ARGV[3])
end
"""


def write(client: redis.Redis, numbers: range, letter: str) -> None:
    """The keys of these numbers."""
    for first in numbers[::1000]:
        client.eval(WRITE, 0, first, min(first + 1000, numbers.stop), letter * VALUE)


def fill(client: redis.Redis) -> range:
    """Write keys until Redis refuses more; their numbers."""
    with suppress(redis.OutOfMemoryError):
        write(client, range(10**9), "x")
    return range(client.dbsize())


def test_memory(server: Pod) -> None:
    """All of its data is overwritten while its file is rewritten: each page exists twice, and it stays below the limit.

    As on a slow disk: the copy that writes the file is stopped for so long.
    """
    client = connect(server)
    numbers = fill(client)
    # At the bound itself it refuses all writes.
    numbers, rest = numbers[: len(numbers) * 95 // 100], numbers[len(numbers) * 95 // 100 :]
    client.delete(*(f"key:{number}" for number in rest))
    full = server.process.memory()
    eventually(lambda: not copying(client), "it has no copy of itself running", within=120)
    client.bgrewriteaof()
    eventually(lambda: len(server.process.members()) > 1, "its copy runs")
    _, copy = server.process.members()
    os.kill(copy, signal.SIGSTOP)
    write(client, numbers, "y")
    peak = server.process.memory()
    os.kill(copy, signal.SIGCONT)
    eventually(lambda: not copying(client), "its file is rewritten", within=120)
    limit = server.workload.memory_limit
    print(f"Redis: {len(numbers)} keys, {full // MEBI} MiB, {peak // MEBI} MiB all pages twice, of {limit // MEBI} MiB")
    assert client.info("persistence")["aof_last_bgrewrite_status"] == "ok"
    assert peak < limit
    assert server.process.memory_kills == 0


def copying(client: redis.Redis) -> bool:
    """Return True if a copy of the process writes a file."""
    state = client.info("persistence")
    return bool(state["aof_rewrite_in_progress"] or state["rdb_bgsave_in_progress"])


def test_kill_under_writes(server: Pod) -> None:
    """SIGKILL loses no acknowledged write: what fsync hasn't written yet the machine still has."""
    acknowledged: list[int] = []

    def write() -> None:
        with suppress(redis.RedisError), connect(server) as client:
            while True:
                client.set(f"w:{len(acknowledged)}", "1")
                acknowledged.append(len(acknowledged))

    writer = threading.Thread(target=write)
    writer.start()
    eventually(lambda: len(acknowledged) > 2000, "writes are acknowledged")
    server.kill()
    writer.join()
    server.restart()
    server.wait_for("readiness")
    with connect(server) as client:
        lost = [number for number in acknowledged if not client.exists(f"w:{number}")]
    print(f"Redis: {len(lost)} of {len(acknowledged)} acknowledged writes lost by SIGKILL")
    assert lost == []


def test_probes(server: Pod) -> None:
    """Ready and alive when it runs, neither when it is stopped."""
    assert all(server.probe(name) for name in ("startup", "readiness", "liveness"))
    server.freeze()
    server.wait_for("liveness", passes=False)
    assert not server.probe("readiness")
    server.thaw()
    server.wait_for("readiness")


def test_loading_is_alive_but_not_ready(server: Pod) -> None:
    """Restarted with much to read: the kubelet waits, and kills nothing."""
    with connect(server) as client:
        fill(client)
    server.restart()
    seen = set()

    def ready() -> bool:
        answers = tuple(server.probe(name) for name in ("readiness", "liveness"))
        seen.add(answers)
        return answers[0]

    eventually(ready, "it has loaded", within=120)
    assert (False, True) in seen
    assert server.probe("startup")


def written(folder: Path, **arguments: Any) -> Workload:
    """A Redis with these arguments."""

    def write(chart: NamespaceChart, uses: list[Endpoint]) -> None:
        Redis(chart, "store", **arguments)

    return synthesize(folder, write)["store"]


def test_new_config(folder: Path) -> None:
    """Another line of redis.conf makes other pods, which have it and the data."""
    old, new = (written(folder, settings={"timeout": seconds}) for seconds in ("100", "200"))
    assert without_annotations(old) == without_annotations(new)
    assert old.annotations != new.annotations
    pod = Pod(old, Place(folder), "store-0")
    try:
        pod.wait_for("readiness")
        with redis.Redis(LOOPBACK, pod.port, decode_responses=True) as client:
            assert client.config_get("timeout") == {"timeout": "100"}
            client.set("kept", "yes")
        assert not pod.terminate().killed
        pod = Pod(new, Place(folder), "store-0")
        pod.wait_for("readiness")
        with redis.Redis(LOOPBACK, pod.port, decode_responses=True) as client:
            assert client.config_get("timeout") == {"timeout": "200"}
            assert client.get("kept") == "yes"
    finally:
        pod.kill()


def without_annotations(workload: Workload) -> Manifest:
    return {key: value for key, value in workload.template.items() if key != "metadata"}


def test_new_password(folder: Path) -> None:
    """A changed Secret counts from the next start on; another `version` replaces the pods."""
    old, new = (
        written(folder, credentials=SecretRef("redis", ("password",), version=version)) for version in ("1", "2")
    )
    assert without_annotations(old) == without_annotations(new)
    assert old.annotations != new.annotations
    changed = "--new pass'word"
    pod = Pod(old, Place(folder, secrets={"redis": {"password": NASTY}}), "store-0")
    try:
        pod.wait_for("readiness")
        assert connect(pod).ping()
        assert not pod.terminate().killed
        pod = Pod(new, Place(folder, secrets={"redis": {"password": changed}}), "store-0")
        pod.wait_for("readiness")
        assert pod.probe("liveness")
        assert connect(pod, changed).ping()
        with pytest.raises(redis.AuthenticationError):
            connect(pod).ping()
    finally:
        pod.kill()
