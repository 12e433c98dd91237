"""What production must show, read from the committed dist/prod."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.inventory.cluster import Cluster
from constructs_lib.kubernetes.quantities import parse_quantity
from tests.conftest import ROOT, Manifest, of_kind

APIS = {"waste": 3, "users": 2, "auth": 2, "recycling": 2, "locations": 2}
WORKERS = {"preprocess": 3, "vision": 5, "rag": 2, "llm": 3}


def pod(workload: Manifest) -> Any:
    return workload["spec"]["template"]["spec"]


def main_container(workload: Manifest) -> Any:
    return pod(workload)["containers"][0]


def minimum(prod: list[Manifest], name: str) -> int:
    """The replicas that a Deployment has at least: its autoscaler's where there is one."""
    scaler = of_kind(prod, "HorizontalPodAutoscaler").get(name)
    replicas = of_kind(prod, "Deployment")[name]["spec"].get("replicas")
    assert (scaler is None) != (replicas is None), f"{name}: replicas and an autoscaler, or neither"
    return int(replicas if scaler is None else scaler["spec"]["minReplicas"])


def test_the_nine_deployments_with_their_replicas(prod: list[Manifest]) -> None:
    expected = {f"{name}-api": count for name, count in APIS.items()}
    expected |= {f"{name}-worker": count for name, count in WORKERS.items()}
    assert {name: minimum(prod, name) for name in of_kind(prod, "Deployment")} == expected


@pytest.mark.parametrize(
    ("name", "namespace", "component", "container", "node"),
    [
        *((f"{name}-api", "api", "api-sync", "api", "application") for name in APIS),
        *((f"{name}-worker", "async", "async-worker", "worker", "async-workers") for name in WORKERS),
    ],
)
def test_labels_container_and_node(
    prod: list[Manifest], name: str, namespace: str, component: str, container: str, node: str
) -> None:
    deployment = of_kind(prod, "Deployment")[name]
    labels = {
        "app.kubernetes.io/name": name.rpartition("-")[0],
        "app.kubernetes.io/component": component,
    }
    assert deployment["metadata"]["namespace"] == namespace
    assert deployment["metadata"]["labels"].items() >= labels.items()
    assert deployment["spec"]["template"]["metadata"]["labels"].items() >= labels.items()
    # The selector can never be changed in a cluster: exactly these two, forever.
    assert deployment["spec"]["selector"] == {"matchLabels": labels}
    assert main_container(deployment)["name"] == container
    assert pod(deployment)["nodeSelector"] == {"workload": node}


def test_one_image_with_a_pinned_tag(prod: list[Manifest]) -> None:
    images = {main_container(deployment)["image"] for deployment in of_kind(prod, "Deployment").values()}
    assert len(images) == 1
    registry_and_name, _, tag = images.pop().rpartition(":")
    assert registry_and_name == "ghcr.io/your-org/growbin-backend"
    assert tag != "latest"


def test_development_may_run_latest(dev: list[Manifest]) -> None:
    images = {main_container(deployment)["image"] for deployment in of_kind(dev, "Deployment").values()}
    assert images == {"ghcr.io/your-org/growbin-backend:latest"}


@pytest.mark.parametrize(
    ("name", "requests", "limits"),
    [
        ("waste-api", ("200m", "256Mi"), ("1000m", "512Mi")),
        ("preprocess-worker", ("300m", "256Mi"), ("1000m", "512Mi")),
        ("vision-worker", ("100m", "256Mi"), ("500m", "512Mi")),
    ],
)
def test_known_resources(prod: list[Manifest], name: str, requests: tuple[str, str], limits: tuple[str, str]) -> None:
    resources = main_container(of_kind(prod, "Deployment")[name])["resources"]
    assert (resources["requests"]["cpu"], resources["requests"]["memory"]) == requests
    assert (resources["limits"]["cpu"], resources["limits"]["memory"]) == limits


@pytest.mark.parametrize("name", APIS)
def test_each_api_is_reached_on_its_path(prod: list[Manifest], name: str) -> None:
    service = of_kind(prod, "Service")[f"{name}-api"]
    assert [(port["name"], port["port"], port["targetPort"]) for port in service["spec"]["ports"]] == [
        ("http", 8000, "http")
    ]
    assert main_container(of_kind(prod, "Deployment")[f"{name}-api"])["ports"] == [
        {"name": "http", "containerPort": 8000}
    ]
    (ingress,) = of_kind(prod, "Ingress").values()
    paths = {path["path"]: path["backend"]["service"] for path in ingress["spec"]["rules"][0]["http"]["paths"]}
    assert paths[f"/api/v1/{name}"] == {"name": f"{name}-api", "port": {"name": "http"}}


