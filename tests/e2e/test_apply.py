"""Every object is accepted, without a warning, and applying it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e import control_plane
from tests.e2e.conftest import GIVEN
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Manifest, Refused
from tests.e2e.manifests import apply_all, environment, prepare


@pytest.fixture(scope="module", params=["dev", "prod"])
def applied(request: pytest.FixtureRequest) -> Iterator[tuple[ControlPlane, list[Manifest]]]:
    """An environment, applied to an empty cluster of its own."""
    if GIVEN:
        pytest.skip("each environment needs an empty cluster of its own")
    manifests = environment(request.param)
    with control_plane.control_plane() as own:
        prepare(own.kube, manifests)
        own.kube.warnings.clear()
        apply_all(own.kube, manifests)
        yield own, manifests


def test_no_object_is_rejected_and_nothing_is_warned_of(applied: tuple[ControlPlane, list[Manifest]]) -> None:
    cluster, manifests = applied
    assert manifests
    assert cluster.kube.warnings == []
    assert all(cluster.kube.request("GET", cluster.kube.path_of(each)) for each in manifests)


def test_a_second_apply_changes_nothing(applied: tuple[ControlPlane, list[Manifest]]) -> None:
    cluster, manifests = applied
    for manifest in manifests:
        before = cluster.kube.apply(manifest)
        after = cluster.kube.apply(manifest)
        # Controllers write status all the while: only a change of ours counts.
        assert _ours(after) == _ours(before), manifest["metadata"]["name"]
        if "generation" in before["metadata"]:
            assert after["metadata"]["generation"] == 1


def test_validation_is_strict(applied: tuple[ControlPlane, list[Manifest]]) -> None:
    cluster, manifests = applied
    deployment = next(each for each in manifests if each["kind"] == "Deployment")
    mistyped = {**deployment, "spec": {**deployment["spec"], "replica": 2}}
    with pytest.raises(Refused, match=r"replica: field not declared"):
        cluster.kube.apply(mistyped)


def _ours(answer: Manifest) -> object:
    managed = answer["metadata"]["managedFields"]
    return [each["time"] for each in managed if each["manager"] == "e2e"], answer.get("spec"), answer.get("data")
