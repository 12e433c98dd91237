"""The pod template that all constructs share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.errors import Fault, minimum_faults, shown
from constructs_lib.inventory.cluster import NodePool
from constructs_lib.kubernetes.annotations import PREFIX
from constructs_lib.kubernetes.mount_paths import mount_path_faults
from constructs_lib.kubernetes.names import KEY, annotation_faults, label_faults, name_faults
from constructs_lib.manifests.pods.container import Container
from constructs_lib.manifests.pods.env import SecretRef, secrets_of
from constructs_lib.manifests.pods.probes import Probes
from constructs_lib.manifests.pods.security import Security
from constructs_lib.manifests.pods.volumes import SecretVolume, Volume

CONFIG_VOLUME = "config"

_MOST_CONFIG = 2**20
"""Bytes in a ConfigMap. Source: https://kubernetes.io/docs/concepts/configuration/configmap/"""


@dataclass(frozen=True)
class ServiceAccountRef:
    """A ServiceAccount of the namespace that the construct does not create.

    Args:
        name: its name.
        mount_token: whether its pods get a token for the Kubernetes API.
    """

    name: str
    mount_token: bool = False


@dataclass(frozen=True, kw_only=True)
class PodOptions:
    """Further settings of a pod; every workload takes them as `pod=`.

    Args:
        labels: further labels of the pods (never part of a selector).
        annotations: annotations of the pods.
        init_containers: run one after the other before the pod's own container starts.
        sidecars: run beside it.
        security: who the processes run as; by default the chart's.
        termination_grace_period_seconds: how long the pod has to end after SIGTERM before it is killed.
        priority_class_name: an existing PriorityClass.
        image_pull_secrets: names of Secrets in the namespace; by default the chart's.
        service_account: one that is there; by default the workload gets its own, without rights or a token.
        service_account_annotations: of its own one, such as a cloud role's.
        spread: over nodes and zones, where there are several; by default as the chart says.
        disruption_budget: keep a drain from taking away more than one pod at once, where there are several; by
            default as the chart says.
        reload_on_secret_change: lets a Reloader in the cluster replace the pods when a Secret or ConfigMap
            that they use changes (https://github.com/stakater/Reloader).
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    init_containers: Sequence[Container] = ()
    sidecars: Sequence[Container] = ()
    security: Security | None = None
    termination_grace_period_seconds: int | None = None
    priority_class_name: str | None = None
    image_pull_secrets: Sequence[str] | None = None
    service_account: ServiceAccountRef | None = None
    service_account_annotations: Mapping[str, str] = field(default_factory=dict)
    spread: bool | None = None
    disruption_budget: bool | None = None
    reload_on_secret_change: bool = False

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the options."""
        yield from minimum_faults("pod.termination_grace_period_seconds", self.termination_grace_period_seconds, 0)
        if self.service_account is not None and self.service_account_annotations:
            yield Fault(
                "pod.service_account_annotations",
                f"{self.service_account.name} is not created by this construct; annotate it where it is created",
            )
        if self.security is not None:
            yield from self.security.faults("pod.security")
        if self.priority_class_name is not None:
            yield from name_faults("pod.priority_class_name", self.priority_class_name, "PriorityClass")
        if self.service_account is not None:
            yield from name_faults("pod.service_account", self.service_account.name, "ServiceAccount")
        for name in self.image_pull_secrets or ():
            yield from name_faults("pod.image_pull_secrets", name, "Secret")
        yield from label_faults("pod.labels", self.labels)
        yield from annotation_faults("pod.annotations", self.annotations)
        yield from annotation_faults("pod.service_account_annotations", self.service_account_annotations)
        for group in ("init_containers", "sidecars"):
            for container in getattr(self, group):
                faults = (*container.faults(), *_place_faults(container, group))
                yield from (fault.within(f"pod.{group} {container.name}") for fault in faults)


def _place_faults(container: Container, group: str) -> Iterator[Fault]:
    """Yield the faults of a container among the init containers or sidecars."""
    if group == "sidecars" and container.sidecar:
        yield Fault("", "sidecar=True belongs to init_containers; move the container there, or remove sidecar")
    if group == "init_containers" and not container.sidecar:
        if container.probes != Probes():
            yield Fault("probes", "an init container that ends has no probes; remove them, or set sidecar=True")
        if container.pre_stop:
            yield Fault("pre_stop", "an init container that ends has no preStop hook; remove it, or set sidecar=True")


