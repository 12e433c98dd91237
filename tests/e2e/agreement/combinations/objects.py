"""Fields that every object has that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, set_fields
from tests.e2e.agreement.tree import Node, Path
from tests.e2e.kube import Manifest


def metadata(random: Random, manifest: Manifest) -> Path | None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}
    choices: tuple[dict[str, Any], ...] = (
        {"generateName": "web-", "name": None},
        {"generateName": "Web-", "name": None},
        {"generateName": "a" * 70, "name": None},
        {"name": None},
        {"namespace": ""},
        {"namespace": "Default"},
        {"namespace": "a_b"},
        {"labels": {"a b": "c"}},
        {"labels": {"a": "b c"}},
        {"labels": {"a": None}},
        {"labels": {"a": 1}},
        {"labels": {"a": True}},
        {"labels": {"a": "a" * 64}},
        {"labels": []},
        {"annotations": {"a b": "c"}},
        {"annotations": {"A.b/c": "d"}},
        {"annotations": {"a": 1}},
        {"annotations": {"a": True}},
        {"annotations": {"a": {"b": "c"}}},
        {"annotations": {"a": "x" * 262144}},
        {"annotations": {"x" * 64: "a"}},
        {"finalizers": ["a"]},
        {"finalizers": ["example.com/a"]},
        {"finalizers": ["a b"]},
        {"finalizers": ["orphan", "foregroundDeletion"]},
        {"ownerReferences": [owner]},
        {"ownerReferences": [{**owner, "uid": ""}]},
        {"ownerReferences": [{**owner, "controller": True}, {**owner, "name": "c", "controller": True}]},
        {"ownerReferences": [{key: value for key, value in owner.items() if key != random.choice(list(owner))}]},
        {"clusterName": "a"},
        {"creationTimestamp": None},
        {"creationTimestamp": "today"},
        {"creationTimestamp": "2026-01-01T00:00:00Z"},
        {"resourceVersion": "1"},
        {"uid": "a"},
        {"generation": -1},
        {"generation": "1"},
        {"managedFields": []},
        {"deletionGracePeriodSeconds": 1},
        {"selfLink": "/a"},
    )
    return set_fields(Node(("metadata",), manifest["metadata"]), random.choice(choices))


def top_level(random: Random, manifest: Manifest) -> Path | None:
    choices: tuple[dict[str, Any], ...] = (
        {"status": {}},
        {"status": {"a": 1}},
        {"status": "x"},
        {"spec": {}},
        {"spec": None},
        {"metadata": {}},
        {"extra": 1},
        {"items": []},
        {"data": {}},
    )
    fields = random.choice(choices)
    return set_fields(Node((), manifest), fields)


COMBINATIONS: Final[tuple[Combination, ...]] = (
    metadata,
    top_level,
)
