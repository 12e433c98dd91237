"""Our objects in cdk8s' own hands: whoever reads, patches or labels them, all sees the same whole manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cdk8s
import pytest
import yaml

from constructs_lib import ApiService, PostgreSQL
from constructs_lib.app.api_objects import add_manifest
from constructs_lib.app.validation import synthesize
from constructs_lib.manifests.networking.network_policies import PodPeer, network_policy
from constructs_lib.workloads.ingress_rules import IngressRules
from tests.constructs.build import LOGIN

CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop"}, "data": {"mode": "full"}}
NAMESPACE: dict[str, Any] = {"api_version": "v1", "kind": "Namespace", "metadata": {"name": "web"}}
WHOLE = {
    **CONFIG,
    "metadata": {"name": "shop", "namespace": "web", "labels": {"team": "a"}},
}


def config_map(app: cdk8s.App | None = None, **metadata: Any) -> tuple[cdk8s.Chart, cdk8s.ApiObject]:
    app = app or cdk8s.App()
    chart = cdk8s.Chart(app, "web", namespace="web", labels={"team": "a"})
    cdk8s.ApiObject(cdk8s.Chart(app, "cluster"), "web", **NAMESPACE)
    manifest = {**CONFIG, "metadata": {"name": "shop", **metadata}}
    return chart, add_manifest(chart, "config", manifest)


def written(app: cdk8s.App, folder: Path) -> list[Any]:
    """What a plain cdk8s.App writes itself."""
    app.synth()
    return list(yaml.safe_load_all((folder / "web.k8s.yaml").read_text()))


def test_every_reader_gets_the_whole_manifest(tmp_path: Path) -> None:
    app = cdk8s.App(outdir=str(tmp_path))
    chart, made = config_map(app)
    assert synthesize(app).manifests["web"] == [WHOLE]
    assert cdk8s.Testing.synth(chart) == [WHOLE]
    assert chart.to_json() == [WHOLE]
    assert WHOLE in yaml.safe_load_all(app.synth_yaml())
    assert written(app, tmp_path) == [WHOLE]
    assert made.to_json() == WHOLE
    assert synthesize(app).manifests["web"] == [WHOLE]


def test_an_object_is_read_whole_on_its_own() -> None:
    _, made = config_map()
    assert made.to_json() == WHOLE


@pytest.mark.parametrize("read_first", [False, True])
def test_what_cdk8s_changes_is_in_the_manifest(read_first: bool) -> None:
    chart, made = config_map(annotations={"note": "ours"}, finalizers=["example.com/wait"])
    if read_first:
        chart.to_json()
    made.metadata.add_label("tier", "web")
    made.metadata.add("generation", 3)
    expected: dict[str, Any] = {
        "name": "shop",
        "namespace": "web",
        "annotations": {"note": "ours"},
        "finalizers": ["example.com/wait"],
        "generation": 3,
        "labels": {"team": "a", "tier": "web"},
    }
    (manifest,) = synthesize(chart).manifests["web"]
    assert manifest == {**CONFIG, "metadata": expected}
    made.add_json_patch(cdk8s.JsonPatch.replace("/data/mode", "none"), cdk8s.JsonPatch.remove("/metadata/generation"))
    del expected["generation"]
    assert cdk8s.Testing.synth(chart) == [{**CONFIG, "metadata": expected, "data": {"mode": "none"}}]


def test_a_dependency_orders_the_manifests() -> None:
    chart, made = config_map()
    other = add_manifest(chart, "first", {**CONFIG, "metadata": {"name": "first"}})
    made.add_dependency(other)
    names = [manifest["metadata"]["name"] for manifest in synthesize(chart).manifests["web"]]
    assert names == ["first", "shop"]


def test_objects_with_one_name_are_told_apart() -> None:
    app = cdk8s.App()
    chart, _ = config_map(app)
    add_manifest(chart, "elsewhere", {**CONFIG, "metadata": {"name": "shop", "namespace": "b"}, "data": {"mode": "b"}})
    theirs = cdk8s.ApiObject(
        chart, "theirs", api_version="v1", kind="ConfigMap", metadata={"name": "shop", "namespace": "c"}
    )
    nested = cdk8s.Chart(chart, "nested", namespace="d")
    add_manifest(nested, "config", {**CONFIG, "data": {"mode": "d"}})
    manifests = synthesize(app).manifests
    assert {m["metadata"].get("namespace"): m.get("data") for group in manifests.values() for m in group} == {
        None: None,
        "web": {"mode": "full"},
        "b": {"mode": "b"},
        "c": None,
        "d": {"mode": "d"},
    }
    assert theirs.to_json()["metadata"]["namespace"] == "c"


def test_what_was_given_can_be_changed_afterwards_without_effect() -> None:
    data = {"mode": "full"}
    chart = cdk8s.Chart(cdk8s.App(), "web", namespace="web", labels={"team": "a"})
    add_manifest(chart, "config", {**CONFIG, "data": data})
    data["mode"] = "none"
    assert synthesize(chart).manifests["web"] == [WHOLE]


@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("handed_over", [True, False])
def test_a_policy_lets_in_before_and_after_cdk8s_has_it(ours: bool, handed_over: bool) -> None:
    chart = cdk8s.Chart(cdk8s.App(), "web", namespace="web")
    manifest = network_policy("broker", {"app": "rabbitmq"}, ingress=[])
    if ours:
        policy: cdk8s.ApiObject = add_manifest(chart, "policy", manifest)
    else:
        policy = cdk8s.ApiObject(
            chart, "policy", api_version=manifest["apiVersion"], kind=manifest["kind"], metadata={"name": "broker"}
        )
        policy.add_json_patch(cdk8s.JsonPatch.add("/spec", manifest["spec"]))
    inbound = IngressRules(policy, "web")
    inbound.let_in(PodPeer("web", {"app": "one"}), 5672)
    if handed_over:
        policy.to_json()
    inbound.let_in(PodPeer("web", {"app": "two"}), 5672)
    inbound.let_in(PodPeer("web", {"app": "one"}), 15672, 80)
    peers = [{"podSelector": {"matchLabels": {"app": name}}} for name in ("one", "two")]
    assert policy.to_json()["spec"]["ingress"] == [
        {"from": peers, "ports": [{"protocol": "TCP", "port": 5672}]},
        {"from": peers[:1], "ports": [{"protocol": "TCP", "port": 15672}, {"protocol": "TCP", "port": 80}]},
    ]


def test_a_client_that_comes_after_a_reading_is_let_in() -> None:
    app = cdk8s.App()
    data, web = (cdk8s.Chart(app, name, namespace=name) for name in ("data", "web"))
    database = PostgreSQL(data, "db", credentials=LOGIN)
    ApiService(web, "early", image="shop:1", uses=[database])
    assert len(database.network_policy.to_json()["spec"]["ingress"][0]["from"]) == 1
    ApiService(web, "late", image="shop:1", uses=[database])
    policy = database.network_policy.to_json()
    names = [
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in policy["spec"]["ingress"][0]["from"]
    ]
    assert names == ["early", "late"]
