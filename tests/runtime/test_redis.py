"""Redis of dist/prod: within its memory limit at its bound, nothing lost by a kill, probes that tell the truth."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import redis

from constructs_lib import NamespaceChart, Redis, SecretRef
from constructs_lib.connections import Endpoint
from tests.runtime.conftest import NASTY
from tests.runtime.manifests import Manifest, Secrets, Workload
from tests.runtime.pods import LOOPBACK, Place, Pod
from tests.runtime.processes import eventually, find_program
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
    return redis.Redis(LOOPBACK, pod.port, password=password, decode_responses=True, socket_timeout=30)


def key(number: int) -> str:
    return f"key:{number:012d}"  # as redis-benchmark writes it


def fill(client: redis.Redis, size: int) -> int:
    """Keys until Redis refuses more."""
    count = 0
    while True:
        pipe = client.pipeline(transaction=False)
        for number in range(count, count + 500):
            pipe.set(key(number), "x" * size)
        try:
            pipe.execute()
        except redis.ResponseError:
            return count
        count += 500


def peak_of(pod: Pod, busy: Callable[[], bool]) -> int:
    """The most memory that the pod had while something goes on."""
    peak = pod.process.memory()
    while busy():
        peak = max(peak, pod.process.memory())
        time.sleep(0.1)
    return peak


def test_same_major_version(prod: dict[str, Workload], server: Pod) -> None:
    installed = str(connect(server).info("server")["redis_version"])
    assert installed.split(".", maxsplit=1)[0] == prod["redis"].version.split(".")[0]


def test_memory(server: Pod) -> None:
    """Its file rewritten while all of its data is overwritten: still below the container's limit."""
    client = connect(server)
    count = fill(client, 1000)
    # At the bound itself it refuses all writes; a little below, each rewritten page exists twice.
    client.delete(*(key(number) for number in range(count * 95 // 100, count)))
    count = count * 95 // 100
    full = server.process.memory()
    eventually(lambda: not copying(client), "it has no copy of itself running", within=120)
    client.bgrewriteaof()
    peak = 0
    with overwriting(server, count):
        peak = peak_of(server, lambda: copying(client))
    limit = server.workload.memory_limit
    print(f"Redis: {count} keys, {full // MEBI} MiB full, {peak // MEBI} MiB while rewriting, of {limit // MEBI} MiB")
    assert peak < limit
    assert server.process.memory_kills == 0


def copying(client: redis.Redis) -> bool:
    """Whether a copy of the process writes a file."""
    state = client.info("persistence")
    return bool(state["aof_rewrite_in_progress"] or state["rdb_bgsave_in_progress"])


@contextmanager
def overwriting(server: Pod, count: int) -> Iterator[None]:
    """Redis' own load generator writes all keys anew, at random, as fast as it can."""
    connection = ["-h", LOOPBACK, "-p", str(server.port), "-a", NASTY]
    load = ["-c", "20", "-P", "16", "-n", "100000000", "-r", str(count), "set", "key:__rand_int__", "y" * 1000]
    child = subprocess.Popen([find_program("redis-benchmark"), *connection, "-q", *load], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.kill()
        child.wait()


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
        fill(client, 1000)
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
