"""What can't be changed in a cluster, against what was written last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cdk8s
import pytest

from constructs_lib import (
    ApiService,
    App,
    DedicatedStateful,
    InputError,
    Job,
    Migration,
    NamespaceChart,
    PodOptions,
    PostgreSQL,
    PostgreSQLBackup,
    Probes,
    SecretRef,
)
from tests.conftest import snapshot_of

REFUSED = "the API server rejects it; take it back, or"
ORPHANS = "delete it with --cascade=orphan, by which its pods and claims stay, then take it out of"
SIZE = "spec.volumeClaimTemplates[0].spec.resources.requests.storage"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(make: Callable[[NamespaceChart], object], app: cdk8s.App | None = None) -> None:
    app = app or App(outdir="dist")
    make(NamespaceChart(app, "data"))
    app.synth()


def refused(make: Callable[[NamespaceChart], object], app: cdk8s.App | None = None) -> list[str]:
    before = snapshot_of(Path("dist"))
    with pytest.raises(InputError) as error:
        written(make, app)
    assert snapshot_of(Path("dist")) == before
    return list(error.value.faults)


def store(**arguments: Any) -> Callable[[NamespaceChart], object]:
    base = {"image": "store:1", "port": 7000, "storage": "1Gi", "data_path": "/data"}
    return lambda chart: DedicatedStateful(chart, "store", **{**base, **arguments})


def service(**arguments: Any) -> Callable[[NamespaceChart], object]:
    return lambda chart: ApiService(chart, "shop", **{"image": "shop:1", **arguments})


def backup(storage: str) -> Callable[[NamespaceChart], object]:
    def make(chart: NamespaceChart) -> None:
        database = PostgreSQL(chart, "db", credentials=SecretRef("login", ("username", "password")))
        PostgreSQLBackup(chart, "dumps", database=database, storage=storage)

    return make


def test_a_claim_is_refused_with_the_way_out() -> None:
    written(store())
    assert refused(store(storage="2Gi", storage_class="fast", component="other")) == [
        "data/StatefulSet/store: spec.selector.matchLabels.app.kubernetes.io/component cannot be changed "
        "from 'data-store' to 'other', because the API server rejects it; undo the change, or delete the "
        "object with --cascade=orphan, which keeps its pods and claims, and remove it from dist/data.k8s.yaml",
        "data/StatefulSet/store: spec.volumeClaimTemplates[0].spec.resources.requests.storage cannot be "
        "changed from '1Gi' to '2Gi', because the API server rejects it; undo the change, or delete the "
        "object with --cascade=orphan, which keeps its pods and claims, and remove it from dist/data.k8s.yaml",
        "data/StatefulSet/store: spec.volumeClaimTemplates[0].spec.storageClassName cannot be changed from "
        "nothing to 'fast', because the API server rejects it; undo the change, or delete the object with "
        "--cascade=orphan, which keeps its pods and claims, and remove it from dist/data.k8s.yaml",
    ]


def test_the_way_out_is_one() -> None:
    written(store())
    Path("dist/data.k8s.yaml").unlink()
    written(store(storage="2Gi"))
    assert "storage: 2Gi" in Path("dist/data.k8s.yaml").read_text()


@pytest.mark.parametrize(
    "change",
    [
        {"image": "store:2"},
        {"replicas": 3},
        {"storage": "1024Mi"},
        {"update_strategy": "OnDelete"},
        {"retention_on_delete": "Delete", "retention_on_scale_down": "Delete"},
        {"labels": {"team": "a"}},
        {"probes": Probes(), "pod": PodOptions(labels={"a": "b"})},
        {"overrides": {"StatefulSet": {"spec": {"minReadySeconds": 5}}}},
    ],
)
def test_what_can_be_changed_is(change: dict[str, Any]) -> None:
    written(store())
    written(store(**change))


def test_selectors_of_deployments_are_kept() -> None:
    written(service())
    assert refused(service(app_name="desk")) == [
        "data/Deployment/shop: spec.selector.matchLabels.app.kubernetes.io/name cannot be changed from "
        "'shop' to 'desk', because the API server rejects it; undo the change, or delete the object in the "
        "cluster, and remove it from dist/data.k8s.yaml"
    ]
    written(service(replicas=3, image="shop:2"))


def test_a_claim_may_grow_but_not_shrink() -> None:
    written(backup("20Gi"))
    written(backup("30Gi"))
    assert refused(backup("20Gi")) == [
        "data/PersistentVolumeClaim/dumps: spec.resources.requests.storage cannot be changed from '30Gi' to "
        "'20Gi', because the API server rejects it; undo the change, or give the new claim another name"
    ]


def test_jobs_are_made_anew() -> None:
    def make(image: str) -> Callable[[NamespaceChart], object]:
        def both(chart: NamespaceChart) -> None:
            Job(chart, "once", image=image)
            Migration(chart, "migrate", service=ApiService(chart, "shop", image=image), command=["migrate"])

        return both

    written(make("shop:1"))
    written(make("shop:2"))


def named_job(image: str, **arguments: Any) -> Callable[[NamespaceChart], object]:
    """A Job whose name has no hash of what it runs."""
    named = {"Job": {"metadata": {"name": "own"}}}
    return lambda chart: Job(chart, "own", image=image, overrides=named, **arguments)


def test_a_job_of_ones_own_is_kept() -> None:
    written(named_job("a:1"))
    assert refused(named_job("a:2")) == [
        "data/Job/own: spec.template.spec.containers[0].image cannot be changed from 'a:1' to 'a:2', because "
        "the API server rejects it; undo the change, or delete the object in the cluster, and remove it from "
        "dist/data.k8s.yaml"
    ]


def test_a_hook_is_made_anew_in_each_sync() -> None:
    written(named_job("a:1", sync_hook=True))
    written(named_job("a:2", sync_hook=True))


def test_a_teams_own_app_refuses_it_too(folder: Path) -> None:
    def app() -> cdk8s.App:
        return cdk8s.App(outdir=str(folder / "dist"))

    written(store(), app())
    assert refused(store(storage="2Gi"), app()) == [
        "data/StatefulSet/store: spec.volumeClaimTemplates[0].spec.resources.requests.storage cannot be "
        "changed from '1Gi' to '2Gi', because the API server rejects it; undo the change, or delete the "
        "object with --cascade=orphan, which keeps its pods and claims, and remove it from dist/data.k8s.yaml"
    ]
    written(store(image="store:2"), app())


def test_another_store_is_another_store() -> None:
    written(store())
    written(lambda chart: DedicatedStateful(chart, "other", image="a:1", port=1, storage="2Gi", data_path="/data"))


def test_what_is_no_yaml_was_never_applied() -> None:
    written(store())
    path = Path("dist/data.k8s.yaml")
    path.write_text(path.read_text().replace("kind: StatefulSet\n", "kind: StatefulSet\n<<<<<<< HEAD\n"))
    written(store(storage="2Gi"))
