"""Writing: all apps are checked, then all files change in one step, or none does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import cdk8s

from constructs_lib.app import faults_of, manifests_of
from constructs_lib.errors import InputError

SUFFIX = ".k8s.yaml"


def synth(apps: cdk8s.App | Mapping[str, cdk8s.App], output: str | Path | None = None) -> None:
    """Check the apps and write one file for each chart, `<output>/<environment>/<chart>.k8s.yaml`.

    The folders then hold just what the apps define: files of charts that are gone are removed. Unchanged files
    keep their time stamp. Under `cdk8s synth` the files are written to its output folder as well.

    Args:
        apps: one app, or the apps of several environments by the name of their folder.
        output: the folder; by default the `outdir` of the one app.

    Raises:
        InputError: with every fault of every app; no file has been touched.
    """
    named = apps if isinstance(apps, Mapping) else {"": apps}
    faults = [fault for app in named.values() for fault in faults_of(app)]
    if faults:
        raise InputError(faults)
    files = {
        Path(folder) / f"{chart}{SUFFIX}": cdk8s.Yaml.stringify(*manifests)
        for folder, app in named.items()
        for chart, manifests in manifests_of(app).items()
        if manifests
    }
    for target in _targets(named, output):
        publish(files, target)


def publish(files: Mapping[Path, str], target: Path) -> None:
    """Make the `*.k8s.yaml` below `target` exactly these files; what is equal already isn't touched."""
    target.mkdir(parents=True, exist_ok=True)
    staged: list[tuple[Path, Path]] = []
    for name, text in files.items():
        path = target / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.write_text(text, encoding="utf-8")
        staged.append((draft, path))
    for draft, path in staged:
        draft.replace(path)
    for stale in set(target.rglob(f"*{SUFFIX}")) - {target / name for name in files}:
        stale.unlink()
        if stale.parent != target and not any(stale.parent.iterdir()):
            stale.parent.rmdir()


def _targets(apps: Mapping[str, cdk8s.App], output: str | Path | None) -> list[Path]:
    cli_folder = os.environ.get("CDK8S_OUTDIR")
    if output is None:
        if len(apps) != 1:
            print("several apps need one output folder: synth(apps, output='dist')", file=sys.stderr)
        output = next(iter(apps.values())).outdir
    targets = [Path(output).resolve()]
    if cli_folder and Path(cli_folder).resolve() not in targets:
        targets.append(Path(cli_folder).resolve())
    return targets
