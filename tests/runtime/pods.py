"""Runs a container of generated YAML as a process.

What differs from a cluster is where things are: hosts and ports are local ones, mounts are temporary folders.
What an image brings (its entry point and stop signal) is in images.py.
"""

from __future__ import annotations

import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.runtime.bounds import Bounds
from tests.runtime.images import IMAGES
from tests.runtime.manifests import Manifest, Secrets, Workload, expand
from tests.runtime.processes import Process, eventually, free_port, give_away, identity

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Place:
    """Where this machine has what the cluster has elsewhere.

    Args:
        folder: for the mounts.
        ports: local ports by the host in the cluster.
        secrets: the Secrets' contents.
        extra_env: what the sample application is told beyond the YAML.
        wrapper: words before the command: a program that runs it within limits.
    """

    folder: Path
    ports: Mapping[str, int] = field(default_factory=dict)
    secrets: Secrets = field(default_factory=dict)
    extra_env: Mapping[str, str] = field(default_factory=dict)
    wrapper: Sequence[str] = ()


@dataclass(frozen=True)
class Ending:
    """How a pod came to its end."""

    seconds: float
    killed: bool


class Pod:
    """One pod of a workload, with a process in place of its container."""

    def __init__(self, workload: Workload, place: Place, name: str) -> None:
        self.workload, self.name = workload, name
        self.image = IMAGES[workload.repository]
        self.port = free_port()
        self._folder = place.folder / name
        self._mounts = self._mount(workload.mounts())
        own = workload.env(place.secrets)
        local = {**own, **_addresses(own, place.ports)}
        self.env = {
            **self.image.env(self.port, self._mounts),
            **{key: self._localize(value) for key, value in local.items()},
            "HOSTNAME": name,
            "TMPDIR": str(self._mounts["/tmp"]),
            **place.extra_env,
        }
        self._argv_env, self._wrapper = local, place.wrapper
        self.process = self._start()

    def _mount(self, mounts: Mapping[str, str | None]) -> dict[str, Path]:
        """A folder or file for each mount; what an earlier container of the pod left there stays."""
        self._folder.mkdir(exist_ok=True)
        give_away(self._folder)
        local = {path: self._folder / path.strip("/").replace("/", "_") for path in mounts}
        for path, content in mounts.items():
            if content is None:
                local[path].mkdir(exist_ok=True)
                give_away(local[path])
            else:
                # A file alone in its folder, under its own name: some programs go by it.
                local[path] = self._folder / path.strip("/").replace("/", "_").removesuffix(Path(path).name)
                local[path].mkdir(exist_ok=True)
                local[str(Path(path).parent)] = local[path]
                local[path] /= Path(path).name
        for path, content in mounts.items():
            if content is not None:
                local[path].write_text(_replace_paths(content, local))
        return local

    def _localize(self, text: str) -> str:
        return _replace_paths(text, self._mounts)

    def _words(self, words: list[str]) -> list[str]:
        """Variables in words are expanded after paths are local, so that a password is never taken for a path."""
        return [expand(self.image.localize(self._localize(word), self.port), self._argv_env) for word in words]

    def _start(self) -> Process:
        words = [*self.workload.command, *self.workload.args]
        argv = self.image.start(self.workload, self._words(words), self.port, self.name)
        log = self._folder / "log"
        argv = [*self._wrapper, *argv]
        unprivileged = self.image.unprivileged
        return Process(argv, self.env, self.image.work_folder, log, unprivileged=unprivileged, bounds=self._bounds())

    def _bounds(self) -> Bounds | None:
        if not self.workload.read_only_root:
            return None
        return Bounds([self._mounts[path] for path in self.workload.writable], self.workload.memory_limit)

    def folder(self, mount: str) -> Path:
        """Where a mounted folder is on this machine."""
        return self._mounts[mount]

    def files(self, mount: str) -> list[str]:
        """The names of the files in a mounted folder."""
        return sorted(path.name for path in self.folder(mount).iterdir())

    # What the kubelet does

    def restart(self) -> None:
        """The container again, in the same pod: its mounts stay."""
        self.process.kill()
        self.process = self._start()

    def probe(self, name: str) -> bool:
        """The verdict of the probe of that name, within its own timeout."""
        probe = self.workload.probe(name)
        assert probe is not None, f"{self.workload.name} has no {name} probe"
        if "httpGet" in probe:
            return self._get(probe)
        return self.execute(probe["exec"]["command"], probe["timeoutSeconds"]) == 0

    def wait_for(self, probe: str, *, passes: bool = True, within: float = 120) -> None:
        """Wait until the probe passes, or fails."""
        verdict = "passes" if passes else "fails"

        def reached() -> bool:
            if passes and not self.process.running:
                raise AssertionError(f"{self.name} ended before its {probe} probe passed\n{self.process.output}")
            return self.probe(probe) is passes

        eventually(reached, f"the {probe} probe of {self.name} {verdict}", within)

    def execute(self, command: list[str], timeout: float) -> int | None:
        """The exit status of a command in the container; None if it takes too long."""
        try:
            done = subprocess.run(
                self._words(command),
                env=self.env,
                cwd=self.image.work_folder,
                capture_output=True,
                timeout=timeout,
                check=False,
                **identity(self.image.unprivileged),  # type: ignore[call-overload]
            )
        except subprocess.TimeoutExpired:
            return None
        return int(done.returncode)

    def _get(self, probe: Manifest) -> bool:
        url = f"http://{LOOPBACK}:{self.port}{probe['httpGet']['path']}"
        try:
            with urllib.request.urlopen(url, timeout=probe["timeoutSeconds"]) as answer:
                return 200 <= int(answer.status) < 400
        except (OSError, urllib.error.HTTPError):
            return False

    def terminate(self, *, pre_stop: bool = True) -> Ending:
        """preStop, the stop signal, and SIGKILL when the grace period is over."""
        begun = time.monotonic()
        if pre_stop and self.workload.pre_stop:
            self.execute(self.workload.pre_stop, self.workload.grace_seconds)
        self.ask_to_stop()
        ended = self.process.wait(self.workload.grace_seconds - (time.monotonic() - begun))
        self.process.kill()
        return Ending(time.monotonic() - begun, killed=not ended)

    def ask_to_stop(self) -> None:
        self.process.signal(self.image.stop_signal)

    def kill(self) -> None:
        self.process.kill()

    def freeze(self) -> None:
        self.process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.signal(signal.SIGCONT)


def _addresses(env: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    """`<NAME>_HOST` and `<NAME>_PORT` of each host of the cluster, or `PGHOST` and `PGPORT`, on this machine."""
    local = {}
    for name, host in env.items():
        if name.endswith("HOST") and host in ports:
            local[name] = LOOPBACK
            local[name.removesuffix("HOST") + "PORT"] = str(ports[host])
    return local


def _replace_paths(text: str, local: Mapping[str, Path]) -> str:
    """Each path of a mount, where it stands for itself and isn't the end of a longer one."""
    if not local:
        return text
    paths = "|".join(re.escape(path) for path in sorted(local, key=len, reverse=True))
    return re.sub(rf"(?<![\w/.])({paths})(?![\w.-])", lambda match: str(local[match[1]]), text)
