"""One snapshot of each construct, to read in review: `pytest --snapshot-update` writes them anew.

The snapshot of each environment is dist/ itself (tests/growbin/test_synth.py).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from constructs_lib import (
    ApiService,
    App,
    Autoscaling,
    CeleryBeat,
    CeleryWorker,
    Cluster,
    DedicatedStateful,
    IngressOptions,
    Metrics,
    NamespaceChart,
    NodePool,
    PostgreSQL,
    PostgreSQLBackup,
    Redis,
    SecretRef,
)
from constructs_lib.app.validation import synthesize
from constructs_lib.inventory.cluster import Amount
from constructs_lib.kubernetes.yaml_writer import write_documents

IMAGE = "registry.example.com/shop:1.0.0"
LOGIN = SecretRef("login", ("username", "password"))


class _YamlFile(SingleFileSnapshotExtension):
    """A snapshot as a YAML file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "yaml"


def api_service(chart: NamespaceChart) -> None:
    ApiService(
        chart,
        "orders",
        image=IMAGE,
        path="/orders",
        replicas=2,
        node_pool="apps",
        autoscaling=Autoscaling(max_replicas=4),
        metrics=Metrics(),
    )


def celery_worker(chart: NamespaceChart) -> None:
    CeleryWorker(chart, "invoices", image=IMAGE, app="shop.tasks", queues=["invoices"], replicas=2, node_pool="apps")


def celery_beat(chart: NamespaceChart) -> None:
    worker = CeleryWorker(chart, "invoices", image=IMAGE, app="shop.tasks", queues=["invoices"])
    CeleryBeat(chart, "beat", worker=worker)


def dedicated_stateful(chart: NamespaceChart) -> None:
    DedicatedStateful(chart, "search", image="search:8.1", port=9200, storage="10Gi", data_path="/data")


def postgresql(chart: NamespaceChart) -> None:
    PostgreSQL(chart, "postgresql", credentials=LOGIN)


def redis(chart: NamespaceChart) -> None:
    Redis(chart, "redis", credentials=SecretRef("redis", ("password",)))


def postgresql_backup(chart: NamespaceChart) -> None:
    PostgreSQLBackup(chart, "postgresql-backup", database=PostgreSQL(chart, "postgresql", credentials=LOGIN))


CONSTRUCTS: list[Callable[[NamespaceChart], None]] = [
    api_service,
    celery_worker,
    celery_beat,
    dedicated_stateful,
    postgresql,
    postgresql_backup,
    redis,
]


@pytest.mark.parametrize("add", CONSTRUCTS, ids=lambda add: str(add.__name__))
def test_snapshot(add: Callable[[NamespaceChart], None], snapshot: SnapshotAssertion) -> None:
    size = Amount(cpu="4", memory="8Gi")
    pool = NodePool(nodes=("node-1", "node-2"), labels={"workload": "apps"}, capacity=size)
    app = App(cluster=Cluster(pools={"apps": pool}), environment="prod")
    ingress = IngressOptions(class_name="traefik", host="shop.example.com", from_namespace="traefik")
    add(NamespaceChart(app, "shop", ingress=ingress))
    result = synthesize(app)
    assert result.faults == ()
    assert write_documents(result.manifests["shop"]) == snapshot(extension_class=_YamlFile)
