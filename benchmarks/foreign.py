"""The checks on manifests of other projects that work: `make foreign`, which needs Go, git, kubectl and the network.

Every finding of error level is listed in `foreign_projects.py`; any other, and one that is gone, fails.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.foreign_projects import FOLDERS, Folder
from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.loading import environments
from constructs_lib.checks.loading.loader import in_namespace, read
from constructs_lib.checks.registry import run_checks
from constructs_lib.inventory.cluster import Existing

CACHE: Final = Path(__file__).parents[1] / "build" / "foreign"


def main() -> int:
    """Check all folders; return 1 if the errors differ from the listed ones."""
    arguments = _parser().parse_args()
    paths: dict[str, list[str]] = {}
    for folder in FOLDERS:
        paths.setdefault(folder.project, []).append(folder.path)
    places = {project: _download(project, below, arguments.git) for project, below in paths.items()}
    objects: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    wrong = 0
    for folder in FOLDERS:
        count, findings = _check(places[folder.project] / folder.path, folder)
        objects[folder.project] += count
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        wrong += _compare(folder, errors)
        mild = [finding for finding in findings if finding.severity is Severity.WARNING]
        warnings.update(finding.check for finding in mild)
        print(f"{folder.project.partition('@')[0]} {folder.path}: {count} objects, {len(errors)} errors")
        if arguments.warnings:
            print("\n".join(f"    {finding}" for finding in mild))
    print(f"{sum(objects.values())} objects of {len(objects)} projects, {warnings.total()} warnings:")
    print("\n".join(f"{number:5} {check}" for check, number in warnings.most_common()))
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Check manifests of other projects.")
    parser.add_argument("--git", default="https://github.com", help="where the repositories are, as owner/name")
    parser.add_argument("--warnings", action="store_true", help="print the warnings too")
    return parser


def _download(project: str, paths: Iterable[str], git: str) -> Path:
    name, _, version = project.partition("@")
    if version.startswith("v"):
        answer = _run("go", "mod", "download", "-json", project)
        return Path(json.loads(answer)["Dir"])
    folder = CACHE / f"{name.replace('/', '-')}-{version[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run("git", "init", "-q", folder)
        # Only the files at the paths are downloaded.
        for key, value in (("url", f"{git}/{name}"), ("promisor", "true"), ("partialclonefilter", "blob:none")):
            _run("git", "-C", folder, "config", f"remote.origin.{key}", value)
        _run("git", "-C", folder, "fetch", "-q", "--depth", "1", "--filter=blob:none", "origin", version)
        _run("git", "-C", folder, "sparse-checkout", "set", "--no-cone", *(f"/{path}" for path in paths))
        _run("git", "-C", folder, "checkout", "-q", "FETCH_HEAD")
        (folder / "done").touch()
    return folder


def _run(*command: str | Path) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def _check(path: Path, folder: Folder) -> tuple[int, list[Finding]]:
    if not path.exists():
        raise SystemExit(f"{path}: does not exist")
    with TemporaryDirectory() as temporary:
        if folder.is_kustomization:
            built = Path(temporary) / "built.yaml"
            built.write_text(_run("kubectl", "kustomize", path), encoding="utf-8")
            path = built
        sources = in_namespace(read([str(path)]).sources, folder.namespace)
    existing = Existing(namespaces=(folder.namespace,))
    found: dict[tuple[Finding, int], Finding] = {}
    for part in environments.split(sources):
        world = World(tuple(source.manifest for source in part.sources), existing=existing)
        # An object beside the environments is in each.
        found |= {(finding, id(finding.manifest)): finding for finding in run_checks(world).findings}
    return len(sources), list(found.values())


def _compare(folder: Folder, errors: list[Finding]) -> int:
    named = sorted(f"{error.check} {error.subject}" for error in errors)
    for what in _difference(named, folder.errors):
        print(f"{folder.path}: unexpected: {what}")
    for what in _difference(folder.errors, named):
        print(f"{folder.path}: no longer found: {what}")
    return int(named != sorted(folder.errors))


def _difference(left: Iterable[str], right: Iterable[str]) -> Iterator[str]:
    return (Counter(left) - Counter(right)).elements()


if __name__ == "__main__":
    sys.exit(main())
