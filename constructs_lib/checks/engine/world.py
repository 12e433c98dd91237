"""The world that a check reads: manifests, the inventory of nodes and the existing objects, with indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.repository_files import RepositoryFiles
from constructs_lib.inventory.cluster import Cluster, Existing
from constructs_lib.kubernetes.annotations import ENVIRONMENT, PRODUCTION
from constructs_lib.kubernetes.kinds import API_GROUPS, CONTROLLERS_LABELS, TEMPLATES
from constructs_lib.kubernetes.label_selectors import matches
from constructs_lib.kubernetes.manifest import (
    Manifest,
    group_of,
    kind_of,
    mapping,
    name_of,
    namespace_of,
    text,
    texts,
)
from constructs_lib.kubernetes.pod_owners import Workload, workload_of
from constructs_lib.kubernetes.rabbitmq_operator import broker_workload
from constructs_lib.kubernetes.schemas.custom import CustomResources
from constructs_lib.kubernetes.well_known import NAMESPACE_LABEL, SYSTEM_NAMESPACES

Key = tuple[str, str, str]
"""Namespace, kind and name."""

_NO_TREE: Final = RepositoryFiles()
_NOTHING_EXISTS: Final = Existing()


@dataclass(frozen=True, eq=False)
class World:
    """One environment: the manifests for one cluster, and its existing objects.

    Args:
        manifests: the objects, as plain mappings in the form of their YAML.
        cluster: the nodes; without it, checks that need nodes don't run.
        existing: what is in the cluster already.
        environment: the environment's name, such as `prod`; by default what the Namespaces say.
        complete: whether all that will exist is declared (an app): a reference to anything else is then an
            error; in foreign YAML it is a warning.
        tree: the files that the manifests were read from, if any.
        kubernetes_version: the minor version of Kubernetes, such as `1.30`; by default what the inventory says.
        definitions: CustomResourceDefinitions of the cluster, beside those among the manifests.
        server_findings: the answers of an API server to a dry run; None if none was asked.
    """

    manifests: tuple[Manifest, ...]
    cluster: Cluster | None = None
    existing: Existing = _NOTHING_EXISTS
    environment: str | None = None
    complete: bool = False
    tree: RepositoryFiles = _NO_TREE
    kubernetes_version: str | None = None
    definitions: tuple[Manifest, ...] = ()
    server_findings: tuple[Finding, ...] | None = None

    @cached_property
    def objects(self) -> tuple[Manifest, ...]:
        """The manifests that are mappings, in their order."""
        return tuple(manifest for manifest in self.manifests if isinstance(manifest, Mapping))

    @cached_property
    def version(self) -> str | None:
        """The minor version of Kubernetes, if it is known."""
        return self.kubernetes_version or (self.cluster.kubernetes_version if self.cluster else None)

    @cached_property
    def custom_resources(self) -> CustomResources:
        """The kinds of custom resources that the cluster can have."""
        return CustomResources((*self.definitions, *self.of_kind("CustomResourceDefinition")))

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Manifest, ...]]:
        """The objects of each kind in their order, whatever the version of their API.

        A kind of the same name in another group than the well-known one stands under `Kind.group`.
        """
        groups: dict[str, list[Manifest]] = {}
        for manifest in self.objects:
            kind, group = kind_of(manifest), group_of(manifest)
            known = API_GROUPS.get(kind)
            groups.setdefault(kind if known is None or group in known else f"{kind}.{group}", []).append(manifest)
        return {kind: tuple(group) for kind, group in groups.items()}

    def of_kind(self, *kinds: str) -> Iterator[Manifest]:
        """The objects of the kinds."""
        return (manifest for kind in kinds for manifest in self.by_kind.get(kind, ()))

    @cached_property
    def by_key(self) -> Mapping[Key, Manifest]:
        """The objects by namespace (or `default`), kind and name; of equal ones the first."""
        found: dict[Key, Manifest] = {}
        for kind, group in self.by_kind.items():
            for manifest in group:
                found.setdefault((namespace_of(manifest), kind, name_of(manifest)), manifest)
        return found

    def get(self, namespace: str, kind: str, name: str) -> Manifest | None:
        """The object, if it is among the manifests."""
        return self.by_key.get((namespace, kind, name))

    def names(self, namespace: str, kind: str) -> Iterator[str]:
        """The names of a kind's objects in a namespace."""
        return (name_of(manifest) for manifest in self.in_namespace.get((namespace, kind), ()))

    @cached_property
    def in_namespace(self) -> Mapping[tuple[str, str], tuple[Manifest, ...]]:
        """The objects by namespace and kind."""
        found: dict[tuple[str, str], list[Manifest]] = {}
        for kind, group in self.by_kind.items():
            for manifest in group:
                found.setdefault((namespace_of(manifest), kind), []).append(manifest)
        return {key: tuple(group) for key, group in found.items()}

    @cached_property
    def scalers(self) -> Mapping[Key, tuple[Manifest, ...]]:
        """HorizontalPodAutoscalers and ScaledObjects by what they scale."""
        found: dict[Key, list[Manifest]] = {}
        for scaler in self.of_kind("HorizontalPodAutoscaler", "ScaledObject"):
            target = mapping(scaler, "spec", "scaleTargetRef")
            kind = text(target, "kind") or ("Deployment" if kind_of(scaler) == "ScaledObject" else "")
            found.setdefault((namespace_of(scaler), kind, text(target, "name")), []).append(scaler)
        return {key: tuple(group) for key, group in found.items()}

    @cached_property
    def workloads(self) -> tuple[Workload, ...]:
        """The workloads, in the order of their kinds."""
        return (
            *(
                workload_of(manifest, self.scalers.get((namespace_of(manifest), kind, name_of(manifest)), ()))
                for kind in TEMPLATES
                for manifest in self.of_kind(kind)
            ),
            *map(broker_workload, self.of_kind("RabbitmqCluster")),
        )

    @cached_property
    def workloads_in(self) -> Mapping[str, tuple[Workload, ...]]:
        """The workloads by namespace."""
        found: dict[str, list[Workload]] = {}
        for workload in self.workloads:
            found.setdefault(workload.namespace, []).append(workload)
        return {namespace: tuple(group) for namespace, group in found.items()}

    @cached_property
    def _by_label(self) -> Mapping[tuple[str, str, str], tuple[Workload, ...]]:
        found: dict[tuple[str, str, str], list[Workload]] = {}
        for workload in self.workloads:
            for key, value in workload.labels.items():
                found.setdefault((workload.namespace, key, value), []).append(workload)
        return {label: tuple(group) for label, group in found.items()}

    def selected(self, namespace: str, selector: object) -> tuple[Workload, ...]:
        """The workloads of a namespace whose pods a label selector selects.

        Goes through the rarest label's carriers only, so that many selectors stay cheap.
        """
        candidates = self.workloads_in.get(namespace, ())
        wanted = texts(selector, "matchLabels")
        added = wanted.keys() & CONTROLLERS_LABELS.keys()
        for key, value in wanted.items():
            if key not in added:
                candidates = min(candidates, self._by_label.get((namespace, key, value), ()), key=len)
        labels = ((workload, {**workload.labels, **workload.added_labels(wanted)}) for workload in candidates)
        return tuple(workload for workload, carried in labels if matches(selector, carried))

    def existing_pods(self, namespace: str, selector: object) -> bool:
        """Return True if the selector selects pods that are declared as existing, behind a Service."""
        return any(
            service.namespace == namespace and service.pod_labels and matches(selector, service.pod_labels)
            for service in self.existing.services
        )

    def backends(self, service: Manifest) -> tuple[Workload, ...]:
        """The workloads whose pods a Service selects; none where it has no selector.

        A chart's test, a migration and the like often carry the same labels, and aren't what it is there for.
        """
        selector = mapping(service, "spec", "selector")
        selected = self.selected(namespace_of(service), {"matchLabels": selector}) if selector else ()
        return tuple(workload for workload in selected if not workload.ends) or selected

    @cached_property
    def namespaces(self) -> Mapping[str, Mapping[str, str]]:
        """Namespaces that are declared, exist, or are in every cluster, with their labels."""
        existing = self.existing
        names = [*SYSTEM_NAMESPACES, *existing.namespaces, *(service.namespace for service in existing.services)]
        if not self.complete:
            # In an app a Secret is declared by each use, so it says nothing about its namespace.
            names += [item.namespace for item in (*existing.secrets, *existing.config_maps)]
            names += [item.namespace for item in (*existing.service_accounts, *existing.claims)]
        found: dict[str, Mapping[str, str]] = {name: {NAMESPACE_LABEL: name} for name in names}
        for manifest in self.of_kind("Namespace"):
            name = name_of(manifest)
            found[name] = {**texts(manifest, "metadata", "labels"), NAMESPACE_LABEL: name}
        return found

    def namespace_labels(self, namespace: str) -> Mapping[str, str]:
        """The labels of a namespace, also of one that is declared nowhere."""
        return self.namespaces.get(namespace) or {NAMESPACE_LABEL: namespace}

    @cached_property
    def is_production(self) -> bool:
        """Return True if the environment, as given or as the Namespaces are annotated, is production."""
        return bool(PRODUCTION & set(self.environments))

    @cached_property
    def environments(self) -> tuple[str, ...]:
        """The environment's name; without one the names that the Namespaces are annotated with."""
        if self.environment is not None:
            return (self.environment,)
        names: Iterable[str] = (
            text(manifest, "metadata", "annotations", ENVIRONMENT) for manifest in self.of_kind("Namespace")
        )
        return tuple(dict.fromkeys(name for name in names if name))
