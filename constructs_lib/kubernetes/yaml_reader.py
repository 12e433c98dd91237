"""YAML as Kubernetes reads it, with the line of every field.

PyYAML alone differs: it stops at a bare `=`, takes `12:30` for a number and `2026-01-01` for a date, and lets
duplicate keys pass (the API server's reader refuses them).
Source: https://pkg.go.dev/sigs.k8s.io/yaml
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import yaml

from constructs_lib.errors import shown

_TAG = "tag:yaml.org,2002:"
_MAX_ALIASED_NODES = 100_000
_MAX_DEPTH = 500
_TOO_DEEP = f"it is nested more than {_MAX_DEPTH} levels deep"
_DEEP_BLOCK = re.compile(rf"^[ ?:-]{{{_MAX_DEPTH}}}", re.MULTILINE)
_INT = re.compile(r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$|[-+]?\.inf$|\.nan$", re.IGNORECASE)


class YamlError(Exception):
    """Text that is not YAML, or that Kubernetes rejects.

    Args:
        message: what is wrong.
        line: where, from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class _Loader(yaml.CSafeLoader):
    """Kubernetes' reading of plain scalars; duplicate keys are errors."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        own = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.value != "<<"]
        if len(set(own)) != len(own):
            seen: dict[str, int] = {}
            for key, _ in node.value:
                line = key.start_mark.line + 1
                if key.value in seen:
                    raise YamlError(f"the key {shown(key.value)} appears twice; first on line {seen[key.value]}", line)
                seen[key.value] = line
        return super().construct_mapping(node, deep)


def _construct_int(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = node.value.replace("_", "").lower()
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if digits.startswith("0") and digits[1:].isdigit():
        digits = f"0o{digits[1:]}"
    return int(sign + digits, 0)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag.removeprefix(_TAG) in ("bool", "null", "merge")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(f"{_TAG}int", _INT, list("-+0123456789"))
_Loader.add_implicit_resolver(f"{_TAG}float", _FLOAT, list("-+0123456789."))
_Loader.add_constructor(f"{_TAG}int", _construct_int)


@dataclass(frozen=True)
class Document:
    """One YAML document and where its fields are.

    Args:
        data: what it holds, as plain Python values.
        source: the text it was read from.
        position: its place in that text, from 0.
    """

    data: Any
    source: str
    position: int

    @cached_property
    def _root(self) -> yaml.Node | None:
        # Composed only when a line is asked for: reading without marks is several times faster.
        try:
            nodes = _compose(self.source)
        except (yaml.YAMLError, RecursionError):  # JSON that is not YAML as well, such as with tabs
            return None
        return nodes[self.position] if self.position < len(nodes) else None

    def line(self, path: Sequence[str | int] = ()) -> int:
        """Return the line (from 1) of the field at `path`, or of the nearest field above it."""
        node, line = self._root, 1
        if node is None:
            return line
        line = node.start_mark.line + 1
        for part in path:
            step = _step(node, part)
            if step is None:
                break
            node, line = step
        return line


@lru_cache(maxsize=2)  # the documents of one text are asked for one after the other
def _compose(text: str) -> tuple[yaml.Node | None, ...]:
    return tuple(yaml.compose_all(text, Loader=_Loader))


def _step(node: yaml.Node, part: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def _bounded(node: yaml.Node | None) -> None:
    """Refuse documents whose aliases multiply without end ("billion laughs")."""
    sizes: dict[int, int] = {}

    def size(item: yaml.Node) -> int:
        known = sizes.get(id(item))
        if known is not None:
            return known
        sizes[id(item)] = 1  # an alias of a node within itself counts once
        children = item.value if isinstance(item.value, list) else []
        parts = [part for child in children for part in (child if isinstance(child, tuple) else (child,))]
        total = 1 + sum(size(part) for part in parts)
        sizes[id(item)] = total
        return total

    if node is not None and size(node) > _MAX_ALIASED_NODES * 10:
        raise YamlError("its aliases expand to more than a million values; write them out", node.start_mark.line + 1)


def _refuse_depth(text: str) -> None:
    """Refuse what is nested so deeply that libyaml's recursion would end the process."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest < _MAX_DEPTH and not _DEEP_BLOCK.search(text):
        return
    depth = 0  # brackets in texts count above, so that the parser has the last word; it doesn't recurse
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise YamlError(_TOO_DEEP, line)


def read_documents(text: str) -> Iterator[Document]:
    """Return the documents of a text in order; the data of an empty one is None.

    Raises:
        YamlError: the text is not YAML, or a key appears twice.
    """
    try:
        loader = _Loader(text)
    except yaml.YAMLError as error:
        raise YamlError(_describe(error), _error_line(error, text)) from None
    try:
        _refuse_depth(text)
        position = 0
        while loader.check_node():
            node = loader.get_node()
            if "&" in text and "*" in text:
                _bounded(node)
            yield Document(loader.construct_document(node), text, position)
            position += 1
    except yaml.YAMLError as error:
        raise YamlError(_describe(error), _error_line(error, text)) from None
    except (ValueError, RecursionError) as error:
        message = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise YamlError(message, 1) from None
    finally:
        loader.dispose()


def _error_line(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1


def _describe(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    if "maximum nesting depth" in problem:  # libyaml's own limit, in newer versions of PyYAML
        return _TOO_DEEP
    if "cannot start any token" in problem:
        return "a tab or another character that cannot start a value; indent with spaces, quote the value"
    return f"not YAML: {problem}"
