"""Paths of files in a container.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1
"""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Fault, shown


def mount_path_faults(where: str, path: str) -> Iterator[Fault]:
    """Yield the fault of a path that a Linux container cannot mount, or that leads somewhere else than it says."""
    if not path.startswith("/") or not path.strip("/") or ".." in path.split("/") or ":" in path:
        yield Fault(where, f'{shown(path)} is not a valid mount path; write an absolute path without ":" and ".."')


def backstep_faults(where: str, path: str) -> Iterator[Fault]:
    """Yield the fault of a path that leads upwards."""
    if ".." in path.split("/"):
        yield Fault(where, f'{shown(path)} must not contain ".."')


def relative_path_faults(where: str, path: str) -> Iterator[Fault]:
    """Yield the fault of a path that does not lead into a folder."""
    if path.startswith("/"):
        yield Fault(where, f"{shown(path)} must be a relative path")
    else:
        yield from backstep_faults(where, path)


def file_path_faults(where: str, path: str) -> Iterator[Fault]:
    """Yield the fault of the path of a file in a volume."""
    if path.startswith("..") and not path.startswith("../"):
        yield Fault(where, f'{shown(path)} must not begin with ".."')
    else:
        yield from relative_path_faults(where, path)
