"""API versions and kinds that a version of Kubernetes serves.

Source: https://kubernetes.io/docs/reference/using-api/deprecation-policy/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from constructs_lib.errors import either, is_slip, nearest, nearest_word, shown, wrong_type
from constructs_lib.kubernetes.manifest import Manifest, text
from constructs_lib.kubernetes.schemas.builtin import is_served, served_kinds, versions
from constructs_lib.kubernetes.schemas.removed_apis import REMOVED_APIS

_REQUESTS: Final = frozenset(
    {"APIGroup", "APIVersions", "Binding", "DeleteOptions", "Eviction", "List", "Scale", "Status", "TokenRequest"}
)
"""Kinds of requests and answers, which are sent in other ways than as an object of their own."""


_RESERVED: Final = ".k8s.io"
"""The end of the names of groups that only Kubernetes itself and its own projects use."""


class VersionFault(NamedTuple):
    """A kind that a version of Kubernetes does not serve.

    Args:
        field: the field at fault, `apiVersion` or `kind`.
        message: the problem, and what to write instead.
        is_certain: False if the cluster may serve it still.
    """

    field: str
    message: str
    is_certain: bool = True


def version_fault(api_version: str, kind: str, version: str | None) -> VersionFault | None:
    """Return what is wrong with the API version or the kind of an object, or None.

    Args:
        api_version: such as `apps/v1`.
        kind: such as `Deployment`.
        version: the minor version of Kubernetes; None for the newest one that is known.
    """
    group = api_version.rpartition("/")[0]
    if kind in _REQUESTS or (group not in builtin_groups() and "." in group):
        return None
    served = served_kinds().get(api_version, {}).get(kind)
    if served is None:
        return _removed(api_version, kind) or _unknown(api_version, kind, group)
    current = version or versions()[-1]
    if not is_served(served, current):
        # The cluster may be older than the newest version.
        return _not_served(api_version, kind, current)._replace(is_certain=version is not None)
    if version is not None and served.last != versions()[-1]:
        instead = _instead(api_version, kind, versions()[versions().index(served.last) + 1])
        message = f"Kubernetes {_next(served.last)} does not serve {kind} in {api_version} anymore{instead}"
        return VersionFault("apiVersion", message, is_certain=False)
    return None


def is_object(document: object) -> bool:
    """Return True if a document is an object of Kubernetes, even one without its API version or its kind.

    Files of other tools have a kind, too: such a document has metadata, and names a known kind or API version.
    """
    if not isinstance(document, Mapping):
        return False
    api_version, kind = text(document, "apiVersion"), text(document, "kind")
    if api_version and kind:
        return True
    if not isinstance(document.get("metadata"), Mapping):
        return False
    return bool(api_versions_of(kind)) if kind else api_version in served_kinds()


def incomplete_fault(manifest: Manifest) -> VersionFault | None:
    """Return the fault of an object without an API version or a kind, or None."""
    for field in ("apiVersion", "kind"):
        value = manifest.get(field)
        if value is not None and not isinstance(value, str):
            return VersionFault(field, wrong_type(value, "a string"))
        if not value:
            slip = next((str(key) for key in manifest if key != field and nearest_word(str(key), (field,))), "")
            serving = api_versions_of(text(manifest, "kind"))[:2]
            advice = f"; write {either(serving)}" if field == "apiVersion" and serving else ""
            return VersionFault(field, f"is required; rename {shown(slip)}" if slip else f"is required{advice}")
    return None


def group_fault(api_version: str, kind: str, known: Iterable[str]) -> VersionFault | None:
    """Return the fault of an API group that is probably misspelled, or None.

    Args:
        api_version: such as `monitring.coreos.com/v1`.
        kind: such as `ServiceMonitor`.
        known: the API groups of custom resources that are known.
    """
    group = api_version.rpartition("/")[0]
    if group != group.lower():
        return VersionFault("apiVersion", f"an API group has lower-case letters alone; write {api_version.lower()}")
    if near := next((name for name in (*builtin_groups(), *known) if is_slip(group, name)), ""):
        message = f"unknown API group {shown(group)}; did you mean {shown(near)}?"
        return VersionFault("apiVersion", message, is_certain=False)
    serving = api_versions_of(kind)
    if serving and group.endswith(_RESERVED):
        message = f"Kubernetes has no API group {shown(group)}; write {either(serving[:2])}"
        return VersionFault("apiVersion", message, is_certain=False)
    return None


@cache
def builtin_groups() -> frozenset[str]:
    """Return the API groups of Kubernetes itself; that of `v1` is empty."""
    return frozenset(name.rpartition("/")[0] for name in (*served_kinds(), *(name for name, _ in REMOVED_APIS)))


def _removed(api_version: str, kind: str) -> VersionFault | None:
    removed = REMOVED_APIS.get((api_version, kind))
    if removed is None:
        return None
    advice = f"; write {removed.instead}" if removed.instead else "; there is no other version, so remove the object"
    message = f"Kubernetes {removed.version} removed {kind} from {api_version}{advice}"
    return VersionFault("apiVersion", message)


def _not_served(api_version: str, kind: str, version: str) -> VersionFault:
    served = served_kinds()[api_version][kind]
    instead = _instead(api_version, kind, version)
    if versions().index(version) < versions().index(served.first):
        message = f"Kubernetes serves {kind} in {api_version} from {served.first} on, and the cluster has {version}"
    else:
        message = f"Kubernetes {_next(served.last)} removed {kind} from {api_version}"
    return VersionFault("apiVersion", f"{message}{instead}")


def _next(version: str) -> str:
    return versions()[versions().index(version) + 1]


def _instead(api_version: str, kind: str, version: str) -> str:
    """Return the advice to write another API version of the same group that is served."""
    group = api_version.rpartition("/")[0]
    others = [name for name in _serving(kind, version) if name.rpartition("/")[0] == group and name != api_version]
    return f"; write {others[0]}" if others else ""


def api_versions_of(kind: str) -> list[str]:
    """Return the built-in API versions that serve a kind in the newest Kubernetes, stable ones first."""
    return _serving(kind, versions()[-1])


def _serving(kind: str, version: str) -> list[str]:
    found = [name for name, kinds in served_kinds().items() if kind in kinds and is_served(kinds[kind], version)]
    return sorted(found, key=lambda name: ("alpha" in name, "beta" in name, name))


def _unknown(api_version: str, kind: str, group: str) -> VersionFault | None:
    newest = versions()[-1]
    if serving := _serving(kind, newest):
        return VersionFault("apiVersion", f"Kubernetes serves no {kind} in {api_version}; write {either(serving[:2])}")
    if group not in builtin_groups():
        # Files of other tools look alike, such as `skaffold/v4beta1`.
        hint = nearest(api_version, served_kinds())
        return VersionFault("apiVersion", f"unknown API version {shown(api_version)}{hint}") if hint else None
    kinds = {name for names in served_kinds().values() for name in names}
    here = nearest(kind, served_kinds().get(api_version, {})) or nearest(kind, kinds)
    return VersionFault("kind", f"unknown kind {shown(kind)} in {api_version}{here or '; correct it'}")
