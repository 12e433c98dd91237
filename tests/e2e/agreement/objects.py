"""The sound objects that are changed: the project's own, those of Kubernetes, and hand-written ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from constructs_lib.checks.loading.loader import read
from tests.checks.build import world
from tests.e2e import build
from tests.e2e.kube import Manifest
from tests.e2e.manifests import ROOT

CASES: Final = ROOT / "tests" / "checks" / "cases"
OWN: Final = Path(__file__).with_name("objects")
DIST: Final = ROOT / "dist"
MODULE: Final = "k8s.io/kubernetes"
MODULE_FOLDERS: Final = ("cluster/addons", "test/e2e/testing-manifests")
WEIGHT_OF_DIST: Final = 3
"""How much more often than another kind a kind of dist/ is chosen."""

Kind = tuple[str, str]


@dataclass(frozen=True)
class Original:
    """A sound object.

    Args:
        source: where it comes from: dist, cases, kubernetes or own.
        manifest: the object.
    """

    source: str
    manifest: Manifest

    @property
    def kind(self) -> Kind:
        """The object's apiVersion and kind."""
        return str(self.manifest["apiVersion"]), str(self.manifest["kind"])


def originals() -> list[Original]:
    """Return all objects, each once, in a fixed order."""
    found: dict[str, Original] = {}
    for source, manifest in _all():
        if _is_object(manifest):
            plain = _plain({key: value for key, value in manifest.items() if key != "status"})
            found.setdefault(json.dumps(plain, sort_keys=True), Original(source, plain))
    return list(found.values())


def dist_kinds() -> set[Kind]:
    """Return the kinds that dist/ contains."""
    return {Original("dist", manifest).kind for manifest in _dist()}


class Choice:
    """A random choice among objects: first the kind, then the source, then the object."""

    def __init__(self, objects: list[Original]) -> None:
        self._tree: dict[Kind, dict[str, list[Manifest]]] = {}
        for each in objects:
            self._tree.setdefault(each.kind, {}).setdefault(each.source, []).append(each.manifest)
        favoured = dist_kinds()
        self._kinds = [kind for kind in self._tree for _ in range(WEIGHT_OF_DIST if kind in favoured else 1)]

    def object(self, random: Random) -> Manifest:
        """Return one object."""
        sources = self._tree[random.choice(self._kinds)]
        return random.choice(sources[random.choice(list(sources))])


def _all() -> Iterator[tuple[str, Manifest]]:
    yield from (("dist", manifest) for manifest in _dist())
    yield from (("own", manifest) for manifest in _read(OWN))
    yield from (("own", manifest) for manifest in _read(ROOT / "crds"))
    yield from (("cases", manifest) for manifest in _cases())
    yield from (("kubernetes", manifest) for manifest in _kubernetes())


def _dist() -> Iterator[Manifest]:
    for folder in sorted(DIST.iterdir()):
        yield from _read(folder)


def _cases() -> Iterator[Manifest]:
    for file in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))["sound"]:
            yield from map(dict, world(case["with"], case.get("options")).manifests)


def _kubernetes() -> Iterator[Manifest]:
    module = build.download(MODULE, build.read_versions()["KUBERNETES"])
    for folder in MODULE_FOLDERS:
        yield from _read(Path(module["Dir"], folder))


def _read(path: Path) -> Iterator[Manifest]:
    return (dict(source.manifest) for source in read([str(path)]).sources)


def _is_object(manifest: Manifest) -> bool:
    return all(isinstance(manifest.get(key), str) for key in ("apiVersion", "kind")) and isinstance(
        manifest.get("metadata"), dict
    )


def _plain(value: Any) -> Any:
    """Return the value as kubectl sends it: 1.0 as 1."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
