"""Write the schemas of the built-in kinds, for each minor version of Kubernetes, into one compact data file.

    python -m tools.builtin_schemas

The source is the published OpenAPI of each version, which the package `kubernetes-validate` holds. Descriptions are
left out, and a type that is the same in several versions is written once.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import kubernetes_validate

from constructs_lib.kubernetes.schemas.builtin import DATA
from constructs_lib.kubernetes.schemas.openapi import compact

Schema = dict[str, Any]

OLDEST: Final = (1, 27)
_PREFIXES: Final = (
    "io.k8s.apiextensions-apiserver.pkg.apis.",
    "io.k8s.kube-aggregator.pkg.apis.",
    "io.k8s.apimachinery.pkg.apis.",
    "io.k8s.apimachinery.pkg.api.resource.",
    "io.k8s.apimachinery.pkg.util.intstr.",
    "io.k8s.apimachinery.pkg.runtime.",
    "io.k8s.apimachinery.pkg.",
    "io.k8s.api.",
)
_SCHEMA: Final = "apiextensions.v1.JSONSchemaProps"
_ITEMS: Final = f"{_SCHEMA}OrArray"
# Kinds that are requests or answers, not objects that a manifest holds.
_NO_OBJECTS: Final = (
    *(
        "APIGroup",
        "APIVersions",
        "Binding",
        "DeleteOptions",
        "Eviction",
        "Scale",
        "Status",
        "TokenRequest",
        "WatchEvent",
    ),
)


def main() -> None:
    """Write the data file."""
    found = {version: _definitions(version) for version in _versions()}
    versions = list(found)
    data = {"versions": versions, "types": _types(found, versions), "kinds": _kinds(found, versions)}
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    DATA.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{Path(DATA).name}: {len(versions)} versions, {len(data['types'])} types, {DATA.stat().st_size // 1024} KiB")


def _versions() -> Iterator[str]:
    """Return the minor versions whose schemas are known, oldest first."""
    for version in kubernetes_validate.utils.all_versions():
        major, minor = map(int, version.split(".")[:2])
        if (major, minor) >= OLDEST:
            yield f"{major}.{minor}"


def _definitions(version: str) -> dict[str, Schema]:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local"
    definitions: dict[str, Schema] = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))["$defs"]
    found = {_short(name): definition for name, definition in definitions.items()}
    # The API server reads the schema of a list's entries, and all below it, without looking for unknown fields.
    items = json.loads(json.dumps(found[_SCHEMA]).replace('JSONSchemaProps"', 'JSONSchemaPropsOrArray"'))
    return {**found, _ITEMS: {**items, "x-kubernetes-preserve-unknown-fields": True}}


def _short(name: str) -> str:
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
    return name.removeprefix(prefix)


def _types(found: Mapping[str, dict[str, Schema]], versions: list[str]) -> dict[str, list[list[Any]]]:
    """Return each type's schemas, each with the first and last version that has it."""
    types: dict[str, list[list[Any]]] = {}
    for version in versions:
        for name, definition in found[version].items():
            if name.rpartition(".")[2].endswith("List") and "items" in definition.get("properties", {}):
                continue
            schema, variants = _without_enum(_compact(definition)), types.setdefault(name, [])
            if variants and variants[-1][2] == schema and _follows(variants[-1][1], version, versions):
                variants[-1][1] = version
            else:
                variants.append([version, version, schema])
    return types


def _follows(last: str, version: str, versions: list[str]) -> bool:
    return versions.index(version) == versions.index(last) + 1


def _compact(schema: Schema) -> Schema:
    """Return what validation needs of a type, with the names of other types instead of their references."""
    small = compact(schema)
    if "$ref" in schema:
        small["ref"] = _short(re.sub(r".*/", "", schema["$ref"]))
        small.pop("type", None)
    for key, short in (("items", "items"), ("additionalProperties", "values")):
        if isinstance(schema.get(key), dict):
            small[short] = _compact(schema[key])
    if schema.get("properties"):
        small["properties"] = {name: _without_enum(_compact(below)) for name, below in schema["properties"].items()}
    return small


def _without_enum(schema: Schema) -> Schema:
    """Return a schema without the choices of `kind` and `apiVersion`, the only ones that the OpenAPI has."""
    return {key: value for key, value in schema.items() if key not in ("enum", "oneOf")}


def _kinds(found: Mapping[str, dict[str, Schema]], versions: list[str]) -> dict[str, dict[str, list[str]]]:
    """Return type, first and last version of each kind, by API version."""
    kinds: dict[str, dict[str, list[str]]] = {}
    for version in versions:
        for name, definition in found[version].items():
            for group in definition.get("x-kubernetes-group-version-kind", ()):
                if group["kind"].endswith("List") or group["kind"] in _NO_OBJECTS:
                    continue
                api_version = f"{group['group']}/{group['version']}".removeprefix("/")
                entry = kinds.setdefault(api_version, {}).setdefault(group["kind"], [name, version, version])
                entry[2] = version
    return kinds


if __name__ == "__main__":
    main()
