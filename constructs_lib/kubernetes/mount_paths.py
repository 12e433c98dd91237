"""Paths at which a container mounts a volume.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1
"""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Fault, shown


def mount_path_faults(where: str, path: str) -> Iterator[Fault]:
    """Yield the fault of a path that cannot be mounted, or that means something else than it says."""
    if not path.startswith("/") or not path.strip("/") or ".." in path.split("/"):
        yield _fault(where, path)
    else:
        yield from rejected_mount_path(where, path)


def rejected_mount_path(where: str, path: str) -> Iterator[Fault]:
    """Yield the fault of a path that the API server rejects."""
    if not path or ":" in path:
        yield _fault(where, path)


def _fault(where: str, path: str) -> Fault:
    return Fault(where, f'{shown(path)} is not a valid mount path; write an absolute path without ":" and ".."')
