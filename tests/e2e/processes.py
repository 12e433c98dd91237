"""Programs that run beside the tests, and never outlive them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

SECONDS_TO_STOP = 10
LINES_OF_LOG = 15
_SET_PARENT_DEATH_SIGNAL = 1


class Processes:
    """Programs with their logs in a folder; `stop` ends all of them, the youngest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
        """Start a program; it goes on until `stop`, or until the tests' own process dies, however that happens."""
        with self.log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(
                [str(part) for part in command],
                cwd=self._folder,
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches the tests, which stop these in order.
                start_new_session=True,
                preexec_fn=_die_with_parent,
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
        """End all programs, politely first."""
        # The control plane's clients go before what they talk to.
        for process in reversed(self._running.values()):
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
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


def _die_with_parent() -> None:
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
