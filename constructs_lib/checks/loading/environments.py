"""Which of the files that were read belong together.

Folders that define the same objects are environments: `dist/dev` and `dist/prod` are never mixed. Two
neighbours are environments if one holds at least half of the other's objects too, or if their Namespaces are
annotated with different environments. What lies beside them belongs to each.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from constructs_lib.checks.loading.loader import LoadedObject
from constructs_lib.kubernetes.annotations import ENVIRONMENT
from constructs_lib.kubernetes.manifest import identity_of, kind_of, text

Folder = tuple[str, ...]


@dataclass(frozen=True)
class Environment:
    """The objects that are applied to one cluster.

    Args:
        folders: the names of the folders that set it apart, none where there is one environment only.
        sources: its objects.
    """

    folders: Folder
    sources: tuple[LoadedObject, ...]

    @property
    def name(self) -> str:
        """The folders as a path, such as `prod`; an empty string if there is only one environment."""
        return "/".join(self.folders)


def split(sources: Sequence[LoadedObject]) -> list[Environment]:
    """The environments in the order of their names."""
    groups: dict[Folder, list[LoadedObject]] = {}
    by_file: dict[str, Folder] = {}
    apart = _apart(sources)
    for source in sources:
        if source.file not in by_file:
            folders = _folders(source.file)
            parents = (folders[:depth] for depth in range(1, len(folders) + 1))
            by_file[source.file] = tuple(folder[-1] for folder in parents if folder in apart)
        groups.setdefault(by_file[source.file], []).append(source)
    leaves = [key for key in groups if not any(other != key and other[: len(key)] == key for other in groups)]
    return [
        Environment(leaf, tuple(s for key, group in groups.items() if leaf[: len(key)] == key for s in group))
        for leaf in sorted(leaves)
    ]


def _folders(file: str) -> Folder:
    return PurePath(file).parts[:-1]


def _apart(sources: Sequence[LoadedObject]) -> set[Folder]:
    """The folders that are environments."""
    sizes: Counter[Folder] = Counter()
    seen: dict[tuple[str, ...], list[Folder]] = {}
    annotated: dict[str, list[Folder]] = {}
    for source in sources:
        manifest, folders = source.manifest, _folders(source.file)
        sizes.update(folders[:depth] for depth in range(1, len(folders) + 1))
        seen.setdefault(identity_of(manifest), []).append(folders)
        environment = text(manifest, "metadata", "annotations", ENVIRONMENT)
        if kind_of(manifest) == "Namespace" and environment:
            annotated.setdefault(environment, []).append(folders)
    shared: Counter[tuple[Folder, Folder]] = Counter()
    for places in seen.values():
        # Each with the first and with the one before: enough to see every folder, without comparing all.
        neighbours = [*itertools.product(places[:1], places[1:]), *itertools.pairwise(places)]
        shared.update({pair for one, two in neighbours for pair in _siblings(one, two)})
    firsts = [places[0] for places in annotated.values()]
    siblings = {pair for one, two in itertools.pairwise(firsts) for pair in _siblings(one, two)}
    alike = {pair for pair, count in shared.items() if count * 2 >= min(sizes[pair[0]], sizes[pair[1]])}
    return {folder for pair in alike | siblings for folder in pair}


def _siblings(one: Folder, two: Folder) -> Iterator[tuple[Folder, Folder]]:
    """The folders in which two paths part."""
    for depth, (left, right) in enumerate(zip(one, two, strict=False)):
        if left != right:
            yield one[: depth + 1], two[: depth + 1]
            return
