"""Programs that run beside the tests, and never outlive them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

LINES_OF_LOG = 15
# Even a killed test run leaves nothing behind: util-linux, on every Debian.
_DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()


class Processes:
    """Programs with their logs in a folder; `stop` ends all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
        """Start a program; it goes on until `stop`, or until the tests' own process dies, however that happens."""
        with self.log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(
                [*_DIE_WITH_PARENT, *map(str, command)],
                cwd=self._folder,
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches the tests, which stop these in order.
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        """What the program has said."""
        return self._folder / f"{name}.log"

    def assert_alive(self) -> None:
        """Fail with the end of a program's log if one has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                lines = self.log(name).read_text(errors="replace").splitlines()[-LINES_OF_LOG:]
                raise RuntimeError("\n".join([f"{name} ended with {process.returncode}:", *lines]))

    def stop(self) -> None:
        """End all programs and what they started; nothing that they would still write is worth waiting for."""
        for process in self._running.values():
            # Its group's number is its own, since it began a session.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self._running.values():
            process.wait()
        self._running.clear()


@contextmanager
def running(folder: Path) -> Iterator[Processes]:
    """Programs that are stopped at the end, whatever happens in between."""
    processes = Processes(folder)
    with ExitStack() as stack:
        stack.callback(processes.stop)
        yield processes


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