@pytest.mark.parametrize(
    ("name", "queue", "pool", "concurrency"),
    [
        ("preprocess", "q.preprocess", "processes", "8"),
        ("vision", "q.vision", "gevent", "20"),
        ("rag", "q.rag", "gevent", "10"),
        ("llm", "q.llm", "gevent", "20"),
    ],
)
def test_each_worker_reads_its_queue(prod: list[Manifest], name: str, queue: str, pool: str, concurrency: str) -> None:
    deployment = of_kind(prod, "Deployment")[f"{name}-worker"]
    command = main_container(deployment)["command"]
    assert command[:10] == ["celery", "-A", f"workers.{name}", "worker", "-Q", queue, "-P", pool, "-c", concurrency]
    assert deployment["metadata"]["annotations"]["constructs-lib/consumes-queues"] == queue
    assert f"{name}-worker" not in of_kind(prod, "Service")


def test_vision_scales_from_five_to_eight(prod: list[Manifest]) -> None:
    spec = of_kind(prod, "HorizontalPodAutoscaler")["vision-worker"]["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (5, 8)
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "vision-worker"}


@pytest.mark.parametrize(("name", "node"), [("postgresql", "database"), ("redis", "cache")])
def test_data_stores_have_claims_on_their_own_nodes(prod: list[Manifest], name: str, node: str) -> None:
    store = of_kind(prod, "StatefulSet")[name]
    assert store["metadata"]["namespace"] == "data"
    assert pod(store)["nodeSelector"] == {"workload": node}
    assert pod(store)["tolerations"] == [
        {"key": "workload", "operator": "Equal", "value": node, "effect": "NoSchedule"}
    ]
    (claim,) = store["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert store["spec"]["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert main_container(store)["resources"]["requests"] == main_container(store)["resources"]["limits"]


def test_our_namespaces_are_closed_limited_and_restricted(prod: list[Manifest]) -> None:
    namespaces = of_kind(prod, "Namespace")
    assert sorted(namespaces) == ["api", "async", "data"]  # messaging, monitoring and argocd are kept as they are
    for name, namespace in namespaces.items():
        assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
        assert "namespace" not in namespace["metadata"]
        own = [manifest for manifest in prod if manifest["metadata"].get("namespace") == name]
        kinds = {manifest["kind"] for manifest in own}
        assert kinds >= {"ResourceQuota", "LimitRange", "NetworkPolicy"}
        deny = of_kind(own, "NetworkPolicy")["default-deny"]["spec"]
        assert deny["podSelector"] == {}
        assert deny["policyTypes"] == ["Ingress", "Egress"]
        assert "ingress" not in deny
        assert [port["port"] for rule in deny["egress"] for port in rule["ports"]] == [53, 53]


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_every_pod_satisfies_restricted(request: pytest.FixtureRequest, environment: str) -> None:
    manifests: list[Manifest] = request.getfixturevalue(environment)
    workloads = [*of_kind(manifests, "Deployment").values(), *of_kind(manifests, "StatefulSet").values()]
    for workload in workloads:
        context = pod(workload)["securityContext"]
        assert context["runAsNonRoot"] is True
        assert context["runAsUser"] > 0
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod(workload)["automountServiceAccountToken"] is False
        for container in pod(workload)["containers"]:
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def requested(prod: list[Manifest], namespace: str, resource: str) -> Decimal:
    return sum(
        (
            minimum(prod, name) * parse_quantity(main_container(deployment)["resources"]["requests"][resource])
            for name, deployment in of_kind(prod, "Deployment").items()
            if deployment["metadata"]["namespace"] == namespace
        ),
        Decimal(0),
    )


@pytest.mark.parametrize(
    ("namespace", "pool", "least_gb", "most_gb"),
    [("api", "application", "2", "3"), ("async", "async-workers", "3", "3.5")],
)
def test_the_baseline_fits_its_node_and_the_estimate(
    prod: list[Manifest], namespace: str, pool: str, least_gb: str, most_gb: str
) -> None:
    node = Cluster.from_yaml(ROOT / "values" / "cluster.yaml").pools[pool]
    memory = requested(prod, namespace, "memory")
    assert requested(prod, namespace, "cpu") <= node.allocatable.cpu
    assert memory <= node.allocatable.memory
    assert Decimal(least_gb) * 10**9 <= memory <= Decimal(most_gb) * 10**9


def test_the_inventory_is_the_seven_nodes() -> None:
    pools = Cluster.from_yaml(ROOT / "values" / "cluster.yaml").pools
    assert {node: dict(pool.labels) for pool in pools.values() for node in pool.nodes} == {
        "master": {"node-role.kubernetes.io/control-plane": ""},
        "k8s-worker-1": {"workload": "application"},
        "k8s-worker-2": {"workload": "async-workers"},
        "k8s-postgresql": {"workload": "database"},
        "k8s-redis": {"workload": "cache"},
        "k8s-rabbitmq": {"workload": "message-queue"},
        "k8s-monitoring": {"workload": "monitoring"},
    }


def test_nothing_secret_is_written() -> None:
    for path in Path(ROOT / "dist").rglob("*.yaml"):
        assert "kind: Secret\n" not in path.read_text(encoding="utf-8")
