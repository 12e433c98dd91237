"""Further inputs of a check run: inventories of nodes, existing objects, suppressions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from constructs_lib.checks.loading.loader import read
from constructs_lib.checks.suppressions import Ignore, read_ignores
from constructs_lib.errors import InputError, did_you_mean
from constructs_lib.inventory.cluster import Cluster, Existing
from constructs_lib.kubernetes.manifest import Manifest, kind_of
from constructs_lib.kubernetes.schemas.custom import DEFINITION

_T = TypeVar("_T")


@dataclass(frozen=True)
class CheckInputs:
    """The files that options of `check` name, read.

    Args:
        clusters: the inventory of each environment; that without a name is for all others.
        existing: what is in the cluster already.
        ignores: accepted findings, each with its line in the file.
        definitions: CustomResourceDefinitions of the cluster.
    """

    clusters: Mapping[str, Cluster]
    existing: Existing
    ignores: Mapping[Ignore, int]
    definitions: tuple[Manifest, ...] = ()

    def cluster(self, names: Iterable[str]) -> Cluster | None:
        """The inventory of the environment that goes by these names."""
        return next((self.clusters[name] for name in (*names, "") if name in self.clusters), None)

    def strangers(self, names: Collection[str]) -> Iterator[str]:
        """Yield a fault for each inventory of an unknown environment."""
        for name in self.clusters:
            if name and name not in names:
                hint = did_you_mean(name, names) or "; name an environment only where there are several"
                yield f"--cluster {name}=: no environment {name} is checked{hint}"


def read_inputs(
    clusters: Iterable[str], existing: str | None, ignore_file: str | None, crds: Sequence[str] = ()
) -> CheckInputs:
    """Read the files.

    Args:
        clusters: `FILE`, or `ENVIRONMENT=FILE`.
        existing: the file that says what exists.
        ignore_file: the file of accepted findings.
        crds: files and folders with CustomResourceDefinitions.

    Raises:
        InputError: with every fault of every file.
    """
    faults: list[str] = []
    inventories: dict[str, Cluster] = {}
    for name, file in map(_named, clusters):
        if name in inventories:
            faults.append(f"--cluster {file}: {name or 'the inventory'} is given twice; name an environment for each")
        elif (cluster := _attempt(Cluster.from_yaml, file, None, faults)) is not None:
            inventories[name] = cluster
    given = CheckInputs(
        inventories,
        _attempt(Existing.from_yaml, existing, Existing(), faults),
        _attempt(read_ignores, ignore_file, {}, faults),
        tuple(_definitions(crds, faults)),
    )
    if faults:
        raise InputError(faults)
    return given


def _definitions(paths: Sequence[str], faults: list[str]) -> Iterator[Manifest]:
    for path in paths:
        reading = read([path])
        found = [source.manifest for source in reading.sources if kind_of(source.manifest) == DEFINITION]
        faults.extend(f"--crds {fault}" for fault in reading.faults)
        if not found and not reading.faults:
            faults.append(f"--crds {path}: holds no {DEFINITION}")
        yield from found


def _named(option: str) -> tuple[str, str]:
    """Return the environment, or None, and the file of a `--cluster` option."""
    name, equals, file = option.partition("=")
    return (name, file) if equals and not Path(option).exists() else ("", option)


def _attempt(read: Callable[[str], _T], path: str | None, otherwise: _T, faults: list[str]) -> _T:
    try:
        return otherwise if path is None else read(path)
    except InputError as error:
        faults.extend(error.faults)
        return otherwise
