"""What combinations share: finding a field and changing it in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from tests.e2e.agreement.tree import Node, Path, choose, find
from tests.e2e.kube import Manifest

Combination = Callable[[Random, Manifest], Path | None]

PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
WORKLOADS: Final = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController")


def pick(random: Random, manifest: Manifest, wanted: Callable[[Node], bool]) -> Node | None:
    return choose(random, find(manifest, wanted))


def is_map(node: Node, *keys: str) -> bool:
    return isinstance(node.value, dict) and node.path[-1] in keys


def is_item(node: Node, *lists: str) -> bool:
    return isinstance(node.value, dict) and isinstance(node.path[-1], int) and node.key in lists


def add_one_of(random: Random, node: Node | None, choices: Mapping[str, Any]) -> Path | None:
    """Add another of several fields that exclude each other, or remove the one that is there."""
    if node is None:
        return None
    there = [key for key in choices if key in node.value]
    if there and random.random() < 0.25:
        key = random.choice(there)
        del node.value[key]
    else:
        absent = [key for key in choices if key not in node.value]
        key = random.choice(absent or list(choices))
        node.value[key] = choices[key]
    return (*node.path, key)


def set_fields(node: Node | None, fields: Mapping[str, Any]) -> Path | None:
    if node is None:
        return None
    for key, value in fields.items():
        if value is None:
            node.value.pop(key, None)
        else:
            node.value[key] = value
    return (*node.path, next(iter(fields)))


def pod_spec(random: Random, manifest: Manifest) -> Node | None:
    return pick(
        random,
        manifest,
        lambda each: (
            isinstance(each.value, dict) and each.path[-1] == "spec" and isinstance(each.value.get("containers"), list)
        ),
    )
