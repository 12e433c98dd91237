"""What concerns a chart or several constructs together."""

from __future__ import annotations

from typing import Any

import cdk8s
import pytest

from constructs_lib import (
    ApiService,
    CeleryBeat,
    CeleryWorker,
    CidrPeer,
    DedicatedStateful,
    Defaults,
    ExternalService,
    InputError,
    Migration,
    NamespaceChart,
    PodOptions,
    PodPeer,
    PostgreSQL,
    Redis,
    Security,
)
from constructs_lib.app.api_objects import add_manifest
from constructs_lib.app.validation import synthesize
from constructs_lib.manifests.networking.network_policies import dns_rule, network_policy
from constructs_lib.workloads.ingress_rules import IngressRules
from tests.constructs.build import ABSENT, LOGIN, build, find, new_app


def everything(chart: NamespaceChart) -> None:
    ApiService(chart, "shop", image="shop:1", labels={"version": "2"})
    CeleryWorker(chart, "cook", image="cook:1", app="cook", queues=["q"], labels={"version": "2"})
    DedicatedStateful(chart, "store", image="s:1", port=7000, storage="1Gi", data_path="/data", labels={"version": "2"})


@pytest.mark.parametrize(
    ("workload", "component"),
    [("Deployment/shop", "api-sync"), ("Deployment/cook", "async-worker"), ("StatefulSet/store", "data-store")],
)
def test_selectors_are_these_two_labels_for_ever(workload: str, component: str) -> None:
    # They can't be changed in a cluster: neither may a chart's or a user's own label get in.
    manifests = build(everything, labels={"team": "a"})
    name = workload.partition("/")[2]
    selector = {"app.kubernetes.io/name": name, "app.kubernetes.io/component": component}
    assert find(manifests, f"{workload} spec selector") == {"matchLabels": selector}
    labels = {**selector, "team": "a", "version": "2"}
    assert find(manifests, f"{workload} spec template metadata labels") == labels
    assert find(manifests, f"{workload} metadata labels") == labels
    assert find(manifests, f"NetworkPolicy/{name} spec podSelector") == {"matchLabels": selector}
    if workload != "Deployment/cook":
        assert find(manifests, f"Service/{name} spec selector") == selector


def test_claim_templates_have_no_labels() -> None:
    # They are immutable too: a new label would mean a new StatefulSet.
    metadata = find(build(everything, labels={"team": "a"}), "StatefulSet spec volumeClaimTemplates 0 metadata")
    assert metadata == {"name": "data"}


def test_the_namespace_may_have_another_name_than_the_chart() -> None:
    app = new_app()
    ApiService(NamespaceChart(app, "web", namespace="web-eu"), "shop", image="shop:1")
    manifests = synthesize(app).manifests["web"]
    assert find(manifests, "Namespace metadata name") == "web-eu"
    assert find(manifests, "Deployment metadata namespace") == "web-eu"


def test_an_external_service_lets_clients_in_by_a_policy_of_ours() -> None:
    app = new_app()
    theirs = cdk8s.Chart(app, "messaging", namespace="messaging")
    policy = add_manifest(theirs, "policy", network_policy("broker", {"app": "rabbitmq"}, ingress=[]))
    inbound = IngressRules(policy, "messaging")
    broker = ExternalService("rabbitmq", "messaging", 5672, {"app": "rabbitmq"}, inbound=inbound)
    web = NamespaceChart(app, "web")
    for name in ("shop", "desk"):
        ApiService(web, name, image="shop:1", uses=[broker])
    (rule,) = find(synthesize(app).manifests["messaging"], "NetworkPolicy spec ingress")
    assert rule["ports"] == [{"protocol": "TCP", "port": 5672}]
    names = [peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in rule["from"]]
    assert names == ["shop", "desk"]


