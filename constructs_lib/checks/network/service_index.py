"""Services by host name.

Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.operators import operator_outputs
from constructs_lib.checks.network.policies import PodEnd, pod_end
from constructs_lib.errors import nearest_word, shown
from constructs_lib.kubernetes.hosts import address_of
from constructs_lib.kubernetes.manifest import (
    Manifest,
    integer,
    mapping,
    mappings,
    name_of,
    namespace_of,
    text,
    texts,
)
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.well_known import CLUSTERS_OWN

_TOP_LEVEL: Final = frozenset({"com", "org", "net", "io", "dev", "app", "ai", "cloud", "co", "tech", "info"})
"""Namespaces by these names don't make every domain of theirs a Service."""


@dataclass(frozen=True, eq=False)
class KnownService:
    """A Service of the manifests, an existing one, or one that an operator creates.

    Args:
        namespace: where it is.
        name: its name.
        manifest: the object; None if it is not among the manifests.
        ports: the numbers it offers; none where they aren't known.
        pods: the labels of the pods behind it where no workload shows them; `None` if they aren't known.
    """

    namespace: str
    name: str
    manifest: Manifest | None = None
    ports: tuple[int, ...] = ()
    pods: Mapping[str, str] | None = None

    @property
    def is_headless(self) -> bool:
        """Return True if the name resolves to the addresses of the pods, so that the Service's ports do not matter."""
        return text(self.manifest, "spec", "clusterIP") == "None"

    @property
    def is_alias(self) -> bool:
        """Return True if it is another name for a host elsewhere."""
        return text(self.manifest, "spec", "type") == "ExternalName"


class Resolution(NamedTuple):
    """The Service that a host name resolves to, or the Service that is missing.

    Args:
        service: the Service, if there is one.
        missing: the namespace and name of the Service that there would have to be.
        pod: the name of one of its pods, where the host names one.
    """

    service: KnownService | None = None
    missing: tuple[str, str] | None = None
    pod: str = ""


class Target(NamedTuple):
    """A pod behind a Service: the workload if it is among the manifests, and where it listens."""

    workload: Workload | None
    end: PodEnd
    port: int
    protocol: str


