"""Celery workers: starting them from YAML, asking them, giving them work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import redis
from celery import Celery

from tests.runtime.manifests import Workload
from tests.runtime.pods import Place, Pod
from tests.runtime.processes import eventually
from tests.runtime.rabbitmq import Broker

WORK, HOLD = "workers.tasks.work", "workers.tasks.hold"


@dataclass(frozen=True)
class Answers:
    """What a running worker says of itself."""

    queues: list[str]
    pool: str
    concurrency: int
    prefetch: int | None


@dataclass
class Stage:
    """A broker, a sender of tasks, the journal that the tasks write, and the pods of one test.

    Args:
        place: where pods find broker and Redis.
        broker: the broker.
        client: sends tasks and asks workers.
        journal: holds the lists `<key>:begun` and `<key>:done`.
    """

    place: Place
    broker: Broker
    client: Celery
    journal: redis.Redis
    pods: list[Pod] = field(default_factory=list)

    def start(self, workload: Workload, *, broker_port: int | None = None) -> Pod:
        """A pod, not waited for; `broker_port` is where it finds the broker, if not where all do."""
        rabbitmq = {**self.place.secrets["rabbitmq"], "url": self.broker.url(broker_port)}
        place = Place(self.place.folder, self.place.ports, {**self.place.secrets, "rabbitmq": rabbitmq})
        pod = Pod(workload, place, f"{workload.name}-{len(self.pods)}")
        self.pods.append(pod)
        return pod

    def end(self) -> None:
        """Kill all pods and delete their queues.

        A task that is done but not yet acknowledged comes back when its worker is killed: it would be the next test's.
        """
        for pod in self.pods:
            pod.kill()
        for queue in sorted({queue for pod in self.pods for queue in pod.workload.queues}):
            self.broker.delete(queue)

    def ready(self, *workers: Pod) -> None:
        """Wait until these workers all answer."""
        names = sorted(f"celery@{pod.name}" for pod in workers)

        def answered() -> bool:
            for pod in workers:
                assert pod.process.running, pod.process.output
            return set(names) <= (self._inspect(names, 1).ping() or {}).keys()

        try:
            eventually(answered, f"{', '.join(names)} answer", within=120)
        except AssertionError:
            self._print_outputs()
            raise

    def ask(self, pod: Pod) -> Answers:
        """Its queues and its pool, asked over the broker."""
        stats = self._asked(pod, "stats")
        details = stats["pool"]
        return Answers(
            queues=sorted(queue["name"] for queue in self._asked(pod, "active_queues")),
            pool=details.get("implementation", ""),
            concurrency=details["max-concurrency"],
            prefetch=stats["prefetch_count"],
        )

    def _asked(self, pod: Pod, question: str) -> Any:
        name = f"celery@{pod.name}"
        for _ in range(10):
            answer = getattr(self._inspect([name], 3), question)()
            if answer:
                return answer[name]
        raise AssertionError(f"{name} doesn't answer {question}\n{pod.process.output}")

    def _inspect(self, names: list[str], timeout: int) -> Any:
        return self.client.control.inspect(destination=names, timeout=timeout)

    def send(self, queue: str, key: str, item: str, seconds: float = 0, *, burn: bool = False) -> None:
        """A task for the queue's workers: it notes its begin and end under the key."""
        self.client.send_task(WORK, (key, item, seconds, burn), queue=queue)

    def hold(self, pod: Pod, item: str = "0") -> str:
        """A task of this worker, begun and going on until the release; the key that it notes itself under."""
        (queue,), key = pod.workload.queues, pod.workload.name
        self.client.send_task(HOLD, (key, item), queue=queue)
        self.wait_begun(key, [item])
        return key

    def release(self) -> None:
        """Let all tasks that are held come to their end."""
        self.journal.set("released", 1)

    def begun(self, key: str) -> list[str]:
        """The tasks that began."""
        return [str(item) for item in self.journal.lrange(f"{key}:begun", 0, -1)]

    def done(self, key: str) -> list[str]:
        """The tasks that came to their end."""
        return [str(item) for item in self.journal.lrange(f"{key}:done", 0, -1)]

    def wait_begun(self, key: str, items: list[str], within: float = 120) -> None:
        """Wait until just these tasks have begun."""
        self._wait(lambda: sorted(self.begun(key)) == sorted(items), key, f"{key}: {items} have begun", within)

    def wait_done(self, key: str, items: list[str], within: float = 120) -> None:
        """Wait until just these tasks have come to their end."""
        self._wait(lambda: sorted(self.done(key)) == sorted(items), key, f"{key}: {items} are done", within)

    def _wait(self, condition: Callable[[], bool], key: str, what: str, within: float) -> None:
        try:
            eventually(condition, what, within)
        except AssertionError:
            print(f"begun: {self.begun(key)}", f"done: {self.done(key)}")
            self._print_outputs()
            raise

    def _print_outputs(self) -> None:
        for pod in self.pods:
            print(f"--- {pod.name}", pod.process.output, sep="\n")
