"""YAML of constructs that growbin doesn't have, written as any app writes it, and read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from constructs_lib import App, ExternalService, NamespaceChart, Redis, SecretRef, synth
from constructs_lib.workloads.endpoints import Endpoint
from tests.runtime.manifests import Workload, read_workloads

IMAGE = "ghcr.io/your-org/growbin-backend:1.0.0"

Write = Callable[[NamespaceChart, list[Endpoint]], object]
"""Adds constructs to a chart; they may use the broker and Redis."""


def synthesize(folder: Path, write: Write) -> dict[str, Workload]:
    """The workloads that `write` adds, by name."""
    app = App(environment="test")
    data = NamespaceChart(app, "data")
    store = Redis(data, "redis", credentials=SecretRef("redis", ("password",)))
    secret = SecretRef("rabbitmq", ("username", "password", "url"))
    broker = ExternalService(
        "rabbitmq",
        namespace="messaging",
        port=5672,
        pod_labels={"app.kubernetes.io/name": "rabbitmq"},
        env={"CELERY_BROKER_URL": secret.key("url")},
    )
    write(NamespaceChart(app, "async"), [broker, store])
    output = folder / "yaml"
    synth({"test": app}, output=output)
    return read_workloads(output / "test")
