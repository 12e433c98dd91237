"""CeleryWorker: processes that take tasks from queues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from constructs import Construct
from typing_extensions import Unpack

from constructs_lib.app.argument_types import checked
from constructs_lib.errors import Fault, minimum_faults, shown
from constructs_lib.manifests.pods.container import Container
from constructs_lib.manifests.pods.env import ConfigMapRef, Env, SecretRef
from constructs_lib.manifests.pods.heartbeat_liveness import FOLDER as HEARTBEAT_FOLDER
from constructs_lib.manifests.pods.heartbeat_liveness import HeartbeatLiveness
from constructs_lib.manifests.pods.probes import Probes
from constructs_lib.manifests.pods.resources import DEFAULT_RESOURCES, Resources
from constructs_lib.manifests.pods.volumes import Volume
from constructs_lib.manifests.scaling.hpa import Scaling
from constructs_lib.manifests.scaling.rollout import Rollout
from constructs_lib.workloads.endpoints import Queue
from constructs_lib.workloads.workload import ClientOptions, Workload, queue_faults

CeleryPool: TypeAlias = Literal["prefork", "processes", "gevent", "eventlet", "threads", "solo"]
"""Celery's execution pools; `processes` is an old name of `prefork`.

Source: https://docs.celeryq.dev/en/stable/userguide/workers.html
"""

LogLevel: TypeAlias = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

_PREFORK: Final = ("prefork", "processes")
_OWN_OPTIONS: Final = {
    **{"-A": "app", "--app": "app", "-Q": "queues", "--queues": "queues", "-P": "pool", "--pool": "pool"},
    **{"-c": "concurrency", "--concurrency": "concurrency", "-l": "log_level", "--loglevel": "log_level"},
    **{"--prefetch-multiplier": "prefetch_multiplier", "--max-tasks-per-child": "max_tasks_per_child"},
    **{"--time-limit": "time_limit", "--soft-time-limit": "soft_time_limit"},
}
_GRACE_SECONDS: Final = 60


class CeleryWorker(Workload):
    """Deployment, ServiceAccount and NetworkPolicy of a Celery worker; autoscaler and budget on demand. No Service.

    Args:
        image: image with a tag or digest.
        app: the module or `module:attribute` of the Celery app, as for `celery -A`; needed unless `command` is given.
        queues: queues that the worker reads, at least one.
        pool: Celery's execution pool (`-P`).
        concurrency: processes, threads or green threads of each pod (`-c`); 1 for `solo`.
        prefetch_multiplier: number of prefetched tasks for each of them; Celery's default is 4.
        time_limit: seconds after which a task is killed; prefork and gevent only.
        soft_time_limit: seconds after which a task gets an exception; prefork only.
        max_tasks_per_child: tasks after which a process is replaced; prefork only.
        acks_late: acknowledge a task when it is done, not when it begins (`task_acks_late`). A task that a killed pod
            was running is then delivered again: by RabbitMQ at once, by Redis after its visibility timeout. Tasks
            must be idempotent, and shorter than that timeout (an hour) and than the time that
            RabbitMQ waits for an acknowledgement (30 minutes). By default the app's own setting applies.
        reject_on_worker_lost: deliver a task again if only its process was killed, for example by the OOM killer
            (`task_reject_on_worker_lost`); only for prefork with `acks_late`. A task that kills every process
            comes back forever. By default the same as `acks_late`. Neither setting applies to a task with its own
            setting, or to an app that is configured from an object with a namespace.
        log_level: level of Celery's log.
        extra_args: further arguments of `celery worker`.
        command: your own command instead of `celery worker`. It gets the given settings as environment variables:
            CELERY_QUEUES, CELERY_POOL, CELERY_CONCURRENCY, and CELERY_PREFETCH_MULTIPLIER, CELERY_TIME_LIMIT,
            CELERY_SOFT_TIME_LIMIT, CELERY_MAX_TASKS_PER_CHILD, CELERY_ACKS_LATE, CELERY_REJECT_ON_WORKER_LOST (0 or 1).
        replicas: number of pods; with an autoscaler, its minimum.
        autoscaling: scale by CPU or memory (`Autoscaling`), the length of its queues (`QueueScaling`)
            or other metrics (`KedaScaling`); the Deployment then has no `replicas`.
        rollout: strategy of rolling updates; the default also completes on a full node.
        resources: requests and limits of the container.
        env: environment variables in the given order: strings, or handles such as `SecretRef(...).key(...)`.
        env_from: Secrets and ConfigMaps whose keys all become environment variables.
        config_files: contents of files by absolute path; a change replaces the pods.
        volumes: volumes that the container mounts.
        liveness: probe that restarts a worker that hangs, see `HeartbeatLiveness`; none by default, because a worker
            whose process ends is restarted without a probe.
        probes: your own probes instead. Do not use `celery inspect ping` for liveness: it restarts busy workers, and
            all workers while the broker is down.

    The grace period is the time limit plus 30 seconds, or 60 seconds without a time limit. After SIGTERM, a worker
    finishes its running tasks and receives no more. The remaining arguments are those of `ClientOptions`.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: str,
        queues: Sequence[Queue | str],
        app: str | None = None,
        pool: CeleryPool = "prefork",
        concurrency: int = 1,
        prefetch_multiplier: int | None = None,
        time_limit: int | None = None,
        soft_time_limit: int | None = None,
        max_tasks_per_child: int | None = None,
        acks_late: bool | None = None,
        reject_on_worker_lost: bool | None = None,
        log_level: LogLevel = "INFO",
        extra_args: Sequence[str] = (),
        command: Sequence[str] = (),
        replicas: int = 1,
        autoscaling: Scaling | None = None,
        rollout: Rollout | None = None,
        resources: Resources = DEFAULT_RESOURCES,
        env: Env | None = None,
        env_from: Sequence[SecretRef | ConfigMapRef] = (),
        config_files: Mapping[str, str] | None = None,
        volumes: Sequence[Volume] = (),
        liveness: HeartbeatLiveness | None = None,
        probes: Probes | None = None,
        component: str = "async-worker",
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(scope, construct_id, component=component, consumes=queues, **options)
        # What a beat has in common with its worker.
        self.app, self.image = app, image
        self.env, self.env_from = dict(env or {}), tuple(env_from)
        self.queues = tuple(queue if isinstance(queue, Queue) else Queue(queue) for queue in queues)
        names = [queue.name for queue in self.queues]
        limits = {
            "prefetch_multiplier": prefetch_multiplier,
            "time_limit": time_limit,
            "soft_time_limit": soft_time_limit,
            "max_tasks_per_child": max_tasks_per_child,
        }
        redelivery = {
            "acks_late": acks_late,
            "reject_on_worker_lost": acks_late if reject_on_worker_lost is None else reject_on_worker_lost,
        }
        self._report(
            [] if names else [Fault("queues", "must name at least one queue")],
            queue_faults("queues", names),
            _pool_faults(pool, concurrency),
            _limit_faults(pool, limits),
            _redelivery_faults(pool, acks_late, reject_on_worker_lost),
            _app_faults(app, command),
            _command_faults(command, extra_args, log_level),
            argument_faults(extra_args, _OWN_OPTIONS),
            _liveness_faults(liveness, command, probes, extra_args),
        )
        celery = [
            *("celery", "-A", app or "", "worker", "-Q", ",".join(names), "-P", pool, "-c", str(concurrency)),
            *(f"--{name.replace('_', '-')}={value}" for name, value in limits.items() if value is not None),
            f"--loglevel={log_level}",
            *extra_args,
            # Settings behind the options override the app's own.
            *(f"task_{name}={int(value)}" for name, value in redelivery.items() if value is not None),
        ]
        settings = {"queues": ",".join(names), "pool": pool, "concurrency": concurrency, **limits, **redelivery}
        files = dict(config_files or {})
        if liveness is not None:
            celery, probes = liveness.command(celery), liveness.probes()
            files.update(liveness.config_files())
        container = Container(
            name="worker",
            image=image,
            # Exec form: Celery is process 1 and gets SIGTERM.
            command=list(command) or celery,
            env=self._env({**(_variables(settings) if command else {}), **(env or {})}),
            env_from=env_from,
            resources=resources,
            probes=probes or Probes(),
            volumes=volumes,
        )
        grace = time_limit + 30 if time_limit else _GRACE_SECONDS
        template = self._template(container, files, grace_seconds=grace)
        if liveness is not None and not template.has_writable(HEARTBEAT_FOLDER):
            self._report(
                [Fault("liveness", f"it writes to {HEARTBEAT_FOLDER}, which is read-only; mount an EmptyDir there")]
            )
        self._create(template, self._deployment(template, replicas, autoscaling, rollout, names), [])
        self.deployment = self.objects["Deployment"]


