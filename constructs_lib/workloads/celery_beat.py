"""CeleryBeat: the one process that sends tasks on a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from constructs import Construct
from typing_extensions import Unpack

from constructs_lib.app.argument_types import checked
from constructs_lib.errors import Fault, shown
from constructs_lib.manifests.pods.container import Container
from constructs_lib.manifests.pods.env import Env
from constructs_lib.manifests.pods.probes import Probes
from constructs_lib.manifests.pods.resources import Resources
from constructs_lib.manifests.pods.volumes import EmptyDir, Volume
from constructs_lib.manifests.scaling.rollout import Rollout
from constructs_lib.workloads.celery_worker import CeleryWorker, LogLevel, argument_faults
from constructs_lib.workloads.endpoints import Queue
from constructs_lib.workloads.workload import Workload, WorkloadOptions

_SCHEDULE: Final = "/var/run/celery/schedule"


class CeleryBeat(Workload):
    """Deployment of exactly one pod, ServiceAccount and NetworkPolicy of `celery beat`.

    Two beats send every task twice. So there is one pod, and a rollout stops it before the next one starts.

    Args:
        worker: the worker whose image, app, environment variables and endpoints the beat shares; `sends_to` is the
            worker's queues by default.
        app: the Celery app, if it is not the worker's; required if the worker has its own command.
        schedule_path: the file where beat stores the time of each sent task, in a folder that lives as long as the pod
            unless `volumes` mount another. With a new file, beat waits for a whole interval before it sends a task:
            for intervals of more than a few hours, use `crontab` schedules or a persistent volume.
        log_level: level of Celery's log.
        extra_args: further arguments of `celery beat`.
        resources: requests and limits of the container.
        env: further environment variables; they take precedence over the worker's.
        sends_to: queues of the scheduled tasks.
        volumes: volumes that the container mounts.
        probes: none by default, because beat ends when it fails, and is restarted.

    The remaining arguments are those of `WorkloadOptions`; `node_pool` is the worker's by default.
    """

    single = True

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        worker: CeleryWorker,
        app: str | None = None,
        schedule_path: str = _SCHEDULE,
        log_level: LogLevel = "INFO",
        extra_args: Sequence[str] = (),
        resources: Resources = Resources(cpu="50m", memory="128Mi", cpu_limit="200m", memory_limit="256Mi"),
        env: Env | None = None,
        sends_to: Sequence[Queue | str] | None = None,
        volumes: Sequence[Volume] = (),
        probes: Probes | None = None,
        component: str = "async-beat",
        **options: Unpack[WorkloadOptions],
    ) -> None:
        options["node_pool"] = options.get("node_pool") or worker.node_pool
        super().__init__(
            scope,
            construct_id,
            component=component,
            uses=worker.uses,
            sends_to=worker.queues if sends_to is None else sends_to,
            **options,
        )
        app = app or worker.app
        self._report(
            [] if app else [Fault("app", "set the Celery app's module; the worker has its own command and no app")],
            _schedule_faults(schedule_path),
            argument_faults(extra_args, {"-A": "app", "--app": "app", "-l": "log_level", "--loglevel": "log_level"}),
        )
        container = Container(
            name="beat",
            image=worker.image,
            # The empty --pidfile: a file left behind by a killed container would stop the next one.
            command=[
                *("celery", "-A", app or "", "beat", f"--schedule={schedule_path}", "--pidfile="),
                f"--loglevel={log_level}",
                *extra_args,
            ],
            env=self._env({**worker.env, **(env or {})}),
            env_from=worker.env_from,
            resources=resources,
            probes=probes or Probes(),
            volumes=_with_schedule(volumes, schedule_path),
        )
        template = self._template(container, {}, grace_seconds=30)
        self._create(template, self._deployment(template, 1, None, Rollout(recreate=True)), [])
        self.deployment = self.objects["Deployment"]


def _schedule_faults(path: str) -> list[Fault]:
    is_file = path.startswith("/") and not path.endswith("/") and str(PurePosixPath(path).parent) != "/"
    return (
        []
        if is_file
        else [
            Fault(
                "schedule_path", f"{shown(path)} must be the absolute path of a file in a folder, such as {_SCHEDULE}"
            )
        ]
    )


def _with_schedule(volumes: Sequence[Volume], schedule_path: str) -> list[Volume]:
    """The volumes, with a writable folder for the schedule where none of them holds it."""
    if _schedule_faults(schedule_path):
        return list(volumes)
    folder = PurePosixPath(schedule_path).parent
    places = [PurePosixPath(volume.mount_path) for volume in volumes]
    # Every pod with a read-only root file system has a writable /tmp.
    if any(place in (folder, *folder.parents) for place in [*places, PurePosixPath("/tmp")]):
        return list(volumes)
    return [*volumes, EmptyDir(str(folder), name="schedule")]
