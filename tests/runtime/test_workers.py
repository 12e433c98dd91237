"""Workers start as generated, take tasks from their queues alone, with the declared pool and concurrency."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib import CeleryWorker, NamespaceChart
from constructs_lib.workloads.celery_worker import CeleryPool
from constructs_lib.workloads.endpoints import Endpoint
from tests.runtime.manifests import Workload
from tests.runtime.synthesized import IMAGE, synthesize
from tests.runtime.workers import Answers, Stage

PREFORK, GEVENT = "celery.concurrency.prefork:TaskPool", "celery.concurrency.gevent:TaskPool"


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("preprocess-worker", Answers(["q.preprocess"], PREFORK, 8, 32)),
        ("vision-worker", Answers(["q.vision"], GEVENT, 20, 80)),
        ("rag-worker", Answers(["q.rag"], GEVENT, 10, 40)),
        ("llm-worker", Answers(["q.llm"], GEVENT, 20, 80)),
    ],
)
def test_growbin(name: str, answers: Answers, prod: dict[str, Workload], stage: Stage) -> None:
    pod = stage.start(prod[name])
    stage.ready(pod)
    assert stage.ask(pod) == answers
    (queue,) = answers.queues
    stage.send(queue, name, "first")
    stage.wait_done(name, ["first"])


POOLS: tuple[CeleryPool, ...] = ("prefork", "processes", "gevent", "eventlet", "threads", "solo")


def test_every_pool(folder: Path, stage: Stage) -> None:
    """Each runs with two queues, its concurrency and prefetch, and does the tasks of both queues."""

    def write(chart: NamespaceChart, uses: list[Endpoint]) -> None:
        for pool in POOLS:
            prefork = pool in ("prefork", "processes")
            CeleryWorker(
                chart,
                pool,
                image=IMAGE,
                app="workers.vision",
                queues=[f"q.{pool}", f"q.{pool}-more"],
                pool=pool,
                concurrency=1 if pool == "solo" else 3,
                prefetch_multiplier=2,
                time_limit=60 if prefork or pool == "gevent" else None,
                soft_time_limit=50 if prefork else None,
                max_tasks_per_child=100 if prefork else None,
                uses=uses,
            )

    workloads = synthesize(folder, write)
    pods = {pool: stage.start(workloads[pool]) for pool in POOLS}
    stage.ready(*pods.values())
    for pool, pod in pods.items():
        assert stage.ask(pod) == expected(pool)
        for queue in expected(pool).queues:
            stage.send(queue, pool, queue)
    for pool in POOLS:
        stage.wait_done(pool, expected(pool).queues)


def expected(pool: CeleryPool) -> Answers:
    module = "prefork" if pool == "processes" else {"threads": "thread"}.get(pool, pool)
    concurrency = 1 if pool == "solo" else 3
    return Answers(
        [f"q.{pool}", f"q.{pool}-more"], f"celery.concurrency.{module}:TaskPool", concurrency, 2 * concurrency
    )


def test_command_of_its_own(folder: Path, stage: Stage) -> None:
    """`python workers/vision_worker.py` gets queues, pool and concurrency as variables."""

    def write(chart: NamespaceChart, uses: list[Endpoint]) -> None:
        CeleryWorker(
            chart,
            "own",
            image=IMAGE,
            command=["python", "workers/vision_worker.py"],
            queues=["q.own", "q.more"],
            pool="gevent",
            concurrency=5,
            uses=uses,
        )

    pod = stage.start(synthesize(folder, write)["own"])
    stage.ready(pod)
    assert stage.ask(pod) == Answers(["q.more", "q.own"], GEVENT, 5, 20)
