"""Where constructs and cdk8s-plus objects meet: what the YAML says, in both directions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import cdk8s
import cdk8s_plus_27 as kplus
import pytest

from constructs_lib import (
    ApiService,
    App,
    CeleryWorker,
    ConfigMapRef,
    DedicatedStateful,
    InputError,
    NamespaceChart,
    PodOptions,
    SecretRef,
    SecretVolume,
    plus,
)
from constructs_lib.app.validation import synthesize
from tests.conftest import ROOT, read_manifests, run
from tests.constructs.build import ABSENT, CLUSTER, Manifests, find

POD = "Deployment/shop spec template spec"
MAIN = f"{POD} containers 0"
SHOP = {"app.kubernetes.io/name": "shop", "app.kubernetes.io/component": "api-sync"}


def named(name: str) -> cdk8s.ApiObjectMetadata:
    return cdk8s.ApiObjectMetadata(name=name)


@pytest.fixture
def app() -> App:
    return App(cluster=CLUSTER)


@pytest.fixture
def chart(app: App) -> NamespaceChart:
    return NamespaceChart(app, "web", labels={"team": "a"}, pod_security="baseline")


def shop(chart: NamespaceChart, **arguments: Any) -> ApiService:
    return ApiService(chart, "shop", image="shop:1", **arguments)


def legacy(chart: NamespaceChart, *, replicas: int | None = 2, **arguments: Any) -> kplus.Deployment:
    cpu = kplus.CpuResources(request=kplus.Cpu.millis(200), limit=kplus.Cpu.millis(400))
    memory = kplus.MemoryResources(request=cdk8s.Size.mebibytes(100), limit=cdk8s.Size.mebibytes(200))
    container = kplus.ContainerProps(
        image="legacy:1", port=8080, resources=kplus.ContainerResources(cpu=cpu, memory=memory), **arguments
    )
    return kplus.Deployment(chart, "legacy", metadata=named("legacy"), replicas=replicas, containers=[container])


def read(app: App, chart: str = "web") -> Manifests:
    """The manifests of an app that has nothing against it."""
    synthesis = synthesize(app)
    assert synthesis.faults == ()
    return synthesis.manifests[chart]


# Theirs into ours


@pytest.mark.parametrize("imported", [False, True])
def test_their_secret_goes_wherever_a_secret_goes(app: App, chart: NamespaceChart, imported: bool) -> None:
    made = (
        kplus.Secret.from_secret_name(chart, "login", "login")
        if imported
        else kplus.Secret(chart, "login", metadata=named("login"), string_data={"user": "a", "password": "b"})
    )
    login = plus.secret_ref(made, ["password", "user"] if imported else [], version="7")
    assert login == SecretRef("login", ("password", "user"), "7")
    shop(
        chart,
        env={"PASSWORD": login.key("password")},
        env_from=[login],
        volumes=[SecretVolume("/login", secret=login)],
    )
    DedicatedStateful(chart, "store", image="s:1", port=7000, storage="1Gi", data_path="/data", credentials=login)
    manifests = read(app)
    assert find(manifests, f"{MAIN} env 0 valueFrom secretKeyRef") == {"name": "login", "key": "password"}
    assert find(manifests, f"{MAIN} envFrom 0 secretRef name") == "login"
    assert find(manifests, f"{POD} volumes 1 secret secretName") == "login"
    notes = find(manifests, "Deployment/shop spec template metadata annotations")
    assert notes == {"constructs-lib/secret-version.login": "7"}
    assert find(manifests, "Secret") == ABSENT if imported else find(manifests, "Secret metadata name") == "login"


@pytest.mark.parametrize("imported", [False, True])
def test_their_config_map_is_read_as_variables(app: App, chart: NamespaceChart, imported: bool) -> None:
    made = (
        kplus.ConfigMap.from_config_map_name(chart, "settings", "settings")
        if imported
        else kplus.ConfigMap(chart, "settings", metadata=named("settings"), data={"mode": "fast"})
    )
    settings = plus.config_map_ref(made, ["mode"] if imported else [])
    assert settings == ConfigMapRef("settings", ("mode",))
    shop(chart, env={"MODE": settings.key("mode")}, env_from=[settings])
    manifests = read(app)
    assert find(manifests, f"{MAIN} env 0 valueFrom configMapKeyRef") == {"name": "settings", "key": "mode"}
    assert find(manifests, f"{MAIN} envFrom 0 configMapRef name") == "settings"


def test_their_values_of_variables(app: App, chart: NamespaceChart) -> None:
    login = kplus.Secret(chart, "login", metadata=named("login"), string_data={"user": "a", "password": "b"})
    settings = kplus.ConfigMap(chart, "settings", metadata=named("settings"), data={"mode": "fast"})
    values = {
        "PLAIN": kplus.EnvValue.from_value("x"),
        "USER": login.env_value("user"),
        "PASSWORD": login.env_value("password", optional=True),
        "MODE": kplus.EnvValue.from_config_map(settings, "mode"),
        "IP": kplus.EnvValue.from_field_ref(kplus.EnvFieldPaths.POD_IP),
        "TEAM": kplus.EnvValue.from_field_ref(kplus.EnvFieldPaths.POD_LABEL, key="team"),
        "MEMORY": kplus.EnvValue.from_resource(kplus.ResourceFieldPaths.MEMORY_LIMIT, divisor="1Mi"),
    }
    shop(chart, env={name: plus.env_value(value) for name, value in values.items()})
    rendered = find(read(app), f"{MAIN} env")
    assert [variable.get("value", variable.get("valueFrom")) for variable in rendered] == [
        "x",
        {"secretKeyRef": {"name": "login", "key": "user"}},
        {"secretKeyRef": {"name": "login", "key": "password", "optional": True}},
        {"configMapKeyRef": {"name": "settings", "key": "mode"}},
        {"fieldRef": {"fieldPath": "status.podIP"}},
        {"fieldRef": {"fieldPath": "metadata.labels['team']"}},
        {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}},
    ]


def test_a_value_of_another_container_is_refused(chart: NamespaceChart) -> None:
    value = kplus.EnvValue.from_resource(
        kplus.ResourceFieldPaths.CPU_LIMIT, container=kplus.Container(image="side:1", name="side")
    )
    with pytest.raises(InputError, match="expected one of secretKeyRef"):
        plus.env_value(value)


@pytest.mark.parametrize("token", [False, True])
def test_their_service_account_replaces_ours(app: App, chart: NamespaceChart, token: bool) -> None:
    robot = kplus.ServiceAccount(chart, "robot", metadata=named("robot"), automount_token=token)
    shop(chart, pod=PodOptions(service_account=plus.service_account_ref(robot)))
    manifests = read(app)
    assert find(manifests, f"{POD} serviceAccountName") == "robot"
    assert find(manifests, f"{POD} automountServiceAccountToken") is token
    assert [item["metadata"]["name"] for item in manifests if item["kind"] == "ServiceAccount"] == ["robot"]


def test_an_imported_service_account_counts_as_existing(app: App, chart: NamespaceChart) -> None:
    robot = kplus.ServiceAccount.from_service_account_name(chart, "robot", "robot")
    shop(chart, pod=PodOptions(service_account=plus.service_account_ref(robot)))
    assert find(read(app), f"{POD} serviceAccountName") == "robot"


def test_their_service_is_used(app: App, chart: NamespaceChart) -> None:
    theirs = legacy(chart)
    service = theirs.expose_via_service(name="legacy", ports=[kplus.ServicePort(port=80, target_port=8080)])
    client = shop(chart, uses=[plus.endpoint(service)])
    policy = kplus.NetworkPolicy(chart, "policy", selector=theirs)
    policy.add_ingress_rule(plus.pods(client), [kplus.NetworkPolicyPort.tcp(8080)])
    manifests = read(app)
    assert find(manifests, f"{MAIN} env 0") == {"name": "LEGACY_HOST", "value": "legacy.web.svc"}
    assert find(manifests, f"{MAIN} env 1") == {"name": "LEGACY_PORT", "value": "80"}
    (rule,) = find(manifests, "NetworkPolicy/shop spec egress")
    assert rule["to"] == [{"podSelector": {"matchLabels": dict(theirs.match_labels)}}]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8080}]


def test_a_closed_service_of_theirs_is_found(app: App, chart: NamespaceChart) -> None:
    service = legacy(chart).expose_via_service(name="legacy")
    shop(chart, uses=[plus.endpoint(service)])
    (fault,) = synthesize(app).faults
    assert "blocked-connection" in fault


def test_their_pods_are_let_in(app: App, chart: NamespaceChart) -> None:
    theirs = legacy(chart)
    shop(chart).admit(plus.pod_peer(theirs))
    (rule,) = find(read(app), "NetworkPolicy/shop spec ingress")
    assert rule["from"] == [{"podSelector": {"matchLabels": dict(theirs.match_labels)}}]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8000}]


# Ours into theirs


def test_our_service_behind_their_ingress(app: App, chart: NamespaceChart) -> None:
    waste = shop(chart, ports={"grpc": 9000})
    store = DedicatedStateful(chart, "store", image="s:1", port=7000, storage="1Gi", data_path="/data")
    ingress = kplus.Ingress(chart, "ingress", class_name="traefik")
    backend = kplus.IngressBackend.from_service(plus.service(waste), port=9000)
    ingress.add_host_rule("example.com", "/waste", backend)
    ingress.add_host_rule("example.com", "/store", kplus.IngressBackend.from_service(plus.service(store)))
    assert plus.service(waste).name == "shop"
    manifests = read(app)
    paths = find(manifests, "Ingress spec rules 0 http paths")
    assert [path["backend"]["service"] for path in paths] == [
        {"name": "store", "port": {"number": 7000}},
        {"name": "shop", "port": {"number": 9000}},
    ]
    names = [item["metadata"]["name"] for item in manifests if item["kind"] == "Service"]
    assert sorted(names) == ["shop", "store", "store-headless"]


def test_what_is_made_below_the_view_of_a_service_is_written(app: App, chart: NamespaceChart) -> None:
    plus.service(shop(chart)).expose_via_ingress("/shop")
    assert find(read(app), "Ingress spec rules 0 http paths 0 backend service name") == "shop"


def test_our_pods_in_their_policy(app: App, chart: NamespaceChart) -> None:
    other = NamespaceChart(app, "other")
    worker = CeleryWorker(other, "cook", image="cook:1", app="cook", queues=["q.cook"])
    waste = shop(chart)
    policy = kplus.NetworkPolicy(chart, "policy", selector=plus.pods(waste))
    policy.add_ingress_rule(plus.pods(worker), [kplus.NetworkPolicyPort.tcp(8000)])
    spec = find([m for m in read(app) if m["metadata"]["name"] == "web-policy"], "NetworkPolicy spec")
    assert spec["podSelector"] == {"matchLabels": SHOP}
    (peer,) = spec["ingress"][0]["from"]
    assert peer["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": "other"}}
    assert peer["podSelector"] == {"matchLabels": worker.selector}


def test_our_names_in_their_deployment(app: App, chart: NamespaceChart) -> None:
    waste = shop(chart)
    login, settings = SecretRef("login", ("user",)), ConfigMapRef("settings", ("mode",))
    kplus.ConfigMap(chart, "settings", metadata=named("settings"), data={"mode": "fast"})
    variables = {
        "USER": plus.secret(chart, login).env_value("user"),
        "AGAIN": plus.secret(chart, login).env_value("user"),
        "MODE": kplus.EnvValue.from_config_map(plus.config_map(chart, settings), "mode"),
    }
    kplus.Deployment(
        chart,
        "legacy",
        metadata=named("legacy"),
        service_account=plus.service_account(waste),
        containers=[kplus.ContainerProps(image="legacy:1", port=8080, env_variables=variables)],
    )
    kplus.Role(chart, "role").bind(plus.service_account(waste))
    manifests = read(app)
    pod = find(manifests, "Deployment/legacy spec template spec")
    assert pod["serviceAccountName"] == "shop"
    assert pod["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"] == {"name": "login", "key": "user"}
    (subject,) = find(manifests, "RoleBinding subjects")
    assert (subject["kind"], subject["name"], subject["namespace"]) == ("ServiceAccount", "shop", "web")


# Beside each other


def test_their_objects_get_labels_and_namespace(app: App, chart: NamespaceChart) -> None:
    legacy(chart)
    cdk8s.ApiObject(chart, "plain", api_version="v1", kind="ConfigMap", metadata=named("plain"))
    manifests = read(app)
    for which in ("Deployment/legacy", "ConfigMap/plain"):
        assert find(manifests, f"{which} metadata namespace") == "web"
        assert find(manifests, f"{which} metadata labels team") == "a"


def quota(app: App) -> dict[str, str]:
    hard: dict[str, str] = find(read(app), "ResourceQuota spec hard")
    return hard


def test_their_pods_count_in_the_quota(app: App, chart: NamespaceChart) -> None:
    legacy(chart)
    hard = quota(app)
    # Two, and two that end during a rollout; two are the headroom's.
    assert hard["pods"] == "6"
    assert hard["requests.cpu"] == "1300m"
    assert hard["limits.memory"] == "1824Mi"


def test_their_autoscaler_counts_in_the_quota(app: App, chart: NamespaceChart) -> None:
    theirs = legacy(chart, replicas=None)
    use = kplus.Metric.resource_cpu(kplus.MetricTarget.average_utilization(70))
    kplus.HorizontalPodAutoscaler(chart, "scaler", target=theirs, max_replicas=6, metrics=[use])
    # All twice during a rollout, and the headroom's two.
    assert quota(app)["pods"] == str(2 * 6 + 2)


def test_their_autoscaler_of_ours_counts_in_the_quota(app: App, chart: NamespaceChart) -> None:
    shop(chart, overrides={"Deployment": {"spec": {"replicas": None}}})
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}
    metrics = [
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}
    ]
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 6, "metrics": metrics}
    plain(chart, "HorizontalPodAutoscaler", "autoscaling/v2", spec)
    assert quota(app)["pods"] == str(2 * 6 + 2)


def plain(chart: NamespaceChart, kind: str, version: str, spec: dict[str, Any]) -> None:
    made = cdk8s.ApiObject(chart, kind, api_version=version, kind=kind, metadata=named(kind.lower()))
    made.add_json_patch(cdk8s.JsonPatch.add("/spec", spec))


TEMPLATE = {
    "metadata": {"labels": {"app": "x"}},
    "spec": {"restartPolicy": "Never", "containers": [{"name": "x", "image": "x:1"}]},
}


@pytest.mark.parametrize(
    ("kind", "version", "spec", "pods"),
    [
        ("Job", "batch/v1", {"parallelism": 3, "template": TEMPLATE}, 3),
        ("CronJob", "batch/v1", {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": TEMPLATE}}}, 1),
        ("Pod", "v1", TEMPLATE["spec"], 1),
    ],
)
def test_plain_objects_count_too(
    app: App, chart: NamespaceChart, kind: str, version: str, spec: dict[str, Any], pods: int
) -> None:
    plain(chart, kind, version, spec)
    hard = quota(app)
    # A container that says nothing is charged what the chart's LimitRange gives it.
    assert hard["pods"] == str(2 + pods)
    assert hard["requests.cpu"] == f"{500 + 50 * pods}m"
    assert hard["limits.memory"] == f"{1024 + 256 * pods}Mi"


def test_claims_of_theirs_count(app: App, chart: NamespaceChart) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "3Gi"}}}
    plain(chart, "PersistentVolumeClaim", "v1", spec)
    # With the headroom's one of the same size.
    assert quota(app)["persistentvolumeclaims"] == "2"
    assert quota(app)["requests.storage"] == "6Gi"


def test_ours_are_counted_once(app: App, chart: NamespaceChart) -> None:
    shop(chart)
    assert quota(app)["pods"] == str(2 * 1 + 2)


def test_a_fault_of_theirs_is_named_by_its_path(app: App, chart: NamespaceChart) -> None:
    gone = kplus.Secret.from_secret_name(chart, "gone", "gone")
    legacy(chart, env_variables={"USER": gone.env_value("user")})
    (fault,) = synthesize(app).faults
    assert "missing-reference" in fault
    assert "Secret gone does not exist in namespace web" in fault
    assert fault.endswith("[web/legacy/Resource]")


def test_a_key_that_their_secret_lacks_is_found(app: App, chart: NamespaceChart) -> None:
    login = kplus.Secret(chart, "login", metadata=named("login"), string_data={"user": "a"})
    shop(chart, env={"USER": plus.env_value(login.env_value("usr"))})
    (fault,) = synthesize(app).faults
    assert "Secret login has no key usr" in fault
    assert 'did you mean "user"?' in fault


# The page and the import


def test_the_page_s_example_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "cdk8s-plus.md").read_text(encoding="utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    manifests = read_manifests(tmp_path)
    assert find(manifests, "Ingress spec rules 0 http paths 0 backend service name") == "waste-api"
    assert find(manifests, "Deployment/waste-api metadata labels team") == "waste"


def test_the_library_does_not_import_it_by_itself() -> None:
    code = "import sys, constructs_lib as c; [getattr(c, n) for n in c.__all__]; print('cdk8s_plus_27' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