class Services:
    """The Services of a world by namespace and name."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def known(self) -> Mapping[tuple[str, str], KnownService]:
        """All Services that are known, those of the manifests before others."""
        found = [self._own(manifest) for manifest in self.world.of_kind("Service")]
        for service in self.world.existing.services:
            ports, labels = tuple(service.ports.values()), service.pod_labels or None
            found.append(KnownService(service.namespace, service.name, None, ports, labels))
        for manifest, made in operator_outputs(self.world):
            labels = made.pods[0] if made.pods else None
            found += [KnownService(namespace_of(manifest), name, None, (), labels) for name in made.services]
        found.append(KnownService("default", "kubernetes", None, (443,)))
        return {(one.namespace, one.name): one for one in reversed(found)}

    @staticmethod
    def _own(manifest: Manifest) -> KnownService:
        numbers = (integer(port, "port") for _, port in mappings(manifest, "spec", "ports"))
        ports = tuple(number for number in numbers if number is not None)
        return KnownService(namespace_of(manifest), name_of(manifest), manifest, ports)

    @cached_property
    def by_name(self) -> Mapping[str, tuple[KnownService, ...]]:
        """Services by their name alone."""
        found: dict[str, list[KnownService]] = {}
        for service in self.known.values():
            found.setdefault(service.name, []).append(service)
        return {name: tuple(group) for name, group in found.items()}

    @cached_property
    def by_namespace(self) -> Mapping[str, tuple[str, ...]]:
        """The names of Services by namespace."""
        found: dict[str, list[str]] = {}
        for namespace, name in self.known:
            found.setdefault(namespace, []).append(name)
        return {namespace: tuple(names) for namespace, names in found.items()}

    def meaning(self, host: str, namespace: str) -> Resolution | None:
        """Resolve a host name for a pod of the namespace; None for an address or an external name."""
        labels = [label for label in host.split(".") if not label.startswith("_")]
        if address_of(host) or not labels:
            return None
        if "svc" in labels[2:]:
            end = labels.index("svc", 2)
            return self._find(labels[end - 1], labels[end - 2], ".".join(labels[: end - 2]))
        return self._short(labels, namespace)

    def _short(self, labels: list[str], namespace: str) -> Resolution | None:
        """Resolve a name without `svc`, which may be a Service or a domain."""
        if len(labels) == 1:
            return self._find(namespace, labels[0])
        *rest, name, space = labels
        if (namespace, space) in self.known and not rest:
            return self._find(namespace, space, name)  # web-0.web
        if (space, name) in self.known:
            return self._find(space, name, ".".join(rest))
        if rest:
            return None
        if space in self._spaces:
            return None if space in _TOP_LEVEL else self._find(space, name)
        homes = [one.namespace for one in self.by_name.get(name, ())]
        near = len(space) > 2 and difflib.get_close_matches(space, homes, cutoff=0.75)
        return Resolution(missing=(space, name)) if near else None

    @cached_property
    def _spaces(self) -> frozenset[str]:
        return frozenset({*self.world.namespaces, *self.world.workloads_in, *self.by_namespace})

    def _find(self, namespace: str, name: str, pod: str = "") -> Resolution | None:
        service = self.known.get((namespace, name))
        if service is not None:
            return Resolution(service, pod=pod)
        if namespace in CLUSTERS_OWN:
            return None
        return Resolution(missing=(namespace, name))

    def hint(self, namespace: str, name: str, client: str) -> str:
        """Return `; did you mean "redis.data"?` with the nearest Service, or the known Services.

        Args:
            namespace: the namespace of the missing Service.
            name: its name.
            client: the namespace of the pod that asks.
        """
        here = self.by_namespace.get(namespace, ())
        if near := nearest_word(name, here):
            return f"; did you mean {shown(near if namespace == client else f'{near}.{namespace}')}?"
        elsewhere = self.by_name.get(name, ())
        if elsewhere:
            full_name = f"{name}.{elsewhere[0].namespace}"
            return f"; did you mean {shown(full_name)}?"
        return f"; known there: {', '.join(sorted(here)[:6])}" if here else ""

    def lacks_pod(self, service: KnownService, pod: str) -> bool:
        """Return True if the Service is known to have no pod of that name: only a StatefulSet's pods have one."""
        backends = self.world.backends(service.manifest) if service.manifest else ()
        named = [one for one in backends if text(one.spec, "hostname") or one.kind != "StatefulSet"]
        if not backends or named:
            return False
        match = re.fullmatch(r"(.+)-([0-9]{1,9})", pod)
        return match is None or not any(
            workload.name == match[1] and self._ordinals(workload, int(match[2])) for workload in backends
        )

    @staticmethod
    def _ordinals(workload: Workload, ordinal: int) -> bool:
        start = integer(workload.manifest, "spec", "ordinals", "start") or 0
        return start <= ordinal < start + max(workload.max_replicas, 1)

    def targets(self, service: KnownService, port: int, addresses: tuple[str, ...]) -> Iterator[Target]:
        """The pods that a connection to the Service's port reaches, as far as they are known."""
        if service.manifest is None:
            end = PodEnd(service.namespace, service.pods, addresses=addresses)
            yield Target(None, end, port, "TCP")
            return
        entry = next(
            (item for _, item in mappings(service.manifest, "spec", "ports") if integer(item, "port") == port),
            {},
        )
        protocol = text(entry, "protocol") or "TCP"
        for workload in self.world.backends(service.manifest):
            end = pod_end(workload, addresses)
            wanted = port if service.is_headless else entry.get("targetPort", port)
            number = end.ports.get((wanted, protocol)) if isinstance(wanted, str) else wanted
            if isinstance(number, int):
                yield Target(workload, end, number, protocol)

    def offers(self, service: KnownService, port: int) -> bool:
        """Return True if a connection to the port leads anywhere, as far as that is known."""
        if service.is_alias or not service.ports or port in service.ports:
            return True
        if not service.is_headless or service.manifest is None:
            return False
        declared = [
            integer(item, "containerPort")
            for workload in self.world.backends(service.manifest)
            for _, container in workload.containers()
            for _, item in mappings(container, "ports")
        ]
        targets = [integer(item, "targetPort") for _, item in mappings(service.manifest, "spec", "ports")]
        return not declared or port in (*declared, *targets)


def shown_labels(workload: Workload) -> str:
    """The labels to select a workload's pods by: `app=web,tier=front`."""
    chosen = texts(workload.manifest, "spec", "selector", "matchLabels") or workload.labels
    return ",".join(f"{key}={value}" for key, value in chosen.items())


def shown_selector(service: KnownService) -> str:
    """The labels of the pods behind a Service, as people write them."""
    chosen = mapping(service.manifest, "spec", "selector") or service.pods or {}
    return ",".join(f"{key}={value}" for key, value in chosen.items())


@lru_cache(maxsize=2)
def services_of(world: World) -> Services:
    """The Services of a world; asked twice, the same."""
    return Services(world)
