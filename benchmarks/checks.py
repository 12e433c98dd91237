"""Benchmark of all checks, compared with libyaml reading the same text: `python benchmarks/checks.py`."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.loading.loader import read
from constructs_lib.checks.registry import run_checks
from constructs_lib.inventory.cluster import Cluster
from tests.checks.build import manifest

_ROUNDS = 5
_KINDS = ("Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy")


def _text(objects: int) -> str:
    names = [f"team-{number % 10}/service-{number}" for number in range(objects // len(_KINDS))]
    made = [manifest({kind: name}) for name in names for kind in _KINDS]
    return yaml.dump_all(made, Dumper=yaml.CSafeDumper)


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _cluster(objects: int) -> Cluster:
    """A node of 8 CPU for each 40 objects: room for all pods at their maximum."""
    nodes = [f"node-{number}" for number in range(objects // 40)]
    capacity = {"cpu": 8, "memory": "32Gi"}
    return Cluster.model_validate({"pools": {"all": {"nodes": nodes, "capacity": capacity}}})


def _check(path: Path, cluster: Cluster) -> None:
    manifests = tuple(source.manifest for source in read([str(path)]).sources)
    report = run_checks(World(manifests, cluster, complete=True))
    assert not report.not_run


def main() -> None:
    """Print the seconds and the ratio for 500 and 5,000 objects."""
    with TemporaryDirectory() as folder:
        for objects in (500, 5000):
            path = Path(folder) / f"{objects}.yaml"
            path.write_text(_text(objects), encoding="utf-8")
            text, cluster = path.read_text(encoding="utf-8"), _cluster(objects)
            rounds = [
                (
                    _seconds(lambda text=text: list(yaml.load_all(text, Loader=yaml.CSafeLoader))),  # type: ignore[misc]
                    _seconds(lambda path=path, cluster=cluster: _check(path, cluster)),  # type: ignore[misc]
                )
                for _ in range(_ROUNDS)
            ]
            reading = statistics.median(first for first, _ in rounds)
            ratio = statistics.median(second / first for first, second in rounds)
            checking = statistics.median(second for _, second in rounds)
            print(f"{objects:5} objects: libyaml {reading:.2f} s, check {checking:.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
