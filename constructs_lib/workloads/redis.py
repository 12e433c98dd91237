"""Redis, with a memory bound below its container's limit.

Source: https://redis.io/docs/latest/operate/oss_and_stack/management/config/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from constructs import Construct
from typing_extensions import Unpack

from constructs_lib.app.argument_types import checked
from constructs_lib.errors import Fault, shown
from constructs_lib.kubernetes.quantities import MEBI, parse_quantity
from constructs_lib.manifests.pods.env import Env, SecretRef
from constructs_lib.manifests.pods.probes import ExecProbe, Probes
from constructs_lib.manifests.pods.resources import Resources, minimum_memory_faults
from constructs_lib.manifests.pods.volumes import Volume
from constructs_lib.workloads.dedicated_stateful import DedicatedStateful, StoreOptions

_LEAST_MEMORY: Final = 16 * MEBI
_CONFIG: Final = "/etc/redis/redis.conf"
_PONG: Final = 'test "$(redis-cli -h 127.0.0.1 ping)" = PONG'
# While it loads its file Redis answers LOADING: not ready, but alive.
_ALIVE: Final = "redis-cli -h 127.0.0.1 ping"

Appendfsync: TypeAlias = Literal["always", "everysec", "no"]
MaxmemoryPolicy: TypeAlias = Literal[
    "noeviction",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
]


class Redis(DedicatedStateful):
    """One Redis server of the official image, as a non-root user on a read-only root file system.

    Args:
        credentials: a Secret with the key `password`, in its own namespace; none for a server without one.
        storage: size of the claim for the append-only file.
        image: image of Redis 6 or newer.
        resources: requests and limits; data may use two fifths of the memory limit. While Redis rewrites its file,
            every page that is written exists twice, in the worst case all pages, and pages take a tenth more than the
            data.
        maxmemory_policy: action at this limit: `noeviction` rejects writes, `allkeys-lru`
            removes the least recently used keys.
        appendfsync: interval of writes to the disk: `everysec` loses at most about a second of data.
        settings: further lines of redis.conf; they take precedence over the computed ones.
        env: further environment variables.
        volumes: volumes that the container mounts besides the claim.
        probes: probes of the server; `Probes()` for none.

    The remaining arguments are those of `StoreOptions`.
    """

    single = True
    image_user = 999
    """The user `redis` of the official image: its files belong to it."""

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        credentials: SecretRef | None = None,
        storage: str = "8Gi",
        image: str = "redis:7.2.5",
        resources: Resources = Resources(cpu="250m", memory="512Mi"),
        maxmemory_policy: MaxmemoryPolicy = "noeviction",
        appendfsync: Appendfsync = "everysec",
        settings: Mapping[str, str] | None = None,
        env: Env | None = None,
        volumes: Sequence[Volume] = (),
        probes: Probes | None = None,
        component: str = "cache",
        **options: Unpack[StoreOptions],
    ) -> None:
        lines = {
            **_settings(resources),
            "maxmemory-policy": maxmemory_policy,
            "appendonly": "yes",
            "appendfsync": appendfsync,
            **(settings or {}),
        }
        password: Env = {}
        arguments: Sequence[str] = [_CONFIG]
        if credentials is not None:
            # redis-cli reads REDISCLI_AUTH; the server takes its password as an argument only.
            password = {"REDISCLI_AUTH": credentials.key("password")}
            arguments = [_CONFIG, "--requirepass", "$(REDISCLI_AUTH)"]
        super().__init__(
            scope,
            construct_id,
            image=image,
            port=6379,
            storage=storage,
            data_path="/data",
            credentials=credentials,
            resources=resources,
            env={**password, **(env or {})},
            volumes=volumes,
            command=["redis-server"],
            args=arguments,
            config_files={_CONFIG: "".join(f"{name} {value}\n" for name, value in lines.items())},
            probes=_probes() if probes is None else probes,
            container_name="redis",
            port_name="redis",
            component=component,
            **options,
        )
        self._own_env = frozenset(env or {})
        self._report(
            (
                Fault(
                    "settings",
                    f"{shown(name)} {shown(value)} is not a valid line of redis.conf; both parts need text "
                    "without line breaks",
                )
                for name, value in lines.items()
                if not name.strip() or not value.strip() or len(f"{name} {value}".splitlines()) > 1
            ),
            minimum_memory_faults(resources, _LEAST_MEMORY),
        )


def _settings(resources: Resources) -> dict[str, str]:
    try:
        limit = parse_quantity(resources.memory_limit or resources.memory)
    except ValueError:
        return {"dir": "/data"}  # a fault that `Resources` reports
    return {"dir": "/data", "maxmemory": f"{int(limit / MEBI * 2 / 5)}mb"}


def _probes() -> Probes:
    return Probes(
        startup=ExecProbe(command=("sh", "-c", _PONG), period_seconds=2, failure_threshold=150, timeout_seconds=5),
        readiness=ExecProbe(command=("sh", "-c", _PONG), period_seconds=10, timeout_seconds=5),
        liveness=ExecProbe(command=("sh", "-c", _ALIVE), period_seconds=15, failure_threshold=4, timeout_seconds=5),
    )
