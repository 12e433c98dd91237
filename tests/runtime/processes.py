"""Child processes that don't outlive the tests, and waiting for what they do."""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.runtime.bounds import Bounds, can_confine, confined, make_cgroup

PACKAGES = {
    "epmd": "erlang-base",
    "initdb": "postgresql",
    "postgres": "postgresql",
    "rabbitmq-server": "rabbitmq-server",
    "rabbitmqctl": "rabbitmq-server",
    "pg_dump": "postgresql-client",
    "redis-cli": "redis-tools",
    "redis-server": "redis-server",
}
"""The Debian package that brings each program."""


class MissingProgramError(AssertionError):
    """A server that isn't installed: a failure, never a reason to skip."""


def find_program(name: str) -> Path:
    """A program on PATH or where Debian puts it."""
    # Debian's wrapper of rabbitmq-server on PATH insists on its own user; the script below is RabbitMQ's.
    homes = [Path("/usr/lib/rabbitmq/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = shutil.which(name, path=":".join([*map(str, homes), os.environ["PATH"]]))
    if found is None:
        raise MissingProgramError(f"{name} is not installed; Debian has it in the package {PACKAGES[name]}")
    return Path(found)


def eventually(condition: Callable[[], object], what: str, within: float = 60) -> None:
    """Wait until the condition holds; errors of things that aren't there yet count as no, assertions don't."""
    end = time.monotonic() + within
    error: Exception | None = None
    while time.monotonic() < end:
        try:
            if condition():
                return
            error = None
        except AssertionError:
            raise
        except Exception as raised:
            error = raised
        time.sleep(0.05)
    raise AssertionError(f"not within {within} seconds: {what}") from error


def _ports() -> Iterator[int]:
    """Each once, and none of those that the kernel gives to outgoing connections: one might take a server's port."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    return iter(random.sample(range(10000, first), first - 10000))


_candidates = _ports()


def free_port() -> int:
    """One that nothing listens on."""
    return next(filter(_is_free, _candidates))


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def identity(unprivileged: bool) -> dict[str, object]:
    """Who a process runs as: servers never as root, which PostgreSQL refuses.

    The application stays who runs the tests: only that user is sure to reach the interpreter.
    """
    if os.geteuid() != 0 or not unprivileged:
        return {}
    return {"user": _nobody(), "group": _nobody(), "extra_groups": []}


def _nobody() -> int:
    return pwd.getpwnam("nobody").pw_uid


@contextlib.contextmanager
def work_folder() -> Iterator[Path]:
    """A folder that the processes may write, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="runtime-"))
    give_away(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_away(path: Path) -> None:
    """Let the processes own it."""
    if os.geteuid() == 0:
        os.chown(path, _nobody(), _nobody())


class Process:
    """A child in a process group of its own, with its output in a file."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        log: Path,
        *,
        unprivileged: bool = True,
        bounds: Bounds | None = None,
    ) -> None:
        self.log = log
        self._cgroup = None
        if bounds and can_confine():
            self._cgroup = make_cgroup(bounds.memory)
            argv = confined(argv, _nobody() if unprivileged else None, bounds, self._cgroup)
            unprivileged = False
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                argv,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **identity(unprivileged),  # type: ignore[call-overload]
            )
        self.pid: int = self._child.pid

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """To the first process alone, as the kubelet does."""
        self._child.send_signal(number)

    def result(self, within: float = 120) -> int:
        """The exit status of one that ends by itself."""
        if not self.wait(within):
            raise AssertionError(f"not within {within} seconds: it ends\n{self.output}")
        return int(self._child.returncode)

    def wait(self, seconds: float) -> bool:
        """Return True if it has ended within the time."""
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """All of it at once, as the end of a container does."""
        members = self.members() if self.running else []
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._child.wait()
        # A server that starts again while a process of the one before is still ending would refuse its data.
        eventually(lambda: all(map(_has_ended, members)), f"all processes of {self.pid} have ended")
        if self._cgroup:
            eventually(self._cgroup.remove, f"the cgroup of {self.pid} is gone")
            self._cgroup = None

    def members(self) -> list[int]:
        """It and all its descendants: PostgreSQL's have sessions of their own."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                    _, parent = _state_and_parent(int(entry.name))
                    children.setdefault(parent, []).append(int(entry.name))
        found = [self.pid]
        for pid in found:
            found.extend(children.get(pid, []))
        return found

    def memory(self) -> int:
        """Bytes in use by all of it: proportional set sizes, so that what processes share counts once."""
        return sum(map(_proportional_set_size, self.members()))

    @property
    def memory_kills(self) -> int:
        """How many of its processes the kernel has killed for want of memory."""
        return self._cgroup.kills if self._cgroup else 0


def _state_and_parent(pid: int) -> tuple[str, int]:
    state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    return state, int(parent)


def _has_ended(pid: int) -> bool:
    try:
        return _state_and_parent(pid)[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _proportional_set_size(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
