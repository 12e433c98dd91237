"""PostgreSQLBackup: dumps of a database on a claim of their own.

Source: https://www.postgresql.org/docs/15/app-pgdump.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from constructs import Construct
from typing_extensions import Unpack

from constructs_lib.app.api_objects import Manifest
from constructs_lib.app.argument_types import checked
from constructs_lib.errors import Fault, minimum_faults
from constructs_lib.inventory.cluster import ExistingService
from constructs_lib.kubernetes.argocd_sync import KEEP
from constructs_lib.kubernetes.quantities import quantity_faults
from constructs_lib.manifests.networking.network_policies import PodPeer
from constructs_lib.manifests.pods.env import Env
from constructs_lib.manifests.pods.resources import Resources
from constructs_lib.manifests.pods.template import PodOptions
from constructs_lib.manifests.pods.volumes import ClaimVolume, claim
from constructs_lib.workloads.jobs import CronJob, RunOptions
from constructs_lib.workloads.postgresql import PostgreSQL
from constructs_lib.workloads.workload import WorkloadOptions

_FOLDER: Final = "/backups"

# No pipes: `sh` tells of the last command of a pipe only. A dump has its name when it is complete, and old ones go
# when a new one is there. What a killed run left goes first, so that it doesn't take the room of this one.
_SCRIPT: Final = f"""\
set -eu
umask 077
cd {_FOLDER}
rm -f -- *.partial
name=$(date -u +%Y%m%dT%H%M%SZ).dump
trap 'rm -f -- "$name.partial"' EXIT
pg_dump --format=custom --no-password --file="$name.partial"
mv -- "$name.partial" "$name"
set -- [0-9]*T[0-9]*Z.dump
while [ $# -gt KEEP ]; do rm -- "$1"; shift; done
ls -l
"""


class PostgreSQLBackup(CronJob):
    """A CronJob that dumps a database to a claim, with its policy and ServiceAccount. A run without a dump fails.

    A dump is a file `<time in UTC>.dump` in `pg_dump`'s custom format. The server's own image and user create it.
    Other files on the claim are not touched. The claim is kept when the construct is removed.

    Args:
        database: the database, in the same namespace, because its Secret is there.
        schedule: cron schedule, such as `0 2 * * *`.
        storage: size of the claim, with room for `keep` + 1 dumps.
        storage_class: StorageClass of the claim, by default the cluster's; best a class on other disks than the
            database.
        keep: number of dumps that are kept; older ones are deleted.
        time_zone: time zone of the schedule.
        run: limits of each run.
        start_within_seconds: seconds after which a run that could not start is skipped.
        suspend: start no more runs.
        resources: requests and limits of the container; `pg_dump` compresses, which needs CPU rather than memory.

    The remaining arguments are those of `WorkloadOptions`; `pod` has by default the user and the pull secrets of the
    database's pods.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        database: PostgreSQL,
        schedule: str = "0 2 * * *",
        storage: str = "20Gi",
        storage_class: str | None = None,
        keep: int = 7,
        time_zone: str = "Etc/UTC",
        run: RunOptions = RunOptions(),
        start_within_seconds: int = 3600,
        suspend: bool = False,
        resources: Resources = Resources(cpu="100m", memory="128Mi", cpu_limit="1", memory_limit="256Mi"),
        component: str = "backup",
        **options: Unpack[WorkloadOptions],
    ) -> None:
        server = database.template
        options.setdefault(
            "pod", PodOptions(security=server.security, image_pull_secrets=server.options.image_pull_secrets)
        )
        self._claim = {
            **claim(construct_id, storage, storage_class),
            "metadata": {"name": construct_id, "annotations": dict(KEEP)},
        }
        super().__init__(
            scope,
            construct_id,
            image=server.container.image,
            schedule=schedule,
            time_zone=time_zone,
            command=["sh", "-c", _SCRIPT.replace("KEEP", str(keep))],
            run=run,
            start_within_seconds=start_within_seconds,
            suspend=suspend,
            resources=resources,
            uses=[_Login(database)],
            volumes=[ClaimVolume(_FOLDER, claim_name=construct_id)],
            component=component,
            **options,
        )
        self._report(
            quantity_faults("storage", storage),
            minimum_faults("keep", keep, 1),
        )
        if self.namespace != database.namespace:
            self._report(
                [
                    Fault(
                        "database",
                        f"{database.name} is in namespace {database.namespace}, and its Secret "
                        "cannot be used from this namespace",
                    )
                ]
            )
        self.claim = self.objects["PersistentVolumeClaim"]

    def _further(self) -> Sequence[Manifest]:
        """Its claim."""
        if self._settings.chart is not None:
            self._settings.chart.add_claim(self._claim)
        return [self._claim]


@dataclass(frozen=True)
class _Login:
    """The database as its own tools reach it: by libpq's variables, with the server's login rather than a client's.

    Source: https://www.postgresql.org/docs/15/libpq-envars.html
    """

    database: PostgreSQL

    def faults(self) -> Iterable[Fault]:
        """Return nothing: the database reports its own faults."""
        return ()

    def existing(self) -> Iterable[ExistingService]:
        """Return nothing: the app creates the database."""
        return ()

    def addresses(self) -> Sequence[str]:
        """Return the addresses of the database."""
        return self.database.addresses()

    def client_env(self) -> Env:
        """The variables; a server that doesn't answer fails the run, however long it may take."""
        credentials = self.database.credentials
        login: Env = {}
        if credentials is not None:
            login = {"PGUSER": credentials.key("username"), "PGPASSWORD": credentials.key("password")}
        return {
            "PGHOST": self.database.host,
            "PGPORT": str(self.database.port),
            "PGDATABASE": self.database.database,
            **login,
            "PGCONNECT_TIMEOUT": "30",
        }

    def client_egress(self, client: PodPeer, cidrs: Sequence[str]) -> Mapping[str, Any]:
        """Out to its pods."""
        return self.database.client_egress(client, cidrs)

    def admit(self, client: PodPeer) -> None:
        """Let the backup in."""
        self.database.admit(client)
