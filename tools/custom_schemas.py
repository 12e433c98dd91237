"""The schemas of custom resources that the checks know, written by `make schemas`; needs Go and the network.

One file for each API group, from the CustomResourceDefinitions of the projects in `schema_sources.py`:

    {"source": "KEDA 2.21.0",
     "removed": {"v1alpha1": ["Kind", ...]},
     "versions": {"v1alpha1": {"ScaledObject": {"scope": "Namespaced", "deprecated": false, "schema": "{...}"}}}}

A schema is JSON in a string, so that a program reads the schemas of the kinds that it needs alone. `removed` has the
versions that the project no longer serves. A kind in `crds/` gets the fields that only its file there
has: some of these files come from a newer version than the module proxy offers.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from constructs_lib.kubernetes.schemas.openapi import compact
from constructs_lib.kubernetes.yaml_reader import read_documents
from tools.go_modules import DownloadError, module_files
from tools.schema_sources import SOURCES, Source
from tools.structural_schemas import extended, reduced, widest

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "constructs_lib/kubernetes/schemas/custom"


@dataclass
class Group:
    """The kinds of an API group."""

    sources: set[str] = field(default_factory=set)
    served: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    unserved: set[tuple[str, str]] = field(default_factory=set)

    def add(self, source: str, spec: Mapping[str, Any]) -> None:
        """Add the versions in the `spec` of a CustomResourceDefinition."""
        self.sources.add(source)
        kind = spec["names"]["kind"]
        for version in spec["versions"]:
            key = (version["name"], kind)
            if version["served"]:
                self.served[key] = _joined(self.served.get(key), _entry(spec["scope"], version))
            else:
                self.unserved.add(key)

    def extend(self, spec: Mapping[str, Any]) -> None:
        """Add the fields of a newer CustomResourceDefinition to the kinds that are known."""
        for version in spec["versions"]:
            entry = self.served.get((version["name"], spec["names"]["kind"]))
            if entry:
                newer = reduced(version["schema"]["openAPIV3Schema"])
                entry["schema"] = extended(entry["schema"], newer)

    def as_data(self) -> dict[str, Any]:
        """Return the content of the group's file."""
        versions: dict[str, dict[str, Any]] = {}
        for (version, kind), entry in self.served.items():
            schema = _json(compact(entry["schema"]))
            versions.setdefault(version, {})[kind] = {**entry, "schema": schema}
        removed: dict[str, list[str]] = {}
        for version, kind in sorted(self.unserved - self.served.keys()):
            removed.setdefault(version, []).append(kind)
        return {"source": ", ".join(sorted(self.sources)), "removed": removed, "versions": versions}


def main() -> int:
    """Write the file of each group and print a table of them; return 1 if a module cannot be downloaded."""
    try:
        groups = read_groups(SOURCES)
    except DownloadError as error:
        print(error, file=sys.stderr)
        return 1
    extend_groups(groups, ROOT / "crds")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in FOLDER.glob("*.json.gz"):
        stale.unlink()
    for line in _table({name: _write(name, group) for name, group in sorted(groups.items())}, groups):
        print(line)
    return 0


def read_groups(sources: Iterable[Source]) -> dict[str, Group]:
    """Return the API groups of the sources by name.

    Raises:
        DownloadError: a module cannot be downloaded.
    """
    groups: dict[str, Group] = {}
    for source in sources:
        for _, text in module_files(source.module, source.version, source.files):
            for spec in _definitions(text):
                groups.setdefault(spec["group"], Group()).add(source.title, spec)
    return groups


def extend_groups(groups: Mapping[str, Group], folder: Path) -> None:
    """Add the fields in the CustomResourceDefinitions of a folder to the kinds that are known."""
    for path in sorted(folder.glob("*.yaml")):
        for spec in _definitions(path.read_text(encoding="utf-8")):
            if spec["group"] in groups:
                groups[spec["group"]].extend(spec)


def packed(data: Mapping[str, Any]) -> bytes:
    """Return the data as compressed JSON: the same bytes on every run."""
    text = _json(data)
    buffer = io.BytesIO()
    # Unlike gzip.compress(), a GzipFile writes the same header with every Python.
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as file:
        file.write(text.encode("utf-8"))
    return buffer.getvalue()


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _definitions(text: str) -> Iterator[dict[str, Any]]:
    for document in read_documents(text):
        if isinstance(document.data, dict) and document.data.get("kind") == "CustomResourceDefinition":
            yield document.data["spec"]


def _entry(scope: str, version: Mapping[str, Any]) -> dict[str, Any]:
    schema = version["schema"]["openAPIV3Schema"]
    return {"scope": scope, "deprecated": version.get("deprecated", False), "schema": reduced(schema)}


def _joined(known: dict[str, Any] | None, entry: dict[str, Any]) -> dict[str, Any]:
    if known is None:
        return entry
    both_deprecated = known["deprecated"] and entry["deprecated"]
    return {**entry, "deprecated": both_deprecated, "schema": widest(known["schema"], entry["schema"])}


def _write(name: str, group: Group) -> int:
    return (FOLDER / f"{name}.json.gz").write_bytes(packed(group.as_data()))


def _table(sizes: Mapping[str, int], groups: Mapping[str, Group]) -> Iterator[str]:
    for name, size in sizes.items():
        group = groups[name]
        kinds = len({kind for _, kind in group.served})
        yield f"{name:36} {kinds:3} kinds {size / 1024:6.1f} KiB  {', '.join(sorted(group.sources))}"
    yield f"{len(sizes)} groups, {sum(sizes.values()) / 1024:.0f} KiB"


if __name__ == "__main__":
    sys.exit(main())
