"""Every object of dist/ is strictly valid."""

from __future__ import annotations

import copy

import pytest

from tests.conftest import ROOT, Manifest, of_kind, read_manifests
from tests.schemas import OLDEST, newest, schema_faults


@pytest.mark.parametrize("version", [OLDEST, newest()])
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_every_object_is_valid(environment: str, version: str) -> None:
    manifests = read_manifests(ROOT / "dist" / environment)
    assert manifests
    assert {
        f"{manifest['kind']}/{manifest['metadata']['name']}": faults
        for manifest in manifests
        if (faults := list(schema_faults(manifest, version)))
    } == {}


def test_an_unknown_field_would_be_found(prod: list[Manifest]) -> None:
    deployment = copy.deepcopy(of_kind(prod, "Deployment")["waste-api"])
    deployment["spec"]["template"]["spec"]["containers"][0]["resource"] = {}
    assert list(schema_faults(deployment, OLDEST))


def test_an_unknown_field_of_a_custom_resource_would_be_found() -> None:
    cluster = {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": "RabbitmqCluster",
        "metadata": {"name": "rabbitmq"},
        "spec": {"replicas": 1, "replica": 1},
    }
    assert list(schema_faults(cluster, OLDEST)) == [
        "$.spec: Additional properties are not allowed ('replica' was unexpected)"
    ]
