"""DedicatedStateful: software with a disk of its own, alone on its node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, TypeAlias

from constructs import Construct
from typing_extensions import Unpack

from constructs_lib.app.api_objects import Manifest
from constructs_lib.app.argument_types import checked
from constructs_lib.errors import minimum_faults
from constructs_lib.kubernetes.argocd_sync import KEEP
from constructs_lib.kubernetes.names import name_faults
from constructs_lib.kubernetes.quantities import quantity_faults
from constructs_lib.manifests.monitors import Exporter, ScrapeEndpoint, pod_monitor
from constructs_lib.manifests.networking.network_policies import PodPeer, ingress_rule
from constructs_lib.manifests.networking.service import service
from constructs_lib.manifests.pods.container import Container
from constructs_lib.manifests.pods.env import ConfigMapRef, Env, SecretRef
from constructs_lib.manifests.pods.probes import Probes
from constructs_lib.manifests.pods.resources import Resources
from constructs_lib.manifests.pods.volumes import Volume, claim
from constructs_lib.workloads.endpoints import Endpoint, ServiceEndpoint, address_env, secret_env
from constructs_lib.workloads.workload import Workload, WorkloadOptions

Retention: TypeAlias = Literal["Retain", "Delete"]
UpdateStrategy: TypeAlias = Literal["RollingUpdate", "OnDelete"]

CLAIM = "data"
_GRACE_SECONDS: Final = 120  # to write what is in memory


class StoreOptions(WorkloadOptions, total=False):
    """Arguments that every data store takes.

    Args:
        client_credentials: the Secret that clients have in their own namespace; each key becomes an environment
            variable. By default it has the name and keys of `credentials`. Store a URL under its own key: a URL
            assembled from variables breaks on a password with `@` or `/`.
        storage_class: name of the StorageClass; by default the cluster's default class.
        retention_on_delete: `Retain` keeps the claims when the StatefulSet is deleted, `Delete` deletes them.
        retention_on_scale_down: the same for the claims of pods that are scaled away.
        update_strategy: `RollingUpdate`, or `OnDelete`: a pod is only replaced after someone deletes it.
        exporter: a sidecar that exports metrics to Prometheus; the policy admits Prometheus' namespace. A PodMonitor
            is added if the chart's `Defaults` have `monitors`.
    """

    client_credentials: SecretRef | None
    storage_class: str | None
    retention_on_delete: Retention
    retention_on_scale_down: Retention
    update_strategy: UpdateStrategy
    exporter: Exporter | None


class DedicatedStateful(Workload, ServiceEndpoint):
    """StatefulSet with a claim for each pod, a headless and a client Service, ServiceAccount and NetworkPolicy.

    Args:
        image: image with a tag or digest.
        port: port that clients connect to.
        storage: size of each pod's claim, such as `20Gi`.
        data_path: path at which the claim is mounted.
        replicas: number of pods; more than one only if the software supports it.
        credentials: the Secret with its login, in its own namespace.
        resources: requests and limits; equal by default, because such a pod is evicted last.
        env: environment variables in the given order: strings, or handles such as `SecretRef(...).key(...)`.
        env_from: Secrets and ConfigMaps whose keys all become environment variables.
        command: replaces the image's entry point.
        args: replaces the image's arguments.
        config_files: contents of files by absolute path; a change replaces the pods.
        volumes: volumes that the container mounts besides the claim.
        probes: none by default.
        container_name: the container's name.
        port_name: the port's name.

    The remaining arguments are those of `StoreOptions`.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: str,
        port: int,
        storage: str,
        data_path: str,
        replicas: int = 1,
        credentials: SecretRef | None = None,
        client_credentials: SecretRef | None = None,
        storage_class: str | None = None,
        retention_on_delete: Retention = "Retain",
        retention_on_scale_down: Retention = "Retain",
        update_strategy: UpdateStrategy = "RollingUpdate",
        exporter: Exporter | None = None,
        resources: Resources = Resources(cpu="500m", memory="1Gi"),
        env: Env | None = None,
        env_from: Sequence[SecretRef | ConfigMapRef] = (),
        uses: Sequence[Endpoint] = (),
        command: Sequence[str] = (),
        args: Sequence[str] = (),
        config_files: Mapping[str, str] | None = None,
        volumes: Sequence[Volume] = (),
        probes: Probes | None = None,
        container_name: str = "server",
        port_name: str = "server",
        component: str = "data-store",
        **options: Unpack[WorkloadOptions],
    ) -> None:
        # Kubernetes adds a hash to the name and writes it into a label of at most 63 characters.
        super().__init__(scope, construct_id, component=component, uses=uses, max_name=52, **options)
        self.port, self.credentials = port, credentials
        self.client_credentials = client_credentials or credentials
        self._report(
            quantity_faults("storage", storage),
            minimum_faults("replicas", replicas, 1),
            name_faults("storage_class", storage_class, "StorageClass") if storage_class is not None else (),
        )
        container = Container(
            name=container_name,
            image=image,
            command=command,
            args=args,
            env=self._env(env or {}),
            env_from=env_from,
            ports={port_name: port},
            resources=resources,
            probes=probes or Probes(),
            volumes=[Claim(data_path, name=CLAIM), *volumes],
        )
        monitor, ingress = self._add_exporter(exporter, container)
        template = self._template(container, config_files or {}, _GRACE_SECONDS)
        manifest = {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": self.name, "annotations": dict(KEEP)},
            "spec": {
                "replicas": replicas,
                "serviceName": f"{self.name}-headless",
                "selector": {"matchLabels": dict(self.selector)},
                "updateStrategy": {"type": update_strategy},
                "persistentVolumeClaimRetentionPolicy": {
                    "whenDeleted": retention_on_delete,
                    "whenScaled": retention_on_scale_down,
                },
                "template": template.render(),
                # Without labels: they couldn't be changed later, and no claim is worth losing for one.
                "volumeClaimTemplates": [claim(CLAIM, storage, storage_class)],
            },
        }
        self._count(manifest, replicas)
        ports = {port_name: port}
        services = [
            service(self.name, self.selector, ports),
            service(f"{self.name}-headless", self.selector, ports, headless=True),
        ]
        self._create(template, [manifest, *self._disruption_budget(replicas), *services, *monitor], ingress)
        self.stateful_set = self.objects["StatefulSet"]
        self.service = self.objects["Service"]
        self.headless_service = self.objects[f"Service-{self.name}-headless"]

    def client_env(self) -> Env:
        """`<NAME>_HOST`, `<NAME>_PORT` and each key of the credentials."""
        return {
            **address_env(self.name, self.host, self.port),
            **secret_env(self.name, self.client_credentials),
        }

    # Parts

    def _add_exporter(self, exporter: Exporter | None, container: Container) -> tuple[list[Manifest], list[Manifest]]:
        """Put it beside the container; the monitor of it, and the rule that lets Prometheus in."""
        if exporter is None:
            return [], []
        # Both read the same Secret, whose faults are reported once.
        reported = {fault.message for fault in container.faults()}
        self._report(fault for fault in exporter.faults() if fault.message not in reported)
        self._pod = replace(self._pod, sidecars=[*self._pod.sidecars, exporter.container])
        defaults = self._settings.defaults
        rule = ingress_rule([PodPeer(defaults.metrics_namespace)], self.namespace, [exporter.port])
        if defaults.monitors is None:
            return [], [rule]
        return [pod_monitor(self.name, self.selector, [ScrapeEndpoint(path=exporter.path)], defaults.monitors)], [rule]


class Claim(Volume):
    """The pod's own claim from the claim template: it is mounted, but is no entry of the pod's volumes."""

    def source(self) -> Mapping[str, Any]:
        """Nothing: the StatefulSet adds the volume."""
        return {}