def _variables(settings: Mapping[str, str | int | None]) -> Env:
    """The settings that are given, for a command that reads them itself."""
    return {
        f"CELERY_{name.upper()}": value if isinstance(value, str) else str(int(value))
        for name, value in settings.items()
        if value is not None
    }


def _redelivery_faults(pool: str, acks_late: bool | None, reject_on_worker_lost: bool | None) -> Iterator[Fault]:
    if reject_on_worker_lost and not acks_late:
        yield Fault(
            "reject_on_worker_lost",
            "has no effect without acks_late=True, because the task is already acknowledged; set both",
        )
    if reject_on_worker_lost and pool not in _PREFORK:
        yield Fault("reject_on_worker_lost", f"pool={shown(pool)} ignores it; remove it, or set pool=prefork")


def _app_faults(app: str | None, command: Sequence[str]) -> Iterator[Fault]:
    if not app and not command:
        yield Fault("app", "set the Celery app's module, as for celery -A, or a command")
    elif app and not re.fullmatch(r"[\w.]+(:\w+)?", app):
        yield Fault("app", f"{shown(app)} is not a module; write it like shop.tasks or shop.tasks:app")


def _command_faults(command: Sequence[str], extra_args: Sequence[str], log_level: str) -> Iterator[Fault]:
    for name, is_given in (("extra_args", bool(extra_args)), ("log_level", log_level != "INFO")):
        if command and is_given:
            yield Fault(name, "has no effect with a command; put it into the command")


