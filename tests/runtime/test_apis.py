"""FastAPI on uvicorn with the generated probes and preStop: no request fails while pods are replaced."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.runtime.manifests import Secrets, Workload
from tests.runtime.pods import LOOPBACK, Place, Pod
from tests.runtime.processes import eventually

LAG = 2.0
"""Seconds after which the last proxy has heard that a pod is leaving."""


@dataclass
class Balancer:
    """Sends requests to the pods that are in the Service, one after the other, as proxies do: they learn late."""

    path: str
    pods: list[Pod] = field(default_factory=list)
    answered: int = 0
    failures: list[str] = field(default_factory=list)
    by_port: dict[int, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def load(self, clients: int = 4) -> Iterator[None]:
        """Steady load until the end of the block."""
        threads = [threading.Thread(target=self._client, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _client(self, turn: int) -> None:
        while not self._stop.is_set():
            turn += 1
            pods = list(self.pods)
            if pods:
                self._ask(pods[turn % len(pods)].port)
            time.sleep(0.02)

    def _ask(self, port: int) -> None:
        try:
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
            connection.request("GET", f"{self.path}?seconds=0.3")
            status = connection.getresponse().status
            connection.close()
        except OSError as error:
            status, failure = 0, f"{port}: {error!r}"
        else:
            failure = f"{port}: {status}"
        with self._lock:
            self.answered += status == 200
            self.by_port[port] = self.by_port.get(port, 0) + 1
            if status != 200:
                self.failures.append(failure)

    def leave(self, pod: Pod) -> None:
        """Take a pod out; the proxies hear of it after a while."""
        threading.Timer(LAG, lambda: self.pods.remove(pod)).start()


class Api:
    """Pods of one API of dist/prod."""

    def __init__(self, workload: Workload, folder: Path, secrets: Secrets, stack: ExitStack) -> None:
        self.workload, self._folder, self._secrets, self._stack = workload, folder, secrets, stack
        self._count = 0

    def start(self, **extra_env: str) -> Pod:
        self._count += 1
        place = Place(self._folder, secrets=self._secrets, extra_env=extra_env)
        pod = Pod(self.workload, place, f"{self.workload.name}-{self._count}")
        self._stack.callback(pod.kill)
        return pod

    def replace(self, balancer: Balancer, pod: Pod, **how: bool) -> None:
        """One pod as a rollout does it: taken out, ended, and another one put in when it is ready."""
        balancer.leave(pod)
        ending = pod.terminate(**how)
        assert not ending.killed, pod.process.output
        eventually(lambda: pod not in balancer.pods, "it is out of the Service")
        new = self.start()
        new.wait_for("startup")
        new.wait_for("readiness")
        balancer.pods.append(new)


@pytest.fixture
def api(prod: dict[str, Workload], folder: Path, secrets: Secrets) -> Iterator[Api]:
    with ExitStack() as stack:
        yield Api(prod["waste-api"], folder, secrets, stack)


def serving(api: Api, count: int) -> Balancer:
    pods = [api.start() for _ in range(count)]
    for pod in pods:
        pod.wait_for("startup")
        pod.wait_for("readiness")
    return Balancer("/api/v1/waste", pods)


def test_replacing_pods_fails_no_request(api: Api) -> None:
    balancer = serving(api, 3)
    with balancer.load():
        for pod in list(balancer.pods):
            api.replace(balancer, pod)
    print(f"{balancer.answered} requests answered, {len(balancer.failures)} failed")
    assert balancer.failures == []
    assert balancer.answered > 100


def test_without_pre_stop_requests_fail(api: Api) -> None:
    """What the generated preStop prevents, and the test above would see."""
    balancer = serving(api, 2)
    with balancer.load():
        api.replace(balancer, balancer.pods[0], pre_stop=False)
    print(f"{balancer.answered} requests answered, {len(balancer.failures)} failed")
    assert balancer.failures


class Kubelet:
    """Asks the probes as often as the YAML says, and counts failures in a row."""

    def __init__(self, pod: Pod) -> None:
        self.pod = pod

    def verdict(self, probe: str, wanted: bool) -> int:
        """How many failures in a row the probe had until it passed, or until as many that it counts."""
        settings = self.pod.workload.probe(probe)
        assert settings is not None
        failures = 0
        while True:
            begun = time.monotonic()
            passes = self.pod.probe(probe)
            failures = 0 if passes and not wanted else failures + (not passes)
            if (passes and wanted) or failures >= settings["failureThreshold"]:
                return failures
            time.sleep(max(settings["periodSeconds"] - (time.monotonic() - begun), 0))


def test_slow_start_is_not_killed(api: Api) -> None:
    """Ten seconds of start-up: the startup probe has patience left, and holds back the other two."""
    pod = api.start(SLOW_START="10")
    probe = api.workload.probe("startup")
    assert probe is not None
    failures = Kubelet(pod).verdict("startup", wanted=True)
    print(f"a start of 10 seconds: {failures} of {probe['failureThreshold']} failures that the startup probe may have")
    assert 1 <= failures < probe["failureThreshold"]
    assert pod.probe("liveness")
    assert pod.process.running


def test_not_ready_takes_no_traffic(api: Api) -> None:
    """A pod that says it can't is out after two failures, and is asked nothing more but by the kubelet."""
    balancer = serving(api, 2)
    sick, well = balancer.pods
    with balancer.load():
        eventually(lambda: {sick.port, well.port} <= balancer.by_port.keys(), "both are asked")
        Path(sick.env["TMPDIR"], "sick").touch()
        assert Kubelet(sick).verdict("readiness", wanted=False) == 2
        balancer.leave(sick)
        eventually(lambda: sick not in balancer.pods, "it is out of the Service")
        eventually(_settled(balancer, sick.port), "the last requests have arrived")
        asked, others = balancer.by_port[sick.port], balancer.by_port[well.port]
        eventually(lambda: balancer.by_port[well.port] > others + 20, "the other goes on")
        assert balancer.by_port[sick.port] == asked
    assert balancer.failures == []


def _settled(balancer: Balancer, port: int) -> Callable[[], bool]:
    last = -1

    def settled() -> bool:
        nonlocal last
        before, last = last, balancer.by_port[port]
        time.sleep(0.5)
        return before == last

    return settled
