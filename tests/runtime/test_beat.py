"""Beat: one schedule at any time, a Deployment's replacement included, and its file where it can be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib import CeleryBeat, CeleryWorker, NamespaceChart
from constructs_lib.workloads.endpoints import Endpoint
from tests.runtime.manifests import Workload
from tests.runtime.processes import eventually
from tests.runtime.synthesized import IMAGE, synthesize
from tests.runtime.workers import Stage


@pytest.fixture
def workloads(folder: Path) -> dict[str, Workload]:
    def write(chart: NamespaceChart, uses: list[Endpoint]) -> None:
        worker = CeleryWorker(chart, "ticker", image=IMAGE, app="workers.scheduled", queues=["q.ticks"], uses=uses)
        CeleryBeat(chart, "beat", worker=worker)

    return synthesize(folder, write)


def ticks(stage: Stage) -> list[float]:
    return [float(tick) for tick in stage.journal.lrange("ticks", 0, -1)]


def test_one_schedule_through_a_replacement(workloads: dict[str, Workload], stage: Stage) -> None:
    """Three replacements as the strategy says: the old pod ends before the new one starts; nothing ticks twice."""
    assert workloads["beat"].strategy == {"type": "Recreate"}
    stage.ready(stage.start(workloads["ticker"]))
    beat = stage.start(workloads["beat"])
    for _ in range(3):
        count = len(ticks(stage))
        eventually(lambda count=count: len(ticks(stage)) >= count + 3, "it ticks")  # type: ignore[misc]
        ending = beat.terminate()
        assert not ending.killed
        beat = stage.start(workloads["beat"])
    count = len(ticks(stage))
    eventually(lambda: len(ticks(stage)) >= count + 3, "the last one ticks")
    # Two schedules would bring four ticks for each second that passes.
    seconds = ticks(stage)[-1] - ticks(stage)[0]
    assert len(ticks(stage)) <= 2 * seconds + 3


def test_two_beats_send_twice(workloads: dict[str, Workload], stage: Stage) -> None:
    """What `Recreate` prevents, and the test above would see."""
    stage.ready(stage.start(workloads["ticker"]))
    stage.start(workloads["beat"])
    stage.start(workloads["beat"])
    eventually(lambda: len(ticks(stage)) >= 24, "they tick")
    seconds = ticks(stage)[-1] - ticks(stage)[0]
    assert len(ticks(stage)) > 2 * seconds + 3


def test_its_file_is_on_a_volume(workloads: dict[str, Workload], stage: Stage) -> None:
    """All that it writes is where the pod has a volume, so its root file system can be read-only."""
    stage.ready(stage.start(workloads["ticker"]))
    beat = stage.start(workloads["beat"])
    before = sorted(beat.image.work_folder.rglob("*"))
    eventually(lambda: ticks(stage), "it ticks")
    assert any(name.startswith("schedule") for name in beat.files("/var/run/celery"))
    # The file outlives the container, as the volume does, even when that is killed in the middle of writing.
    beat.restart()
    count = len(ticks(stage))
    eventually(lambda: len(ticks(stage)) > count, "it ticks again")
    assert sorted(beat.image.work_folder.rglob("*")) == before
