"""Paths of fields in the answers of the API server, read as paths of a manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, dig

BRACKETS: Final = r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"])*\]'
"""A pattern for the part of a path in brackets: `[0]`, `[requests.cpu]`, `[name="web"]`."""

_PART: Final = re.compile(BRACKETS)
_PAIR: Final = re.compile(r'(\w*)=("(?:[^"\\]|\\.)*"|[^,]+)')


def server_path(manifest: Manifest, written: str) -> FieldPath:
    """Return the path of a field as the server names it.

    The server writes places in lists as numbers or as keys of the entry, and keys of mappings with or without brackets.

    >>> pod = {"spec": {"containers": [{"name": "web"}], "nodeSelector": {"a.b/c": "x"}}}
    >>> str(server_path(pod, '.spec.containers[name="web"].imge'))
    'spec.containers[0].imge'
    >>> server_path(pod, "spec.nodeSelector[a.b/c]")[-1]
    'a.b/c'

    Args:
        manifest: the object that the server was asked about.
        written: the path in the server's answer.
    """
    node: Any = manifest
    path, rest = FieldPath(), written.removeprefix(".")
    while rest:
        part, rest = _in_brackets(node, rest) if rest.startswith("[") else _key(node, rest)
        path, node, rest = path / part, dig(node, part), rest.removeprefix(".")
    return path


def _key(node: object, rest: str) -> tuple[str, str]:
    """Return the key at the start of a path, and the rest; keys of the manifest may hold dots."""
    known = node if isinstance(node, Mapping) else {}
    keys = [key for key in known if isinstance(key, str) and key and _starts_with(rest, key)]
    found = max(keys, key=len, default="") or re.split(r"[.\[]", rest, maxsplit=1)[0]
    return (found, rest[len(found) :]) if found else (rest, "")


def _starts_with(rest: str, key: str) -> bool:
    return rest.startswith(key) and rest[len(key) : len(key) + 1] in ("", ".", "[")


def _in_brackets(node: object, rest: str) -> tuple[str | int, str]:
    """Return the place or the key in brackets at the start of a path, and the rest."""
    found = _PART.match(rest)
    if found is None:
        return rest, ""
    content = found[0][1:-1]
    if isinstance(node, list):
        place = _place(node, content)
        return (content if place is None else place), rest[found.end() :]
    is_place = content.isdecimal() and not isinstance(node, Mapping)
    return (int(content) if is_place else content.strip('"')), rest[found.end() :]


def _place(entries: list[Any], content: str) -> int | None:
    """Return the place that is written as a number, or as values of the entry: `name="web"`, `="value"`."""
    if content.isdecimal():
        return int(content)
    wanted = {key: _value(value) for key, value in _PAIR.findall(content)}
    places = (place for place, entry in enumerate(entries) if _is_entry(entry, wanted))
    return next(places, None) if wanted else None


def _is_entry(entry: object, wanted: Mapping[str, object]) -> bool:
    """Return True if the entry has the values; the server adds defaults that the manifest lacks."""
    if not isinstance(entry, Mapping):
        return wanted == {"": entry}
    shared = wanted.keys() & entry.keys()
    return bool(shared) and all(entry[key] == wanted[key] for key in shared)


def _value(written: str) -> object:
    try:
        return json.loads(written)
    except ValueError:
        return written
