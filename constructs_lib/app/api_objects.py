"""From plain manifests to `cdk8s.ApiObject`s."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partialmethod
from typing import Any, Final, TypeAlias

import cdk8s
from constructs import Construct

from constructs_lib.kubernetes.field_path import FieldPath

Manifest = dict[str, Any]
Key: TypeAlias = tuple[str, str, str]

_METADATA: Final = ("name", "namespace", "labels", "annotations")


def add_manifest(scope: Construct, construct_id: str, manifest: Mapping[str, Any]) -> PlainManifest:
    """One `ApiObject` that holds exactly the manifest, and takes any further JSON patch.

    A typed class would drop patched fields that its schema doesn't know; this one drops nothing.
    """
    return PlainManifest(scope, construct_id, manifest)


def is_ours(api_object: cdk8s.ApiObject) -> bool:
    """Return True if a construct of the library created the object."""
    return isinstance(api_object, (LazyManifest, PlainManifest))


class PlainManifest(cdk8s.ApiObject):
    """An `ApiObject` whose fields stay in Python until somebody patches it, or reads it through cdk8s.

    Node gets what cdk8s works on: version, kind and metadata. Taking all fields there and back would be most of what
    a synth costs. cdk8s validates an app before it reads its objects, and `hand_over` is called then.
    """

    def __init__(self, scope: Construct, construct_id: str, manifest: Mapping[str, Any]) -> None:
        super().__init__(scope, construct_id, **_identity(manifest))
        self.key = key_of(manifest)
        fields = {key: value for key, value in manifest.items() if key not in ("apiVersion", "kind", "metadata")}
        more = {key: value for key, value in manifest["metadata"].items() if key not in _METADATA}
        # A copy, as Node would have one.
        self._fields: dict[str, Any] = json.loads(json.dumps({"metadata": more, **fields}))
        self.is_handed_over = False
        self.argument_of: Callable[[FieldPath], str] = lambda field: ""
        """Names the argument that set a field, if the construct that made the object knows it."""

    def add_json_patch(self, *ops: cdk8s.JsonPatch) -> None:
        """Patches apply to the whole manifest, in order."""
        self.hand_over()
        super().add_json_patch(*ops)

    def hand_over(self) -> None:
        """Pass the fields to cdk8s, once."""
        if not self.is_handed_over:
            self.is_handed_over = True
            more = {f"metadata/{key}": value for key, value in self._fields.pop("metadata").items()}
            patches = [cdk8s.JsonPatch.add(f"/{path}", value) for path, value in {**self._fields, **more}.items()]
            super().add_json_patch(*patches)

    def extend(self, path: str, items: Iterable[Any]) -> None:
        """Add items to the list at a path such as `/spec/ingress`, before cdk8s has the object."""
        *parents, last = path.split("/")[1:]
        holder: Any = self._fields
        for part in parents:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        holder.setdefault(last, []).extend(items)

    def complete(self, head: Mapping[str, Any]) -> Manifest:
        """The manifest, of which cdk8s tells version, kind and metadata."""
        fields = dict(self._fields)
        return {**head, "metadata": {**head["metadata"], **fields.pop("metadata")}, **fields}

    def _read(self) -> Any:
        self.hand_over()
        return super().to_json()

    # No function: cdk8s would take that for an override, and ask Python for each object that it reads.
    to_json = partialmethod(_read)


def add_items(api_object: cdk8s.ApiObject, path: str, *items: Any, first: bool = False) -> None:
    """Add items to the list at the path of a manifest, ours or not; the `first` ones make the list."""
    if isinstance(api_object, PlainManifest) and not api_object.is_handed_over:
        api_object.extend(path, items)
    elif first:
        api_object.add_json_patch(cdk8s.JsonPatch.add(path, list(items)))
    else:
        api_object.add_json_patch(*(cdk8s.JsonPatch.add(f"{path}/-", item) for item in items))


class LazyManifest(cdk8s.ApiObject):
    """An `ApiObject` whose manifest is rendered when it is read, from the whole chart.

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


def key_of(manifest: Mapping[str, Any]) -> Key:
    """Version, kind and name: what tells the objects of a chart apart."""
    return manifest["apiVersion"], manifest["kind"], manifest["metadata"]["name"]


def _identity(manifest: Mapping[str, Any]) -> dict[str, Any]:
    metadata = manifest["metadata"]
    optional = {key: metadata[key] for key in _METADATA[1:] if metadata.get(key)}
    return {
        "api_version": manifest["apiVersion"],
        "kind": manifest["kind"],
        "metadata": cdk8s.ApiObjectMetadata(name=metadata["name"], **optional),
    }
