"""What becomes of tasks when their worker ends: in a rollout, and when it is killed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from constructs_lib import CeleryWorker, NamespaceChart
from constructs_lib.workloads.celery_worker import CeleryPool
from constructs_lib.workloads.endpoints import Endpoint
from tests.runtime.manifests import Workload
from tests.runtime.processes import eventually
from tests.runtime.synthesized import IMAGE, synthesize
from tests.runtime.workers import Stage

POOLS: tuple[CeleryPool, ...] = ("prefork", "gevent", "eventlet", "threads", "solo")
TASKS = [str(number) for number in range(1000)]


@pytest.fixture
def workloads(folder: Path) -> dict[str, Workload]:
    """A worker of each pool with Celery's own acknowledgement, and one with late acknowledgement."""

    def write(chart: NamespaceChart, uses: list[Endpoint]) -> None:
        for pool in POOLS:
            for name, late in ((pool, None), (f"{pool}-late", True)):
                CeleryWorker(
                    chart,
                    name,
                    image=IMAGE,
                    app="workers.vision",
                    queues=[f"q.{name}"],
                    pool=pool,
                    concurrency=1 if pool == "solo" else 4,
                    acks_late=late,
                    uses=uses,
                )

    return synthesize(folder, write)


def test_terminated(workloads: dict[str, Workload], stage: Stage) -> None:
    """SIGTERM during a task: it is finished within the grace period; what comes later is left to others, or done."""
    pods = [stage.start(workloads[pool]) for pool in POOLS]
    stage.ready(*pods)
    for pod in pods:
        stage.hold(pod)
    for pod in pods:
        pod.ask_to_stop()
    later = [str(number) for number in range(10)]
    for item in later:
        for pool in POOLS:
            stage.send(f"q.{pool}", f"{pool}-later", item)
        time.sleep(0.4)  # all the while the first task runs
    stage.release()
    for pod in pods:
        assert pod.process.wait(pod.workload.grace_seconds), f"{pod.name} didn't end within the grace period"
    for pool in POOLS:
        taken = stage.begun(f"{pool}-later")
        print(f"{pool}: {len(taken)} tasks taken after SIGTERM")
        assert stage.done(pool) == ["0"]
        assert sorted(stage.done(f"{pool}-later")) == sorted(taken)
        assert len(taken) < len(later)
        stage.start(workloads[pool])
    for pool in POOLS:
        stage.wait_done(f"{pool}-later", later)


def test_killed(workloads: dict[str, Workload], stage: Stage) -> None:
    """SIGKILL during a task: with late acknowledgement another worker does it; without, it is lost.

    But for `solo`, which acknowledges when its loop comes round again, after the task.
    """
    pods = [stage.start(workloads[name]) for pool in POOLS for name in (pool, f"{pool}-late")]
    stage.ready(*pods)
    names = [stage.hold(pod) for pod in pods]
    late = {f"q.{name}" for name in names if comes_back(name)}
    eventually(lambda: stage.broker.unacknowledged() == late, "all others have acknowledged")
    for pod in pods:
        pod.kill()
    stage.release()
    for pod in pods:
        stage.start(pod.workload)
        stage.send(f"q.{pod.workload.name}", f"{pod.workload.name}-next", "0")
    for name in names:
        stage.wait_done(f"{name}-next", ["0"])
        if comes_back(name):
            stage.wait_done(name, ["0"])
            assert stage.begun(name) == ["0", "0"]
        else:
            assert stage.begun(name) == ["0"]
            assert stage.done(name) == []
            assert stage.broker.length(f"q.{name}") == 0


def comes_back(worker: str) -> bool:
    return worker.endswith("-late") or worker == "solo"


def test_killed_process_of_a_pool(workloads: dict[str, Workload], stage: Stage) -> None:
    """One process of prefork killed, as for memory: its task is lost, or comes back with late acknowledgement.

    That alone wouldn't do it: `acks_late` brings `task_reject_on_worker_lost` with it.
    """
    pods = [stage.start(workloads[name]) for name in ("prefork", "prefork-late")]
    stage.ready(*pods)
    names = [stage.hold(pod) for pod in pods]
    for pod in pods:
        for child in pod.process.members():
            if child != pod.process.pid:
                os.kill(child, signal.SIGKILL)
    stage.release()
    for name in names:
        stage.send(f"q.{name}", f"{name}-next", "0")
        stage.wait_done(f"{name}-next", ["0"])
    stage.wait_done("prefork-late", ["0"])
    assert stage.begun("prefork-late") == ["0", "0"]
    assert stage.begun("prefork") == ["0"]
    assert stage.done("prefork") == []
    assert stage.broker.length("q.prefork") == 0


def churn(stage: Stage, workload: Workload, *, kill: bool) -> Counter[str]:
    """A thousand tasks and three pods, of which one after the other is replaced until all is done."""
    queue = f"q.{workload.name}"
    pods = [stage.start(workload) for _ in range(3)]
    stage.ready(*pods)
    for item in TASKS:
        stage.send(queue, "churn", item, 0.1)
    chance = random.Random(8)
    replaced = 0
    deadline = time.monotonic() + 240
    while set(stage.done("churn")) != set(TASKS):
        missing = sorted(set(TASKS) - set(stage.done("churn")))
        assert time.monotonic() < deadline, f"{len(missing)} missing: {missing[:10]}"
        if len(missing) < len(TASKS) / 10:
            time.sleep(0.1)
            continue
        place = chance.randrange(len(pods))
        if kill and chance.random() < 0.5:
            pods[place].kill()
        else:
            ending = pods[place].terminate()
            assert not ending.killed
        pods[place] = stage.start(workload)
        stage.ready(pods[place])
        replaced += 1
    runs = Counter(stage.done("churn"))
    print(f"{workload.name}: {replaced} pods replaced, {sum(runs.values()) - len(runs)} repeats of {len(runs)} tasks")
    assert replaced >= 2
    return runs


def test_rollout(workloads: dict[str, Workload], stage: Stage) -> None:
    """Terminated and replaced: each task is done exactly once, without any setting."""
    assert set(churn(stage, workloads["gevent"], kill=False).values()) == {1}


def test_rollout_with_kills(workloads: dict[str, Workload], stage: Stage) -> None:
    """Killed as well, with late acknowledgement: each task is done at least once."""
    assert set(churn(stage, workloads["prefork-late"], kill=True)) == set(TASKS)
