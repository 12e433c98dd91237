"""Argo CD Applications.

Source: https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import did_you_mean
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import (
    Manifest,
    dig,
    integer,
    items,
    mapping,
    mappings,
    subject_of,
    text,
)
from constructs_lib.kubernetes.pod_owners import Workload


def _faults(world: World) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], Manifest] = {}
    for application in world.of_kind("Application"):
        for where, source in _sources(application):
            if not text(source, "chart"):
                yield from _empty_path(world, application, where, source)
                yield from _twice(seen, application, where, source)
        yield from _fights(world, application)


def _sources(application: Manifest) -> Iterator[tuple[FieldPath, Manifest]]:
    if mapping(application, "spec", "source"):
        yield FieldPath("spec", "source"), mapping(application, "spec", "source")
    for place, source in mappings(application, "spec", "sources"):
        yield FieldPath("spec", "sources", place), source


def _empty_path(world: World, application: Manifest, where: FieldPath, source: Manifest) -> Iterator[Finding]:
    path = PurePosixPath(text(source, "path").strip("/"))
    if not text(source, "path") or not _is_inside(world, path):
        return  # another repository's, or a part of this one that isn't checked
    below = [PurePosixPath(file) for file in world.tree.files if PurePosixPath(file).is_relative_to(path)]
    is_recursive = dig(source, "directory", "recurse") is True
    direct = [file for file in below if is_recursive or file.parent == path]
    if not direct:
        folders = {str(PurePosixPath(file).parent) for file in world.tree.files}
        message = f"there are no manifests in {path}, so it deploys nothing{did_you_mean(str(path), folders)}"
        yield CHECK.error(application, where / "path", message)
        return
    include = text(source, "directory", "include")
    if include and not any(_included(str(file.relative_to(path)), include) for file in direct):
        names = {str(file.relative_to(path)) for file in direct}
        message = f"no file in {path} matches {include}, so it deploys nothing{did_you_mean(include, names)}"
        yield CHECK.error(application, where / "directory" / "include", message)


def _is_inside(world: World, path: PurePosixPath) -> bool:
    """Return True if the path must be one of the checked files' if it is this repository's at all."""
    if "." in world.tree.roots:  # the whole repository: a name that does not exist is likely another one's
        folders = {PurePosixPath(file).parts[0] for file in world.tree.files}
        return len(path.parts) > 1 and path.parts[0] in folders
    return any(path.is_relative_to(root) for root in world.tree.roots)


def _included(name: str, pattern: str) -> bool:
    patterns = pattern[1:-1].split(",") if pattern.startswith("{") and pattern.endswith("}") else [pattern]
    return any(fnmatchcase(name, choice.strip()) for choice in patterns)


def _twice(
    seen: dict[tuple[str, ...], Manifest], application: Manifest, where: FieldPath, source: Manifest
) -> Iterator[Finding]:
    destination = mapping(application, "spec", "destination")
    key = (
        text(source, "repoURL").removesuffix(".git"),
        text(source, "path").strip("/"),
        text(source, "targetRevision"),
        str(mapping(source, "directory") or mapping(source, "kustomize") or mapping(source, "helm")),
        *(text(destination, field) for field in ("server", "name", "namespace")),
    )
    other = seen.setdefault(key, application)
    if other is not application and text(source, "path"):
        message = (
            f"{subject_of(other)} already deploys {text(source, 'path')} to the same destination, so the two overwrite "
            "each other's objects; remove one"
        )
        yield CHECK.error(application, where / "path", message)


def _fights(world: World, application: Manifest) -> Iterator[Finding]:
    if dig(application, "spec", "syncPolicy", "automated", "selfHeal") is not True:
        return
    namespace = text(application, "spec", "destination", "namespace")
    for workload in world.workloads_in.get(namespace, ()):
        has_count = bool(integer(workload.manifest, "spec", "replicas"))
        if workload.scalers and has_count and not _ignored(application, workload):
            message = (
                f"self-heal sets the replicas of {workload.subject} back whenever {subject_of(workload.scalers[0])} "
                "scales it; leave replicas out there, or add it to ignoreDifferences"
            )
            yield CHECK.error(application, FieldPath("spec", "syncPolicy", "automated", "selfHeal"), message)


def _ignored(application: Manifest, workload: Workload) -> bool:
    for _, entry in mappings(application, "spec", "ignoreDifferences"):
        fields = {*map(str, items(entry, "jsonPointers")), *map(str, items(entry, "jqPathExpressions"))}
        if (
            text(entry, "kind") in (workload.kind, "*")
            and text(entry, "name") in ("", workload.name)
            and fields & {"/spec/replicas", ".spec.replicas", "/spec", ".spec"}
        ):
            return True
    return False


CHECK: Final = Check(
    id="argocd",
    title="an Application that deploys nothing, that is a duplicate, or that works against an autoscaler",
    description="An Application whose path has no manifests is in sync and deploys nothing. Two Applications with "
    "one path overwrite each other's objects. Self-heal resets `replicas` each time an autoscaler "
    "changes it. The check looks for the path in the checked folders, or in the folder that a synth "
    "writes.",
    example="kind: Application\nspec:\n  source: {path: dist/prd}  # the folder is dist/prod",
    remediation="Correct the path or pattern, keep one Application, and remove `replicas` from workloads with an "
    "autoscaler.",
    run=_faults,
)
