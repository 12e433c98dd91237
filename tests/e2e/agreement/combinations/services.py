"""Fields of Services that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, is_item, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest


def service_ports(random: Random, manifest: Manifest) -> Path | None:
    """Ports of a Service or a container without a name, with the name, number or protocol of another one."""
    node = pick(random, manifest, lambda each: each.path[-1] == "ports" and isinstance(each.value, list))
    if not node or not node.value or not isinstance(node.value[0], dict):
        return None
    port = dict(node.value[0])
    other = random.choice(
        (
            {key: value for key, value in port.items() if key != "name"},
            {**port, "port": 9999},
            {**port, "name": "other"},
            {**port, "name": "other", "protocol": "UDP"},
            {**port, "name": "other", "port": 9999, "nodePort": port.get("nodePort", 30080)},
            {**port, "containerPort": 9999},
        )
    )
    numbers = ("port", "nodePort") if "containerPort" not in port else ("containerPort",)
    kept = {key: value for key, value in other.items() if key in (*numbers, "name", "protocol", "targetPort")}
    node.value.append(kept)
    return (*node.path, len(node.value) - 1)


def service_fields(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "Service")
    if node is None:
        return None
    choices: tuple[dict[str, Any], ...] = (
        {"externalTrafficPolicy": random.choice(("Local", "Cluster"))},
        {"internalTrafficPolicy": random.choice(("Local", "Cluster", "None"))},
        {"clusterIP": "None", "type": random.choice(("NodePort", "LoadBalancer"))},
        {"clusterIP": "None"},
        {"type": "ExternalName"},
        {"type": "ExternalName", "externalName": "db.example.com", "clusterIP": None},
        {"type": "ExternalName", "externalName": "https://db.example.com", "clusterIP": None},
        {"healthCheckNodePort": 30999},
        {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 30999},
        {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10}}},
        {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 100000}}},
        {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}}},
        {"loadBalancerClass": "example.com/lb"},
        {"type": "LoadBalancer", "loadBalancerClass": "example.com/lb"},
        {"loadBalancerSourceRanges": ["10.0.0.0/8"]},
        {"allocateLoadBalancerNodePorts": False},
        {"ipFamilies": ["IPv4", "IPv4"]},
        {"ipFamilies": ["IPv5"]},
        {"ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "SingleStack"},
        {"ipFamilyPolicy": random.choice(("SingleStack", "PreferDualStack"))},
        {"externalIPs": ["127.0.0.1"]},
        {"externalName": "db.example.com"},
        {"ports": None},
        {"selector": None},
        {"trafficDistribution": random.choice(("PreferClose", "Nearest"))},
        {"clusterIPs": ["None"]},
        {"publishNotReadyAddresses": "yes"},
    )
    return set_fields(node, random.choice(choices))


def node_port(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "ports") and "port" in each.value)
    if manifest["kind"] != "Service":
        return None
    return set_fields(node, {"nodePort": random.choice((30080, 8080, 0, 70000, 32767))})


COMBINATIONS: Final[tuple[Combination, ...]] = (
    service_ports,
    service_fields,
    service_fields,
    node_port,
)