@dataclass(frozen=True, kw_only=True)
class PodTemplate:
    """The parts of a pod template.

    Args:
        container: the pod's own container.
        labels: the pods' labels, the selector's among them.
        selector: the labels that the workload selects its pods by.
        service_account: whose rights the pods have.
        options: what the user asked for beyond that.
        security: the security context in force.
        image_pull_secrets: names of Secrets in the namespace.
        cpu_limits: whether containers get CPU limits.
        pool: where the pods run.
        config_files: contents by absolute path, held by the ConfigMap `config_map`.
        config_map: its name.
        grace_period_seconds: unless the options say otherwise.
        spread: over nodes and zones, where there are several.
    """

    container: Container
    labels: Mapping[str, str]
    selector: Mapping[str, str]
    service_account: ServiceAccountRef
    options: PodOptions
    security: Security
    image_pull_secrets: Sequence[str] = ()
    cpu_limits: bool = True
    pool: NodePool | None = None
    config_files: Mapping[str, str] = field(default_factory=dict)
    config_map: str = ""
    grace_period_seconds: int = 30
    spread: bool = True

    def render(self) -> dict[str, Any]:
        """The workload's `spec.template`."""
        annotations = {**self._checksums(), **self.options.annotations}
        metadata = {"labels": {**self.labels, **self.options.labels}}
        if annotations:
            metadata["annotations"] = annotations
        return {"metadata": metadata, "spec": self._spec()}

    def _spec(self) -> dict[str, Any]:
        options = self.options
        inits = [self._container(container) for container in options.init_containers]
        grace = options.termination_grace_period_seconds
        return {
            "serviceAccountName": self.service_account.name,
            "automountServiceAccountToken": self.service_account.mount_token,
            # Kubernetes' own variables such as REDIS_PORT=tcp://... would override an app's settings.
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": self.grace_period_seconds if grace is None else grace,
            **({"priorityClassName": options.priority_class_name} if options.priority_class_name else {}),
            **self._image_pull_secrets(),
            **placement(self.pool),
            **self._spread(),
            "securityContext": self.security.pod_context(),
            **({"initContainers": inits} if inits else {}),
            "containers": [self._own_container(), *map(self._container, options.sidecars)],
            **self._volumes(),
        }

    def _own_container(self) -> dict[str, Any]:
        files = [
            {"name": CONFIG_VOLUME, "mountPath": path, "subPath": key, "readOnly": True}
            for path, key in config_keys(self.config_files).items()
        ]
        return self.container.render(self.security, cpu_limits=self.cpu_limits, further_mounts=files)

    def _container(self, container: Container) -> dict[str, Any]:
        return container.render(self.security, cpu_limits=self.cpu_limits)

    def _image_pull_secrets(self) -> dict[str, Any]:
        names = self.options.image_pull_secrets
        names = self.image_pull_secrets if names is None else names
        return {"imagePullSecrets": [{"name": name} for name in names]} if names else {}

    def _volumes(self) -> dict[str, Any]:
        volumes = {volume.volume_name: volume.render() for volume in self.all_volumes() if volume.source()}
        if self.config_files:
            volumes[CONFIG_VOLUME] = {"name": CONFIG_VOLUME, "configMap": {"name": self.config_map}}
        return {"volumes": list(volumes.values())} if volumes else {}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults between parts that are each valid."""
        yield from _config_faults(self.config_files)
        mounted = {volume.mount_path.rstrip("/") for volume in self.container.volumes}
        for path in self.config_files:
            if path in mounted:
                yield Fault(f"config_files {shown(path)}", "a volume is mounted at this path; choose another path")
        sources: dict[str, Mapping[str, Any]] = {CONFIG_VOLUME: {"configMap": ...}} if self.config_files else {}
        for volume in self.all_volumes():
            if sources.setdefault(volume.volume_name, volume.source()) != volume.source():
                yield Fault(
                    f"volume {shown(volume.mount_path)}",
                    f"another one is called {shown(volume.volume_name)}; give it a name",
                )
        yield from self._port_faults()

    def _port_faults(self) -> Iterator[Fault]:
        """Containers of a pod share its addresses, and a Service finds a port by its name."""
        beside = (container for container in self.options.init_containers if container.sidecar)
        numbers: dict[int, Container] = {}
        names: dict[str, Container] = {}
        for container in (self.container, *self.options.sidecars, *beside):
            for name, port in container.ports.items():
                other = numbers.setdefault(port, container)
                same = names.setdefault(name, container)
                if other is not container:
                    yield Fault(
                        f"port {name}", f"container {other.name} already listens on {port}; choose another port"
                    )
                if same is not container:
                    yield Fault(f"port {name}", f"container {same.name} has a port of that name; rename one")

    def has_writable(self, path: str) -> bool:
        """Return True if the pod's own container can write there."""
        mounts = {volume.mount_path.rstrip("/"): volume.read_only for volume in self.container.mounts(self.security)}
        return not mounts.get(path, self.security.read_only_root_filesystem)

    def containers(self) -> list[Container]:
        """All containers of the pod."""
        return [*self.options.init_containers, self.container, *self.options.sidecars]

    def all_volumes(self) -> list[Volume]:
        """All volumes that a container mounts, some of them several times."""
        return [volume for container in self.containers() for volume in container.mounts(self.security)]

    def secrets(self) -> list[SecretRef]:
        """All Secrets that the pod reads."""
        found = [
            source
            for container in self.containers()
            for source in (*secrets_of(container.env), *container.env_from)
            if isinstance(source, SecretRef)
        ]
        return [*found, *(volume.secret for volume in self.all_volumes() if isinstance(volume, SecretVolume))]

    def _checksums(self) -> dict[str, str]:
        """Return annotations that change the template, and so replace the pods, when configuration changes."""
        annotations = {}
        if self.config_files:
            annotations[f"{PREFIX}config-checksum"] = checksum(self.config_files)
        versions = {secret.name: secret.version for secret in self.secrets() if secret.version}
        for name in sorted(versions):
            annotations[f"{PREFIX}secret-version.{name}"] = versions[name] or ""
        return annotations

    def _spread(self) -> dict[str, Any]:
        if not self.spread or (self.pool is not None and len(self.pool.nodes) == 1):
            return {}
        keys = ["kubernetes.io/hostname"]
        # Unknown nodes may have zones; nodes without zones are ignored.
        if self.pool is None or len(set(self.pool.zones)) > 1:
            keys.append("topology.kubernetes.io/zone")
        selector = {"matchLabels": dict(self.selector)}
        return {
            "topologySpreadConstraints": [
                {
                    "maxSkew": 1,
                    "topologyKey": key,
                    "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": selector,
                }
                for key in keys
            ]
        }


