"""Every object is accepted, without a warning, and applying it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e import control_plane
from tests.e2e.kube import Kube, Manifest, RefusedError
from tests.e2e.manifests import apply_all, environment, prepare

# Each environment needs an empty cluster of its own.
pytestmark = pytest.mark.own_nodes


@pytest.fixture(scope="module", params=["dev", "prod"])
def applied(request: pytest.FixtureRequest) -> Iterator[tuple[Kube, list[Manifest]]]:
    """An environment, applied to an empty cluster of its own, in which nobody but us changes anything."""
    manifests = environment(request.param)
    with control_plane.control_plane(controllers=False) as own:
        prepare(own.kube, manifests)
        own.kube.warnings.clear()
        apply_all(own.kube, manifests)
        yield own.kube, manifests


def test_no_object_is_rejected_and_nothing_is_warned_of(applied: tuple[Kube, list[Manifest]]) -> None:
    kube, manifests = applied
    assert manifests
    assert kube.warnings == []
    assert all(kube.request("GET", kube.path_of(each)) for each in manifests)


def test_a_second_apply_changes_nothing(applied: tuple[Kube, list[Manifest]]) -> None:
    kube, manifests = applied
    for manifest in manifests:
        before = kube.request("GET", kube.path_of(manifest))
        assert kube.apply(manifest) == before, manifest["metadata"]["name"]


def test_validation_is_strict(applied: tuple[Kube, list[Manifest]]) -> None:
    kube, manifests = applied
    deployment = next(each for each in manifests if each["kind"] == "Deployment")
    mistyped = {**deployment, "spec": {**deployment["spec"], "replica": 2}}
    with pytest.raises(RefusedError, match=r"replica: field not declared"):
        kube.apply(mistyped)
