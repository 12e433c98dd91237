"""What the images bring that the YAML doesn't say: an entry point, a working folder, a stop signal."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.runtime.manifests import Workload
from tests.runtime.processes import find_program

HERE = Path(__file__).resolve().parent


class Image:
    """An image whose programs are on this machine."""

    work_folder = Path("/")
    stop_signal = signal.SIGTERM
    unprivileged = True

    def env(self, port: int, mounts: Mapping[str, Path]) -> dict[str, str]:
        """The image's own variables, and those that move it to a local port."""
        return {"PATH": os.environ["PATH"], "HOME": "/"}

    def localize(self, word: str, port: int) -> str:
        """A word of a command, with the local port where it would mean the default one."""
        return word

    def start(self, workload: Workload, words: list[str], port: int, name: str) -> list[str]:
        """What the container runtime starts."""
        return words


class Growbin(Image):
    """The sample application, as an image with `uvicorn` for its entry point would have it."""

    work_folder = HERE / "app"
    unprivileged = False

    def env(self, port: int, mounts: Mapping[str, Path]) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {"PATH": path, "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}

    def start(self, workload: Workload, words: list[str], port: int, name: str) -> list[str]:
        if not words:
            return ["uvicorn", "api:app", "--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
        if "worker" in words and "celery" in words:
            # Each pod has a host name of its own, which Celery calls its worker by; here all share one.
            place = words.index("worker") + 1
            return [*words[:place], "-n", f"celery@{name}", *words[place:]]
        return words


class Postgres(Image):
    """The official image: its entry point makes the database at the first start, its stop signal is SIGINT.

    Source: https://github.com/docker-library/postgres
    """

    stop_signal = signal.SIGINT

    def env(self, port: int, mounts: Mapping[str, Path]) -> dict[str, str]:
        home = find_program("postgres").parent
        path = f"{home}:{os.environ['PATH']}"
        return {**super().env(port, mounts), "PATH": path, "LANG": "C.UTF-8", "PGPORT": str(port)}

    def start(self, workload: Workload, words: list[str], port: int, name: str) -> list[str]:
        return [str(HERE / "postgres-entrypoint.sh"), *words]


class Redis(Image):
    """The official image; the YAML has its whole command."""

    def env(self, port: int, mounts: Mapping[str, Path]) -> dict[str, str]:
        return super().env(port, mounts)

    def localize(self, word: str, port: int) -> str:
        return word.replace("redis-cli ", f"redis-cli -p {port} ")

    def start(self, workload: Workload, words: list[str], port: int, name: str) -> list[str]:
        find_program("redis-cli")
        return [str(find_program(words[0])), *words[1:], "--bind", "127.0.0.1", "--port", str(port)]


IMAGES: dict[str, Image] = {"growbin-backend": Growbin(), "postgres": Postgres(), "redis": Redis()}
