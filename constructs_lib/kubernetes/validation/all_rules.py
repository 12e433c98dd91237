"""All rules of the API server, for a version of Kubernetes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from constructs_lib.kubernetes.schemas.builtin import is_older, versions
from constructs_lib.kubernetes.validation import (
    access,
    apps,
    autoscaling,
    batch,
    certificates,
    configuration,
    containers,
    extensions,
    flow_control,
    labels,
    networking,
    nodes,
    pods,
    scheduling,
    security,
    services,
    storage,
    volumes,
)
from constructs_lib.kubernetes.validation.rule import FieldRule, ObjectRule, Rules

_PARTS: Final = (
    labels.RULES,
    pods.RULES,
    containers.RULES,
    volumes.RULES,
    security.RULES,
    scheduling.RULES,
    apps.RULES,
    batch.RULES,
    certificates.RULES,
    services.RULES,
    networking.RULES,
    autoscaling.RULES,
    configuration.RULES,
    storage.RULES,
    access.RULES,
    nodes.RULES,
    extensions.RULES,
    flow_control.RULES,
)


@cache
def rules_of(version: str) -> Rules:
    """Return the rules that hold in a version of Kubernetes."""
    fields: dict[str, dict[str, FieldRule]] = {}
    objects: dict[str, tuple[ObjectRule, ...]] = {}
    required: dict[str, tuple[str, ...]] = {}
    optional: dict[str, tuple[str, ...]] = {}
    unchecked: dict[str, dict[str, str]] = {}
    for part in _PARTS:
        for name, rules in part.fields.items():
            fields.setdefault(name, {}).update((field, rule) for field, rule in rules.items() if _holds(rule, version))
        for name, group in part.objects.items():
            objects[name] = (*objects.get(name, ()), *(rule for rule in group if _holds(rule, version)))
        _extend(required, part.required)
        _extend(optional, part.optional)
        for name, until in part.unchecked.items():
            holding = {field: last for field, last in until.items() if not last or not is_older(last, version)}
            unchecked.setdefault(name, {}).update(holding)
    return Rules(fields, objects, required, optional, unchecked)


def _extend(whole: dict[str, tuple[str, ...]], part: Mapping[str, tuple[str, ...]]) -> None:
    for name, fields in part.items():
        whole[name] = (*whole.get(name, ()), *fields)


def _holds(rule: Callable[..., Any], version: str) -> bool:
    """Return True if a rule holds in a version."""
    place = versions().index(version)
    return _place(getattr(rule, "since", ""), 0) <= place <= _place(getattr(rule, "until", ""), len(versions()))


def _place(version: str, otherwise: int) -> int:
    return versions().index(version) if version else otherwise
