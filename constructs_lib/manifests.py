"""From plain manifests to `cdk8s.ApiObject`s, and overrides on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from weakref import WeakSet

import cdk8s
from constructs import Construct

from constructs_lib.values import merge

Manifest = dict[str, Any]

_NEEDED: Final = ("apiVersion", "kind", "metadata.name", "spec.template.spec.containers")
_METADATA: Final = ("name", "namespace", "labels", "annotations")

_ours: WeakSet[cdk8s.ApiObject] = WeakSet()


def add_manifest(scope: Construct, construct_id: str, manifest: Mapping[str, Any]) -> cdk8s.ApiObject:
    """One `ApiObject` that holds exactly the manifest, and takes any further JSON patch.

    A typed class would drop patched fields that its schema doesn't know; this one drops nothing.
    """
    api_object = cdk8s.ApiObject(scope, construct_id, **_identity(manifest))
    fields = {f"/{key}": value for key, value in manifest.items() if key not in ("apiVersion", "kind", "metadata")}
    more = {f"/metadata/{key}": value for key, value in manifest["metadata"].items() if key not in _METADATA}
    api_object.add_json_patch(*(cdk8s.JsonPatch.add(path, value) for path, value in {**fields, **more}.items()))
    _ours.add(api_object)
    return api_object


def is_ours(api_object: cdk8s.ApiObject) -> bool:
    """Whether a construct of the library made it, and so knows what it holds."""
    return isinstance(api_object, LazyManifest) or api_object in _ours


class LazyManifest(cdk8s.ApiObject):
    """An `ApiObject` whose manifest is made when it is read, from what the whole chart holds by then.

    Args:
        render: makes the manifest; name and kind must always be the same.
        head: the manifest's version, kind and metadata, where making all of it takes the other charts.
    """

    def __init__(
        self, scope: Construct, construct_id: str, render: Callable[[], Manifest], head: Manifest | None = None
    ) -> None:
        self._render = render
        self._patches: list[cdk8s.JsonPatch] = []
        super().__init__(scope, construct_id, **_identity(head or render()))

    def add_json_patch(self, *ops: cdk8s.JsonPatch) -> None:
        """Patches apply to the finished manifest, in order."""
        self._patches.extend(ops)

    def to_json(self) -> Any:
        """The manifest as it is now."""
        fields = {key: value for key, value in self._render().items() if key != "metadata"}
        manifest = {**super().to_json(), **fields}
        return cdk8s.JsonPatch.apply(manifest, *self._patches) if self._patches else manifest


def override(manifests: Mapping[str, Manifest], overrides: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Lay plain values over the manifests, by kind: maps merge, scalars and lists replace, `None` removes.

    Returns:
        What would not reach the YAML: kinds that the construct doesn't make, and an object without its name.
    """
    faults = []
    for kind, values in overrides.items():
        if kind not in manifests:
            faults.append(f"overrides: this construct makes no {kind}; it makes {', '.join(sorted(manifests))}")
            continue
        wrong = [
            *_head_faults(f"overrides.{kind}", values),
            *_shape_faults(f"overrides.{kind}.spec", manifests[kind].get("spec"), values.get("spec")),
        ]
        if wrong:
            faults.extend(wrong)
            continue
        merged = merge(manifests[kind], values)
        lost = [path for path in _NEEDED if _at(manifests[kind], path) and not _at(merged, path)]
        faults.extend(f"overrides.{kind}.{path}: can't be taken away" for path in lost)
        if not lost:
            manifests[kind].clear()
            manifests[kind].update(merged)
    return faults


def _head_faults(where: str, values: Mapping[str, Any]) -> Iterator[str]:
    """What of an override no object can have, or what would make another one of it."""
    metadata = values.get("metadata") or {}
    if "kind" in values:
        yield f"{where}.kind: can't be changed"
    if not isinstance(metadata, Mapping):
        yield f"{where}.metadata: {metadata!r} is no dict"
        return
    if not isinstance(metadata.get("name", ""), (str, type(None))):
        yield f"{where}.metadata.name: {metadata['name']!r} is no text"
    for field in ("labels", "annotations"):
        pairs = metadata.get(field) or {}
        if not isinstance(pairs, Mapping):
            yield f"{where}.metadata.{field}: {pairs!r} is no dict"
            continue
        for key, value in pairs.items():
            if not isinstance(value, (str, type(None))):
                yield f"{where}.metadata.{field}.{key}: {value!r} is no text; write {str(value)!r}"


def _shape_faults(where: str, manifest: object, value: object) -> Iterator[str]:
    """Where an override puts something else in the place of a list."""
    if isinstance(manifest, list) and not isinstance(value, (list, type(None))):
        yield f"{where}: {value!r} is no list"
    elif isinstance(manifest, Mapping) and isinstance(value, Mapping):
        for key in value:
            yield from _shape_faults(f"{where}.{key}", manifest.get(key), value[key])


def _at(manifest: Mapping[str, Any], path: str) -> Any:
    value: Any = manifest
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _identity(manifest: Mapping[str, Any]) -> dict[str, Any]:
    metadata = manifest["metadata"]
    optional = {key: metadata[key] for key in _METADATA[1:] if metadata.get(key)}
    return {
        "api_version": manifest["apiVersion"],
        "kind": manifest["kind"],
        "metadata": cdk8s.ApiObjectMetadata(name=metadata["name"], **optional),
    }
