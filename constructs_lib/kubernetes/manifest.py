"""Reading manifests that may hold anything: what has the wrong form counts as absent.

The API server rejects a `spec` that is a text; until it has, a check must live with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from constructs_lib.kubernetes.kinds import CLUSTER_WIDE

Manifest: TypeAlias = Mapping[str, Any]

NAMELESS: Final = "(no name)"
_NOTHING: Final[Manifest] = {}


def dig(data: object, *path: str | int) -> Any:
    """Return the value at the path of keys and places, or None.

    >>> dig({"spec": {"ports": [{"port": 80}]}}, "spec", "ports", 0, "port")
    80
    """
    for part in path:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, (list, tuple)) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def mapping(data: object, *path: str) -> Manifest:
    """Return the mapping at the path, or an empty one."""
    found = dig(data, *path)
    return found if isinstance(found, Mapping) else _NOTHING


def items(data: object, *path: str) -> tuple[Any, ...]:
    """Return the entries of the list at the path, or none."""
    found = dig(data, *path)
    return tuple(found) if isinstance(found, (list, tuple)) else ()


def mappings(data: object, *path: str) -> Iterator[tuple[int, Manifest]]:
    """The mappings in the list at the path with their places: `(0, {"name": "http"})`."""
    return ((place, item) for place, item in enumerate(items(data, *path)) if isinstance(item, Mapping))


def text(data: object, *path: str) -> str:
    """Return the string at the path, or an empty one."""
    found = dig(data, *path)
    return found if isinstance(found, str) else ""


def integer(data: object, *path: str) -> int | None:
    """Return the integer at the path, or None."""
    found = dig(data, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def texts(data: object, *path: str) -> dict[str, str]:
    """Return the strings of the mapping at the path, such as labels; other values are left out."""
    return {
        key: value for key, value in mapping(data, *path).items() if isinstance(key, str) and isinstance(value, str)
    }


def kind_of(manifest: Manifest) -> str:
    """Return the kind, such as `Deployment`, or an empty string."""
    return text(manifest, "kind")


def group_of(manifest: Manifest) -> str:
    """Return the API group without its version: `apps` of `apps/v1`, an empty string of `v1`."""
    return text(manifest, "apiVersion").rpartition("/")[0]


def name_of(manifest: Manifest) -> str:
    """Return the object's name, or an empty string."""
    return text(manifest, "metadata", "name")


def namespace_of(manifest: Manifest) -> str:
    """The object's namespace; `default` where it names none, as `kubectl apply` has it."""
    return text(manifest, "metadata", "namespace") or "default"


def identity_of(manifest: Manifest) -> tuple[str, str, str, str]:
    """Group, kind, namespace and name, which are one object's; what lives in no namespace has none, even named."""
    kind = kind_of(manifest)
    return group_of(manifest), kind, "" if kind in CLUSTER_WIDE else namespace_of(manifest), name_of(manifest)


def subject_of(manifest: Manifest) -> str:
    """The object as people write it: `async/Deployment/vision-worker`, `Namespace/async`."""
    parts = (text(manifest, "metadata", "namespace"), kind_of(manifest), name_of(manifest) or NAMELESS)
    return "/".join(part for part in parts if part)
