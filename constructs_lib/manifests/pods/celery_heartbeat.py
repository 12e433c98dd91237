"""Written into a worker's pod and loaded by Celery with `-I`: keeps a file that says how long the worker is alive.

The file holds the moment, in seconds of /proc/uptime, until which the worker counts as alive; a probe compares.
Each turn of the worker's loop moves it on. While there is no broker, the loop hangs in the attempt to
connect, so the loss of the connection moves it far ahead: restarting the fleet wouldn't bring the broker back.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import bootsteps, current_app, signals


def install(path: str, *, stalled_after: int, outage: int) -> None:
    """Add a step to the worker's consumer.

    Args:
        path: the file.
        stalled_after: seconds that the loop may stand still.
        outage: seconds that the broker may be away, at the start too.
    """
    worker = os.getpid()

    def alive_for(seconds: int) -> None:
        # The processes of a prefork pool inherit all this; they live on when the worker itself hangs.
        if os.getpid() != worker:
            return
        draft = Path(path + ".new")
        draft.write_text(f"{uptime() + seconds}\n")
        draft.replace(path)

    class Heartbeat(bootsteps.StartStopStep):  # type: ignore[misc]
        """Starts with each connection to the broker and stops when it is lost."""

        requires = ("celery.worker.consumer.tasks:Tasks",)

        connected = False

        def start(self, consumer: Any) -> None:
            self.connected = True
            self.turn()
            self.timer = consumer.timer.call_repeatedly(max(1, stalled_after / 6), self.turn)

        def stop(self, consumer: Any) -> None:
            consumer.timer.cancel(self.timer)
            self.connected = False
            self.turn()

        def turn(self) -> None:
            alive_for(stalled_after if self.connected else outage)

    alive_for(outage)
    current_app.steps["consumer"].add(Heartbeat)
    # The solo pool runs tasks inside of its loop, several in one turn.
    signals.task_prerun.connect(lambda **_: alive_for(stalled_after), weak=False)


def uptime() -> int:
    """Seconds since the machine started: unlike the time of day it never jumps."""
    return int(float(Path("/proc/uptime").read_text().split()[0]))