def test_what_is_used_opens_the_policies_of_both_sides() -> None:
    app = new_app()
    data, web = NamespaceChart(app, "data"), NamespaceChart(app, "web")
    database = PostgreSQL(data, "db", credentials=LOGIN)
    shop = ApiService(web, "shop", image="shop:1", uses=[database])
    ApiService(web, "desk", image="desk:1", uses=[shop])
    manifests = synthesize(app).manifests
    (rule,) = find(manifests["data"], "NetworkPolicy/db spec ingress")
    assert rule["ports"] == [{"protocol": "TCP", "port": 5432}]
    assert rule["from"][0]["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": "web"}}
    (rule,) = find(manifests["web"], "NetworkPolicy/shop spec ingress")
    assert rule == {
        "from": [
            {
                "podSelector": {
                    "matchLabels": {
                        "app.kubernetes.io/name": "desk",
                        "app.kubernetes.io/component": "api-sync",
                    }
                }
            }
        ],
        "ports": [{"protocol": "TCP", "port": 8000}],
    }
    variables = {entry["name"]: entry.get("value") for entry in find(manifests["web"], DESK_ENV)}
    assert variables == {
        "SHOP_HOST": "shop.web.svc",
        "SHOP_PORT": "8000",
        "SHOP_URL": "http://shop.web.svc:8000",
    }


DESK_ENV = "Deployment/desk spec template spec containers 0 env"


def test_own_variables_win_over_those_of_what_is_used_and_stand_behind_them() -> None:
    broker = ExternalService("rabbitmq", "messaging", 5672, {"app": "rabbitmq"})
    own = {"URL": "amqp://$(RABBITMQ_HOST)", "RABBITMQ_PORT": "05672"}
    manifests = build(lambda chart: ApiService(chart, "desk", image="d:1", uses=[broker], env=own))
    assert [(entry["name"], entry["value"]) for entry in find(manifests, DESK_ENV)] == [
        ("RABBITMQ_HOST", "rabbitmq.messaging.svc"),
        ("URL", "amqp://$(RABBITMQ_HOST)"),
        ("RABBITMQ_PORT", "05672"),
    ]


def test_a_json_patch_reaches_every_field_of_every_object() -> None:
    # Typed classes would drop a number where a text is expected, and what their schema doesn't know.
    def make(chart: NamespaceChart) -> None:
        shop = ApiService(chart, "shop", image="shop:1", autoscaling=None)
        shop.deployment.add_json_patch(
            cdk8s.JsonPatch.add("/spec/template/spec/containers/0/ports/0/hostPort", 80),
            cdk8s.JsonPatch.replace("/spec/template/spec/containers/0/resources/limits/cpu", 2),
            cdk8s.JsonPatch.add("/spec/template/spec/resizePolicy", "unknown to the schema"),
            cdk8s.JsonPatch.remove("/spec/template/spec/enableServiceLinks"),
        )
        shop.service.add_json_patch(cdk8s.JsonPatch.add("/spec/trafficDistribution", "PreferClose"))
        shop.network_policy.add_json_patch(cdk8s.JsonPatch.add("/metadata/labels/own", "yes"))
        shop.objects["ServiceAccount"].add_json_patch(cdk8s.JsonPatch.replace("/automountServiceAccountToken", True))
        chart.resource_quota.add_json_patch(cdk8s.JsonPatch.add("/spec/hard/services", "5"))

    app = new_app()
    make(NamespaceChart(app, "web", pod_security="privileged"))
    manifests = synthesize(app).manifests["web"]
    main = "Deployment spec template spec containers 0"
    assert find(manifests, f"{main} ports 0 hostPort") == 80
    assert find(manifests, f"{main} resources limits cpu") == 2
    assert find(manifests, "Deployment spec template spec resizePolicy") == "unknown to the schema"
    assert find(manifests, "Deployment spec template spec enableServiceLinks") == ABSENT
    assert find(manifests, "Service spec trafficDistribution") == "PreferClose"
    assert find(manifests, "NetworkPolicy/shop metadata labels own") == "yes"
    assert find(manifests, "ServiceAccount automountServiceAccountToken") is True
    assert find(manifests, "ResourceQuota spec hard services") == "5"


