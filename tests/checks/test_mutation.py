"""The manifests of production, broken in every way of `damages.py`: the checks find each, and nothing before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from constructs_lib.app.validation import synthesize
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.repository_files import RepositoryFiles
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.registry import BY_ID, CHECKS, run_checks
from growbin.environments import load_environments
from tests.checks.damages import DAMAGES, Damage, Manifest, becomes
from tests.checks.test_cases import FOLDER as CASES
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def sound(prod: list[Manifest]) -> World:
    """What the synth of production checks: the committed files, the nodes, and what exists already."""
    world = synthesize(load_environments(ROOT / "values").apps["prod"]).world
    files = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "dist").rglob("*.yaml"))]
    return dataclasses.replace(world, manifests=tuple(prod), tree=RepositoryFiles(("dist",), tuple(files)))


def test_undamaged(sound: World) -> None:
    report = run_checks(sound)
    assert [str(finding) for finding in report.findings] == [
        "warning node-capacity  async/HorizontalPodAutoscaler/vision-worker  spec.maxReplicas: 6 of "
        "vision-worker's 8 pods at its maximum fit on k8s-worker-2 while all else runs at its baseline, "
        "because the nodes lack memory; lower the maximum to 6, request less or add a node"
    ]
    assert (report.accepted, report.not_run) == ((), ())


OFFLINE = [check for check in CHECKS if not check.needs_server]


def _cases(check: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CASES / f"{check}.yaml").read_text(encoding="utf-8"))
    return loaded


def _written_in_cases() -> Iterator[Damage]:
    """Yield the damages that the case files describe under `in_growbin`."""
    for check in OFFLINE:
        for damage in _cases(check.id).get("in_growbin", ()):
            yield Damage(
                check.id, damage["it"], damage["kinds"], damage["path"], becomes(damage["value"]), check.severity
            )


ALL_DAMAGES = [*DAMAGES, *_written_in_cases()]


def test_each_check_has_damages() -> None:
    damaged = {damage.check for damage in ALL_DAMAGES}
    for check in OFFLINE:
        assert (check.id in damaged) != bool(_cases(check.id).get("not_in_growbin")), check.id


@pytest.mark.parametrize("damage", ALL_DAMAGES, ids=str)
def test_found(damage: Damage, sound: World, prod: list[Manifest]) -> None:
    before = damage.before(prod)
    known = _findings(damage, sound, before)
    places = [*damage.applied_to(before)]
    assert places, "there is nothing that it could be done to"
    assert [place for place, damaged in places if not _findings(damage, sound, damaged) - known] == []


def _findings(damage: Damage, sound: World, manifests: list[Manifest]) -> set[Finding]:
    """What the damage's check finds, of the severity that the damage deserves."""
    world = dataclasses.replace(sound, manifests=tuple(manifests))
    # Suppressions are judged by what all other checks found.
    found = run_checks(world).findings if damage.check == "suppression" else BY_ID[damage.check].run(world)
    return {finding for finding in found if finding.check == damage.check and finding.severity is damage.severity}