def argument_faults(extra_args: Sequence[str], own: Mapping[str, str]) -> Iterator[Fault]:
    """Options of Celery that a construct has arguments for."""
    for word in extra_args:
        option = word.partition("=")[0] if word.startswith("--") else word[:2]
        if option in own:
            yield Fault("extra_args", f"{shown(word)} is set by the argument {own[option]}; set it there")


def _liveness_faults(
    liveness: HeartbeatLiveness | None, command: Sequence[str], probes: Probes | None, extra_args: Sequence[str]
) -> Iterator[Fault]:
    if liveness is None:
        return
    yield from liveness.faults()
    if command:
        yield Fault("liveness", "has no effect with a command; set probes instead")
    if probes is not None:
        yield Fault("liveness", "it brings its own probes; remove one of the two arguments")
    if any(word == "-I" or word.startswith("--include") for word in extra_args):
        yield Fault("liveness", "it needs Celery's option -I, which extra_args also set; set `include` in the app")


def _pool_faults(pool: str, concurrency: int) -> Iterator[Fault]:
    yield from minimum_faults("concurrency", concurrency, 1)
    if pool == "solo" and concurrency > 1:
        yield Fault(
            "concurrency", f"{concurrency} is not possible with pool='solo', which runs one task at a time; remove it"
        )


def _limit_faults(pool: str, limits: Mapping[str, int | None]) -> Iterator[Fault]:
    supported = {
        "time_limit": (*_PREFORK, "gevent"),
        "soft_time_limit": _PREFORK,
        "max_tasks_per_child": _PREFORK,
    }
    for argument, value in limits.items():
        if value is None:
            continue
        yield from minimum_faults(argument, value, 1)
        pools = supported.get(argument)
        if pools and pool not in pools:
            known = " or ".join(sorted({*pools} - {"processes"}))
            yield Fault(argument, f"pool={shown(pool)} ignores it; remove it, or set pool={known}")
    hard, soft = limits["time_limit"], limits["soft_time_limit"]
    if hard is not None and soft is not None and soft >= hard:
        yield Fault("soft_time_limit", f"must be less than time_limit ({hard}) to have an effect, got {soft}")
