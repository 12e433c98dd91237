"""The heartbeat's verdict, for each pool: right for idle, busy, stopped and hung workers, and without a broker."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from constructs_lib import CeleryWorker, HeartbeatLiveness, NamespaceChart
from constructs_lib.workloads.celery_worker import CeleryPool
from constructs_lib.workloads.endpoints import Endpoint
from tests.runtime.manifests import Workload
from tests.runtime.pods import Pod
from tests.runtime.proxy import Proxy
from tests.runtime.synthesized import IMAGE, synthesize
from tests.runtime.workers import Stage

POOLS: tuple[CeleryPool, ...] = ("prefork", "gevent", "eventlet", "threads", "solo")
PREEMPTIVE: tuple[CeleryPool, ...] = ("prefork", "threads")
"""Those whose tasks can't hold up the worker's own loop by computing."""
STALLED_AFTER = 4


@pytest.fixture
def workloads(folder: Path) -> dict[str, Workload]:
    def write(chart: NamespaceChart, uses: list[Endpoint]) -> None:
        for pool in POOLS:
            CeleryWorker(
                chart,
                pool,
                image=IMAGE,
                app="workers.vision",
                queues=[f"q.{pool}"],
                pool=pool,
                concurrency=1 if pool == "solo" else 2,
                liveness=HeartbeatLiveness(stalled_after=STALLED_AFTER, outage=600),
                uses=uses,
            )

    return synthesize(folder, write)


@pytest.fixture
def broker_proxy(stage: Stage) -> Iterator[Proxy]:
    with Proxy(stage.broker.port) as proxy:
        yield proxy


def alive(pod: Pod) -> bool:
    return pod.probe("liveness")


def stays_alive(pods: list[Pod], seconds: float) -> float:
    """How long the slowest answer took, in seconds."""
    end, slowest = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        for pod in pods:
            asked = time.monotonic()
            assert pod.probe("liveness"), f"{pod.name}: {pod.process.output}"
            slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.2)
    return slowest


@contextmanager
def loaded_machine() -> Iterator[None]:
    """Four times as much to do as the machine has processors."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for child in busy:
            child.kill()
            child.wait()


def not_alive(pods: list[Pod]) -> None:
    for pod in pods:
        pod.wait_for("liveness", passes=False)


def start_all(workloads: dict[str, Workload], stage: Stage) -> list[Pod]:
    """A worker of each pool, working."""
    pods = [stage.start(workloads[pool]) for pool in POOLS]
    for pod in pods:
        pod.wait_for("startup")
    stage.ready(*pods)
    return pods


def test_busy(workloads: dict[str, Workload], stage: Stage) -> None:
    """Tasks in all places, for longer than the loop may stand still; a solo worker has several in one turn.

    On a machine that has too much to do, where the probe still answers in time.
    """
    pods = start_all(workloads, stage)
    for pool in POOLS:
        count, seconds = (4, STALLED_AFTER / 2) if pool == "solo" else (2, STALLED_AFTER * 2)
        for number in range(count):
            stage.send(f"q.{pool}", pool, str(number), seconds, burn=pool in PREEMPTIVE)
    with loaded_machine():
        slowest = stays_alive(pods, STALLED_AFTER * 2)
    timeout = pods[0].workload.container["livenessProbe"]["timeoutSeconds"]
    print(f"the slowest probe on a loaded machine: {slowest:.2f} of {timeout} seconds")
    for pool in POOLS:
        stage.wait_done(pool, list("0123" if pool == "solo" else "01"))


def test_held_up(workloads: dict[str, Workload], stage: Stage) -> None:
    """A task that never ends is seen where the loop waits for it, and one that computes where it can't be left."""
    pods = dict(zip(POOLS, start_all(workloads, stage), strict=True))
    for pod in pods.values():
        stage.hold(pod)
    held = [pods.pop("solo")]
    stays_alive(list(pods.values()), STALLED_AFTER * 1.5)
    not_alive(held)
    for pool in pods:
        stage.send(f"q.{pool}", f"{pool}-burn", "0", 120, burn=True)
        stage.wait_begun(f"{pool}-burn", ["0"])
    held = [pods.pop("gevent"), pods.pop("eventlet")]
    stays_alive(list(pods.values()), STALLED_AFTER * 1.5)
    not_alive(held)


def test_stopped_and_hung(workloads: dict[str, Workload], stage: Stage) -> None:
    """The probe fails for each worker that is stopped, or whose loop hangs, while another of the app is alive."""
    last, *others = start_all(workloads, stage)
    for stopped, running in (others, [last]), ([last], others):
        for pod in stopped:
            pod.freeze()
        not_alive(stopped)
        assert all(map(alive, running))
        for pod in stopped:
            pod.thaw()
            pod.wait_for("liveness")
    stage.client.control.broadcast("hang", destination=[f"celery@{pod.name}" for pod in others])
    not_alive(others)
    assert alive(last)
    other = others[0]
    other.restart()
    stage.ready(other)
    stage.client.control.broadcast("hang", destination=[f"celery@{last.name}"])
    not_alive([last])
    assert alive(other)
    # What the kubelet does then; the file of the container before, in the pod's /tmp, must not count.
    last.restart()
    assert not last.probe("startup")
    last.wait_for("startup")


def test_broker_away(workloads: dict[str, Workload], stage: Stage, broker_proxy: Proxy) -> None:
    """Nobody is restarted while the broker is away or frozen, nor at a start without it; all work afterwards."""
    broker_proxy.cut()
    pods = [stage.start(workloads[pool], broker_port=broker_proxy.port) for pool in POOLS]
    for pod in pods:
        pod.wait_for("startup")
    stays_alive(pods, STALLED_AFTER * 1.5)
    broker_proxy.restore()
    stage.ready(*pods)
    broker_proxy.freeze()
    stays_alive(pods, STALLED_AFTER * 1.5)
    broker_proxy.cut()
    stays_alive(pods, STALLED_AFTER * 2)
    broker_proxy.restore()
    for pool in POOLS:
        stage.send(f"q.{pool}", pool, "after")
        stage.wait_done(pool, ["after"])
    # The patience of the outage is over.
    for pod in pods:
        pod.freeze()
    not_alive(pods)


def test_cost(workloads: dict[str, Workload], stage: Stage) -> None:
    """A probe costs a few milliseconds of CPU."""
    pod = stage.start(workloads["gevent"])
    pod.wait_for("startup")
    rounds = 50
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(rounds):
        assert alive(pod)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / rounds
    print(f"a probe: {cost * 1000:.1f} ms of CPU")
    assert cost < 0.02


def test_image_keeps_its_python_path(workloads: dict[str, Workload], stage: Stage) -> None:
    """The module's folder comes after what the image has in PYTHONPATH."""
    pod = stage.start(workloads["gevent"])
    shell = pod.workload.command[:3]
    assert shell[:2] == ["sh", "-c"]
    for own, whole in (("/image/lib", "/image/lib:/etc/celery-heartbeat"), ("", "/etc/celery-heartbeat")):
        env = {**pod.env, "PYTHONPATH": own}
        answer = subprocess.run([*shell, "sh", "-c", 'echo "$PYTHONPATH"'], env=env, capture_output=True, check=True)
        assert answer.stdout.decode().strip() == whole
