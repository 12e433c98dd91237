"""Rules of Nodes, classes of priority and of runtimes, and Leases.

Sources: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/scheduling/validation/validation.go and
https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/node/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.kubernetes.addresses import cidr_faults
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.names import DNS_LABEL
from constructs_lib.kubernetes.validation.labels import label_map
from constructs_lib.kubernetes.validation.resources import container_resources
from constructs_lib.kubernetes.validation.rule import NOT_NEGATIVE, POSITIVE, FieldFault, Rules, at, name, one_of

_HIGHEST: Final = 1_000_000_000
_SYSTEM: Final = "system-"
_SYSTEM_CLASSES: Final = ("system-node-critical", "system-cluster-critical")


def _priority_class(where: FieldPath, priority: Manifest) -> Iterator[FieldFault]:
    value, class_name = integer(priority, "value"), text(priority, "metadata", "name")
    if class_name.startswith(_SYSTEM) and class_name not in _SYSTEM_CLASSES:
        yield where / "metadata" / "name", f"must not begin with {_SYSTEM}, which is reserved for Kubernetes"
    elif value is not None and value > _HIGHEST and class_name not in _SYSTEM_CLASSES:
        yield where / "value", f"must be at most {_HIGHEST}, got {value}"


def _overhead(where: FieldPath, overhead: Manifest) -> Iterator[FieldFault]:
    for field, message in container_resources(where, {"limits": mapping(overhead, "podFixed")}):
        yield FieldPath(*where, "podFixed", *field[len(where) + 1 :]), message


def _scheduling(where: FieldPath, scheduling: Manifest) -> Iterator[FieldFault]:
    yield from label_map(where / "nodeSelector", mapping(scheduling, "nodeSelector"))


def _taints(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    seen: set[tuple[str, str]] = set()
    for place, taint in mappings(spec, "taints"):
        key = (text(taint, "key"), text(taint, "effect"))
        if key in seen and all(key):
            yield where / "taints" / place, f"two taints have the key {key[0]} and the effect {key[1]}; remove one"
        seen.add(key)
    yield from _addresses(where, spec)


def _addresses(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    first, ranges = text(spec, "podCIDR"), items(spec, "podCIDRs")
    if first and ranges and ranges[0] != first:
        ranges = ()  # the API server takes the first one alone
    for place, value in enumerate(ranges):
        if isinstance(value, str):
            yield from at(where / "podCIDRs" / place, cidr_faults("", [value]))
    if first:
        yield from at(where / "podCIDR", cidr_faults("", [first]))
    families = {":" in value for value in ranges if isinstance(value, str)}
    if len(ranges) > len(families):
        yield where / "podCIDRs", "must hold at most one range of each family"


def _tolerations(where: FieldPath, scheduling: Manifest) -> Iterator[FieldFault]:
    seen: list[tuple[str, ...]] = []
    for place, toleration in mappings(scheduling, "tolerations"):
        key = tuple(text(toleration, field) for field in ("key", "operator", "value", "effect"))
        if key in seen:
            yield where / "tolerations" / place, "repeats another toleration; remove it"
        seen.append(key)


RULES: Final = Rules(
    fields={
        "scheduling.v1.PriorityClass": {"preemptionPolicy": one_of("PreemptLowerPriority", "Never")},
        "node.v1.RuntimeClass": {"handler": name(DNS_LABEL, "handler")},
        "coordination.v1.LeaseSpec": {"leaseDurationSeconds": POSITIVE, "leaseTransitions": NOT_NEGATIVE},
    },
    objects={
        "scheduling.v1.PriorityClass": (_priority_class,),
        "node.v1.Overhead": (_overhead,),
        "node.v1.Scheduling": (_scheduling, _tolerations),
        "core.v1.NodeSpec": (_taints,),
    },
    optional={"scheduling.v1.PriorityClass": ("value",)},
)
