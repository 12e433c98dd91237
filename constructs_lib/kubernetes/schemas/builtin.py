"""The built-in kinds and their schemas, for each minor version of Kubernetes.

Source: https://github.com/kubernetes/kubernetes/tree/master/api/openapi-spec
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from constructs_lib.errors import shown
from constructs_lib.kubernetes.schemas.schema import Schema

DATA: Final = Path(__file__).with_name("builtin.json.gz")
"""Made by `make schemas`."""


_VERSION: Final = re.compile(r"v?(\d+)\.(\d+)(\.\d+)?([-+].*)?")


class Served(NamedTuple):
    """A kind that the API server serves in an API version.

    Args:
        type_name: the name of its type, such as `apps.v1.Deployment`.
        first: the first minor version of Kubernetes that serves it, of those that are known.
        last: the last one.
    """

    type_name: str
    first: str
    last: str


@cache
def _data() -> Any:
    return json.loads(gzip.decompress(DATA.read_bytes()))


@cache
def versions() -> tuple[str, ...]:
    """Return the minor versions of Kubernetes whose schemas are known, oldest first."""
    return tuple(_data()["versions"])


def known_version(text: str) -> str:
    """Return the minor version of Kubernetes whose schemas describe a version.

    A version that is newer than all known ones has the schemas of the newest.

    >>> known_version("v1.30.14"), known_version("1.30")
    ('1.30', '1.30')

    Raises:
        ValueError: it is no version, or older than all known ones.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError(f"{shown(text)} is not a version of Kubernetes; write it like {shown(versions()[-1])}")
    found, known = (int(match[1]), int(match[2])), [tuple(map(int, version.split("."))) for version in versions()]
    if found < known[0]:
        raise ValueError(f"Kubernetes {text} is older than {versions()[0]}, the oldest version that is known")
    return versions()[known.index(found)] if found in known else versions()[-1]


def is_older(version: str | None, other: str) -> bool:
    """Return True if a minor version is older than another one; None stands for the newest."""
    return version is not None and versions().index(version) < versions().index(other)


@cache
def served_kinds() -> dict[str, dict[str, Served]]:
    """Return the kinds of each API version: `{"apps/v1": {"Deployment": ...}}`."""
    kinds = _data()["kinds"]
    return {
        api_version: {kind: Served(*entry) for kind, entry in group.items()} for api_version, group in kinds.items()
    }


def is_served(served: Served, version: str) -> bool:
    """Return True if a version of Kubernetes serves the kind."""
    known = versions()
    return known.index(served.first) <= known.index(version) <= known.index(served.last)


def builtin_schema(api_version: str, kind: str, version: str) -> Schema | None:
    """Return the schema of a built-in kind in a version of Kubernetes, or None if it does not serve the kind."""
    served = served_kinds().get(api_version, {}).get(kind)
    return type_schema(served.type_name, version) if served and is_served(served, version) else None


def versions_with(type_name: str, field: str) -> tuple[str, ...]:
    """Return the minor versions of Kubernetes in which a type has a field, oldest first."""
    found = [
        (first, last) for first, last, raw in _data()["types"].get(type_name, ()) if field in raw.get("properties", ())
    ]
    known = versions()
    return tuple(version for first, last in found for version in known[known.index(first) : known.index(last) + 1])


@cache
def type_schema(name: str, version: str) -> Schema:
    """Return the schema of a named type, such as `core.v1.Container`, in a version of Kubernetes."""
    place = versions().index(version)
    for first, last, raw in _data()["types"][name]:
        if versions().index(first) <= place <= versions().index(last):
            return Schema(raw, lambda below: type_schema(below, version), name)
    return Schema({}, lambda below: type_schema(below, version), name)
