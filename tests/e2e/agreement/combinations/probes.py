"""Probes and lifecycle hooks that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import PROBES, Combination, add_one_of, is_item, is_map, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest

_HANDLERS: Final[dict[str, Any]] = {
    "httpGet": {"path": "/", "port": 80},
    "tcpSocket": {"port": 80},
    "exec": {"command": ["true"]},
    "grpc": {"port": 80},
}
_HOOKS: Final[dict[str, Any]] = {
    "httpGet": {"path": "/", "port": 80},
    "exec": {"command": ["true"]},
    "sleep": {"seconds": 1},
    "tcpSocket": {"port": 80},
}


def second_probe_handler(random: Random, manifest: Manifest) -> Path | None:
    return add_one_of(random, pick(random, manifest, lambda node: is_map(node, *PROBES)), _HANDLERS)


def second_hook_handler(random: Random, manifest: Manifest) -> Path | None:
    return add_one_of(random, pick(random, manifest, lambda node: is_map(node, "preStop", "postStart")), _HOOKS)


def probe_numbers(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: is_map(each, *PROBES))
    choices: tuple[dict[str, Any], ...] = (
        {"successThreshold": 2},
        {"timeoutSeconds": 0},
        {"periodSeconds": 0},
        {"failureThreshold": 0},
        {"initialDelaySeconds": 0},
        {"terminationGracePeriodSeconds": 0},
        {"terminationGracePeriodSeconds": 10},
    )
    return set_fields(node, random.choice(choices))


def init_container_fields(random: Random, manifest: Manifest) -> Path | None:
    """Probes and hooks of an init container, which only a sidecar can have."""
    node = pick(random, manifest, lambda each: is_item(each, "initContainers"))
    choices: tuple[dict[str, Any], ...] = (
        {"readinessProbe": {"tcpSocket": {"port": 80}}},
        {"livenessProbe": {"tcpSocket": {"port": 80}}},
        {"lifecycle": {"preStop": {"exec": {"command": ["true"]}}}},
        {"startupProbe": {"tcpSocket": {"port": 80}}, "restartPolicy": "Always"},
        {"restartPolicy": "Never"},
    )
    return set_fields(node, random.choice(choices))


COMBINATIONS: Final[tuple[Combination, ...]] = (
    second_probe_handler,
    second_hook_handler,
    probe_numbers,
    init_container_fields,
)
