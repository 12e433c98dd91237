"""Every check against its cases in `cases/<check>.yaml`: what it finds, word for word, and lets pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.checks.registry import CHECKS, run_checks
from tests.checks.build import world

FOLDER = Path(__file__).parent / "cases"


def all_cases(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The faulty or the sound cases of all checks, each with the id of its check."""
    for file in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))[kind]:
            yield file.stem, case


def _cases(kind: str) -> Iterator[Any]:
    for check, case in all_cases(kind):
        yield pytest.param(check, case, id=f"{check}: {case['it']}")


def _found(check: str, case: dict[str, Any]) -> list[str]:
    report = run_checks(world(case["with"], case.get("options")))
    return [str(finding) for finding in report.findings if finding.check == check]


@pytest.mark.parametrize(("check", "case"), [*_cases("faulty")])
def test_faulty(check: str, case: dict[str, Any]) -> None:
    assert _found(check, case) == case["finds"]


@pytest.mark.parametrize(("check", "case"), [*_cases("sound")])
def test_sound(check: str, case: dict[str, Any]) -> None:
    assert _found(check, case) == []


def test_each_check_has_cases() -> None:
    # The check that needs a server has tests of its own: tests/checks/test_server_dry_run.py.
    for check in (check for check in CHECKS if not check.needs_server):
        cases = yaml.safe_load((FOLDER / f"{check.id}.yaml").read_text(encoding="utf-8"))
        assert min(len(cases["faulty"]), len(cases["sound"])) >= 3, check.id


def test_the_builders_own_manifests_are_sound() -> None:
    kinds = ["Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy"]
    report = run_checks(world([{kind: "api/web"} for kind in kinds]))
    assert report.findings == ()
