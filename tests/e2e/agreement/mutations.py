"""Objects with one mistake: a random change to one field, of the kinds that people make."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from random import Random
from typing import Any, Final

from tests.e2e.agreement import wrong_values
from tests.e2e.agreement.combinations import COMBINATIONS
from tests.e2e.agreement.tree import Node, Path, at, choose, find, nodes, removed, renamed, replaced, written
from tests.e2e.kube import Manifest

Change = tuple[Manifest, Path]
Mutation = Callable[[Random, Manifest], Change | None]

ATTEMPTS: Final = 100
FREE_KEYS: Final = frozenset(
    {
        "labels",
        "annotations",
        "matchLabels",
        "nodeSelector",
        "data",
        "stringData",
        "binaryData",
        "requests",
        "limits",
        "hard",
        "capacity",
        "parameters",
        "default",
        "defaultRequest",
    }
)
_WORD: Final = re.compile(r"[A-Z][A-Za-z0-9]+$")
_PERCENTAGE: Final = re.compile(r"-?[0-9]+%$")
_NUMBER: Final = re.compile(r"-?[0-9]+$")
_VERSIONS: Final = {
    "v1": ("v1beta1", "v2", "core/v1", "V1", "1", "v1 "),
    "apps/v1": ("apps/v1beta1", "apps/v1beta2", "extensions/v1beta1", "app/v1", "apps/v2", "v1", "apps.k8s.io/v1"),
    "batch/v1": ("batch/v1beta1", "batch/v2alpha1", "v1", "batch/V1", "jobs/v1"),
    "autoscaling/v2": ("autoscaling/v2beta2", "autoscaling/v2beta1", "autoscaling/v1", "autoscaling/v3"),
    "autoscaling/v1": ("autoscaling/v2", "autoscaling/v2beta2", "autoscaling/v1beta1"),
    "policy/v1": ("policy/v1beta1", "v1", "policy/v2", "policies/v1"),
    "networking.k8s.io/v1": ("networking.k8s.io/v1beta1", "extensions/v1beta1", "networking/v1", "network.k8s.io/v1"),
    "rbac.authorization.k8s.io/v1": (
        "rbac.authorization.k8s.io/v1beta1",
        "rbac.authorization.k8s.io/v1alpha1",
        "rbac/v1",
        "authorization.k8s.io/v1",
    ),
    "storage.k8s.io/v1": ("storage.k8s.io/v1beta1", "storage/v1", "storage.k8s.io/v1alpha1"),
    "scheduling.k8s.io/v1": ("scheduling.k8s.io/v1beta1", "scheduling/v1"),
    "node.k8s.io/v1": ("node.k8s.io/v1beta1", "node/v1"),
    "apiextensions.k8s.io/v1": ("apiextensions.k8s.io/v1beta1", "apiextensions/v1"),
    "admissionregistration.k8s.io/v1": ("admissionregistration.k8s.io/v1beta1", "admission.k8s.io/v1"),
    "discovery.k8s.io/v1": ("discovery.k8s.io/v1beta1",),
    "coordination.k8s.io/v1": ("coordination.k8s.io/v1beta1",),
    "events.k8s.io/v1": ("events.k8s.io/v1beta1", "v1"),
    "gateway.networking.k8s.io/v1": ("gateway.networking.k8s.io/v1beta1", "gateway.networking.k8s.io/v1alpha2"),
    "argoproj.io/v1alpha1": ("argoproj.io/v1", "argoproj.io/v1beta1", "argocd.io/v1alpha1"),
    "monitoring.coreos.com/v1": (
        "monitoring.coreos.com/v1alpha1",
        "monitoring.coreos.com/v1beta1",
        "monitoring.com/v1",
    ),
    "keda.sh/v1alpha1": ("keda.sh/v1", "keda.k8s.io/v1alpha1"),
    "external-secrets.io/v1": ("external-secrets.io/v1beta1", "external-secrets.io/v1alpha1"),
}


def mutate(random: Random, manifest: Manifest) -> tuple[Manifest, str, str]:
    """Return a changed copy of the object, the reason why it may be rejected, and the path of the change."""
    before = json.dumps(manifest, sort_keys=True)
    for _ in range(ATTEMPTS):
        reason = random.choices(list(MUTATIONS), weights=[weight for weight, _ in MUTATIONS.values()])[0]
        change = MUTATIONS[reason][1](random, manifest)
        if change and reason != "removed-version" and _kind(change[0]) != _kind(manifest) and random.random() < 0.9:
            continue
        if change and json.dumps(change[0], sort_keys=True) != before:
            return change[0], reason, written(change[1])
    raise ValueError(f"no change found for {before}")


def drop(random: Random, manifest: Manifest) -> Change | None:
    """Remove a field or an item."""
    node = choose(random, list(nodes(manifest)))
    return (removed(manifest, node.path), node.path) if node else None


def misspell(random: Random, manifest: Manifest) -> Change | None:
    """Misspell a key."""
    node = choose(random, find(manifest, _is_field))
    if node is None:
        return None
    key = _misspelled(random, str(node.path[-1]))
    return renamed(manifest, node.path, key), (*node.path[:-1], key)


def misplace(random: Random, manifest: Manifest) -> Change | None:
    """Move a field one level up, or into a map beside it, as wrong indentation does."""
    node = choose(random, find(manifest, lambda each: _is_field(each) and len(each.path) > 1))
    if node is None:
        return None
    key = node.path[-1]
    around = at(manifest, node.path[:-1])
    beside = [(*node.path[:-1], other) for other, value in around.items() if other != key and isinstance(value, dict)]
    above = [path for path in (node.path[:-2], node.path[:-3]) if isinstance(at(manifest, path), dict)]
    targets = [path for path in (*beside, *above) if key not in at(manifest, path)]
    if not targets:
        return None
    target = random.choice(targets)
    moved = removed(manifest, node.path)
    at(moved, target)[key] = copy.deepcopy(node.value)
    return moved, (*target, key)


def retype(random: Random, manifest: Manifest) -> Change | None:
    """Give a field a value of another type."""
    node = choose(random, list(nodes(manifest)))
    return (replaced(manifest, node.path, _retyped(random, node.value)), node.path) if node else None


def out_of_range(random: Random, manifest: Manifest) -> Change | None:
    """Give a number or a percentage another value, often one out of its range."""
    node = choose(random, find(manifest, lambda each: _is_number(each.value) or _is_percentage(each.value)))
    if node is None:
        return None
    text = isinstance(node.value, str)
    value = random.choice(wrong_values.PERCENTAGES if text or random.random() < 0.1 else wrong_values.NUMBERS)
    return replaced(manifest, node.path, value), node.path


def duplicate(random: Random, manifest: Manifest) -> Change | None:
    """Repeat an item of a list, unchanged or with one field changed."""
    node = choose(random, find(manifest, lambda each: isinstance(each.value, list) and bool(each.value)))
    if node is None:
        return None
    index = random.randrange(len(node.value))
    item = copy.deepcopy(node.value[index])
    scalars = [each for each in nodes(item) if isinstance(each.value, str | int)]
    if scalars and random.random() < 0.5:
        leaf = random.choice(scalars)
        item = replaced(item, leaf.path, _other(random, leaf.value))
    items = list(node.value)
    items.insert(random.choice((index + 1, len(items))), item)
    return replaced(manifest, node.path, items), node.path


def empty(random: Random, manifest: Manifest) -> Change | None:
    """Empty a string, map or list."""
    node = choose(random, find(manifest, lambda each: isinstance(each.value, str | dict | list) and bool(each.value)))
    return (replaced(manifest, node.path, type(node.value)()), node.path) if node else None


def wrong_enum(random: Random, manifest: Manifest) -> Change | None:
    """Write a word such as Always in another case, misspelled, or use another word; for a kind, another kind."""
    node = choose(random, find(manifest, lambda each: isinstance(each.value, str) and bool(_WORD.match(each.value))))
    if node is None:
        return None
    word = node.value
    others = wrong_values.KINDS if node.path == ("kind",) else wrong_values.WORDS
    choices = (
        word.lower(),
        word.upper(),
        word[0].lower() + word[1:],
        word.title(),
        f"{word}s",
        f"{word} ",
        re.sub(r"(?<=[a-z])(?=[A-Z])", "-", word),
        _misspelled(random, word),
        *(random.choice(others) for _ in range(6)),
    )
    return replaced(manifest, node.path, random.choice(choices)), node.path


def wrong_format(random: Random, manifest: Manifest) -> Change | None:
    """Write a string that misses its format: a name, a quantity, a path, a schedule."""
    node = choose(
        random, find(manifest, lambda each: isinstance(each.value, str) and each.path[-1] not in ("apiVersion", "kind"))
    )
    return (replaced(manifest, node.path, wrong_values.wrong_string(random, node)), node.path) if node else None


def wrong_key(random: Random, manifest: Manifest) -> Change | None:
    """Write a key that a map of labels, annotations, data or resources does not take."""
    node = choose(random, find(manifest, lambda each: not _is_field(each) and isinstance(each.path[-1], str)))
    if node is None:
        return None
    key = wrong_values.wrong_key(random, node)
    return renamed(manifest, node.path, key), (*node.path[:-1], key)


def wrong_name(random: Random, manifest: Manifest) -> Change | None:
    """Give the object a name or a namespace that may be invalid."""
    key = random.choice(("name", "name", "namespace"))
    if key not in manifest["metadata"]:
        return None
    return replaced(manifest, ("metadata", key), random.choice(wrong_values.NAMES)), ("metadata", key)


def exclude(random: Random, manifest: Manifest) -> Change | None:
    """Combine fields that exclude or contradict each other."""
    for combine in random.sample(COMBINATIONS, len(COMBINATIONS)):
        changed = copy.deepcopy(manifest)
        path = combine(random, changed)
        if path is not None:
            return changed, path
    return None


def removed_version(random: Random, manifest: Manifest) -> Change | None:
    """Use another version of the API, or misspell the version or the kind."""
    version, kind = manifest["apiVersion"], manifest["kind"]
    if random.random() < 0.35:
        kinds = (kind.lower(), f"{kind}s", _misspelled(random, kind), _misspelled(random, kind))
        return replaced(manifest, ("kind",), random.choice(kinds)), ("kind",)
    versions = (*_VERSIONS.get(version, (f"{version}beta1",)), _misspelled(random, version))
    return replaced(manifest, ("apiVersion",), random.choice(versions)), ("apiVersion",)


MUTATIONS: Final[dict[str, tuple[int, Mutation]]] = {
    "drop": (14, drop),
    "misspell": (9, misspell),
    "misplace": (5, misplace),
    "retype": (14, retype),
    "out-of-range": (9, out_of_range),
    "duplicate": (7, duplicate),
    "empty": (8, empty),
    "wrong-enum": (8, wrong_enum),
    "wrong-format": (16, wrong_format),
    "wrong-key": (3, wrong_key),
    "wrong-name": (2, wrong_name),
    "exclude": (16, exclude),
    "removed-version": (2, removed_version),
}
"""The mutations by the name of their reason, each with its weight."""


def _kind(manifest: Manifest) -> tuple[Any, Any]:
    return manifest.get("apiVersion"), manifest.get("kind")


def _is_field(node: Node) -> bool:
    """Return True unless the node is an item, or a key that people choose."""
    return isinstance(node.path[-1], str) and node.parent_key not in FREE_KEYS


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_percentage(value: object) -> bool:
    return isinstance(value, str) and bool(_PERCENTAGE.match(value))


def _misspelled(random: Random, word: str) -> str:
    index = random.randrange(len(word))
    swapped = word[:index] + word[index + 1 : index + 2] + word[index] + word[index + 2 :]
    return random.choice(
        (
            word[:index] + word[index + 1 :],
            word[: index + 1] + word[index:],
            swapped,
            word[0].swapcase() + word[1:],
            word.lower(),
            re.sub("(?<=[a-z])[A-Z]", lambda letter: f"_{letter[0].lower()}", word),
            word[:-1] if word.endswith("s") else f"{word}s",
        )
    )


def _retyped(random: Random, value: Any) -> Any:
    if random.random() < 0.15:
        return None
    choices: list[Any]
    if isinstance(value, bool):
        choices = ["yes", str(value).lower(), int(value), [value], {"enabled": value}]
    elif isinstance(value, int | float):
        choices = [str(value), str(value), value + 0.5, [value], {"value": value}, True, f"{value}s"]
    elif isinstance(value, str):
        number = int(value) if _NUMBER.match(value) else 5
        choices = [number, number, True, 1.5, [value], {value: value}, {"name": value}, {}]
    elif isinstance(value, list):
        first = value[0] if value else "x"
        named = {each["name"]: each for each in value if isinstance(each, dict) and isinstance(each.get("name"), str)}
        choices = [
            first,
            named,
            {},
            ",".join(map(str, value)),
            "x",
            [*value, None],
            [value],
            [*value, "x"],
            [*value, {}],
            1,
        ]
    elif isinstance(value, dict):
        pairs = [{"name": key, "value": each} for key, each in value.items()]
        choices = [[value], pairs, "x", 1, True, "", [], list(value), {**value, random.choice([*value, "x"]): None}]
    else:
        choices = ["x", 1, [], {}]
    return random.choice(choices)


def _other(random: Random, value: str | int) -> str | int:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + random.choice((1, -1, 1000))
    return random.choice((f"{value}2", f"{value}-x", value.lower(), value.upper(), "x"))
