"""Whoever follows the advice `did you mean "X"?` of a finding gets rid of it."""

from __future__ import annotations

import copy
import dataclasses
import re
from typing import Any

import pytest

from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.registry import run_checks
from tests.checks.build import world
from tests.checks.test_cases import all_cases

_ADVICE = re.compile(r'did you mean "([^"]+)"')


def _with_advice(found: World, finding: Finding, meant: str) -> World:
    """The world with the fix that the finding names."""
    place = next(place for place, manifest in enumerate(found.manifests) if manifest is finding.manifest)
    manifest: dict[str, Any] = copy.deepcopy(dict(finding.manifest or {}))
    *above, last = finding.field
    holder: Any = manifest
    for part in above:
        holder = holder[part]
    if finding.check in ("unknown-field", "suppression"):
        holder[str(last).replace(_wrong(str(last), finding, meant), meant)] = holder.pop(last)
    else:
        holder[last] = _corrected(holder.get(last, "") if isinstance(holder, dict) else holder[last], finding, meant)
    manifests = [*found.manifests[:place], manifest, *found.manifests[place + 1 :]]
    return dataclasses.replace(found, manifests=tuple(manifests))


def _corrected(value: Any, finding: Finding, meant: str) -> Any:
    wrong = _wrong(str(value), finding, meant)
    return str(value).replace(wrong, meant) if wrong else meant


def _wrong(text: str, finding: Finding, meant: str) -> str:
    """The word of the message that the text holds."""
    words = (word.strip("\"',;:") for word in finding.message.split())
    return max((word for word in words if word in text and word != meant), key=len, default="")


def _advised() -> list[Any]:
    return [
        pytest.param(case, finding, id=f"{check}: {case['it']}: {finding.field}")
        for check, case in all_cases("faulty")
        for finding in run_checks(world(case["with"], case.get("options"))).findings
        if finding.check == check and _ADVICE.search(finding.message)
    ]


@pytest.mark.parametrize(("case", "finding"), _advised())
def test_the_advice_helps(case: dict[str, Any], finding: Finding) -> None:
    found = world(case["with"], case.get("options"))
    [same] = [one for one in run_checks(found).findings if one == finding]
    [meant] = _ADVICE.findall(finding.message)
    left = run_checks(_with_advice(found, same, meant)).findings
    same_place = [one.message for one in left if _place(one) == _place(finding)]
    assert [message for message in same_place if _ADVICE.search(message)] == []


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.check, finding.subject, finding.field
