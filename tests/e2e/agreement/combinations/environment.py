"""Environment variables that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, add_one_of, is_item, is_map, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest

_VALUE_SOURCES: Final[dict[str, Any]] = {
    "fieldRef": {"fieldPath": "metadata.name"},
    "resourceFieldRef": {"resource": "limits.cpu"},
    "configMapKeyRef": {"name": "other", "key": "a"},
    "secretKeyRef": {"name": "other", "key": "a"},
}


def value_and_source(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "env"))
    if node and "valueFrom" in node.value:
        return set_fields(node, {"value": "x"})
    return set_fields(node, {"valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}})


def second_value_source(random: Random, manifest: Manifest) -> Path | None:
    return add_one_of(random, pick(random, manifest, lambda node: is_map(node, "valueFrom")), _VALUE_SOURCES)


def second_env_from(random: Random, manifest: Manifest) -> Path | None:
    choices = {"configMapRef": {"name": "other"}, "secretRef": {"name": "other"}}
    return add_one_of(random, pick(random, manifest, lambda node: is_item(node, "envFrom")), choices)


def env_details(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "env") and "name" in each.value)
    if node is None:
        return None
    name = node.value["name"]
    sources: tuple[dict[str, Any], ...] = (
        {
            "fieldRef": {
                "fieldPath": random.choice(
                    (
                        "status.podIP",
                        "status.hostIP",
                        "metadata.labels",
                        "metadata.labels['a']",
                        "spec.containers",
                        "metadata.uid",
                        "status.podIPs",
                        "spec.nodeName",
                        "status.phase",
                    )
                )
            }
        },
        {"fieldRef": {"apiVersion": "v2", "fieldPath": "metadata.name"}},
        {
            "resourceFieldRef": {
                "resource": random.choice(
                    (
                        "limits.cpu",
                        "cpu",
                        "requests.memory",
                        "limits.storage",
                        "requests.ephemeral-storage",
                        "limits.hugepages-2Mi",
                    )
                )
            }
        },
        {
            "resourceFieldRef": {
                "resource": "limits.cpu",
                "divisor": random.choice(("1", "1m", "1Mi", "2", "100m", "0")),
            }
        },
        {"resourceFieldRef": {"resource": "limits.memory", "divisor": random.choice(("1", "1Mi", "1M", "1m", "3"))}},
        {"secretKeyRef": {"name": "a"}},
        {"secretKeyRef": {"key": "a"}},
        {"secretKeyRef": {"name": "", "key": "a"}},
        {"secretKeyRef": {"name": "a", "key": "a b"}},
        {"configMapKeyRef": {"name": "A_b", "key": "a"}},
        {"configMapKeyRef": {"name": "a", "key": ""}},
        {"fileKeyRef": {"volumeName": "a", "path": "b", "key": "C"}},
        {},
    )
    node.value.clear()
    node.value["name"] = name
    return set_fields(node, {"valueFrom": random.choice(sources)})


COMBINATIONS: Final[tuple[Combination, ...]] = (
    value_and_source,
    second_value_source,
    second_env_from,
    env_details,
)
