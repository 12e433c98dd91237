"""Fields of roles, bindings, Secrets and ConfigMaps that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, is_item, is_map, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest


def rules(random: Random, manifest: Manifest) -> Path | None:
    """Rules of a role whose fields don't go together."""
    node = pick(random, manifest, lambda each: is_item(each, "rules") and "verbs" in each.value)
    choices: tuple[dict[str, Any], ...] = (
        {"verbs": []},
        {"verbs": None},
        {"apiGroups": None},
        {"apiGroups": []},
        {"resources": []},
        {"resources": None},
        {"nonResourceURLs": ["/healthz"]},
        {"nonResourceURLs": ["/healthz"], "resources": None, "apiGroups": None},
        {"resourceNames": ["a"]},
        {"resourceNames": ["a"], "resources": None},
    )
    return set_fields(node, random.choice(choices))


def bindings(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "subjects") or is_map(each, "roleRef"))
    if node is None:
        return None
    if node.path[-1] == "roleRef":
        choices: tuple[dict[str, Any], ...] = (
            {"apiGroup": ""},
            {"apiGroup": None},
            {"apiGroup": "rbac"},
            {"kind": random.choice(("Role", "ClusterRole", "User"))},
            {"name": ""},
            {"name": None},
            {"namespace": "a"},
        )
    else:
        choices = (
            {"kind": "ServiceAccount", "apiGroup": None, "namespace": None},
            {"kind": "ServiceAccount", "apiGroup": None, "namespace": "a"},
            {"kind": "ServiceAccount", "apiGroup": "rbac.authorization.k8s.io", "namespace": "a"},
            {"kind": "ServiceAccount", "apiGroup": None, "namespace": "a", "name": "A_b"},
            {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "namespace": None},
            {"kind": "User", "namespace": "a"},
            {"kind": "User", "apiGroup": "apps"},
            {"kind": "Group", "name": ""},
            {"kind": "Users"},
        )
    return set_fields(node, random.choice(choices))


def secret_types(random: Random, manifest: Manifest) -> Path | None:
    if manifest["kind"] != "Secret":
        return None
    if random.random() < 0.3:
        manifest["stringData"] = {random.choice(("a", "a b", "..", "a/b")): random.choice(("x", 1, None, True))}
        return ("stringData",)
    types = (
        "kubernetes.io/tls",
        "kubernetes.io/dockerconfigjson",
        "kubernetes.io/basic-auth",
        "kubernetes.io/ssh-auth",
        "kubernetes.io/service-account-token",
        "kubernetes.io/dockercfg",
        "Opaque",
        "bootstrap.kubernetes.io/token",
        "x",
    )
    manifest["type"] = random.choice(types)
    return ("type",)


def config_map_keys(random: Random, manifest: Manifest) -> Path | None:
    if manifest["kind"] not in ("ConfigMap", "Secret"):
        return None
    data = manifest.get("data") or {"a": "YQ=="}
    key = random.choice(list(data))
    part = (
        random.choice(("binaryData", "immutable", "data"))
        if manifest["kind"] == "ConfigMap"
        else random.choice(("stringData", "immutable"))
    )
    manifest[part] = random.choice((True, "yes")) if part == "immutable" else {key: "YQ=="}
    return (part,)


COMBINATIONS: Final[tuple[Combination, ...]] = (
    rules,
    bindings,
    secret_types,
    config_map_keys,
)
