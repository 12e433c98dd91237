"""Who talks to whom in production: variables, and the policies of both sides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Manifest, of_kind

APIS = ["waste", "users", "auth", "recycling", "locations"]
WORKERS = ["preprocess", "vision", "rag", "llm"]


def policy(prod: list[Manifest], name: str) -> Any:
    return of_kind(prod, "NetworkPolicy")[name]["spec"]


def in_namespace(namespace: str, labels: dict[str, str] | None = None) -> dict[str, Any]:
    peer: dict[str, Any] = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    return {**peer, "podSelector": {"matchLabels": labels}} if labels else peer


def identity(name: str, component: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/component": component}


@pytest.mark.parametrize(("store", "component", "port"), [("postgresql", "database", 5432), ("redis", "cache", 6379)])
def test_a_data_store_lets_in_just_its_clients(prod: list[Manifest], store: str, component: str, port: int) -> None:
    clients = [in_namespace("api", identity(name, "api-sync")) for name in APIS]
    clients.insert(1, in_namespace("api", identity("waste-migration", "migration")))
    clients += [in_namespace("async", identity(name, "async-worker")) for name in WORKERS]
    if store == "postgresql":
        own = {"podSelector": {"matchLabels": identity("postgresql-backup", "backup")}}
        clients.insert(0, own)
    rules = policy(prod, store)["ingress"]
    # What Prometheus reads is another port.
    (rule,) = [rule for rule in rules if {"protocol": "TCP", "port": port} in rule["ports"]]
    assert rule == {"from": clients, "ports": [{"protocol": "TCP", "port": port}]}
    to_store = {
        "to": [in_namespace("data", identity(store, component))],
        "ports": [{"protocol": "TCP", "port": port}],
    }
    for client in [*(f"{name}-api" for name in APIS), *(f"{name}-worker" for name in WORKERS)]:
        assert to_store in policy(prod, client)["egress"]


def test_data_stores_call_nobody(prod: list[Manifest]) -> None:
    for store in ("postgresql", "redis"):
        assert policy(prod, store)["policyTypes"] == ["Ingress", "Egress"]
        assert "egress" not in policy(prod, store)


def test_rabbitmq_is_reached_and_nothing_is_changed_on_its_side(prod: list[Manifest]) -> None:
    rule = {
        "to": [in_namespace("messaging", {"app.kubernetes.io/name": "rabbitmq"})],
        "ports": [{"protocol": "TCP", "port": 5672}],
    }
    for client in [*(f"{name}-api" for name in APIS), *(f"{name}-worker" for name in WORKERS)]:
        assert rule in policy(prod, client)["egress"]
    assert not [manifest for manifest in prod if manifest["metadata"].get("namespace") == "messaging"]


def test_only_workers_reach_the_internet_and_never_the_cluster_through_it(prod: list[Manifest]) -> None:
    cidrs = ["172.31.0.0/16", "10.244.0.0/16", "10.96.0.0/12"]
    https = {
        "to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": cidrs}}],
        "ports": [{"protocol": "TCP", "port": 443}],
    }
    allowed = {
        name for name, found in of_kind(prod, "NetworkPolicy").items() if https in found["spec"].get("egress", [])
    }
    assert allowed == {f"{name}-worker" for name in WORKERS}


@pytest.mark.parametrize("name", APIS)
def test_apis_let_in_the_ingress_controller_and_prometheus(prod: list[Manifest], name: str) -> None:
    ports = [{"protocol": "TCP", "port": 8000}]
    assert policy(prod, f"{name}-api")["ingress"] == [
        {"from": [in_namespace("traefik")], "ports": ports},
        {"from": [in_namespace("monitoring")], "ports": ports},
    ]


def test_workers_let_in_nobody(prod: list[Manifest]) -> None:
    for name in WORKERS:
        assert "ingress" not in policy(prod, f"{name}-worker")
        assert policy(prod, f"{name}-worker")["policyTypes"] == ["Ingress", "Egress"]


def test_a_worker_gets_the_variables_of_what_it_uses_in_order(prod: list[Manifest]) -> None:
    (container,) = of_kind(prod, "Deployment")["vision-worker"]["spec"]["template"]["spec"]["containers"]
    values = {
        variable["name"]: variable.get("value") or variable["valueFrom"]["secretKeyRef"]
        for variable in container["env"]
    }
    assert list(values.items()) == [
        ("RABBITMQ_HOST", "rabbitmq.messaging.svc"),
        ("RABBITMQ_PORT", "5672"),
        ("RABBITMQ_USERNAME", {"name": "rabbitmq", "key": "username"}),
        ("RABBITMQ_PASSWORD", {"name": "rabbitmq", "key": "password"}),
        ("CELERY_BROKER_URL", {"name": "rabbitmq", "key": "url"}),
        ("REDIS_HOST", "redis.data.svc"),
        ("REDIS_PORT", "6379"),
        ("REDIS_PASSWORD", {"name": "redis", "key": "password"}),
        ("POSTGRESQL_DATABASE", "growbin"),
        ("POSTGRESQL_HOST", "postgresql.data.svc"),
        ("POSTGRESQL_PORT", "5432"),
        ("POSTGRESQL_USERNAME", {"name": "postgresql", "key": "username"}),
        ("POSTGRESQL_PASSWORD", {"name": "postgresql", "key": "password"}),
        ("OPENAI_API_KEY", {"name": "openai", "key": "api-key"}),
    ]
