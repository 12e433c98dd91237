"""A real Argo CD deploys dist/prod, heals what was changed by hand, and leaves alone what isn't its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from constructs_lib.inventory.cluster import Cluster
from tests.e2e import argocd, control_plane
from tests.e2e.argocd import APPLICATION, BRANCH, NAMESPACE, Repository, refresh, wait_for_sync
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest
from tests.e2e.manifests import ROOT, environment, prepare
from tests.e2e.metrics import Load, providing_metrics
from tests.e2e.nodes import add_nodes
from tests.e2e.waiting import eventually, stays
from tests.e2e.workloads import CLAIM, DEPLOYMENT, STATEFUL_SET, uids, wait_for_rollout

pytestmark = pytest.mark.own_nodes

OURS = ROOT / "dist" / "prod" / "argocd.k8s.yaml"
INGRESS = "networking.k8s.io/v1/Ingress"


@pytest.fixture(scope="module")
def plane(inventory: Cluster) -> Iterator[ControlPlane]:
    with control_plane.control_plane() as own:
        add_nodes(own.kube, inventory)
        prepare(own.kube, environment("prod"))
        argocd.start(own)
        yield own


@pytest.fixture(scope="module")
def load(plane: ControlPlane) -> Iterator[Load]:
    with providing_metrics(plane.kube) as load:
        yield load


@pytest.fixture(scope="module")
def repository(plane: ControlPlane) -> Repository:
    repository = Repository(plane.folder / "repository")
    repository.commit(_files())
    return repository


@pytest.fixture(scope="module")
def synced(plane: ControlPlane, repository: Repository, load: Load) -> Kube:
    """Argo CD has deployed all of prod."""
    for manifest in _argo_objects(repository.url):
        plane.kube.apply(manifest)
    eventually(lambda: plane.kube.list(INGRESS, "api"), within=180, what="the Ingress")
    _give_address(plane.kube)
    wait_for_sync(plane.kube, within=240)
    return plane.kube


def test_all_applications_are_synced_and_healthy(synced: Kube) -> None:
    wait_for_rollout(synced)
    deployed = {each["spec"]["destination"]["namespace"] for each in synced.list(APPLICATION, NAMESPACE)}
    assert deployed == {"api", "async", "data", "messaging", "monitoring"}
    assert len(synced.list(DEPLOYMENT, "api")) == 5
    assert len(synced.list(DEPLOYMENT, "async")) == 4


def test_a_manual_change_is_healed(synced: Kube) -> None:
    synced.patch(DEPLOYMENT, "users-api", "api", {"spec": {"replicas": 1}})
    synced.patch("v1/Service", "users-api", "api", {"metadata": {"labels": {"app.kubernetes.io/name": "others"}}})
    eventually(lambda: synced.get(DEPLOYMENT, "users-api", "api")["spec"]["replicas"] == 2, what="healed replicas")
    eventually(
        lambda: synced.get("v1/Service", "users-api", "api")["metadata"]["labels"]["app.kubernetes.io/name"] == "users",
        what="a healed label",
    )
    wait_for_sync(synced)


def test_what_an_autoscaler_does_is_not_healed_back(synced: Kube, load: Load) -> None:
    load.shares["waste"] = 3.0
    eventually(lambda: _replicas(synced, "waste-api") == 5, what="the autoscaler at its most")
    refresh(synced)
    stays(lambda: _replicas(synced, "waste-api") == 5, during=3)
    wait_for_sync(synced)


def test_a_service_that_is_gone_from_the_values_is_pruned(synced: Kube, repository: Repository) -> None:
    files = _files()
    files["prod/api.k8s.yaml"] = [each for each in files["prod/api.k8s.yaml"] if not _belongs_to(each, "locations")]
    repository.commit(files)
    refresh(synced)
    eventually(lambda: synced.find(DEPLOYMENT, "locations-api", "api") is None, what="pruned")
    wait_for_sync(synced)
    assert synced.find("v1/Service", "locations-api", "api") is None
    assert len(synced.list(DEPLOYMENT, "api")) == 4


def test_a_store_that_is_gone_from_the_values_stays_with_its_claim(synced: Kube, repository: Repository) -> None:
    claims = uids(synced.list(CLAIM, "data"))
    files = _files()
    files["prod/data.k8s.yaml"] = [each for each in files["prod/data.k8s.yaml"] if not _belongs_to(each, "redis")]
    repository.commit(files)
    refresh(synced)
    eventually(lambda: synced.find("v1/Service", "redis", "data") is None, what="the Service pruned")
    stays(lambda: synced.get(STATEFUL_SET, "redis", "data")["spec"]["replicas"] == 1, during=2)
    assert uids(synced.list(CLAIM, "data")) == claims


def test_a_namespace_that_is_gone_stays(synced: Kube, repository: Repository) -> None:
    claims = uids(synced.list(CLAIM, "data"))
    files = _files()
    files["prod/data.k8s.yaml"] = [each for each in files["prod/data.k8s.yaml"] if each["kind"] == "ConfigMap"]
    repository.commit(files)
    refresh(synced)
    eventually(lambda: synced.find("v1/LimitRange", "limit-range", "data") is None, what="the rest pruned")
    stays(lambda: "deletionTimestamp" not in synced.get("v1/Namespace", "data")["metadata"], during=2)
    assert uids(synced.list(CLAIM, "data")) == claims


def _files() -> dict[str, list[Manifest]]:
    folder = ROOT / "dist" / "prod"
    names = sorted(path.name for path in folder.glob("*.yaml") if path != OURS)
    return {f"prod/{name}": [each for each in environment("prod") if _file_of(each) == name] for name in names}


def _file_of(manifest: Manifest) -> str:
    meta = manifest["metadata"]
    return f"{meta.get('namespace', meta['name'])}.k8s.yaml"


def _argo_objects(url: str) -> list[Manifest]:
    """The AppProject and Applications of dist/, with the address of the tests' repository."""
    here = {"repoURL": url, "sourceRepos": [url], "targetRevision": BRANCH}
    return [argocd.replaced(each, here.get) for each in yaml.safe_load_all(OURS.read_text())]


def _give_address(kube: Kube) -> None:
    """As an ingress controller does; without one an Ingress is never healthy."""
    for each in kube.list(INGRESS, "api"):
        status = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}
        kube.patch(INGRESS, each["metadata"]["name"], "api", status, part="/status")


def _belongs_to(manifest: Manifest, name: str) -> bool:
    labels: dict[str, str] = manifest["metadata"].get("labels", {})
    return labels.get("app.kubernetes.io/name") == name


def _replicas(kube: Kube, name: str) -> int:
    replicas: int = kube.get(DEPLOYMENT, name, "api")["spec"]["replicas"]
    return replicas
