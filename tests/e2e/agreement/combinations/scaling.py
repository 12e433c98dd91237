"""Fields of autoscalers, budgets, quotas and limits that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, is_item, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest


def bounds(random: Random, manifest: Manifest) -> Path | None:
    kinds = ("HorizontalPodAutoscaler", "ScaledObject")
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] in kinds)
    low, high = (
        ("minReplicas", "maxReplicas") if manifest["kind"] == kinds[0] else ("minReplicaCount", "maxReplicaCount")
    )
    choices = (
        {low: 9, high: 3},
        {low: 0},
        {high: 0},
        {low: -1},
        {high: None},
        {low: 1, high: 1},
        {"targetCPUUtilizationPercentage": 50},
    )
    return set_fields(node, random.choice(choices))


def metrics(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "metrics") and "type" in each.value)
    target: dict[str, Any] = random.choice(
        (
            {"type": "Utilization", "averageUtilization": 50},
            {"type": "Utilization", "averageUtilization": 0},
            {"type": "Utilization", "averageValue": "1"},
            {"type": "AverageValue", "averageValue": "1"},
            {"type": "AverageValue", "averageValue": "0"},
            {"type": "Value", "value": "1"},
            {"type": "Value", "averageUtilization": 50},
            {"averageUtilization": 50},
            {"type": "Utilization", "averageUtilization": 50, "averageValue": "1"},
        )
    )
    choices: tuple[dict[str, Any], ...] = (
        {"type": "Resource", "resource": {"name": "cpu", "target": target}},
        {"resource": {"name": "cpu", "target": target}},
        {"type": "Pods", "pods": {"metric": {"name": "x"}, "target": target}, "resource": None},
        {"type": "External", "external": {"metric": {"name": "x"}, "target": target}, "resource": None},
        {
            "type": "ContainerResource",
            "containerResource": {"name": "cpu", "container": "web", "target": target},
            "resource": None,
        },
        {
            "type": "Object",
            "object": {"metric": {"name": "x"}, "describedObject": {"kind": "Ingress", "name": "x"}, "target": target},
            "resource": None,
        },
        {"type": "Pods"},
        {"type": "Resource"},
    )
    return set_fields(node, random.choice(choices))


def behavior(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "HorizontalPodAutoscaler")
    policy = {
        "type": random.choice(("Pods", "Percent", "Replicas")),
        "value": random.choice((0, 1, 100)),
        "periodSeconds": random.choice((0, 60, 1800, 1801)),
    }
    rules = {
        "stabilizationWindowSeconds": random.choice((0, 300, 3600, 3601, -1)),
        "policies": random.choice(([policy], [])),
        "selectPolicy": random.choice(("Max", "Min", "Disabled", "Most")),
    }
    dropped = random.choice((None, *rules))
    return set_fields(
        node,
        {
            "behavior": {
                random.choice(("scaleUp", "scaleDown", "scaleSideways")): {
                    key: value for key, value in rules.items() if key != dropped
                }
            }
        },
    )


def budget(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "PodDisruptionBudget")
    choices: tuple[dict[str, Any], ...] = (
        {"minAvailable": 1, "maxUnavailable": 1},
        {"minAvailable": None, "maxUnavailable": None},
        {"minAvailable": "150%", "maxUnavailable": None},
        {"minAvailable": -1, "maxUnavailable": None},
        {"selector": {}},
        {"selector": None},
        {"unhealthyPodEvictionPolicy": random.choice(("AlwaysAllow", "Never"))},
    )
    return set_fields(node, random.choice(choices))


def quota_scopes(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "ResourceQuota")
    choices: tuple[dict[str, Any], ...] = (
        {"scopes": ["BestEffort", "NotBestEffort"]},
        {"scopes": ["BestEffort"], "hard": {"cpu": "1"}},
        {"scopes": ["BestEffort"], "hard": {"pods": "1"}},
        {"scopes": ["Terminating", "NotTerminating"]},
        {"scopes": ["All"]},
        {"scopes": ["BestEffort"], "hard": {"services": "1"}},
        {"hard": {"pods": random.choice(("1.5", "-1", "1", "1k"))}},
        {
            "hard": {
                random.choice(
                    (
                        "cpus",
                        "requests.gpu",
                        "count/x",
                        "requests.nvidia.com/gpu",
                        "limits.nvidia.com/gpu",
                        "hugepages-2Mi",
                        "a.b/c",
                    )
                ): "1"
            }
        },
        {
            "scopeSelector": {
                "matchExpressions": [
                    {"scopeName": "PriorityClass", "operator": random.choice(("In", "Exists")), "values": ["high"]}
                ]
            }
        },
        {
            "scopeSelector": {
                "matchExpressions": [{"scopeName": "BestEffort", "operator": random.choice(("In", "Exists"))}]
            }
        },
    )
    return set_fields(node, random.choice(choices))


def limit_ranges(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "limits") and manifest["kind"] == "LimitRange")
    choices: tuple[dict[str, Any], ...] = (
        {"min": {"cpu": "2"}, "max": {"cpu": "1"}},
        {"default": {"cpu": "2"}, "max": {"cpu": "1"}},
        {"defaultRequest": {"cpu": "2"}, "default": {"cpu": "1"}},
        {"defaultRequest": {"cpu": "100m"}, "min": {"cpu": "200m"}},
        {"maxLimitRequestRatio": {"cpu": random.choice(("0", "0.5", "2", "100"))}},
        {"type": "Pod", "default": {"cpu": "1"}},
        {"type": "PersistentVolumeClaim"},
        {"type": random.choice(("container", "Node", "Pod", "example.com/x"))},
        {"max": {random.choice(("cpus", "storage", "nvidia.com/gpu")): "1"}},
    )
    return set_fields(node, random.choice(choices))


COMBINATIONS: Final[tuple[Combination, ...]] = (
    bounds,
    metrics,
    behavior,
    budget,
    quota_scopes,
    limit_ranges,
)
