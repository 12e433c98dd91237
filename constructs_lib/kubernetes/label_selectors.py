"""Label selectors as Kubernetes matches them.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.kubernetes.manifest import Manifest, items, mappings, text, texts


def matches(selector: object, labels: Mapping[str, str]) -> bool:
    """Return True if a label selector (`matchLabels`, `matchExpressions`) selects what carries the labels.

    An empty selector selects everything. No selector (None, or a value that is not a mapping) selects nothing.
    """
    if not isinstance(selector, Mapping):
        return False
    wanted = selector.get("matchLabels")
    if isinstance(wanted, Mapping) and not carries(labels, wanted):
        return False
    return all(_holds(requirement, labels) for _, requirement in mappings(selector, "matchExpressions"))


def carries(labels: Mapping[str, str], wanted: Mapping[str, object]) -> bool:
    """Return True if the labels hold every wanted pair: the plain selector of a Service, or a `nodeSelector`."""
    return all(key in labels and labels[key] == value for key, value in wanted.items())


def _holds(requirement: Manifest, labels: Mapping[str, str]) -> bool:
    key, values = text(requirement, "key"), items(requirement, "values")
    match text(requirement, "operator"):
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":  # also true where the label is missing
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:  # the API server rejects it
            return False


def describe(selector: object) -> str:
    """The selector as `kubectl -l` takes it: `app=web,tier in (a, b),!canary`."""
    parts = [f"{key}={value}" for key, value in texts(selector, "matchLabels").items()]
    for _, requirement in mappings(selector, "matchExpressions"):
        key, values = text(requirement, "key"), ", ".join(map(str, items(requirement, "values")))
        shown = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})", "DoesNotExist": f"!{key}"}
        parts.append(shown.get(text(requirement, "operator"), key))
    return ",".join(parts)