def test_overrides_merge_replace_and_remove() -> None:
    overrides: dict[str, dict[str, Any]] = {
        "Deployment": {
            "spec": {
                "template": {
                    "spec": {
                        "hostUsers": False,
                        "enableServiceLinks": None,
                        "tolerations": [{"operator": "Exists"}],
                    }
                }
            }
        },
        "Service": {"spec": {"sessionAffinity": "ClientIP"}, "metadata": {"labels": {"own": "yes"}}},
        "NetworkPolicy": {"metadata": {"annotations": {"note": "a"}, "finalizers": ["own/wait"]}},
    }
    manifests = build(lambda chart: ApiService(chart, "shop", image="shop:1", node_pool="one", overrides=overrides))
    pod = "Deployment spec template spec"
    assert find(manifests, f"{pod} hostUsers") is False
    assert find(manifests, f"{pod} enableServiceLinks") == ABSENT
    assert find(manifests, f"{pod} tolerations") == [{"operator": "Exists"}]
    assert find(manifests, f"{pod} serviceAccountName") == "shop"
    assert find(manifests, "Service spec sessionAffinity") == "ClientIP"
    assert find(manifests, "Service metadata labels own") == "yes"
    assert find(manifests, "Service metadata labels app.kubernetes.io/name") == "shop"
    assert find(manifests, "NetworkPolicy/shop metadata annotations") == {"note": "a"}
    assert find(manifests, "NetworkPolicy/shop metadata finalizers") == ["own/wait"]


def test_a_plain_chart_serves_too() -> None:
    app = cdk8s.App()
    chart = cdk8s.Chart(app, "web", namespace="web", labels={"team": "a"})
    cdk8s.ApiObject(chart, "ns", api_version="v1", kind="Namespace", metadata={"name": "web"})
    ApiService(chart, "shop", image="shop:1")
    manifests = synthesize(app).manifests["web"]
    assert find(manifests, "Deployment spec template metadata labels team") == "a"
    assert find(manifests, "Deployment metadata namespace") == "web"


def test_the_quota_follows_overrides() -> None:
    # It is computed from the manifests as they are written, not from the arguments.
    overrides = {"Deployment": {"spec": {"strategy": {"type": "Recreate", "rollingUpdate": None}}}}
    manifests = build(lambda chart: ApiService(chart, "shop", image="shop:1", overrides=overrides))
    assert find(manifests, "ResourceQuota spec hard pods") == str(1 + 2)


@pytest.mark.parametrize("name", ["web", "namespace", "resource-quota", "limit-range"])
def test_a_workload_may_be_called_as_what_the_chart_makes(name: str) -> None:
    manifests = build(lambda chart: ApiService(chart, name, image="shop:1"))
    assert find(manifests, "Deployment metadata name") == name


def test_two_policies_of_one_name_are_refused() -> None:
    with pytest.raises(InputError) as error:
        build(lambda chart: ApiService(chart, "default-deny", image="shop:1"))
    assert [fault.split()[1:3] for fault in error.value.faults] == [
        ["duplicate-object", "web/NetworkPolicy/default-deny"]
    ]


@pytest.mark.parametrize("chart", [{}, {"default_deny": False}, {"existing": True}, None])
def test_every_pod_can_ask_the_dns(chart: dict[str, Any] | None) -> None:
    app = new_app()
    scope = cdk8s.Chart(app, "web", namespace="traefik") if chart is None else NamespaceChart(app, "web", **chart)
    store = DedicatedStateful(scope, "store", image="s:1", port=7000, storage="1Gi", data_path="/data")
    ApiService(scope, "shop", image="shop:1", uses=[store])
    synthesis = synthesize(app)
    assert synthesis.faults == ()
    egress = find(synthesis.manifests["web"], "NetworkPolicy/shop spec egress")
    # Where the chart's own policy lets all pods ask, theirs needn't.
    assert (dns_rule() in egress) is (chart != {})


def test_a_chart_without_policies_has_none() -> None:
    def make(chart: NamespaceChart) -> None:
        store = DedicatedStateful(chart, "store", image="s:1", port=7000, storage="1Gi", data_path="/data")
        store.admit(PodPeer("monitoring"))
        ApiService(chart, "shop", image="shop:1", service_type="LoadBalancer", uses=[store])

    manifests = build(make, defaults=Defaults(network_policies=False), default_deny=False)
    assert find(manifests, "NetworkPolicy") == ABSENT
    assert find(manifests, "Deployment spec template spec containers 0 env 0 value") == "store.web.svc"


