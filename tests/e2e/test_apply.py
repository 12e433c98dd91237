"""Every object is accepted, without a warning, and applying it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e import control_plane
from tests.e2e.build import KUBERNETES
from tests.e2e.conftest import GIVEN
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest, RefusedError
from tests.e2e.manifests import apply_all, environment, prepare
from tests.e2e.waiting import eventually


@pytest.fixture(scope="module", params=KUBERNETES[:1] if GIVEN else KUBERNETES)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=["dev", "prod"])
def applied(request: pytest.FixtureRequest, version: str) -> Iterator[tuple[Kube, list[Manifest]]]:
    """An environment, applied to an empty cluster of its own, in which nobody but us changes anything."""
    manifests = environment(request.param)
    with _given(manifests) if GIVEN else control_plane.control_plane(version=version, controllers=False) as own:
        prepare(own.kube, manifests)
        own.kube.warnings.clear()
        apply_all(own.kube, manifests)
        yield own.kube, manifests


@contextmanager
def _given(manifests: list[Manifest]) -> Iterator[ControlPlane]:
    """The given cluster, if it has no namespace of ours; at the end ours are gone again."""
    ours = [each["metadata"]["name"] for each in manifests if each["kind"] == "Namespace"]
    with control_plane.given_cluster(Path(str(GIVEN))) as given:
        there = [name for name in ours if given.kube.find("v1/Namespace", name)]
        assert not there, f"{there} are in the given cluster already: it must be an empty one"
        try:
            yield given
        finally:
            for name in ours:
                given.kube.delete("v1/Namespace", name)
            eventually(lambda: not any(given.kube.find("v1/Namespace", name) for name in ours), within=120)


def test_no_object_is_rejected_and_nothing_is_warned_of(applied: tuple[Kube, list[Manifest]]) -> None:
    kube, manifests = applied
    assert manifests
    assert kube.warnings == []
    assert all(kube.request("GET", kube.path_of(each)) for each in manifests)


def test_a_second_apply_changes_nothing(applied: tuple[Kube, list[Manifest]]) -> None:
    kube, manifests = applied
    for manifest in manifests:
        before = kube.request("GET", kube.path_of(manifest))
        after = kube.apply(manifest)
        # Controllers write all the while in a given cluster, and to a claim until it is bound: there, only what we
        # changed counts.
        busy = GIVEN or manifest["kind"] == "PersistentVolumeClaim"
        assert (_ours(after) == _ours(before)) if busy else (after == before), manifest["metadata"]["name"]


def test_validation_is_strict(applied: tuple[Kube, list[Manifest]]) -> None:
    kube, manifests = applied
    deployment = next(each for each in manifests if each["kind"] == "Deployment")
    mistyped = {**deployment, "spec": {**deployment["spec"], "replica": 2}}
    with pytest.raises(RefusedError, match=r"replica: field not declared"):
        kube.apply(mistyped)


def _ours(manifest: Manifest) -> list[str]:
    return [each["time"] for each in manifest["metadata"]["managedFields"] if each["manager"] == "e2e"]
