"""Small apps, what they would write, and what is wrong with them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from constructs_lib import App, Cluster, Existing, ExternalService, IngressOptions, NamespaceChart, NodePool, SecretRef
from constructs_lib.app.validation import synthesize
from constructs_lib.inventory.cluster import Amount
from tests.conftest import Manifest
from tests.schemas import OLDEST, newest, schema_faults

NODE = Amount(cpu=Decimal(16), memory=Decimal(64 * 2**30))
CLUSTER = Cluster(pools={"one": NodePool(nodes=("n1",), capacity=NODE, labels={"work": "one"})})
INGRESS = IngressOptions(class_name="traefik", host="example.com", from_namespace="traefik")
EXISTING = Existing(namespaces=("traefik", "monitoring", "argocd", "edge"))
LOGIN = SecretRef("rabbitmq", ("username", "password", "url"))
BROKER = ExternalService("rabbitmq", namespace="messaging", port=5672, pod_labels={"app": "rabbitmq"})


def new_app(environment: str | None = None) -> App:
    """An app with one node."""
    return App(cluster=CLUSTER, existing=EXISTING, environment=environment)


def new_chart(app: App | None = None, **arguments: Any) -> NamespaceChart:
    """A chart `web`."""
    return NamespaceChart(app or new_app(), "web", **{"ingress": INGRESS, **arguments})


def faults_of(scope: Any) -> list[str]:
    """What a synth of the whole app would say."""
    return list(synthesize(scope.node.root).faults)


def manifests_of(scope: Any) -> list[Manifest]:
    """What a synth of the whole app would write: all of it is strictly valid."""
    synthesis = synthesize(scope.node.root)
    assert list(synthesis.faults) == []
    manifests = [manifest for group in synthesis.manifests.values() for manifest in group]
    for manifest in manifests:
        for version in (OLDEST, newest()):
            assert list(schema_faults(manifest, version)) == [], manifest
    return manifests


def one(manifests: list[Manifest], kind: str, name: str | None = None) -> Any:
    """The only manifest of the kind, or the one with the name."""
    found = [m for m in manifests if m["kind"] == kind and name in (None, m["metadata"]["name"])]
    assert len(found) == 1, f"{len(found)} {kind} {name or ''}: {[m['metadata']['name'] for m in found]}"
    return found[0]
