"""Paths of the manifest files in their repository, as Argo CD Applications name them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RepositoryFiles:
    """The files that are checked, by their paths in their repository.

    Args:
        roots: the folders that were looked through.
        files: the files with manifests, of all environments.
    """

    roots: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def repository_files(folders: Iterable[str | Path], files: Iterable[str | Path]) -> RepositoryFiles:
    """The folders and files in the repository of the working folder; what lies elsewhere is left out."""
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    return RepositoryFiles(tuple(_inside(root, folders)), tuple(_inside(root, files)))


def _inside(root: Path, paths: Iterable[str | Path]) -> Iterator[str]:
    for path in dict.fromkeys(paths):
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they are
        if absolute.is_relative_to(root):
            yield absolute.relative_to(root).as_posix()
