"""The path of a field in a manifest or a values file."""

from __future__ import annotations


class FieldPath(tuple[str | int, ...]):
    """The path of a field: keys of mappings and places in lists.

    >>> path = FieldPath("spec", "ports") / 0 / "targetPort"
    >>> str(path)
    'spec.ports[0].targetPort'
    >>> path[-1]
    'targetPort'

    Args:
        parts: the keys and places, from the root of the document. None stand for the document itself.
    """

    __slots__ = ()

    def __new__(cls, *parts: str | int) -> FieldPath:
        """Return the path that consists of these keys and places."""
        return super().__new__(cls, parts)

    def __truediv__(self, part: str | int) -> FieldPath:
        """Return the path of a field inside this one."""
        return FieldPath(*self, part)

    def below(self, parent: tuple[str | int, ...]) -> FieldPath:
        """Return this path as seen from the document that holds its root at `parent`."""
        return FieldPath(*parent, *self)

    def __str__(self) -> str:
        path = ""
        for part in self:
            path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
        return path
