"""Writing: all apps are checked, then all files change, or none does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import cdk8s

from constructs_lib.app.chart_reader import read_charts
from constructs_lib.app.immutable_fields import immutable_faults
from constructs_lib.app.synthesis import Synthesis, check_charts
from constructs_lib.app.validation import state_of
from constructs_lib.checks.engine.repository_files import RepositoryFiles, repository_files
from constructs_lib.checks.loading.loader import SUFFIXES
from constructs_lib.errors import InputError
from constructs_lib.kubernetes.yaml_writer import write_documents

SUFFIX = ".k8s.yaml"


def synth(
    apps: cdk8s.App | Mapping[str, cdk8s.App],
    output: str | Path | None = None,
    *,
    faults: Iterable[str] = (),
    strict: bool = False,
) -> dict[str, Synthesis]:
    """Check the apps and write one file for each chart, `<output>/<environment>/<chart>.k8s.yaml`.

    A change of an immutable field, compared with the existing file, is a fault.

    The folders then hold just what the apps define: files of charts that are gone are removed, and unchanged
    ones aren't touched. Under `cdk8s synth` the files are written to its output folder as well. Warnings are
    printed on standard error.

    Args:
        apps: one app, or the apps of several environments by the name of their folder.
        output: the folder; by default the `outdir` of the first app.
        faults: what is known to be wrong already, in a file of values perhaps: reported with all else.
        strict: whether a warning stops the synth too.

    Returns:
        What was read and written of each app.

    Raises:
        InputError: with every fault of every app; no file has been touched.
    """
    named = apps if isinstance(apps, Mapping) else {"": apps}
    charts = {name: read_charts(app, state_of(app)) for name, app in named.items()}
    files = {
        Path(name) / f"{chart}{SUFFIX}": manifests
        for name, read in charts.items()
        for chart, manifests in read.items()
        if manifests
    }
    target, *others = _targets(output or next(app.outdir for app in named.values()))
    tree = _tree(target, files)
    read = {name: check_charts(app, state_of(app), charts[name], tree) for name, app in named.items()}
    found = [_prefixed(name, fault) for name, result in read.items() for fault in result.errors]
    texts = {path: write_documents(manifests) for path, manifests in files.items()}
    for path, manifests in files.items():
        fixed = immutable_faults(target / path, texts[path], manifests)
        found += [_prefixed(path.parent.name, fault) for fault in fixed]
    warnings = [_prefixed(name, str(warning)) for name, result in read.items() for warning in result.warnings]
    every = [*faults, *found, *(warnings if strict else ())]
    if every:
        raise InputError(every)
    for warning in warnings:
        print(warning, file=sys.stderr)
    for folder in (target, *others):
        publish(texts, folder)
    return read


def publish(files: Mapping[Path, str], target: Path) -> None:
    """Make the `*.k8s.yaml` files below `target` exactly these; equal files are not touched."""
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


def _tree(target: Path, files: Iterable[Path]) -> RepositoryFiles:
    """Return the files that the folder will hold: these, and manifests that the app does not write."""
    others = (path for path in target.rglob("*") if path.suffix in SUFFIXES and not path.name.endswith(SUFFIX))
    return repository_files([target], [*(target / name for name in files), *others])


def _targets(output: str | Path) -> list[Path]:
    """The folder, and that of the `cdk8s` command where it is another one."""
    folders = [Path(output).resolve()]
    cli_folder = os.environ.get("CDK8S_OUTDIR")
    if cli_folder and Path(cli_folder).resolve() not in folders:
        folders.append(Path(cli_folder).resolve())
    return folders


def _prefixed(environment: str, text: object) -> str:
    return f"{environment}: {text}" if environment else str(text)
