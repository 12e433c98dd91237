"""Manifests from files, folders, patterns and standard input, whatever lies there."""

from __future__ import annotations

import glob
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes import yaml_reader
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import CLUSTER_WIDE, SELECTOR_REQUIRED
from constructs_lib.kubernetes.manifest import Manifest, group_of, items, kind_of, mapping, mappings, text
from constructs_lib.kubernetes.schemas.api_versions import is_object
from constructs_lib.kubernetes.yaml_reader import Document, YamlError

SUFFIXES: Final = (".yaml", ".yml", ".json")
LARGEST: Final = 32 * 2**20
"""Larger files are not read: no object fits in there, whose limit is 1.5 MiB in the cluster's store."""
_KUSTOMIZE: Final = "builtin"
"""The API version of the generators and transformers of kustomize."""
_RENAMING: Final = ("namePrefix", "nameSuffix", "configMapGenerator", "secretGenerator", "helmCharts")
_RENAMED: Final = "kustomize changes or adds objects ({}); check what `kustomize build` writes"
_TOO_LARGE: Final = f"the {LARGEST // 2**20} MB that are read: split it"


@dataclass(frozen=True, eq=False)
class LoadedObject:
    """An object and where it was read.

    Args:
        manifest: the object.
        file: the file as it was named; `<stdin>` for standard input.
        document: the document that holds it.
        prefix: its path there: empty, or its place in a List.
    """

    manifest: Manifest
    file: str
    document: Document
    prefix: FieldPath = FieldPath()  # noqa: RUF009 - immutable

    def line(self, field: FieldPath) -> int:
        """Return the line of a field, or of the nearest field above it that the file has."""
        return self.document.line(field.below(self.prefix))


@dataclass
class LoadedManifests:
    """The loaded objects, and the faults of unusable input.

    Args:
        sources: the objects.
        faults: input that can't be used, as `file:line: message`.
        notes: what was skipped, for people.
        patches: files that a kustomization names as patches: parts of objects that stand elsewhere.
        unlabelled: files whose objects get their labels and selectors from a kustomization.
    """

    sources: list[LoadedObject] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    patches: set[str] = field(default_factory=set)
    unlabelled: set[str] = field(default_factory=set)


def read(paths: Sequence[str]) -> LoadedManifests:
    """Read all objects under the paths; what can't be read is noted and the rest goes on."""
    reading = LoadedManifests()
    seen: set[str] = set()
    for path in paths:
        if path == "-":
            _read_stdin(reading)
            continue
        is_there = Path(path).exists() or Path(path).is_symlink()
        matches = [path] if is_there else sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - absolute too
        if not matches:
            reading.faults.append(f"{path}: no such file or folder, and no file matches the pattern")
        for match in matches:
            for file, is_named in _files(match, path, reading):
                if os.path.realpath(file) not in seen:
                    seen.add(os.path.realpath(file))
                    _read_file(reading, file, is_named=is_named)
    _drop_patches(reading)
    return reading


def _drop_patches(reading: LoadedManifests) -> None:
    files = dict.fromkeys(source.file for source in reading.sources)
    patches = {file for file in files if os.path.realpath(file) in reading.patches}
    patches |= {
        source.file
        for source in reading.sources
        if _lacks_selector(source.manifest) and os.path.realpath(source.file) in reading.unlabelled
    }
    advice = "skipped, a part of an object that kustomize puts together; check what `kustomize build` writes"
    reading.notes.extend(f"{file}: {advice}" for file in files if file in patches)
    reading.sources = [source for source in reading.sources if source.file not in patches]


def _read_stdin(reading: LoadedManifests) -> None:
    if sys.stdin is None:  # the shell's `<&-` closes it
        reading.faults.append("<stdin>: is closed")
        return
    content = sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        reading.faults.append(f"<stdin>: has more than {_TOO_LARGE}")
    else:
        _decode(reading, "<stdin>", content, is_named=True)


def _decode(reading: LoadedManifests, file: str, content: bytes, *, is_named: bool) -> None:
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        reading.faults.append(f"{file}: is not UTF-8 text")
    else:
        _read_text(reading, file, source, is_named=is_named)


def _files(match: str, path: str, reading: LoadedManifests) -> Iterator[tuple[str, bool]]:
    """The files of a path, each with whether it was asked for by its very name."""
    if not Path(match).is_dir():
        yield match, match == path
        return
    visited: set[str] = set()
    # `os.walk` rather than `Path.rglob`: it can be stopped where links go in a circle.
    for folder, folders, names in os.walk(match, followlinks=True, onerror=lambda e: _unlisted(reading, e)):
        real = os.path.realpath(folder)
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(names):
            if name.endswith(SUFFIXES):
                yield str(Path(folder) / name), False


def _unlisted(reading: LoadedManifests, error: OSError) -> None:
    reading.faults.append(f"{error.filename}: can't be read: {error.strerror}")


def _read_file(reading: LoadedManifests, file: str, *, is_named: bool) -> None:
    try:
        size = Path(file).stat().st_size
        if size > LARGEST:
            reading.faults.append(f"{file}: has {size // 2**20} MB, more than {_TOO_LARGE}")
            return
        if not Path(file).is_file():
            reading.faults.append(f"{file}: is not a regular file")
            return
        content = Path(file).read_bytes()
    except OSError as error:
        reading.faults.append(f"{file}: can't be read: {error.strerror}")
    else:
        _decode(reading, file, content, is_named=is_named)


