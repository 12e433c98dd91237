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
from constructs_lib.kubernetes.manifest import NAMELESS, subject_of

_ARGUMENT: Final = re.compile(r"[A-Za-z_.]+")


@dataclass(frozen=True)
class Synthesis:
    """An app, read as a whole.

    Args:
        manifests: what would be written: the manifests of each chart, by the chart's id.
        world: what the checks looked at.
        faults: what stands against writing it: wrong arguments and findings of error level.
        warnings: findings that don't.
    """

    manifests: dict[str, list[Manifest]]
    world: World
    faults: tuple[str, ...]
    warnings: tuple[Finding, ...]


def check_charts(
    root: IConstruct, state: AppState, manifests: dict[str, list[Manifest]], tree: RepositoryFiles
) -> Synthesis:
    """Run the checks over the manifests of all charts.

    Args:
        root: the app.
        state: what it knows.
        manifests: what `read_charts` has found.
        tree: the files that are written.
    """
    every = tuple(manifest for items in manifests.values() for manifest in items)
    world = World(every, state.cluster, state.existing, state.environment, complete=True, tree=tree)
    report = run_checks(world)
    # Findings below a construct with a wrong argument would only repeat its fault.
    reported = {fault.path for fault in state.faults} | state.repeated
    errors = [error for error in _with_origins(root, state, report.errors) if not _within(error.origin, reported)]
    warnings = _read_from(state, _with_origins(root, state, report.warnings))
    faults = [*_located(state), *state.invalid, *map(str, _read_from(state, errors))]
    return Synthesis(manifests, world, tuple(faults), tuple(warnings))


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


def _located(state: AppState) -> list[str]:
    """Return the lines of the faults with their sources; a value that several constructs read is reported once."""
    found: dict[tuple[str, str, str], str] = {}
    for fault in state.faults:
        argument = _ARGUMENT.match(fault.argument)
        place = state.locate(fault.path, argument[0] if argument else "")
        found.setdefault((fault.argument, fault.message, place or fault.path), str(replace(fault, place=place or "")))
    return list(found.values())


def _read_from(state: AppState, findings: Iterable[Finding]) -> list[Finding]:
    """The same for findings: what one value does to many objects is one of them."""
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
