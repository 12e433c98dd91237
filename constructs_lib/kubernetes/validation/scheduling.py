"""Rules of affinity, tolerations and topology spread.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, items, mapping, mappings, text
from constructs_lib.kubernetes.names import DNS_LABEL, LABEL_VALUE, label_value_faults
from constructs_lib.kubernetes.validation.labels import OPERATORS, label_values, values_by_operator
from constructs_lib.kubernetes.validation.rule import (
    POSITIVE,
    FieldFault,
    Rules,
    at,
    between,
    each,
    label_key,
    name,
    one_of,
    one_of_or_default,
    since,
    until,
)

TAINT_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_COMPARING: Final = ("Gt", "Lt")


def _node_requirement(where: FieldPath, requirement: Manifest) -> Iterator[FieldFault]:
    yield from values_by_operator(where, requirement)
    if text(requirement, "operator") in _COMPARING and len(items(requirement, "values")) != 1:
        yield where / "values", f"must hold one value with operator: {text(requirement, 'operator')}"


@since("1.32")
def _required_node_selector(where: FieldPath, selector: Manifest) -> Iterator[FieldFault]:
    for place, term in mappings(selector, "nodeSelectorTerms"):
        for number, requirement in mappings(term, "matchExpressions"):
            here = where / "nodeSelectorTerms" / place / "matchExpressions" / number
            yield from label_values(here, requirement)


def _node_term(where: FieldPath, term: Manifest) -> Iterator[FieldFault]:
    for place, requirement in mappings(term, "matchExpressions"):
        key = text(requirement, "key")
        yield from ((where / "matchExpressions" / place / "key", message) for message in label_key(key))
    for place, requirement in mappings(term, "matchFields"):
        here = where / "matchFields" / place
        if text(requirement, "key") and text(requirement, "key") != "metadata.name":
            yield here / "key", f"must be metadata.name, got {shown(text(requirement, 'key'))}"
        if text(requirement, "operator") not in ("In", "NotIn", ""):
            yield here / "operator", "must be In or NotIn for a field"
        elif len(items(requirement, "values")) != 1:
            yield here / "values", "must hold one value for a field"


@since("1.31")
def _pod_term(where: FieldPath, term: Manifest) -> Iterator[FieldFault]:
    for field in ("matchLabelKeys", "mismatchLabelKeys"):
        if items(term, field) and term.get("labelSelector") is None:
            yield where / field, "requires labelSelector"
    for place, key in enumerate(items(term, "matchLabelKeys")):
        if key in items(term, "mismatchLabelKeys"):
            yield where / "matchLabelKeys" / place, f"{shown(key)} is also in mismatchLabelKeys; remove one of them"


def _toleration(where: FieldPath, toleration: Manifest) -> Iterator[FieldFault]:
    operator, effect, value = (text(toleration, field) for field in ("operator", "effect", "value"))
    if not text(toleration, "key") and operator != "Exists":
        yield where / "operator", "must be Exists for a toleration without a key"
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        yield where / "effect", "must be NoExecute with tolerationSeconds"
    if operator == "Exists" and value:
        yield where / "value", "cannot be set with operator: Exists"
    elif operator in ("Equal", "") and value:
        yield from at(where / "value", label_value_faults("", value))
    elif operator in _COMPARING and not value.lstrip("-").isdigit():
        yield where / "value", f"must be an integer with operator: {operator}, got {shown(value)}"


def _spread(where: FieldPath, constraint: Manifest) -> Iterator[FieldFault]:
    if constraint.get("minDomains") is not None and text(constraint, "whenUnsatisfiable") == "ScheduleAnyway":
        yield where / "minDomains", "requires whenUnsatisfiable: DoNotSchedule"
    if items(constraint, "matchLabelKeys") and constraint.get("labelSelector") is None:
        yield where / "matchLabelKeys", "requires labelSelector"


@until("1.33")
def _spread_key_twice(where: FieldPath, constraint: Manifest) -> Iterator[FieldFault]:
    selector = constraint.get("labelSelector")
    selected = {
        *mapping(selector, "matchLabels"),
        *(text(item, "key") for _, item in mappings(selector, "matchExpressions")),
    }
    for place, key in enumerate(items(constraint, "matchLabelKeys")):
        if isinstance(key, str) and key in selected:
            yield where / "matchLabelKeys" / place, f"{shown(key)} is also in labelSelector; remove one of them"


def _spreads(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    seen: set[tuple[str, str]] = set()
    for place, constraint in mappings(spec, "topologySpreadConstraints"):
        key = (text(constraint, "topologyKey"), text(constraint, "whenUnsatisfiable"))
        if key in seen and all(key):
            here = where / "topologySpreadConstraints" / place / "topologyKey"
            yield here, f"two constraints have {key[0]} and {key[1]}; remove one of them"
        seen.add(key)


_WEIGHT: Final = {"weight": between(1, 100)}

RULES: Final = Rules(
    fields={
        "core.v1.NodeSelectorRequirement": {"operator": one_of(*OPERATORS, *_COMPARING)},
        "core.v1.PreferredSchedulingTerm": _WEIGHT,
        "core.v1.WeightedPodAffinityTerm": _WEIGHT,
        "core.v1.PodAffinityTerm": {
            "topologyKey": label_key,
            "namespaces": each(name(DNS_LABEL, "namespace")),
            "matchLabelKeys": since("1.31")(each(label_key)),
            "mismatchLabelKeys": since("1.31")(each(label_key)),
        },
        "core.v1.Toleration": {
            "key": label_key,
            "operator": one_of_or_default("Exists", "Equal", *_COMPARING),
            "effect": one_of_or_default(*TAINT_EFFECTS),
        },
        "core.v1.Taint": {
            "key": label_key,
            "effect": one_of_or_default(*TAINT_EFFECTS),
            "value": name(LABEL_VALUE, "taint value"),
        },
        "core.v1.TopologySpreadConstraint": {
            "maxSkew": POSITIVE,
            "minDomains": POSITIVE,
            "whenUnsatisfiable": one_of("DoNotSchedule", "ScheduleAnyway"),
            "nodeAffinityPolicy": one_of("Honor", "Ignore"),
            "nodeTaintsPolicy": one_of("Honor", "Ignore"),
            "matchLabelKeys": each(label_key),
        },
    },
    objects={
        "core.v1.NodeSelector": (_required_node_selector,),
        "core.v1.NodeSelectorTerm": (_node_term,),
        "core.v1.NodeSelectorRequirement": (_node_requirement,),
        "core.v1.PodAffinityTerm": (_pod_term,),
        "core.v1.Toleration": (_toleration,),
        "core.v1.TopologySpreadConstraint": (_spread, _spread_key_twice),
        "core.v1.PodSpec": (_spreads,),
    },
)
