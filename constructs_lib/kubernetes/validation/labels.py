"""Rules of labels, annotations, label selectors and the metadata of every object.

Sources: https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validation/objectmeta.go and
https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.label_selectors import describe, matches
from constructs_lib.kubernetes.manifest import Manifest, items, mapping, mappings, text, texts
from constructs_lib.kubernetes.names import (
    annotation_key_faults,
    is_qualified,
    label_key_faults,
    label_value_faults,
)
from constructs_lib.kubernetes.validation.rule import (
    FieldFault,
    ObjectRule,
    Rules,
    at,
    label_key,
    one_of,
    one_of_or_default,
)

OPERATORS: Final = ("In", "NotIn", "Exists", "DoesNotExist")
_ANNOTATIONS_LIMIT: Final = 256 * 2**10
_EXCLUDING: Final = frozenset({"orphan", "foregroundDeletion"})
_STANDARD_FINALIZERS: Final = _EXCLUDING | {"kubernetes"}


def label_map(where: FieldPath, labels: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of labels, or of a map that selects by labels."""
    for key, value in labels.items():
        yield from at(where / str(key), label_key_faults("", str(key)))
        if isinstance(value, str) and value:
            yield from at(where / str(key), label_value_faults("", value))


def annotation_map(where: FieldPath, annotations: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of annotations."""
    for key in annotations:
        yield from at(where / str(key), annotation_key_faults("", str(key)))
    size = sum(len(key.encode()) + len(value.encode()) for key, value in texts(annotations).items())
    if size > _ANNOTATIONS_LIMIT:
        yield where, f"hold {size} bytes; annotations have at most {_ANNOTATIONS_LIMIT}"


def values_by_operator(where: FieldPath, requirement: Manifest) -> Iterator[FieldFault]:
    """Yield the fault of a requirement whose operator needs values, or allows none."""
    operator, values = text(requirement, "operator"), items(requirement, "values")
    if operator in ("In", "NotIn") and not values:
        yield where / "values", f"is required with operator: {operator}"
    elif operator in ("Exists", "DoesNotExist") and values:
        yield where / "values", f"cannot be set with operator: {operator}"


def label_values(where: FieldPath, requirement: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of a requirement's values."""
    for place, value in enumerate(items(requirement, "values")):
        if isinstance(value, str) and value:
            yield from at(where / "values" / place, label_value_faults("", value))


def _requirement(where: FieldPath, requirement: Manifest) -> Iterator[FieldFault]:
    yield from values_by_operator(where, requirement)
    yield from label_values(where, requirement)


def _selector(where: FieldPath, selector: Manifest) -> Iterator[FieldFault]:
    yield from label_map(where / "matchLabels", mapping(selector, "matchLabels"))


def selects_template(where: FieldPath, owner: Manifest) -> Iterator[FieldFault]:
    """Yield the fault of a selector that is empty or does not select the pods of its own template."""
    selector, labels = owner.get("selector"), _read(mapping(owner, "template", "metadata", "labels"))
    if not isinstance(selector, dict):
        return
    if isinstance(selector.get("matchLabels"), dict):
        selector = {**selector, "matchLabels": _read(selector["matchLabels"])}
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield where / "selector", "must not be empty; write matchLabels with labels of its pods"
    elif _is_usable(selector) and not matches(selector, labels):
        yield where / "selector", _no_match(describe(selector), labels)


def _read(labels: Manifest) -> dict[str, str]:
    """Return labels as the API server reads them, which takes null for an empty string."""
    return {key: value or "" for key, value in labels.items() if isinstance(value, (str, type(None)))}


def selects_template_by_labels(where: FieldPath, owner: Manifest) -> Iterator[FieldFault]:
    """Yield the fault of a ReplicationController's selector."""
    selector, labels = texts(owner, "selector"), texts(owner, "template", "metadata", "labels")
    if selector and any(labels.get(key) != value for key, value in selector.items()):
        yield where / "selector", _no_match(describe({"matchLabels": selector}), labels)


def _no_match(selector: str, labels: Mapping[str, str]) -> str:
    carried = ",".join(f"{key}={value}" for key, value in labels.items()) or "no labels"
    return f"the selector {selector} does not select its own pods, which carry {carried}; make them agree"


def _is_usable(selector: Manifest) -> bool:
    """Return True if no part of a selector has a fault of its own."""
    expressions = [item for _, item in mappings(selector, "matchExpressions")]
    return (
        isinstance(selector.get("matchLabels", {}), (dict, type(None)))
        and all(isinstance(value, str) for value in mapping(selector, "matchLabels").values())
        and all(text(item, "operator") in OPERATORS and text(item, "key") for item in expressions)
    )


def _metadata(where: FieldPath, metadata: Manifest) -> Iterator[FieldFault]:
    yield from label_map(where / "labels", mapping(metadata, "labels"))
    yield from annotation_map(where / "annotations", mapping(metadata, "annotations"))
    for place, finalizer in enumerate(items(metadata, "finalizers")):
        if isinstance(finalizer, str) and not is_qualified(finalizer):
            yield (
                where / "finalizers" / place,
                f"{shown(finalizer)} is not a valid finalizer; write it like example.com/name",
            )
    if {finalizer for finalizer in items(metadata, "finalizers") if isinstance(finalizer, str)} >= _EXCLUDING:
        yield where / "finalizers", "orphan and foregroundDeletion exclude each other; remove one of them"
    controllers = [place for place, owner in mappings(metadata, "ownerReferences") if owner.get("controller") is True]
    for place in controllers[1:]:
        yield where / "ownerReferences" / place / "controller", "only one owner can be the controller"


def finalizer_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of finalizers that the API server does not know, which only its own kinds restrict."""
    where = FieldPath("metadata", "finalizers")
    for place, finalizer in enumerate(items(manifest, "metadata", "finalizers")):
        if isinstance(finalizer, str) and is_qualified(finalizer):
            yield from ((where / place, message) for message in finalizer_name(finalizer))


def finalizer_name(value: str) -> Iterator[str]:
    """Yield the problem of the name of a finalizer."""
    if value not in _STANDARD_FINALIZERS and ("/" not in value or not is_qualified(value)):
        yield f"{shown(value)} is not a valid finalizer; write it like example.com/name"


def _managed(where: FieldPath, entry: Manifest) -> Iterator[FieldFault]:
    if entry.get("operation") not in ("Apply", "Update"):
        yield where / "operation", "must be Apply or Update"


def owns(*rules: ObjectRule) -> tuple[ObjectRule, ...]:
    """Return the rules of an owner of pods that selects them by labels."""
    return (selects_template, *rules)


RULES: Final = Rules(
    fields={
        "meta.v1.LabelSelectorRequirement": {"key": label_key, "operator": one_of(*OPERATORS)},
        "meta.v1.ManagedFieldsEntry": {"fieldsType": one_of_or_default("FieldsV1")},
    },
    objects={
        "meta.v1.ObjectMeta": (_metadata,),
        "meta.v1.LabelSelector": (_selector,),
        "meta.v1.LabelSelectorRequirement": (_requirement,),
        "meta.v1.ManagedFieldsEntry": (_managed,),
    },
)
