"""Overrides: lists merge by the key that their schema names, and the checks look at the result."""

from __future__ import annotations

from typing import Any

import cdk8s
import pytest

from constructs_lib import ApiService, InputError, NamespaceChart
from constructs_lib.app.validation import synthesize
from tests.constructs.build import build, find

POD = "Deployment spec template spec"


def _pod(**fields: Any) -> dict[str, Any]:
    return {"Deployment": {"spec": {"template": {"spec": fields}}}}


def _built(overrides: dict[str, Any], **arguments: Any) -> Any:
    return build(
        lambda chart: ApiService(chart, "shop", image="shop:1", overrides=overrides, **arguments), pod_security=None
    )


def _container(**fields: Any) -> dict[str, Any]:
    return {"name": "api", **fields}


def test_an_entry_is_merged_and_another_is_added() -> None:
    proxy = {"name": "proxy", "image": "proxy:1"}
    manifests = _built(_pod(containers=[_container(tty=True), proxy]), env={"A": "1"})
    first, second = find(manifests, f"{POD} containers")
    assert (first["tty"], first["image"], second) == (True, "shop:1", proxy)


def test_lists_below_merged_entries() -> None:
    env = [{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]
    manifests = _built(_pod(containers=[_container(env=env)]), env={"A": "1", "C": "4"})
    found = {entry["name"]: entry.get("value") for entry in find(manifests, f"{POD} containers 0 env")}
    assert {name: found[name] for name in "ABC"} == {"A": "2", "B": "3", "C": "4"}


def test_an_entry_is_deleted() -> None:
    manifests = _built(_pod(containers=[_container(env=[{"name": "A", "$patch": "delete"}])]), env={"A": "1", "C": "4"})
    names = [entry["name"] for entry in find(manifests, f"{POD} containers 0 env")]
    assert "A" not in names
    assert "C" in names


def test_a_list_is_replaced() -> None:
    env = [{"$patch": "replace"}, {"name": "A", "value": "2"}]
    manifests = _built(_pod(containers=[_container(env=env)]), env={"C": "4"})
    assert find(manifests, f"{POD} containers 0 env") == [{"name": "A", "value": "2"}]


def test_a_list_without_a_key_is_replaced() -> None:
    manifests = _built(_pod(tolerations=[{"operator": "Exists"}]), node_pool="one")
    assert find(manifests, f"{POD} tolerations") == [{"operator": "Exists"}]


@pytest.mark.parametrize(
    ("containers", "fault"),
    [
        ([{"image": "a:1"}], "[0].name: is required, since the list is merged by it"),
        ([{"name": "api", "$patch": "drop"}], '[0].$patch: expected "delete" or "replace", got "drop"'),
        ([{"name": "apj", "$patch": "delete"}], '[0].name: there is no "apj" to delete; there is api'),
        ([{"name": "api", "env": [{"value": "1"}]}], "[0].env[0].name: is required, since the list is merged by it"),
        ([{"name": "api", "$patch": "delete"}], ": cannot be removed"),
    ],
)
def test_faults(containers: list[Any], fault: str) -> None:
    with pytest.raises(InputError) as error:
        _built(_pod(containers=containers))
    assert [str(each) for each in error.value.faults] == [
        f"web/shop: overrides.Deployment.spec.template.spec.containers{fault}"
    ]


def _findings(overrides: dict[str, Any], **arguments: Any) -> list[str]:
    app = cdk8s.App()
    chart = NamespaceChart(app, "shop", namespace="shop", pod_security=None)
    ApiService(chart, "shop", image="shop:1", overrides=overrides, **arguments)
    return [str(error) for error in synthesize(app).errors]


def test_the_checks_look_at_the_result() -> None:
    assert _findings(_pod(toleration=[{"operator": "Exists"}], containers=[_container(imagepullPolicy="Always")])) == [
        "error unknown-field  shop/Deployment/shop  spec.template.spec.containers[0].imagepullPolicy (argument "
        'overrides): unknown field "imagepullPolicy"; did you mean "imagePullPolicy"?  [shop/shop/Deployment]',
        "error unknown-field  shop/Deployment/shop  spec.template.spec.toleration (argument overrides): unknown field "
        '"toleration"; did you mean "tolerations"?  [shop/shop/Deployment]',
    ]


def test_a_finding_in_a_container_of_the_overrides_names_them() -> None:
    assert _findings(_pod(containers=[{"name": "proxy"}])) == [
        "error invalid-value  shop/Deployment/shop  spec.template.spec.containers[1].image (argument overrides): is "
        "required  [shop/shop/Deployment]"
    ]


def test_a_raw_object_of_the_app() -> None:
    app = cdk8s.App()
    chart = NamespaceChart(app, "shop", namespace="shop", pod_security=None)
    spec = {
        "replica": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "web:1", "ports": {"containerPort": 80}}]},
        },
    }
    web = cdk8s.ApiObject(chart, "web", api_version="apps/v1", kind="Deployment", metadata={"name": "web"})
    web.add_json_patch(cdk8s.JsonPatch.add("/spec", spec))
    cdk8s.ApiObject(chart, "old", api_version="policy/v1beta1", kind="PodDisruptionBudget", metadata={"name": "old"})
    assert [str(error) for error in synthesize(app).errors] == [
        'error unknown-field  shop/Deployment/web  spec.replica: unknown field "replica"; did you mean "replicas"?  '
        "[shop/web]",
        "error invalid-value  shop/Deployment/web  spec.template.spec.containers[0].ports: expected a list, got "
        '{"containerPort": 80} (mapping)  [shop/web]',
        "error api-version  shop/PodDisruptionBudget/old  apiVersion: Kubernetes 1.25 removed PodDisruptionBudget from "
        "policy/v1beta1; write policy/v1  [shop/old]",
    ]
