"""Nodes of a manifest: every field and list item with its path."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from tests.e2e.kube import Manifest

Path = tuple[str | int, ...]
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Node(NamedTuple):
    """A field or list item.

    Args:
        path: its keys and indexes from the root.
        value: its value.
    """

    path: Path
    value: Any

    @property
    def key(self) -> str:
        """The name of the field; for a list item the name of the list."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def parent_key(self) -> str:
        """The name of the field around the field."""
        keys = [part for part in self.path if isinstance(part, str)]
        return keys[-2] if len(keys) > 1 else ""

    @property
    def pattern(self) -> tuple[str, ...]:
        """The path without indexes."""
        return tuple("*" if isinstance(part, int) else part for part in self.path)


def nodes(value: Any, path: Path = ()) -> Iterator[Node]:
    """Yield all nodes below a value, without the value itself."""
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in entries:
        yield Node((*path, key), child)
        yield from nodes(child, (*path, key))


def choose(random: Random, found: list[Node]) -> Node | None:
    """Return a node: first the path without indexes is chosen, so that long lists don't dominate."""
    groups: dict[tuple[str, ...], list[Node]] = {}
    for node in found:
        groups.setdefault(node.pattern, []).append(node)
    return random.choice(random.choice(list(groups.values()))) if groups else None


def find(manifest: Manifest, wanted: Callable[[Node], bool]) -> list[Node]:
    """Return the nodes that are wanted."""
    return [node for node in nodes(manifest) if wanted(node)]


def at(value: Any, path: Path) -> Any:
    """Return the value at a path."""
    for part in path:
        value = value[part]
    return value


def replaced(manifest: Manifest, path: Path, value: Any) -> Manifest:
    """Return a copy with another value at the path."""
    changed = copy.deepcopy(manifest)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def removed(manifest: Manifest, path: Path) -> Manifest:
    """Return a copy without the field or item."""
    changed = copy.deepcopy(manifest)
    del at(changed, path[:-1])[path[-1]]
    return changed


def renamed(manifest: Manifest, path: Path, key: str) -> Manifest:
    """Return a copy in which the field has another name, at the same place."""
    parent = at(manifest, path[:-1])
    fields = {key if old == path[-1] else old: value for old, value in parent.items()}
    return replaced(manifest, path[:-1], fields) if len(path) > 1 else copy.deepcopy(fields)


def written(path: Path) -> str:
    """Return the path as people write it: `spec.containers[0].name`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text