def _read_text(reading: LoadedManifests, file: str, source: str, *, is_named: bool) -> None:
    strangers = 0
    try:
        for document in _documents(file, source):
            if document.data is None:
                continue
            if kind_of(document.data) in ("Kustomization", "Component") or Path(file).stem == "kustomization":
                reading.patches.update(_patches(file, document.data))
                reading.unlabelled.update(_unlabelled(file, document.data))
                if fields := [name for name in _RENAMING if document.data.get(name)]:
                    reading.notes.append(f"{file}: {_RENAMED.format(', '.join(fields))}")
            found = list(_expand(LoadedObject(document.data, file, document)))
            reading.sources.extend(found)
            strangers += not found
    except YamlError as error:
        reading.faults.append(f"{file}:{error.line}: {_explained(error, source)}")
        return
    if strangers and is_named:
        reading.faults.append(f"{file}: contains YAML without apiVersion and kind, so it is not a Kubernetes object")
    elif strangers:
        reading.notes.append(f"{file}: skipped, no Kubernetes objects")


def _patches(file: str, kustomization: Manifest) -> Iterator[str]:
    """The files that a kustomization names as patches.

    Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
    """
    named = [text(patch, "path") for _, patch in mappings(kustomization, "patches")]
    for field_name in ("patches", "patchesStrategicMerge"):  # both have been lists of files
        named += [entry for entry in items(kustomization, field_name) if isinstance(entry, str)]
    for path in named:
        if path and "\n" not in path:
            yield os.path.realpath(Path(file).parent / path)


def _unlabelled(file: str, kustomization: Manifest) -> Iterator[str]:
    """The files whose objects get labels and selectors from a kustomization.

    Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/labels/
    """
    labels = [entry for _, entry in mappings(kustomization, "labels") if entry.get("includeSelectors") is True]
    if labels or mapping(kustomization, "commonLabels"):
        for path in items(kustomization, "resources"):
            if isinstance(path, str):
                yield os.path.realpath(Path(file).parent / path)


def _lacks_selector(manifest: Manifest) -> bool:
    return kind_of(manifest) in SELECTOR_REQUIRED and not mapping(manifest, "spec", "selector")


def _documents(file: str, source: str) -> Iterator[Document]:
    if not file.endswith(".json"):
        yield from yaml_reader.read_documents(source)
        return
    try:
        yield Document(json.loads(source, object_pairs_hook=_once) if source.strip() else None, source, 0)
    except json.JSONDecodeError as error:
        raise YamlError(f"not JSON: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError) as error:
        message = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise YamlError(message, 1) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {shown(twice)} appears twice")
    return found


def _explained(error: YamlError, source: str) -> str:
    if "{{" in source:
        return f"a template, not YAML ({error.message}); render it first, for example with `helm template`"
    return error.message


def _expand(source: LoadedObject) -> Iterator[LoadedObject]:
    """The objects of a document: itself, or the items of a List."""
    data = source.manifest
    if not is_object(data):
        return
    is_list = kind_of(data).endswith("List") and isinstance(data.get("items"), list)
    if is_list and len(source.prefix) <= 2:  # a List in a List, and no further: an alias may hold itself
        for place, item in enumerate(data["items"]):
            if isinstance(item, dict):
                prefix = source.prefix / "items" / place
                yield from _expand(LoadedObject(_with_kind(item, data), source.file, source.document, prefix))
    elif not _is_configuration(data):
        yield source


def _with_kind(item: dict[str, Any], parent: Manifest) -> dict[str, Any]:
    """The item of a `ConfigMapList`, which may leave out its kind."""
    kind = kind_of(parent).removesuffix("List")
    return {"apiVersion": parent["apiVersion"], "kind": kind, **item} if kind and not kind_of(item) else item


def _is_configuration(data: Manifest) -> bool:
    """Return True if it is for a tool on the command line or a node, and never sent to the API server."""
    group = group_of(data)
    if text(data, "apiVersion") == _KUSTOMIZE:
        return True
    return group.endswith((".config.k8s.io", "kubelet.config.k8s.io", "kubeadm.k8s.io")) or group == "kind.x-k8s.io"


def in_namespace(sources: Sequence[LoadedObject], namespace: str) -> list[LoadedObject]:
    """The objects with the namespace set where they name none and live in one."""
    scopes = {
        text(source.manifest, "spec", "names", "kind"): text(source.manifest, "spec", "scope")
        for source in sources
        if kind_of(source.manifest) == "CustomResourceDefinition"
    }
    return [_with_namespace(source, namespace, scopes) for source in sources]


def _with_namespace(source: LoadedObject, namespace: str, scopes: dict[str, str]) -> LoadedObject:
    manifest = source.manifest
    kind, metadata = kind_of(manifest), manifest.get("metadata")
    is_wide = kind in CLUSTER_WIDE or scopes.get(kind) == "Cluster"
    if is_wide or not isinstance(metadata, dict) or metadata.get("namespace"):
        return source
    changed = {**manifest, "metadata": {**metadata, "namespace": namespace}}
    return LoadedObject(changed, source.file, source.document, source.prefix)
