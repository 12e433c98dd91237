"""Custom resources: their schemas, from CustomResourceDefinitions and from data files.

Source: https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from constructs_lib.kubernetes.manifest import Manifest, dig, kind_of, mapping, mappings, text
from constructs_lib.kubernetes.schemas.openapi import compact
from constructs_lib.kubernetes.schemas.schema import Schema

DEFINITION: Final = "CustomResourceDefinition"
DATA: Final = Path(__file__).with_name("custom")
"""Made by `make schemas`, a file for each API group."""
_SUFFIX: Final = ".json.gz"


_ROOT: Final[Mapping[str, Any]] = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object"},
}


class CustomSchema(NamedTuple):
    """The schema of a custom resource.

    Args:
        schema: the schema.
        source: the release that the data file has it from, such as `KEDA 2.18.0`; empty for a
            CustomResourceDefinition of the user.
    """

    schema: Schema
    source: str = ""


class CustomResources:
    """The custom resources of a cluster.

    Args:
        definitions: CustomResourceDefinitions; those of a kind replace what the data files say of it.
    """

    def __init__(self, definitions: Iterable[Manifest] = ()) -> None:
        self._defined: dict[tuple[str, str], dict[str, Schema]] = {}
        self._namespaced: set[tuple[str, str]] = set()
        for definition in definitions:
            if kind_of(definition) == DEFINITION:
                self._add(definition)

    def _add(self, definition: Manifest) -> None:
        key = (text(definition, "spec", "group"), text(definition, "spec", "names", "kind"))
        if text(definition, "spec", "scope") == "Namespaced":
            self._namespaced.add(key)
        for _, version in mappings(definition, "spec", "versions"):
            raw = mapping(version, "schema", "openAPIV3Schema") or mapping(
                definition, "spec", "validation", "openAPIV3Schema"
            )
            if version.get("served") is not False:
                self._defined.setdefault(key, {})[text(version, "name")] = _schema(compact(raw))

    def find(self, api_version: str, kind: str) -> CustomSchema | None:
        """Return the schema of a kind in an API version, or None if it is not known."""
        group, _, version = api_version.rpartition("/")
        if (group, kind) in self._defined:
            schema = self._defined[group, kind].get(version)
            return None if schema is None else CustomSchema(schema)
        data = _group(group)
        raw = dig(data, "versions", version, kind, "schema")
        return None if raw is None else _shipped(group, version, kind)

    def served(self, api_version: str, kind: str) -> tuple[str, ...] | None:
        """Return the API versions that serve a kind of a known group, or None if the kind is not known."""
        group = api_version.rpartition("/")[0]
        if (group, kind) in self._defined:
            return tuple(f"{group}/{version}" for version in self._defined[group, kind])
        versions = mapping(_group(group), "versions")
        found = tuple(f"{group}/{version}" for version, kinds in versions.items() if kind in kinds)
        return found or None

    def api_versions_of(self, kind: str) -> tuple[str, ...]:
        """Return the API versions of all groups that serve a kind."""
        versions = (f"{group}/v" for group in sorted(self.groups()) if kind in self.kinds(group))
        return tuple(served for version in versions for served in self.served(version, kind) or ())

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """Return True if objects of a known kind belong to namespaces."""
        group, _, version = api_version.rpartition("/")
        if (group, kind) in self._defined:
            return (group, kind) in self._namespaced
        return text(_group(group), "versions", version, kind, "scope") == "Namespaced"

    def release(self, group: str) -> str:
        """Return the release that the schemas of a group are from, or an empty string if none is known."""
        return text(_group(group), "source")

    def groups(self) -> frozenset[str]:
        """Return the known API groups."""
        return frozenset(group for group, _ in self._defined) | _shipped_groups()

    def kinds(self, group: str) -> frozenset[str]:
        """Return the known kinds of an API group."""
        defined = {kind for found, kind in self._defined if found == group}
        shipped = {kind for kinds in mapping(_group(group), "versions").values() for kind in kinds}
        return frozenset(defined | shipped)


@cache
def _shipped(group: str, version: str, kind: str) -> CustomSchema:
    data = _group(group)
    return CustomSchema(_schema(json.loads(data["versions"][version][kind]["schema"])), data["source"])


@cache
def _shipped_groups() -> frozenset[str]:
    return frozenset(path.name.removesuffix(_SUFFIX) for path in DATA.glob(f"*{_SUFFIX}"))


@cache
def _group(group: str) -> Any:
    path = DATA / f"{group}{_SUFFIX}"
    return json.loads(gzip.decompress(path.read_bytes())) if group and path.is_file() else {}


def _schema(raw: Mapping[str, Any]) -> Schema:
    """Return the schema of a kind, whose objects have the fields of every object too."""
    return Schema({"type": "object", **raw, "properties": {**_ROOT, **raw.get("properties", {})}})
