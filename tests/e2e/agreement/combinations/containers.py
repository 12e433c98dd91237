"""Containers: names, ports, resources and security that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, is_item, is_map, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest


def names_of_two(random: Random, manifest: Manifest) -> Path | None:
    """A container or volume with the name of another one, or a mount of a volume that is not there."""
    node = pick(
        random,
        manifest,
        lambda each: (
            each.path[-1] in ("containers", "initContainers", "volumes", "volumeMounts")
            and isinstance(each.value, list)
            and bool(each.value)
        ),
    )
    if node is None or not isinstance(node.value[0], dict):
        return None
    if node.path[-1] == "volumes" and random.random() < 0.5:
        node.value.pop(random.randrange(len(node.value)))
        return node.path
    twin = {"name": node.value[0].get("name")}
    extras: dict[str, dict[str, Any]] = {"volumes": {"emptyDir": {}}, "volumeMounts": {"mountPath": "/twin"}}
    extra = extras.get(str(node.path[-1]), {"image": "twin:1"})
    node.value.append({**twin, **extra})
    return (*node.path, len(node.value) - 1)


def host_port(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "ports") and "containerPort" in each.value)
    return set_fields(node, {"hostPort": random.choice((8080, 0, -1, 70000))})


def amounts(random: Random, manifest: Manifest) -> Path | None:
    """Requests above limits, or amounts that a resource does not take."""
    node = pick(
        random,
        manifest,
        lambda each: is_map(each, "resources") and ("containers" in each.path or "initContainers" in each.path),
    )
    resource = random.choice(
        ("cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu", "gpu", "storage")
    )
    amount, more = random.choice(
        (("1", "2"), ("1Gi", "2Gi"), ("2Mi", "4Mi"), ("500m", "1"), ("3", "3"), ("1Mi", "1Mi"))
    )
    choices: tuple[dict[str, Any], ...] = (
        {"requests": {resource: more}, "limits": {resource: amount}},
        {"requests": {resource: amount}, "limits": {resource: more}},
        {"requests": {resource: amount}, "limits": None},
        {"limits": {resource: amount}, "requests": None},
        {"limits": {resource: amount, "memory": "1Gi"}, "requests": None},
        {"limits": {resource: "-1"}, "requests": None},
        {"claims": [{"name": "gpu"}]},
    )
    return set_fields(node, random.choice(choices))


def container_restart_policy(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_item(each, "containers", "initContainers"))
    return set_fields(node, {"restartPolicy": random.choice(("Always", "Never", "OnFailure"))})


def security(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_map(each, "securityContext"))
    choices: tuple[dict[str, Any], ...] = (
        {"privileged": True, "allowPrivilegeEscalation": False},
        {"capabilities": {"add": ["CAP_SYS_ADMIN"]}, "allowPrivilegeEscalation": False},
        {"capabilities": {"add": ["SYS_ADMIN"]}, "allowPrivilegeEscalation": False},
        {"runAsNonRoot": True, "runAsUser": 0},
        {"runAsUser": -1},
        {"runAsUser": 2**31},
        {"runAsGroup": -1},
        {"fsGroup": -1},
        {"seccompProfile": {"type": "Localhost"}},
        {"seccompProfile": {"type": "RuntimeDefault", "localhostProfile": "a.json"}},
        {"seccompProfile": {"type": "Localhost", "localhostProfile": "/a.json"}},
        {"seccompProfile": {}},
        {"appArmorProfile": {"type": "Localhost"}},
        {"appArmorProfile": {"type": "RuntimeDefault"}},
        {"procMount": "Unmasked"},
        {"procMount": "Default"},
        {"sysctls": [{"name": "net.core.somaxconn", "value": "1"}]},
        {"sysctls": [{"name": "a", "value": "1"}, {"name": "a", "value": "1"}]},
        {"sysctls": [{"name": "a b", "value": "1"}]},
        {"fsGroupChangePolicy": random.choice(("OnRootMismatch", "Never"))},
        {"supplementalGroups": [-1]},
        {"windowsOptions": {"hostProcess": True}},
        {"windowsOptions": {"runAsUserName": ""}},
    )
    return set_fields(node, random.choice(choices))


COMBINATIONS: Final[tuple[Combination, ...]] = (
    names_of_two,
    host_port,
    amounts,
    amounts,
    container_restart_policy,
    security,
    security,
)
