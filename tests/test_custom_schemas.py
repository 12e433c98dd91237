"""The schemas of custom resources, as `make schemas` writes them."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.kubernetes.schemas.removed_groups import REMOVED_GROUPS
from tests.conftest import ROOT
from tools.custom_schemas import FOLDER, packed
from tools.schema_sources import SOURCES
from tools.structural_schemas import extended, reduced, widest

FILES = sorted(FOLDER.glob("*.json.gz"))
MAX_TOTAL = 600 * 1024
KINDS = {
    "argoproj.io/v1alpha1": ("Application", "AppProject", "Rollout"),
    "cert-manager.io/v1": ("Certificate", "Issuer"),
    "external-secrets.io/v1": ("ExternalSecret", "SecretStore"),
    "gateway.networking.k8s.io/v1": ("Gateway", "GRPCRoute", "HTTPRoute"),
    "keda.sh/v1alpha1": ("ScaledJob", "ScaledObject", "TriggerAuthentication"),
    "monitoring.coreos.com/v1": ("PodMonitor", "PrometheusRule", "ServiceMonitor"),
    "rabbitmq.com/v1beta1": ("RabbitmqCluster",),
}


@cache
def load(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_has_a_source_and_entries(path: Path) -> None:
    data = load(path)
    titles = {source.title for source in SOURCES}
    assert set(data["source"].split(", ")) <= titles
    assert data["versions"]
    for kinds in data["versions"].values():
        for entry in kinds.values():
            assert entry.keys() == {"scope", "deprecated", "schema"}
            assert entry["scope"] in {"Cluster", "Namespaced"}
            assert json.loads(entry["schema"])["type"] == "object"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_removed_versions_are_not_served(path: Path) -> None:
    data = load(path)
    for version, kinds in data["removed"].items():
        assert not set(kinds) & data["versions"].get(version, {}).keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_is_packed_reproducibly(path: Path) -> None:
    assert gzip.decompress(packed(load(path))) == gzip.decompress(path.read_bytes())
    assert path.read_bytes()[4:8] == bytes(4), "no time in the header"


def test_every_source_is_in_a_file() -> None:
    written = {title for path in FILES for title in load(path)["source"].split(", ")}
    assert written == {source.title for source in SOURCES}


def test_files_are_small() -> None:
    assert 0 < sum(path.stat().st_size for path in FILES) <= MAX_TOTAL


@pytest.mark.parametrize(("api_version", "kind"), [(version, kind) for version in KINDS for kind in KINDS[version]])
def test_kind_is_known(api_version: str, kind: str) -> None:
    group, version = api_version.split("/")
    schema = json.loads(load(FOLDER / f"{group}.json.gz")["versions"][version][kind]["schema"])
    assert schema["properties"]["spec"]["properties"]


def test_fields_of_crds_are_known() -> None:
    entry = load(FOLDER / "rabbitmq.com.json.gz")["versions"]["v1beta1"]["RabbitmqCluster"]
    cluster = json.loads(entry["schema"])
    assert (ROOT / "crds/rabbitmq.com.yaml").exists()
    assert "emptyDir" in cluster["properties"]["spec"]["properties"]["persistence"]["properties"]


def test_removed_groups_are_not_served_and_replacements_are() -> None:
    served = {path.name.removesuffix(".json.gz") for path in FILES}
    assert not served & REMOVED_GROUPS.keys()
    assert set(REMOVED_GROUPS.values()) <= served


def test_reduced_keeps_fields_named_like_keywords() -> None:
    schema = {
        "type": "object",
        "description": "gone",
        "x-kubernetes-validations": [{"rule": "true"}],
        "properties": {"description": {"type": "string", "title": "gone", "default": "x"}},
    }
    assert reduced(schema) == {
        "type": "object",
        "properties": {"description": {"type": "string", "default": True}},
    }


def test_widest_has_the_fields_and_values_of_both() -> None:
    left = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": "string", "enum": ["x"], "maxLength": 3}, "b": {"type": "integer", "minimum": 1}},
    }
    right = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string", "enum": ["x", "y"], "maxLength": 5, "pattern": "^x"}, "c": {}},
    }
    assert widest(left, right) == {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string", "enum": ["x", "y"], "maxLength": 5},
            "b": {"type": "integer", "minimum": 1},
            "c": {},
        },
    }


def test_extended_adds_fields_alone() -> None:
    schema = {"properties": {"a": {"items": {"properties": {"b": {"pattern": "^x"}}}}}}
    newer = {"properties": {"a": {"items": {"properties": {"b": {}, "c": {"type": "string"}}}}}, "required": ["a"]}
    assert extended(schema, newer) == {
        "properties": {"a": {"items": {"properties": {"b": {"pattern": "^x"}, "c": {"type": "string"}}}}}
    }
