"""Fields of Ingresses and NetworkPolicies that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, is_item, is_map, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest


def ingress_backends(random: Random, manifest: Manifest) -> Path | None:
    node = pick(
        random, manifest, lambda each: is_map(each, "backend", "defaultBackend") and manifest["kind"] == "Ingress"
    )
    choices: tuple[dict[str, Any], ...] = (
        {"resource": {"kind": "Bucket", "name": "a"}},
        {"service": {"name": "a", "port": {"number": 80, "name": "http"}}},
        {"service": {"name": "a", "port": {}}},
        {"service": {"name": "a"}},
        {"service": {"name": "A_b", "port": {"number": 80}}},
        {"service": {"name": "a", "port": {"number": random.choice((0, 65536, 80))}}},
        {"service": {"name": "a", "port": {"name": random.choice(("HTTP", "http_1", "80", "http"))}}},
        {"service": None},
        {"serviceName": "a", "servicePort": 80},
        {"service": None, "resource": {"apiGroup": "example.com", "kind": "Bucket", "name": "a"}},
    )
    return set_fields(node, random.choice(choices))


def ingress_rules(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "Ingress")
    choices: tuple[dict[str, Any], ...] = (
        {"rules": None},
        {"rules": []},
        {"rules": [], "defaultBackend": {"service": {"name": "a", "port": {"number": 80}}}},
        {"rules": [{"host": "a.example.com"}]},
        {"rules": [{"host": "a.example.com", "http": {"paths": []}}]},
        {"rules": [{"host": "10.0.0.1"}]},
        {"tls": [{"hosts": ["*.example.com", "A"]}]},
        {"tls": [{}]},
        {"tls": [{"secretName": "A_b"}]},
        {"ingressClassName": "A_b"},
        {"ingressClassName": ""},
    )
    return set_fields(node, random.choice(choices))


def ingress_class_twice(random: Random, manifest: Manifest) -> Path | None:
    if manifest["kind"] != "Ingress":
        return None
    annotations = manifest["metadata"].setdefault("annotations", {})
    annotations["kubernetes.io/ingress.class"] = "nginx"
    if random.random() < 0.5:
        manifest["spec"].pop("ingressClassName", None)
    return ("metadata", "annotations", "kubernetes.io/ingress.class")


def policy_peers(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "from", "to") and manifest["kind"] == "NetworkPolicy")
    choices: tuple[dict[str, Any], ...] = (
        {"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}},
        {"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": None, "namespaceSelector": None},
        {"ipBlock": {"cidr": "10.0.0.0/16", "except": ["10.1.0.0/24"]}, "podSelector": None, "namespaceSelector": None},
        {"ipBlock": {"cidr": "10.0.0.0/16", "except": ["10.0.0.0/16"]}, "podSelector": None, "namespaceSelector": None},
        {"ipBlock": None, "podSelector": None, "namespaceSelector": None},
        {"namespaceSelector": {"matchLabels": {"a b": "c"}}},
        {"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
    )
    return set_fields(node, random.choice(choices))


def policy_ports(random: Random, manifest: Manifest) -> Path | None:
    node = pick(
        random,
        manifest,
        lambda each: (
            each.path[-1] in ("ingress", "egress")
            and isinstance(each.value, list)
            and manifest["kind"] == "NetworkPolicy"
        ),
    )
    choices: tuple[dict[str, Any], ...] = (
        {"port": "http", "endPort": 90},
        {"endPort": 90},
        {"port": 80, "endPort": 79},
        {"port": 80, "endPort": random.choice((80, 90, 70000))},
        {"port": random.choice(("HTTP", "a" * 16, "80", "http_1"))},
        {"port": 80, "protocol": random.choice(("ICMP", "tcp", "SCTP"))},
        {},
    )
    if node is None:
        return None
    node.value.append({"ports": [random.choice(choices)]})
    return (*node.path, len(node.value) - 1)


def policy_types(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "NetworkPolicy")
    choices: tuple[list[str], ...] = (
        ["Ingress", "Ingress"],
        ["Ingress", "Egress"],
        ["ingress"],
        ["Both"],
        [],
        ["Ingress", "Egress", "Egress"],
    )
    return set_fields(node, {"policyTypes": random.choice(choices)})


COMBINATIONS: Final[tuple[Combination, ...]] = (
    ingress_backends,
    ingress_rules,
    ingress_class_twice,
    policy_peers,
    policy_ports,
    policy_types,
)
