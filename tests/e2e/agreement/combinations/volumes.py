"""Volumes, mounts and claims that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, add_one_of, is_item, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest

_VOLUMES: Final[dict[str, Any]] = {
    "emptyDir": {},
    "configMap": {"name": "other"},
    "secret": {"secretName": "other"},
    "hostPath": {"path": "/other"},
    "persistentVolumeClaim": {"claimName": "other"},
    "nfs": {"server": "nfs.example.com", "path": "/other"},
    "projected": {"sources": [{"configMap": {"name": "other"}}]},
    "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]},
}


def second_volume_source(random: Random, manifest: Manifest) -> Path | None:
    return add_one_of(random, pick(random, manifest, lambda node: is_item(node, "volumes")), _VOLUMES)


def second_projection(random: Random, manifest: Manifest) -> Path | None:
    choices = {
        "configMap": {"name": "other"},
        "secret": {"name": "other"},
        "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]},
        "serviceAccountToken": {"path": "token"},
    }
    return add_one_of(random, pick(random, manifest, lambda node: is_item(node, "sources")), choices)


def mounts(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "volumeMounts"))
    choices: tuple[dict[str, Any], ...] = (
        {"subPath": "a", "subPathExpr": "$(A)"},
        {"subPath": "../a"},
        {"subPath": "/a"},
        {"subPathExpr": "/$(A)"},
        {"name": "missing"},
        {"mountPath": None},
        {"mountPropagation": random.choice(("Bidirectional", "None", "HostToContainer"))},
        {"recursiveReadOnly": "Enabled"},
        {"readOnly": True, "recursiveReadOnly": random.choice(("Enabled", "IfPossible", "Disabled", "Yes"))},
    )
    return set_fields(node, random.choice(choices))


def volume_details(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "volumes") and "name" in each.value)
    if node is None:
        return None
    name = node.value["name"]
    fields: tuple[dict[str, Any], ...] = (
        {"emptyDir": {"sizeLimit": "-1"}},
        {"emptyDir": {"medium": "Disk"}},
        {"emptyDir": {"medium": random.choice(("Memory", "HugePages", "HugePages-2Mi", "HugePages-x"))}},
        {"hostPath": {"path": "../a"}},
        {"hostPath": {"path": ""}},
        {"hostPath": {"path": "/a", "type": random.choice(("Folder", "Directory", "", "file"))}},
        {"secret": {}},
        {"secret": {"name": "a"}},
        {"secret": {"secretName": "a", "defaultMode": random.choice((511, 512, 777, -1))}},
        {"secret": {"secretName": "a", "items": [{"key": "a", "path": random.choice(("a", "/a", "../a", "..a", ""))}]}},
        {"configMap": {}},
        {"configMap": {"name": "a", "items": [{"key": "a"}]}},
        {"configMap": {"name": "a", "items": [{"key": "a", "path": "b", "mode": random.choice((0, 511, 512))}]}},
        {"persistentVolumeClaim": {}},
        {"nfs": {"server": "a", "path": random.choice(("/a", "a"))}},
        {"csi": {"driver": random.choice(("csi.example.com", "Csi_x", ""))}},
        {"ephemeral": {}},
        {"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}},
        {
            "ephemeral": {
                "volumeClaimTemplate": {
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "resources": {"requests": {"storage": random.choice(("1Gi", "0", "-1"))}},
                    }
                }
            }
        },
        {
            "downwardAPI": {
                "items": [
                    {
                        "path": "a",
                        "fieldRef": {
                            "fieldPath": random.choice(("metadata.labels", "spec.nodeName", "metadata.namespace"))
                        },
                    }
                ]
            }
        },
        {"downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}}]}},
        {
            "projected": {
                "sources": [
                    {
                        "serviceAccountToken": {
                            "path": "a",
                            "expirationSeconds": random.choice((599, 600, 2**32, 2**32 + 1)),
                        }
                    }
                ]
            }
        },
        {"projected": {"sources": []}},
        {"projected": {"sources": [{}]}},
        {
            "projected": {
                "sources": [
                    {"configMap": {"name": "a", "items": [{"key": "a", "path": "x"}]}},
                    {"secret": {"name": "b", "items": [{"key": "a", "path": "x"}]}},
                ]
            }
        },
        {"gcePersistentDisk": {"pdName": "a"}},
        {"iscsi": {"targetPortal": "10.0.0.1", "iqn": "iqn.x", "lun": 0}},
        {"image": {"reference": "a:1", "pullPolicy": "Sometimes"}},
        {"image": {"reference": "a:1"}},
    )
    node.value.clear()
    node.value["name"] = name
    return set_fields(node, random.choice(fields))


def claims(random: Random, manifest: Manifest) -> Path | None:
    """Fields of a claim, a claim template or a volume that contradict each other."""
    node = pick(
        random,
        manifest,
        lambda each: isinstance(each.value, dict) and each.path[-1] == "spec" and "accessModes" in each.value,
    )
    choices: tuple[dict[str, Any], ...] = (
        {"accessModes": ["ReadWriteOncePod", "ReadWriteOnce"]},
        {"accessModes": ["ReadWriteOnce", "ReadWriteOnce"]},
        {"accessModes": []},
        {"resources": {"requests": {"cpu": "1"}}},
        {"resources": {"requests": {"storage": random.choice(("0", "-1", "1Gi", "1m", "1.5"))}}},
        {"resources": {"requests": {"storage": "2Gi"}, "limits": {"storage": "1Gi"}}},
        {"resources": {"limits": {"storage": "1Gi"}}},
        {"dataSource": {"kind": "PersistentVolumeClaim", "name": "a"}},
        {"dataSource": {"kind": "VolumeSnapshot", "name": "a"}},
        {"dataSource": {"kind": "VolumeSnapshot", "name": "a", "apiGroup": "snapshot.storage.k8s.io"}},
        {
            "dataSource": {"kind": "PersistentVolumeClaim", "name": "a"},
            "dataSourceRef": {"kind": "PersistentVolumeClaim", "name": "b"},
        },
        {"volumeMode": "Raw"},
        {"storageClassName": ""},
        {"storageClassName": "A_b"},
        {"volumeName": "A_b"},
        {"selector": {"matchLabels": {"a": "b c"}}},
        {"persistentVolumeReclaimPolicy": "Recycle"},
        {"capacity": {"cpu": "1"}},
        {"hostPath": {"path": "/a"}},
    )
    return set_fields(node, random.choice(choices))


COMBINATIONS: Final[tuple[Combination, ...]] = (
    second_volume_source,
    second_projection,
    mounts,
    volume_details,
    claims,
)
