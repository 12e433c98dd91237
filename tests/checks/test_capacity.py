"""What a report says about pools: requests at baseline and at maximum, and how many pods fit."""

from __future__ import annotations

from decimal import Decimal

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.scheduling.capacity import Capacity, Reach, capacity_of, surge_pods
from constructs_lib.inventory.cluster import Amount
from tests.checks.build import Words, world

_MEBI = 2**20


def _amount(cpu: str, mebibytes: int) -> Amount:
    return Amount(cpu=Decimal(cpu), memory=Decimal(mebibytes * _MEBI))


def _sized(kind: str, name: str, cpu: str, pool: str, **more: object) -> Words:
    return {
        kind: name,
        "pod.nodeSelector": {"pool": pool},
        "container.resources.requests": {"cpu": cpu, "memory": "64Mi"},
        **more,
    }


def _world() -> World:
    return world(
        [
            _sized("Deployment", "api/web", "300m", "app"),
            {"HorizontalPodAutoscaler": "api/web", "spec.minReplicas": 2, "spec.maxReplicas": 5},
            _sized("CronJob", "api/clean", "100m", "app"),
            _sized("StatefulSet", "data/db", "500m", "data", **{"spec.replicas": 2}),
            _sized("DaemonSet", "data/agent", "50m", "data"),
        ],
        {"cluster": {"app": ["a1"], "data": ["d1", "d2"], "spare": ["s1"]}},
    )


def test_what_is_requested_of_each_pool() -> None:
    app, data, spare = capacity_of(_world()).pool_use()
    assert (app.pool, app.nodes, app.allocatable) == ("app", ("a1",), _amount("1", 1024))
    assert (app.baseline, app.maximum) == (_amount("0.6", 128), _amount("1.6", 384))
    assert (data.nodes, data.allocatable) == (("d1", "d2"), _amount("2", 2048))
    assert data.baseline == data.maximum == _amount("1.1", 256)
    assert (spare.baseline, spare.maximum, spare.reaches) == (_amount("0", 0), _amount("0", 0), ())


def test_how_many_fit_at_the_maximum() -> None:
    app, data, _ = capacity_of(_world()).pool_use()
    found = {reach.workload.name: (reach.fits, reach.maximum) for reach in app.reaches}
    assert found == {"web": (3, 5), "clean": (1, 1)}
    assert data.reaches == ()
    assert isinstance(app.reaches[0], Reach)


def test_a_world_without_nodes_has_no_pools() -> None:
    assert list(Capacity(world([{"Deployment": "api/web"}])).pool_use()) == []


def test_one_world_is_placed_once() -> None:
    same = _world()
    assert capacity_of(same) is capacity_of(same)


def _surge(replicas: int, **strategy: object) -> tuple[int, int]:
    words: Words = {"Deployment": "api/web", **({"spec.strategy": strategy} if strategy else {})}
    return surge_pods(world([words]).workloads[0], replicas)


def test_surge() -> None:
    assert [_surge(count) for count in (1, 3, 4, 5, 8)] == [(1, 0), (1, 0), (1, 1), (2, 1), (2, 2)]
    assert _surge(4, type="Recreate") == (0, 4)
    assert _surge(4, rollingUpdate={"maxSurge": 2, "maxUnavailable": 0}) == (2, 0)
    assert _surge(10, rollingUpdate={"maxSurge": "11%", "maxUnavailable": "19%"}) == (2, 1)
    # Kubernetes makes it one if both round to nothing.
    assert _surge(4, rollingUpdate={"maxSurge": 0, "maxUnavailable": "10%"}) == (0, 1)
