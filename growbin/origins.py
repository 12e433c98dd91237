"""Sources of arguments: the fields in the values files."""

from __future__ import annotations

from typing import Final

from pydantic.alias_generators import to_camel

from constructs_lib import FieldPath, Layers

_OTHERWISE: Final = {"queues": "queue", "repo_url": "repoURL"}
"""Arguments that the values call by another name."""


class Origins:
    """The fields that constructs were made from.

    Args:
        layers: the values files.
    """

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._fields: dict[str, FieldPath] = {}

    def add(self, construct: str, *field: str) -> None:
        """Note that the construct at the path is made from the field."""
        self._fields[construct] = FieldPath(*field)

    def locate(self, construct: str, argument: str) -> str | None:
        """`file:line` of an argument, such as `resources.memory_limit`, or of what comes nearest to it.

        Args:
            construct: path of the construct, or of one below it.
            argument: as the construct calls it.
        """
        field = self._field(construct)
        if field is None:
            return None
        words = [_OTHERWISE.get(word, to_camel(word)) for word in argument.split(".") if word]
        for base in (field, (field[0], "defaults"), ("global",), ()):
            for length in range(len(words), 0, -1):
                path = (*base, *words[:length])
                if self._layers.has(path):
                    return self._layers.locate(path)
        return self._layers.locate(field)

    def _field(self, construct: str) -> FieldPath | None:
        parts = construct.split("/")
        above = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((self._fields[path] for path in above if path in self._fields), None)
