"""PostgreSQL, with settings that suit its memory.

Sources: https://hub.docker.com/_/postgres and https://www.postgresql.org/docs/15/runtime-config-resource.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from constructs import Construct
from typing_extensions import Unpack

from constructs_lib.app.argument_types import checked
from constructs_lib.errors import Fault, minimum_faults, shown
from constructs_lib.kubernetes.quantities import MEBI, parse_quantity
from constructs_lib.manifests.pods.env import Env, SecretRef
from constructs_lib.manifests.pods.probes import ExecProbe, Probes
from constructs_lib.manifests.pods.resources import Resources, minimum_memory_faults
from constructs_lib.manifests.pods.volumes import EmptyDir, Volume
from constructs_lib.workloads.dedicated_stateful import DedicatedStateful, StoreOptions
from constructs_lib.workloads.endpoints import env_prefix

_SETTING: Final = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)
_LEAST_MEMORY: Final = 64 * MEBI
_DATA: Final = "/var/lib/postgresql/data"
_ASK: Final = "pg_isready --quiet --host=127.0.0.1"
# pg_isready ends with 1 while the server starts, recovers or shuts down: not ready, but not to be killed either.
_ALIVE: Final = f"{_ASK}; test $? -le 1"


class PostgreSQL(DedicatedStateful):
    """One PostgreSQL server of the official image, as a non-root user on a read-only root file system.

    Args:
        credentials: a Secret with the keys `username` and `password`, in its own namespace.
        database: name of the database that the first start creates.
        storage: size of the claim.
        image: image of PostgreSQL 13 or newer.
        resources: requests and limits; the server's settings are computed from the memory limit.
        max_connections: `max_connections` of postgresql.conf.
        parameters: further settings of postgresql.conf; they take precedence over the computed ones.
        env: further environment variables; they take precedence over the construct's own.
        volumes: volumes that the container mounts besides the claim.
        probes: probes of the server; `Probes()` for none.

    Clients get `<NAME>_HOST`, `<NAME>_PORT`, `<NAME>_DATABASE` and each key of their Secret. The remaining
    arguments are those of `StoreOptions`.
    """

    single = True
    image_user = 999
    """The user `postgres` of the official image: its files belong to it."""

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        credentials: SecretRef,
        database: str = "app",
        storage: str = "20Gi",
        image: str = "postgres:15.8",
        resources: Resources = Resources(cpu="500m", memory="1Gi"),
        max_connections: int = 100,
        parameters: Mapping[str, str] | None = None,
        env: Env | None = None,
        volumes: Sequence[Volume] = (),
        probes: Probes | None = None,
        component: str = "database",
        **options: Unpack[StoreOptions],
    ) -> None:
        self.database = database
        settings = {**memory_settings(resources, max_connections), **(parameters or {})}
        super().__init__(
            scope,
            construct_id,
            image=image,
            port=5432,
            storage=storage,
            data_path=_DATA,
            credentials=credentials,
            resources=resources,
            env={
                "POSTGRES_DB": database,
                "POSTGRES_USER": credentials.key("username"),
                "POSTGRES_PASSWORD": credentials.key("password"),
                # A folder below the mount: a new disk's lost+found would stop initdb.
                "PGDATA": f"{_DATA}/pgdata",
                **(env or {}),
            },
            args=[word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
            volumes=[*_scratch(volumes), *volumes],
            probes=_probes() if probes is None else probes,
            container_name="postgresql",
            port_name="postgresql",
            component=component,
            **options,
        )
        self._own_env = frozenset(env or {})
        self._report(
            minimum_faults("max_connections", max_connections, 1),
            _database_faults(database),
            (
                Fault("parameters", f"{shown(name)} is not a valid setting name")
                for name in settings
                if not _SETTING.fullmatch(name)
            ),
            minimum_memory_faults(resources, _LEAST_MEMORY),
        )

    def client_env(self) -> Env:
        """Host, port, database and each key of the client's Secret."""
        return {f"{env_prefix(self.name)}_DATABASE": self.database, **super().client_env()}


def _scratch(volumes: Sequence[Volume]) -> list[Volume]:
    """Return the volumes for the server's other files, unless the user mounts one at the same path."""
    own = [EmptyDir("/var/run/postgresql"), EmptyDir("/dev/shm", name="shm", medium="Memory")]
    return [volume for volume in own if volume.mount_path not in {given.mount_path for given in volumes}]


def memory_settings(resources: Resources, max_connections: int) -> dict[str, str]:
    """Settings of postgresql.conf that stay below the container's memory limit.

    A quarter for shared buffers, as PostgreSQL's manual advises; a quarter for sorting and hashing, shared out to
    all connections; the rest for the connections themselves, maintenance and the page cache.
    """
    try:
        limit = parse_quantity(resources.memory_limit or resources.memory)
    except ValueError:
        return {}  # a fault that `Resources` reports
    mebibytes = limit / MEBI
    return {
        "max_connections": str(max_connections),
        "shared_buffers": _megabytes(mebibytes / 4, least=16),
        "effective_cache_size": _megabytes(mebibytes / 2, least=16),
        "work_mem": _megabytes(mebibytes / 4 / max(max_connections, 1), least=1),
        "maintenance_work_mem": _megabytes(mebibytes / 16, least=16),
    }


def _database_faults(name: str) -> Iterator[Fault]:
    # PostgreSQL cuts longer names off.
    if not name or len(name.encode()) > 63:
        yield Fault("database", f"{shown(name)} is not a valid database name; write 1 to 63 bytes")


def _megabytes(amount: Decimal, least: int) -> str:
    return f"{max(int(amount), least)}MB"


def _probes() -> Probes:
    alive = ("sh", "-c", _ALIVE)
    return Probes(
        startup=ExecProbe(command=("sh", "-c", _ASK), period_seconds=5, failure_threshold=60, timeout_seconds=5),
        readiness=ExecProbe(command=("sh", "-c", _ASK), period_seconds=10, timeout_seconds=5),
        liveness=ExecProbe(command=alive, period_seconds=15, failure_threshold=4, timeout_seconds=5),
    )
