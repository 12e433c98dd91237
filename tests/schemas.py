"""Strict validation of manifests: unknown fields are errors, as with `kubectl apply --validate=strict`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import kubernetes_validate

from constructs_lib.kubernetes.yaml_reader import read_documents
from tests.conftest import ROOT, Manifest

OLDEST = "1.27"


def newest() -> str:
    """The newest version of Kubernetes whose schemas are at hand."""
    return str(kubernetes_validate.latest_version())


@cache
def custom_schemas() -> dict[tuple[str, str], dict[str, Any]]:
    """The schemas of crds/ by API version and kind."""
    found = {}
    for path in sorted((ROOT / "crds").glob("*.yaml")):
        for document in read_documents(path.read_text(encoding="utf-8")):
            spec = document.data["spec"]
            for version in spec["versions"]:
                key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                found[key] = _strict(version["schema"]["openAPIV3Schema"], root=True)
    return found


def _strict(schema: dict[str, Any], *, root: bool = False) -> dict[str, Any]:
    """The schema, refusing what it doesn't name: as the API server does with strict field validation."""
    closed = {key: value for key, value in schema.items() if not key.startswith("x-kubernetes")}
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    if "properties" in schema:
        closed["properties"] = {name: _strict(below) for name, below in schema["properties"].items()}
        if root:
            closed["properties"]["metadata"] = {"type": "object"}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            closed["additionalProperties"] = False
    if isinstance(schema.get("additionalProperties"), dict):
        closed["additionalProperties"] = _strict(schema["additionalProperties"])
    if isinstance(schema.get("items"), dict):
        closed["items"] = _strict(schema["items"])
    return closed


def schema_faults(manifest: Manifest, version: str) -> Iterator[str]:
    """What the schemas of that version of Kubernetes, or of crds/, say against the manifest."""
    key = (manifest["apiVersion"], manifest["kind"])
    if key in custom_schemas():
        for error in jsonschema.Draft202012Validator(custom_schemas()[key]).iter_errors(manifest):
            yield f"{error.json_path}: {error.message}"
        return
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield str(error)
