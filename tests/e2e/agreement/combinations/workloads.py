"""Fields of workloads that exclude or contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import WORKLOADS, Combination, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest


def strategy(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "Deployment")
    zero: Sequence[Any] = (0, "0%")
    return set_fields(
        node,
        {
            "strategy": random.choice(
                (
                    {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}},
                    {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": random.choice(zero)}},
                    {"rollingUpdate": {"maxSurge": "0%", "maxUnavailable": random.choice(zero)}},
                    {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                    {"rollingUpdate": {"maxSurge": "150%"}},
                    {"rollingUpdate": {"maxUnavailable": "150%"}},
                    {"rollingUpdate": {"maxUnavailable": -1}},
                    {"type": "OnDelete"},
                    {"type": "Recreate"},
                    {"type": "Recreate", "rollingUpdate": {}},
                )
            )
        },
    )


def update_strategy(random: Random, manifest: Manifest) -> Path | None:
    kinds = ("StatefulSet", "DaemonSet")
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] in kinds)
    choices: tuple[Any, ...] = (
        {"type": "OnDelete", "rollingUpdate": {"partition": 1}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 0}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        {"type": "RollingUpdate", "rollingUpdate": {"partition": -1}},
        {"type": "Recreate"},
        {"type": "OnDelete"},
    )
    return set_fields(node, {"updateStrategy": random.choice(choices)})


def selector_of_others(random: Random, manifest: Manifest) -> Path | None:
    """The selector of a workload or the labels of its pods, changed so that they may not match."""
    spec = manifest.get("spec")
    if manifest["kind"] not in (*WORKLOADS, "Job") or not isinstance(spec, dict):
        return None
    requirement = {"key": "app", "operator": random.choice(("NotIn", "Exists", "DoesNotExist", "In")), "values": ["x"]}
    if random.random() < 0.5:
        labels = spec.get("template", {}).get("metadata", {}).get("labels")
        if not labels:
            return None
        labels[random.choice(list(labels))] = "other"
        return ("spec", "template", "metadata", "labels")
    choices: tuple[dict[str, Any], ...] = (
        {"matchLabels": {"app": "other"}},
        {},
        {"matchLabels": {}},
        {"matchExpressions": [requirement]},
    )
    spec["selector"] = random.choice(choices)
    return ("spec", "selector")


def requirement_without_values(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: isinstance(each.value, dict) and "operator" in each.value)
    operators = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Equal")
    values: tuple[list[str] | None, ...] = (None, [], ["a"], ["a", "b"], ["1"])
    choices: tuple[dict[str, Any], ...] = (
        {"operator": random.choice(operators)},
        {"values": random.choice(values)},
        {"operator": random.choice(operators), "values": random.choice(values)},
        {"operator": "Exists", "value": "x"},
        {"key": None},
    )
    return set_fields(node, random.choice(choices))


def stateful_set_fields(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "StatefulSet")
    choices: tuple[dict[str, Any], ...] = (
        {"serviceName": ""},
        {"serviceName": None},
        {"serviceName": "A_b"},
        {"podManagementPolicy": "parallel"},
        {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Keep"}},
        {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}},
        {"ordinals": {"start": -1}},
        {"ordinals": {"start": 1}},
        {"minReadySeconds": -1},
        {"revisionHistoryLimit": -1},
        {"replicas": -1},
    )
    return set_fields(node, random.choice(choices))


def deployment_numbers(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] in WORKLOADS)
    choices: tuple[dict[str, Any], ...] = (
        {"minReadySeconds": 600},
        {"minReadySeconds": 10, "progressDeadlineSeconds": 10},
        {"progressDeadlineSeconds": 0},
        {"revisionHistoryLimit": -1},
        {"replicas": -1},
        {"replicas": 0},
        {"paused": "no"},
        {"template": {}},
        {"template": None},
        {"selector": None},
    )
    return set_fields(node, random.choice(choices))


COMBINATIONS: Final[tuple[Combination, ...]] = (
    strategy,
    update_strategy,
    selector_of_others,
    requirement_without_values,
    stateful_set_fields,
    deployment_numbers,
)