def placement(pool: NodePool | None) -> dict[str, Any]:
    """Selector and tolerations of pods that run in the pool: always both, so that neither is forgotten."""
    if pool is None:
        return {}
    tolerations = [
        {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect} for taint in pool.taints
    ]
    selector = {"nodeSelector": dict(pool.labels)} if pool.labels else {}
    return {**selector, **({"tolerations": tolerations} if tolerations else {})}


def config_keys(files: Mapping[str, str]) -> dict[str, str]:
    """The ConfigMap key of each file path: the file's name, or the whole path where two names are equal."""
    names = [path.rsplit("/", 1)[-1] for path in files]
    return {
        path: name if names.count(name) == 1 else path.strip("/").replace("/", "_")
        for path, name in zip(files, names, strict=True)
    }


def _config_faults(files: Mapping[str, str]) -> Iterator[Fault]:
    paths: dict[str, str] = {}
    for path, key in config_keys(files).items():
        if any(mount_path_faults("", path)) or not KEY.pattern.fullmatch(key):
            yield Fault(
                f"config_files {shown(path)}",
                "the path must be absolute, without a colon and without '..'; its name has "
                "letters, digits, '.', '_' and '-'",
            )
        other = paths.setdefault(key, path)
        if other != path:
            yield Fault(
                f"config_files {shown(path)}",
                f"{shown(other)} would have the same key {shown(key)} in the ConfigMap; rename one",
            )
    size = sum(len(content.encode()) for content in files.values())
    if size > _MOST_CONFIG:
        yield Fault("config_files", f"they have {size} bytes; a ConfigMap holds {_MOST_CONFIG} at most")


def checksum(files: Mapping[str, str]) -> str:
    """A short fingerprint of paths and contents."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{files[path]}\0".encode())
    return digest.hexdigest()[:16]
