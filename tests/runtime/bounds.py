"""What a container has around its process: a read-only root file system and a memory limit.

It takes root and a mount namespace, and for the limit a cgroup (version 1). Where a machine doesn't let them be had,
processes run without.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SCRIPT = Path(__file__).with_name("confine.sh")
_CGROUPS = Path("/sys/fs/cgroup/memory")
_numbers = itertools.count()


@dataclass(frozen=True)
class Bounds:
    """What its YAML says of a container.

    Args:
        writable: the folders where it may write.
        memory: its limit in bytes.
    """

    writable: Sequence[Path]
    memory: int


@cache
def can_confine() -> bool:
    """Return True if there are mount namespaces for us on this machine."""
    trial = ["unshare", "--mount", "mount", "-o", "remount,bind,ro", "/"]
    return os.geteuid() == 0 and subprocess.run(trial, capture_output=True, check=False).returncode == 0


def confined(argv: Sequence[str], user: int | None, bounds: Bounds, cgroup: Cgroup | None) -> list[str]:
    """The command within its bounds, as this user."""
    names = [str(name or "") for name in (user, cgroup and cgroup.folder)]
    return ["unshare", "--mount", str(_SCRIPT), *names, *map(str, bounds.writable), "--", *argv]


class Cgroup:
    """The kernel kills a process in it for want of memory, as in a container."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def kills(self) -> int:
        """How many processes the kernel has killed."""
        lines = (self.folder / "memory.oom_control").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))

    def remove(self) -> bool:
        """End what still runs in it; whether it is gone."""
        for pid in (self.folder / "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        self.folder.rmdir()
        return True


def make_cgroup(memory: int) -> Cgroup | None:
    """With this limit in bytes; none where the machine has no such thing."""
    folder = _CGROUPS / f"runtime-{os.getpid()}-{next(_numbers)}"
    try:
        folder.mkdir()
        (folder / "memory.limit_in_bytes").write_text(str(memory))
    except OSError:
        with contextlib.suppress(OSError):
            folder.rmdir()
        return None
    return Cgroup(folder)
