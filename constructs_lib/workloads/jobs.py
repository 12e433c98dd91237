"""Job, CronJob and Migration: pods that end.

Sources: https://kubernetes.io/docs/concepts/workloads/controllers/job/ and
https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias

from constructs import Construct
from typing_extensions import Unpack

from constructs_lib.app.api_objects import Manifest
from constructs_lib.app.argument_types import checked
from constructs_lib.errors import Fault, minimum_faults
from constructs_lib.kubernetes.argocd_sync import PREPARE_WAVE, sync_hook, wave
from constructs_lib.kubernetes.schedules import cron_faults, time_zone_faults
from constructs_lib.manifests.pods.container import Container
from constructs_lib.manifests.pods.env import ConfigMapRef, Env, SecretRef
from constructs_lib.manifests.pods.resources import DEFAULT_RESOURCES, Resources
from constructs_lib.manifests.pods.template import PodTemplate
from constructs_lib.manifests.pods.volumes import Volume
from constructs_lib.workloads.workload import ClientOptions, Workload

Concurrency: TypeAlias = Literal["Forbid", "Replace"]

DAY: Final = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Deadline, retries and clean-up of a Job.

    Args:
        deadline_seconds: seconds for all attempts together, after which the Job fails.
        retries: number of new pods after a failed one; the first starts after 10 seconds, each next after twice the
            time.
        keep_seconds: seconds that the finished Job is kept, so that its log can be read; forever by default.
    """

    deadline_seconds: int = 60 * 60
    retries: int = 3
    keep_seconds: int | None = None

    def render(self, template: Mapping[str, Any]) -> dict[str, Any]:
        """The Job's `spec`."""
        kept = {} if self.keep_seconds is None else {"ttlSecondsAfterFinished": self.keep_seconds}
        pod = {**template["spec"], "restartPolicy": "Never"}
        return {
            "activeDeadlineSeconds": self.deadline_seconds,
            "backoffLimit": self.retries,
            **kept,
            "template": {**template, "spec": pod},
        }

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the bounds."""
        for name, least in (("deadline_seconds", 1), ("retries", 0), ("keep_seconds", 0)):
            yield from minimum_faults(f"run.{name}", getattr(self, name), least)


class JobOptions(ClientOptions, total=False):
    """Arguments that Job and CronJob share.

    Args:
        command: replaces the image's entry point.
        args: replaces the image's arguments.
        run: limits of one run: deadline, retries and how long a finished Job is kept.
        resources: requests and limits of the container.
        env: environment variables in the given order: strings, or handles such as `SecretRef(...).key(...)`.
        env_from: Secrets and ConfigMaps whose keys all become environment variables.
        config_files: contents of files by absolute path.
        volumes: volumes that the container mounts.
    """

    command: Sequence[str]
    args: Sequence[str]
    run: RunOptions
    resources: Resources
    env: Env | None
    env_from: Sequence[SecretRef | ConfigMapRef]
    config_files: Mapping[str, str] | None
    volumes: Sequence[Volume]


class _Runs(Workload):
    """The part that Job and CronJob share: a pod with one container that ends."""

    single = True

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: str,
        component: str,
        max_name: int,
        command: Sequence[str] = (),
        args: Sequence[str] = (),
        run: RunOptions = RunOptions(),
        resources: Resources = DEFAULT_RESOURCES,
        env: Env | None = None,
        env_from: Sequence[SecretRef | ConfigMapRef] = (),
        config_files: Mapping[str, str] | None = None,
        volumes: Sequence[Volume] = (),
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(scope, construct_id, component=component, max_name=max_name, **options)
        self._report(run.faults())
        container = Container(
            name="job",
            image=image,
            command=command,
            args=args,
            env=self._env(env or {}),
            env_from=env_from,
            resources=resources,
            volumes=volumes,
        )
        self._job_template: PodTemplate = self._template(container, config_files or {}, grace_seconds=30)
        self._job_spec = run.render(self._job_template.render())


class Job(_Runs):
    """Job, ServiceAccount and NetworkPolicy of a command that runs once for each change of its spec.

    The Job's name is the id and a hash of its spec. A new image or command creates a new Job, because `kubectl apply`
    cannot change the old one, and Argo CD removes the old Job. A finished Job is kept as the sign that it
    ran: if it were removed, Argo CD would create it again, and it would run again.

    Args:
        image: image with a tag or digest.
        sync_hook: run in each sync of Argo CD instead, before all other objects except those that it needs.

    The remaining arguments are those of `JobOptions`.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: str,
        sync_hook: bool = False,
        component: str = "job",
        **options: Unpack[JobOptions],
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            image=image,
            component=component,
            # Its pods carry the name, with a hash of 9 characters, as a label.
            max_name=54,
            **options,
        )
        name = f"{self.name}-{_fingerprint([self._job_spec, options.get('overrides')])}"
        manifest = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": self._job_spec}
        self._count(manifest, 1)
        self._create(self._job_template, [manifest], [])
        self.job = self.objects["Job"]
        if sync_hook:
            self._make_hook()

    def _make_hook(self) -> None:
        """Run it in each sync, after what it needs and before all else."""
        for api_object in self.objects.values():
            for key, value in (sync_hook() if api_object is self.job else wave(PREPARE_WAVE)).items():
                api_object.metadata.add_annotation(key, value)
        if self._settings.chart is not None:
            self._settings.chart.prepare_first()