def test_pods_and_addresses_are_admitted() -> None:
    def make(chart: NamespaceChart) -> None:
        shop = ApiService(chart, "shop", image="shop:1")
        shop.admit(PodPeer("traefik"))
        shop.admit(CidrPeer("10.2.0.0/16"))

    assert find(build(make), "NetworkPolicy/shop spec ingress 0 from") == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "traefik"}}},
        {"ipBlock": {"cidr": "10.2.0.0/16"}},
    ]


@pytest.mark.parametrize(
    ("security", "pod", "expected"),
    [
        (Security(), PodOptions(priority_class_name="high"), (999, 999, 999, "RuntimeDefault")),
        (Security(run_as_user=7, seccomp_profile="Unconfined"), PodOptions(), (999, 999, 999, "Unconfined")),
        # Left to the cluster, as on OpenShift.
        (Security(run_as_user=None, fs_group=None), PodOptions(), (ABSENT, 999, ABSENT, "RuntimeDefault")),
        (Security(), PodOptions(security=Security(70, 71, 72)), (70, 71, 72, "RuntimeDefault")),
    ],
)
@pytest.mark.parametrize("store", ["db", "cache"])
def test_a_store_runs_as_the_user_that_owns_its_files(
    store: str, security: Security, pod: PodOptions, expected: tuple[object, ...]
) -> None:
    def make(chart: NamespaceChart) -> None:
        PostgreSQL(chart, "db", credentials=LOGIN, pod=pod)
        Redis(chart, "cache", pod=pod)

    manifests = build(make, defaults=Defaults(security=security), pod_security=None)
    context = f"StatefulSet/{store} spec template spec securityContext"
    ids = (find(manifests, f"{context} {field}") for field in ("runAsUser", "runAsGroup", "fsGroup"))
    assert (*ids, find(manifests, f"{context} seccompProfile type")) == expected


def test_pods_spread_without_an_inventory_too_unless_there_is_just_one() -> None:
    app = cdk8s.App()
    chart = NamespaceChart(app, "web")
    shop = ApiService(chart, "shop", image="shop:1")
    Migration(chart, "migrate", service=shop, command=["migrate"])
    CeleryBeat(chart, "beat", worker=CeleryWorker(chart, "cook", image="cook:1", app="cook", queues=["q"]))
    PostgreSQL(chart, "db", credentials=LOGIN)
    manifests = synthesize(app).manifests["web"]
    where = "spec template spec topologySpreadConstraints"
    for workload in ("Deployment/shop", "Deployment/cook"):
        keys = [constraint["topologyKey"] for constraint in find(manifests, f"{workload} {where}")]
        assert keys == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    for workload in ("Deployment/beat", "StatefulSet/db", "Job"):
        assert find(manifests, f"{workload} {where}") == ABSENT


def test_a_command_of_ones_own_gets_every_setting() -> None:
    manifests = build(
        lambda chart: CeleryWorker(
            chart,
            "cook",
            image="cook:1",
            command=["python", "cook.py"],
            queues=["a", "b"],
            concurrency=2,
            prefetch_multiplier=1,
            time_limit=60,
            soft_time_limit=50,
            max_tasks_per_child=9,
            acks_late=True,
            reject_on_worker_lost=False,
        )
    )
    env = find(manifests, "Deployment spec template spec containers 0 env")
    assert {variable["name"]: variable["value"] for variable in env} == {
        "CELERY_QUEUES": "a,b",
        "CELERY_POOL": "prefork",
        "CELERY_CONCURRENCY": "2",
        "CELERY_PREFETCH_MULTIPLIER": "1",
        "CELERY_TIME_LIMIT": "60",
        "CELERY_SOFT_TIME_LIMIT": "50",
        "CELERY_MAX_TASKS_PER_CHILD": "9",
        "CELERY_ACKS_LATE": "1",
        "CELERY_REJECT_ON_WORKER_LOST": "0",
    }
