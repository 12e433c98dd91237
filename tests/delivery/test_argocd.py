"""AppProject and Applications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cdk8s
import pytest

from constructs_lib import ApiService, App, ArgoCD, Autoscaling, Destination, NamespaceChart
from tests.conftest import ROOT, Manifest, of_kind
from tests.delivery.build import faults_of, manifests_of, new_app, new_chart, one
from tests.growbin.test_values import append, refused, synthesized

KEEP = "Prune=false,Delete=false"
REPOSITORY = "https://example.com/team/shop.git"


def argocd(app: App, *charts: cdk8s.Chart, **arguments: Any) -> ArgoCD:
    chart = NamespaceChart(app, "argocd", existing=True)
    return ArgoCD(chart, "shop-test", **{"repo_url": REPOSITORY, "path": "dist/test", "charts": charts, **arguments})


def test_an_application_for_each_chart_with_its_exact_file() -> None:
    app = new_app()
    made = argocd(app, new_chart(app), NamespaceChart(app, "jobs", namespace="batch"), revision="v1")
    manifests = manifests_of(made)
    applications = of_kind(manifests, "Application")
    assert sorted(applications) == ["shop-test-jobs", "shop-test-web"]
    # The file is named after the chart, the destination after its namespace.
    assert applications["shop-test-jobs"]["spec"] == {
        "project": "shop-test",
        "source": {
            "repoURL": REPOSITORY,
            "targetRevision": "v1",
            "path": "dist/test",
            "directory": {"include": "jobs.k8s.yaml"},
        },
        "destination": {"name": "in-cluster", "namespace": "batch"},
        "syncPolicy": {
            "automated": {"prune": True, "selfHeal": True},
            "syncOptions": ["ServerSideApply=true"],
            "retry": {"limit": 10, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}},
        },
    }
    assert applications["shop-test-jobs"]["metadata"]["namespace"] == "argocd"
    assert "finalizers" not in applications["shop-test-jobs"]["metadata"]  # deleting it deletes nothing else


def test_the_project_allows_what_is_ours_and_nothing_else() -> None:
    app = new_app()
    chart = new_chart(app)
    cdk8s.ApiObject(chart, "role", api_version="rbac.authorization.k8s.io/v1", kind="Role")
    made = argocd(app, chart, NamespaceChart(app, "batch"), destination=Destination(server="https://k8s.test"))
    spec = one(manifests_of(made), "AppProject", "shop-test")["spec"]
    assert spec["sourceRepos"] == [REPOSITORY]
    assert spec["destinations"] == [
        {"server": "https://k8s.test", "namespace": "web"},
        {"server": "https://k8s.test", "namespace": "batch"},
    ]
    assert spec["clusterResourceWhitelist"] == [{"group": "", "kind": "Namespace"}]
    kinds = {(entry["group"], entry["kind"]) for entry in spec["namespaceResourceWhitelist"]}
    assert ("rbac.authorization.k8s.io", "Role") in kinds  # used, so allowed
    # Not in use, but a project without it couldn't prune the last one.
    assert ("autoscaling", "HorizontalPodAutoscaler") in kinds
    # Made by the cluster: Argo CD hides what the project doesn't allow, and the pods' logs with it.
    assert kinds >= {("apps", "ReplicaSet"), ("apps", "ControllerRevision"), ("", "Pod"), ("", "Endpoints")}
    assert ("discovery.k8s.io", "EndpointSlice") in kinds
    assert not kinds & {("", "Secret"), ("rbac.authorization.k8s.io", "RoleBinding"), ("", "Namespace")}


def test_replicas_belong_to_the_autoscaler() -> None:
    app = new_app()
    chart = new_chart(app)
    ApiService(chart, "shop", image="shop:1", autoscaling=Autoscaling(max_replicas=3))
    ApiService(chart, "users", image="users:1", replicas=2)
    spec = one(manifests_of(argocd(app, chart)), "Application", "shop-test-web")["spec"]
    assert spec["syncPolicy"]["syncOptions"] == ["ServerSideApply=true", "RespectIgnoreDifferences=true"]
    assert spec["ignoreDifferences"] == [
        {"group": "apps", "kind": "Deployment", "name": "shop", "namespace": "web", "jsonPointers": ["/spec/replicas"]}
    ]


def test_what_is_added_after_argocd_counts_too() -> None:
    app = new_app()
    chart = new_chart(app)
    made = argocd(app, chart)
    ApiService(chart, "shop", image="shop:1", autoscaling=Autoscaling(max_replicas=3))
    assert one(manifests_of(made), "Application")["spec"]["ignoreDifferences"][0]["name"] == "shop"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (
            {"repo_url": "github.com/team"},
            'repo_url: "github.com/team" is not the URL of a git repository; write '
            "https://host/owner/repository.git or git@host:owner/repository.git",
        ),
        ({"path": "/"}, "path: name the folder of the environment's files in the repository, such as dist/prod"),
        ({"retries": -1}, "retries: must be at least 0, got -1"),
        (
            {"destination": Destination()},
            "destination: give either the cluster's name, such as in-cluster, or its server",
        ),
        (
            {"destination": Destination(name="in-cluster", server="https://k8s.test")},
            "destination: give either the cluster's name, such as in-cluster, or its server",
        ),
        (
            {"destination": Destination(server="k8s.test")},
            'destination: "k8s.test" is not the address of an API server; write https://host:6443',
        ),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], fault: str) -> None:
    app = new_app()
    assert faults_of(argocd(app, new_chart(app), **arguments)) == [f"argocd/shop-test: {fault}"]


@pytest.mark.parametrize(
    "url",
    ["https://example.com/a/b.git", "ssh://git@example.com/a/b", "git@example.com:a/b.git", "file:///srv/git/b"],
)
def test_urls_of_repositories(url: str) -> None:
    app = new_app()
    assert faults_of(argocd(app, new_chart(app), repo_url=url)) == []


def test_charts_that_are_not_ours() -> None:
    app, other = new_app(), new_app()
    made = argocd(app, NamespaceChart(other, "web"), cdk8s.Chart(app, "plain"))
    assert faults_of(made) == [
        "argocd/shop-test: charts: web is a chart of another app, whose files aren't in dist/test",
        "argocd/shop-test: charts: plain has no namespace; use a NamespaceChart or Chart(namespace=...)",
    ]


def test_its_own_chart() -> None:
    chart = NamespaceChart(new_app(), "argocd", existing=True)
    made = ArgoCD(chart, "shop-test", repo_url=REPOSITORY, path="dist/test", charts=[chart])
    assert faults_of(made) == [
        "argocd/shop-test: charts: argocd is the chart of Argo CD's own objects; leave it out",
    ]


def test_an_object_in_a_namespace_that_is_not_ours() -> None:
    app = new_app()
    chart = new_chart(app)
    cdk8s.ApiObject(
        chart, "stray", api_version="v1", kind="ConfigMap", metadata=cdk8s.ApiObjectMetadata(namespace="traefik")
    )
    (fault,) = faults_of(argocd(app, chart))
    assert fault == (
        "argocd/shop-test: charts: ConfigMap web-stray of web is in the namespace traefik, which the "
        "AppProject does not allow, so Argo CD rejects it; it allows web"
    )


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_growbin_has_a_project_and_an_application_for_each_file(
    request: pytest.FixtureRequest, environment: str
) -> None:
    manifests: list[Manifest] = request.getfixturevalue(environment)
    project = one(manifests, "AppProject", f"growbin-{environment}")
    files = {path.name for path in (ROOT / "dist" / environment).iterdir()} - {"argocd.k8s.yaml"}
    applications = of_kind(manifests, "Application").values()
    assert {application["spec"]["source"]["directory"]["include"] for application in applications} == files
    assert {application["spec"]["source"]["path"] for application in applications} == {f"dist/{environment}"}
    assert all(name.startswith(f"growbin-{environment}-") for name in of_kind(manifests, "Application"))
    permitted = {destination["namespace"] for destination in project["spec"]["destinations"]}
    assert {application["spec"]["destination"]["namespace"] for application in applications} == permitted
    kinds = {(entry["group"], entry["kind"]) for entry in project["spec"]["namespaceResourceWhitelist"]}
    ours = [manifest for manifest in manifests if manifest["metadata"].get("namespace") in permitted]
    assert ours
    assert {(m["apiVersion"].rpartition("/")[0], m["kind"]) for m in ours} <= kinds


def test_growbin_keeps_namespaces_and_data(prod: list[Manifest]) -> None:
    kept = {
        (manifest["kind"], manifest["metadata"]["name"])
        for manifest in prod
        if manifest["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-options") == KEEP
    }
    namespaces = {("Namespace", name) for name in ("api", "async", "data")}
    stores = {("StatefulSet", "postgresql"), ("StatefulSet", "redis"), ("PersistentVolumeClaim", "postgresql-backup")}
    assert kept == namespaces | stores


def test_a_repository_of_your_own(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", f"argocd: {{repoURL: {REPOSITORY}, targetRevision: stable}}\n")
    for application in of_kind(synthesized(checkout), "Application").values():
        assert application["spec"]["source"]["repoURL"] == REPOSITORY
        assert application["spec"]["source"]["targetRevision"] == "stable"


def test_no_repository(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", "argocd: {repoURL: growbin}\n")
    assert refused(checkout) == [
        'prod: argocd/growbin-prod: repo_url: "growbin" is not the URL of a git repository; write '
        "https://host/owner/repository.git or git@host:owner/repository.git  [values/values-prod.yaml:10]"
    ]
