"""A liveness probe for Celery workers that asks neither the broker nor another worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from constructs_lib.errors import Fault, minimum_faults
from constructs_lib.manifests.pods.probes import ExecProbe, Probes

_MODULE: Final = "celery_heartbeat"
_FOLDER: Final = "/etc/celery-heartbeat"
FOLDER: Final = "/tmp"  # each pod has one of its own
_FILE: Final = f"{FOLDER}/celery-alive"

# The image's own PYTHONPATH stays, which a variable of the pod would replace; Celery stays process 1.
_LOAD: Final = f'export PYTHONPATH="${{PYTHONPATH:+$PYTHONPATH:}}{_FOLDER}"; exec "$0" "$@"'
# The shell alone: it starts no other program.
_ALIVE: Final = f'read -r until < {_FILE} && read -r now rest < /proc/uptime && test "${{now%.*}}" -le "$until"'


@dataclass(frozen=True, kw_only=True)
class HeartbeatLiveness:
    """A liveness probe that restarts a worker whose event loop hangs; needs `sh` in the image.

    A module that Celery loads writes the time until which the worker is alive, and the probe compares it with the
    clock. The probe succeeds for a busy worker and while the broker is down, and fails for a worker that hangs.
    It does not detect a task that never ends in its own process or thread: set `time_limit`.

    Args:
        stalled_after: seconds that the event loop may hang. With `gevent` and `eventlet`, longer than the longest
            computation of a task without a pause; with `solo`, longer than the longest task.
        outage: seconds that the broker may be down before workers are restarted.
        startup: seconds that the import of the app may take.
        period: seconds between two probes.
    """

    stalled_after: int = 60
    outage: int = 3600
    startup: int = 600
    period: int = 20

    def config_files(self) -> dict[str, str]:
        """The module, with its settings."""
        module = Path(__file__).with_name(f"{_MODULE}.py").read_text()
        install = f'install("{_FILE}", stalled_after={self.stalled_after}, outage={self.outage})'
        return {f"{_FOLDER}/{_MODULE}.py": f"{module}\n\n{install}\n"}

    def command(self, celery: Sequence[str]) -> list[str]:
        """The worker's command, with the module loaded."""
        place = list(celery).index("worker") + 1
        return ["sh", "-c", _LOAD, *celery[:place], "-I", _MODULE, *celery[place:]]

    def probes(self) -> Probes:
        """The same question at the start and later; what an earlier container of the pod wrote is too old."""
        ask = ("sh", "-c", _ALIVE)
        return Probes(
            startup=ExecProbe(command=ask, period_seconds=5, failure_threshold=max(self.startup // 5, 1)),
            liveness=ExecProbe(command=ask, period_seconds=self.period, failure_threshold=2),
        )

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the times."""
        for name in ("stalled_after", "outage", "startup", "period"):
            yield from minimum_faults(f"liveness.{name}", getattr(self, name), 1)
        if self.outage < self.stalled_after:
            yield Fault(
                "liveness.outage",
                f"{self.outage} is less than stalled_after, {self.stalled_after}; "
                "workers would be restarted because the broker is away",
            )
