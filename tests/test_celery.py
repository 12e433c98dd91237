"""What beat and heartbeat look like in YAML, and what they refuse; that they work is shown in tests/runtime."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib import (
    App,
    CeleryBeat,
    CeleryWorker,
    EmptyDir,
    Existing,
    HeartbeatLiveness,
    NamespaceChart,
    Probes,
    SecretRef,
)
from constructs_lib.app.synthesis import Synthesis
from constructs_lib.app.validation import synthesize
from constructs_lib.inventory.cluster import ExistingKeys
from tests.conftest import Manifest, of_kind

IMAGE = "ghcr.io/your-org/app:1.0.0"
OPENAI = SecretRef("openai", ("api-key",))


def worker(chart: NamespaceChart, **arguments: Any) -> CeleryWorker:
    return CeleryWorker(chart, "worker", **{"image": IMAGE, "app": "tasks", "queues": ["q.a"], **arguments})


def read(write: Callable[[NamespaceChart], object]) -> Synthesis:
    app = App(environment="test", existing=Existing(secrets=[ExistingKeys(namespace="async", name="openai")]))
    write(NamespaceChart(app, "async"))
    return synthesize(app)


def deployments(write: Callable[[NamespaceChart], object]) -> dict[str, Manifest]:
    result = read(write)
    assert result.faults == ()
    return of_kind(result.manifests["async"], "Deployment")


def faults(write: Callable[[NamespaceChart], object]) -> str:
    return "\n".join(read(write).faults)


def container(deployment: Manifest) -> Manifest:
    return dict(deployment["spec"]["template"]["spec"]["containers"][0])


def beat(**arguments: Any) -> Manifest:
    def write(chart: NamespaceChart) -> None:
        own = worker(chart, env={"A": "1", "KEY": OPENAI.key("api-key")}, env_from=[OPENAI])
        CeleryBeat(chart, "beat", worker=own, **arguments)

    return deployments(write)["beat"]


def test_beat_is_one_and_ends_before_the_next_begins() -> None:
    spec = beat()["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_beat_is_like_its_worker() -> None:
    found = container(beat(env={"A": "2"}))
    assert found["image"] == IMAGE
    assert found["env"] == [
        {"name": "A", "value": "2"},
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "openai", "key": "api-key"}}},
    ]
    assert found["envFrom"] == [{"secretRef": {"name": "openai"}}]
    assert found["command"][:4] == ["celery", "-A", "tasks", "beat"]


def test_beat_sends_to_its_workers_queues() -> None:
    assert beat()["metadata"]["annotations"]["constructs-lib/sends-to-queues"] == "q.a"
    other = faults(lambda chart: CeleryBeat(chart, "beat", worker=worker(chart), sends_to=["q.b"]))
    assert "no worker reads queue q.b" in other


@pytest.mark.parametrize(
    ("arguments", "mounts"),
    [
        ({}, {"/tmp", "/var/run/celery"}),
        ({"schedule_path": "/tmp/schedule"}, {"/tmp"}),
        ({"schedule_path": "/data/beat/schedule", "volumes": [EmptyDir("/data")]}, {"/tmp", "/data"}),
        ({"schedule_path": "/database/schedule", "volumes": [EmptyDir("/data")]}, {"/tmp", "/data", "/database"}),
    ],
)
def test_schedule_is_on_a_volume(arguments: dict[str, Any], mounts: set[str]) -> None:
    found = container(beat(**arguments))
    assert {mount["mountPath"] for mount in found["volumeMounts"]} == mounts
    assert f"--schedule={arguments.get('schedule_path', '/var/run/celery/schedule')}" in found["command"]


def test_beat_needs_an_app() -> None:
    def write(chart: NamespaceChart) -> None:
        CeleryBeat(chart, "beat", worker=worker(chart, app=None, command=["python", "worker.py"]), schedule_path="x")

    found = faults(write)
    assert "async/beat: app: set the Celery app's module" in found
    assert 'async/beat: schedule_path: "x" must be the absolute path of a file in a folder' in found


def test_heartbeat_is_loaded_and_asked() -> None:
    manifest = deployments(lambda chart: worker(chart, liveness=HeartbeatLiveness(stalled_after=30)))["worker"]
    found = container(manifest)
    assert found["command"][:2] == ["sh", "-c"]
    assert found["command"][3:9] == ["celery", "-A", "tasks", "worker", "-I", "celery_heartbeat"]
    assert found["startupProbe"]["exec"] == found["livenessProbe"]["exec"]
    assert found["startupProbe"]["periodSeconds"] * found["startupProbe"]["failureThreshold"] == 600
    assert "/etc/celery-heartbeat/celery_heartbeat.py" in {mount["mountPath"] for mount in found["volumeMounts"]}


def test_no_liveness_by_default() -> None:
    found = container(deployments(worker)["worker"])
    assert "livenessProbe" not in found
    assert found["command"][0] == "celery"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"liveness": HeartbeatLiveness(period=0)}, "liveness.period: must be at least 1, got 0"),
        ({"liveness": HeartbeatLiveness(outage=30)}, "liveness.outage: 30 is less than stalled_after, 60"),
        (
            {"liveness": HeartbeatLiveness(), "command": ["python", "worker.py"]},
            "liveness: has no effect with a command",
        ),
        ({"liveness": HeartbeatLiveness(), "probes": Probes()}, "liveness: it brings its own probes"),
        ({"liveness": HeartbeatLiveness(), "extra_args": ["-I", "x"]}, "liveness: it needs Celery's option -I"),
    ],
)
def test_heartbeat_refuses(arguments: dict[str, Any], fault: str) -> None:
    assert f"async/worker: {fault}" in faults(lambda chart: worker(chart, **arguments))