class Migration(Job):
    """A Job that migrates a database for a service's new image, before the new pods start.

    It has the service's image, environment variables, files, connections and nodes. With Argo CD, it runs in each sync,
    and a failed migration stops the sync before any pod is replaced. The old pods keep running, so both versions must
    work with the new schema. `kubectl apply` has no order: the Job of a new image starts together with its pods. In
    both cases the command must be idempotent, like `alembic upgrade head`.

    Args:
        service: the ApiService or CeleryWorker of the migration, in the same namespace.
        command: command of the migration, such as `["alembic", "upgrade", "head"]`.
        run: limits of the Job; it is removed a day after its end.
        resources: requests and limits of the container.
        env: further environment variables; they take precedence over the service's.

    The remaining arguments are those of `Workload`.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: Workload,
        command: Sequence[str],
        run: RunOptions = RunOptions(deadline_seconds=30 * 60, retries=6, keep_seconds=DAY),
        resources: Resources = DEFAULT_RESOURCES,
        env: Env | None = None,
        component: str = "migration",
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        overrides: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        template = service.template
        own = template.container
        super().__init__(
            scope,
            construct_id,
            image=own.image,
            command=command,
            run=run,
            sync_hook=True,
            resources=resources,
            env={**own.env, **(env or {})},
            env_from=own.env_from,
            uses=service.uses,
            config_files=template.config_files,
            volumes=own.volumes,
            node_pool=service.node_pool,
            component=component,
            # What runs beside the service, or before it, isn't part of a migration.
            pod=replace(template.options, init_containers=(), sidecars=(), reload_on_secret_change=False),
            labels=labels,
            annotations=annotations,
            overrides=overrides,
        )
        if not command:
            self._report([Fault("command", "is required, such as ['alembic', 'upgrade', 'head']")])
        if service.namespace != self.namespace:
            self._report(
                [
                    Fault(
                        "service",
                        f"{service.name} is in namespace {service.namespace}, and its Secrets "
                        "cannot be used from this namespace",
                    )
                ]
            )


class CronJob(_Runs):
    """CronJob, ServiceAccount and NetworkPolicy of a command that runs on a schedule.

    Args:
        image: image with a tag or digest.
        schedule: cron schedule, such as `30 3 * * mon-fri` or `@daily`.
        time_zone: time zone of the schedule (https://en.wikipedia.org/wiki/List_of_tz_database_time_zones).
        concurrency: action if the last run is not over: `Forbid` skips the new run, `Replace` stops the old run.
        start_within_seconds: seconds after which a run that could not start is skipped.
        suspend: start no more runs.

    The last run that succeeded and the last three that failed are kept. The remaining arguments are those of
    `JobOptions`.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: str,
        schedule: str,
        time_zone: str = "Etc/UTC",
        concurrency: Concurrency = "Forbid",
        start_within_seconds: int = 600,
        suspend: bool = False,
        component: str = "cron-job",
        **options: Unpack[JobOptions],
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            image=image,
            component=component,
            # Its Jobs' names get 11 characters more.
            max_name=52,
            **options,
        )
        self._report(
            cron_faults("schedule", schedule),
            time_zone_faults("time_zone", time_zone),
            # The controller looks every 10 seconds: with less than that a run may never start.
            minimum_faults("start_within_seconds", start_within_seconds, 10),
        )
        manifest = {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {"name": self.name},
            "spec": {
                "schedule": schedule,
                "timeZone": time_zone,
                "concurrencyPolicy": concurrency,
                "startingDeadlineSeconds": start_within_seconds,
                **({"suspend": True} if suspend else {}),
                "successfulJobsHistoryLimit": 1,
                "failedJobsHistoryLimit": 3,
                "jobTemplate": {"spec": self._job_spec},
            },
        }
        # One that is replaced still ends while the next one starts.
        self._count(manifest, 2 if concurrency == "Replace" else 1)
        self._create(self._job_template, [manifest, *self._further()], [])
        self.cron_job = self.objects["CronJob"]

    def _further(self) -> Sequence[Manifest]:
        """Return further manifests of a subclass."""
        return []


def _fingerprint(content: object) -> str:
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:8]
