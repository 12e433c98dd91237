"""Small apps around one construct, and how to look into their manifests."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from constructs_lib import (
    ApiService,
    App,
    CeleryWorker,
    Cluster,
    DedicatedStateful,
    Existing,
    IngressOptions,
    InputError,
    NamespaceChart,
    NodePool,
    PostgreSQL,
    Redis,
    SecretRef,
)
from constructs_lib.app.validation import synthesize
from constructs_lib.inventory.cluster import Amount, ExistingKeys, Taint

Manifests = list[dict[str, Any]]

ABSENT = "(absent)"
INGRESS = IngressOptions(class_name="traefik", host="example.com", from_namespace="traefik")
LOGIN = SecretRef("login", ("username", "password"))
NODE = Amount(cpu=Decimal(16), memory=Decimal(64 * 2**30))
CLUSTER = Cluster(
    pools={
        "one": NodePool(nodes=("n1",), capacity=NODE, labels={"work": "one"}, taints=(Taint(key="one", value="yes"),)),
        "two": NodePool(nodes=("n2", "n3"), zones=("a", "b"), capacity=NODE, labels={"work": "two"}),
    }
)
EXISTING = Existing(
    namespaces=("traefik", "monitoring", "metrics", "edge", "messaging"),
    secrets=tuple(
        ExistingKeys(namespace="web", name=name, keys=(".dockerconfigjson", "tls.crt", "tls.key"))
        for name in ("registry", "certificate")
    ),
    config_maps=tuple(
        ExistingKeys(namespace="web", name=name, keys=("mode", "level")) for name in ("settings", "other")
    ),
    service_accounts=tuple(ExistingKeys(namespace="web", name=name) for name in ("robot", "other")),
    claims=tuple(ExistingKeys(namespace="web", name=name) for name in ("photos", "films")),
)


def new_app() -> App:
    """An app with two pools of nodes."""
    return App(cluster=CLUSTER, existing=EXISTING)


def build(make: Callable[[NamespaceChart], object], **chart: Any) -> Manifests:
    """The manifests of a chart `web` that `make` has filled.

    Raises:
        InputError: there is something wrong with them.
    """
    app = new_app()
    make(NamespaceChart(app, "web", **{"ingress": INGRESS, **chart}))
    synthesis = synthesize(app)
    if synthesis.faults:
        raise InputError(synthesis.faults)
    return synthesis.manifests["web"]


def chart_faults(**arguments: Any) -> list[str]:
    """Yield the faults of an empty chart `web` that is made with the arguments."""
    app = new_app()
    NamespaceChart(app, "web", **arguments)
    return list(synthesize(app).faults)


def api(**arguments: Any) -> Manifests:
    """An ApiService `shop`, alone in its chart."""
    return build(lambda chart: ApiService(chart, "shop", **{"image": "shop:1", **arguments}))


def worker(**arguments: Any) -> Manifests:
    """A CeleryWorker `cook`, alone in its chart."""
    base = {"image": "cook:1", "queues": ["q.cook"]} | ({} if "command" in arguments else {"app": "cook"})
    return build(lambda chart: CeleryWorker(chart, "cook", **{**base, **arguments}))


def stateful(**arguments: Any) -> Manifests:
    """A DedicatedStateful `store`, alone in its chart."""
    base = {"image": "store:1", "port": 7000, "storage": "1Gi", "data_path": "/data"}
    return build(lambda chart: DedicatedStateful(chart, "store", **{**base, **arguments}))


def postgresql(**arguments: Any) -> Manifests:
    """A PostgreSQL `db` and an ApiService that uses it."""

    def make(chart: NamespaceChart) -> None:
        ApiService(chart, "shop", image="shop:1", uses=[PostgreSQL(chart, "db", **{"credentials": LOGIN, **arguments})])

    return build(make)


def redis(**arguments: Any) -> Manifests:
    """A Redis `cache` and an ApiService that uses it."""
    return build(lambda chart: ApiService(chart, "shop", image="shop:1", uses=[Redis(chart, "cache", **arguments)]))


def find(manifests: Manifests, where: str) -> Any:
    """The value at a path such as `Service spec ports 0 port`, its words separated by blanks.

    The first word is the kind, and `Kind/name` where there are several.
    """
    first, *path = where.split()
    kind, _, name = first.partition("/")
    value: Any = next(
        (item for item in manifests if item["kind"] == kind and name in ("", item["metadata"]["name"])), ABSENT
    )
    for word in path:
        if isinstance(value, list):
            value = value[int(word)] if int(word) < len(value) else ABSENT
        else:
            value = value.get(word, ABSENT) if isinstance(value, dict) else ABSENT
    return value
