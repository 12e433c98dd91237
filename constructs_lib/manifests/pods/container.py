"""One container: a service's own, an init container or a sidecar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.errors import Fault, shown
from constructs_lib.kubernetes.addresses import port_faults
from constructs_lib.kubernetes.image_references import image_faults
from constructs_lib.kubernetes.names import label_name_faults, port_name_faults
from constructs_lib.manifests.pods.env import (
    ConfigMapRef,
    Env,
    SecretRef,
    config_maps_of,
    env_faults,
    render_env,
    secrets_of,
)
from constructs_lib.manifests.pods.probes import Probes
from constructs_lib.manifests.pods.resources import Resources
from constructs_lib.manifests.pods.security import Security
from constructs_lib.manifests.pods.volumes import EmptyDir, Volume

TMP = EmptyDir("/tmp")


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container and all that is its own.

    Args:
        name: unique in the pod.
        image: image with a tag or digest.
        command: replaces the image's entry point; a list of words without a shell.
        args: replaces the image's arguments.
        env: environment variables in the given order.
        env_from: Secrets and ConfigMaps whose keys all become environment variables.
        ports: container ports by name.
        resources: requests and limits.
        probes: none by default.
        volumes: volumes that the container mounts.
        pre_stop: command that runs before SIGTERM, within the pod's grace period.
        sidecar: for an init container: keep running beside the other containers (a native sidecar, Kubernetes 1.29).
    """

    name: str
    image: str
    command: Sequence[str] = ()
    args: Sequence[str] = ()
    env: Env = field(default_factory=dict)
    env_from: Sequence[SecretRef | ConfigMapRef] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    resources: Resources = Resources(cpu="50m", memory="64Mi")
    probes: Probes = Probes()
    volumes: Sequence[Volume] = ()
    pre_stop: Sequence[str] = ()
    sidecar: bool = False

    def mounts(self, security: Security) -> list[Volume]:
        """Its volumes, and `/tmp` where the root file system is read-only."""
        has_tmp = any(volume.mount_path == TMP.mount_path for volume in self.volumes)
        return [*([TMP] if security.writable_tmp and not has_tmp else []), *self.volumes]

    def render(
        self, security: Security, *, cpu_limits: bool, further_mounts: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        """The container's mapping."""
        mounts = [*(volume.mount() for volume in self.mounts(security)), *further_mounts]
        optional = {
            "command": list(self.command),
            "args": list(self.args),
            "env": render_env(self.env),
            "envFrom": [_source(source) for source in self.env_from],
            "ports": [{"name": name, "containerPort": port} for name, port in self.ports.items()],
        }
        return {
            "name": self.name,
            "image": self.image,
            **({"restartPolicy": "Always"} if self.sidecar else {}),
            **{name: value for name, value in optional.items() if value},
            **self.probes.render(next(iter(self.ports), None)),
            **({"lifecycle": {"preStop": {"exec": {"command": list(self.pre_stop)}}}} if self.pre_stop else {}),
            "resources": self.resources.render(cpu_limits=cpu_limits),
            "securityContext": security.container_context(),
            **({"volumeMounts": mounts} if mounts else {}),
        }

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of its parts."""
        yield from label_name_faults("name", self.name, "container")
        yield from image_faults("image", self.image)
        numbers: dict[int, str] = {}
        for name, port in self.ports.items():
            yield from port_name_faults("ports", name)
            yield from port_faults(f"port {name}", port)
            other = numbers.setdefault(port, name)
            if other != name:
                yield Fault(f"port {name}", f"{port} is {other}'s already")
        yield from self.resources.faults()
        yield from self.probes.faults(has_port=bool(self.ports))
        yield from env_faults(self.env)
        sources = [*self.env_from, *secrets_of(self.env), *config_maps_of(self.env)]
        for source in {(type(source), source.name): source for source in sources}.values():
            yield from source.faults()
        paths = [volume.mount_path.rstrip("/") for volume in self.volumes]
        repeated = sorted({path for path in paths if paths.count(path) > 1})
        for path in repeated:
            yield Fault("volumes", f"{shown(path)} is mounted twice; remove one of the mounts")
        for volume in self.volumes:
            yield from volume.faults()


def _source(source: SecretRef | ConfigMapRef) -> dict[str, Any]:
    kind = "secretRef" if isinstance(source, SecretRef) else "configMapRef"
    return {kind: {"name": source.name}}
