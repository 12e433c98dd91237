"""The result of reading and checking an app."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

import cdk8s
from constructs import IConstruct

from constructs_lib.app.api_objects import Manifest, PlainManifest
from constructs_lib.app.app_state import AppState
from constructs_lib.app.chart_reader import charts_of, objects_of, readable
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.repository_files import RepositoryFiles
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.registry import run_checks
from constructs_lib.errors import Fault
from constructs_lib.kubernetes.manifest import NAMELESS, subject_of

_ARGUMENT: Final = re.compile(r"[A-Za-z_.]+")


@dataclass(frozen=True)
class Synthesis:
    """The result of a synth.

    Args:
        manifests: the manifests of each chart, by the chart's id.
        world: the world that the checks read.
        errors: wrong arguments, and findings of error level. A synth with errors writes no file.
        warnings: findings of warning level.
    """

    manifests: dict[str, list[Manifest]]
    world: World
    errors: tuple[Fault | Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """The errors as printed lines."""
        return tuple(map(str, self.errors))


def check_charts(
    root: IConstruct, state: AppState, manifests: dict[str, list[Manifest]], tree: RepositoryFiles
) -> Synthesis:
    """Run the checks over the manifests of all charts.

    Args:
        root: the app.
        state: state of the app.
        manifests: the manifests of each chart, from `read_charts`.
        tree: the files that a synth writes.
    """
    every = tuple(manifest for items in manifests.values() for manifest in items)
    world = World(every, state.cluster, state.existing, state.environment, complete=True, tree=tree)
    report = run_checks(world)
    # Findings below a construct with a wrong argument would only repeat its fault.
    reported = {fault.path for fault in state.faults} | state.repeated
    errors = [error for error in _with_origins(root, state, report.errors) if not _within(error.origin, reported)]
    warnings = _read_from(state, _with_origins(root, state, report.warnings))
    every_error: tuple[Fault | Finding, ...] = (*_located(state), *state.invalid, *_read_from(state, errors))
    return Synthesis(manifests, world, every_error, tuple(warnings))


def _with_origins(root: IConstruct, state: AppState, findings: tuple[Finding, ...]) -> list[Finding]:
    """Return the findings with the construct path and argument of each."""
    names = {finding.subject.rpartition("/")[2] for finding in findings}
    if not names:
        return []
    named = [api_object for chart in charts_of(root) for api_object in objects_of(chart) if _name(api_object) in names]
    by_subject = {subject_of(manifest): api_object for api_object, manifest in readable(named, state)}
    return [_with_origin(finding, by_subject.get(finding.subject)) for finding in findings]


def _with_origin(finding: Finding, api_object: cdk8s.ApiObject | None) -> Finding:
    if api_object is None:
        return finding
    argument = api_object.argument_of(finding.field) if isinstance(api_object, PlainManifest) else ""
    return replace(finding, origin=api_object.node.path, argument=argument)


def _name(api_object: cdk8s.ApiObject) -> str:
    return (api_object.key[2] if isinstance(api_object, PlainManifest) else api_object.name) or NAMELESS


def _located(state: AppState) -> list[Fault]:
    """Return the faults with their sources; a value that several constructs read is reported once."""
    found: dict[tuple[str, str, str], Fault] = {}
    for fault in state.faults:
        argument = _ARGUMENT.match(fault.argument)
        place = state.locate(fault.path, argument[0] if argument else "")
        found.setdefault((fault.argument, fault.message, place or fault.path), replace(fault, place=place or ""))
    return list(found.values())


def _read_from(state: AppState, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with their sources; a value that several objects contain is reported once."""
    found: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        place = state.locate(finding.origin, finding.argument or str(finding.field[-1] if finding.field else ""))
        if place:
            key = (finding.check, str(finding.field), finding.message, place)
            found.setdefault(key, replace(finding, origin=f"{finding.origin}, {place}"))
        else:
            found[(str(finding),)] = finding
    return list(found.values())


def _within(path: str, ancestors: Collection[str]) -> bool:
    """Return True if the path is one of the others, or below one."""
    parts = path.split("/")
    return any("/".join(parts[:length]) in ancestors for length in range(1, len(parts) + 1))
