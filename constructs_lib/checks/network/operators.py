"""Secrets, Services and pods that operators create from custom resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.manifest import Manifest, mapping, mappings, name_of, text, texts
from constructs_lib.kubernetes.rabbitmq_operator import broker_labels

Keys = frozenset[str] | None
"""A Secret's keys; `None` where they can't be known."""


@dataclass(frozen=True)
class OperatorOutput:
    """The objects that an operator creates from one custom resource.

    Args:
        secrets: names of Secrets and their keys.
        services: names of Services.
        pods: the labels of its pods, one entry a kind of pod.
    """

    secrets: Mapping[str, Keys] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    pods: tuple[Mapping[str, str], ...] = ()


def _rabbitmq_cluster(manifest: Manifest) -> OperatorOutput:
    name = name_of(manifest)
    keys = frozenset(
        {"username", "password", "host", "port", "connection_string", "default_user.conf", "provider", "type"}
    )
    secrets = {f"{name}-default-user": keys, f"{name}-erlang-cookie": None}
    return OperatorOutput(secrets, (name, f"{name}-nodes"), (broker_labels(manifest),))


def _certificate(manifest: Manifest) -> OperatorOutput:
    spec = mapping(manifest, "spec")
    keys = (
        None
        if "keystores" in spec or "additionalOutputFormats" in spec
        else frozenset({"tls.crt", "tls.key", "ca.crt"})
    )
    return OperatorOutput({text(spec, "secretName"): keys})


def _external_secret(manifest: Manifest) -> OperatorOutput:
    spec = mapping(manifest, "spec")
    name = text(spec, "target", "name") or name_of(manifest)
    template = mapping(spec, "target", "template")
    if template.keys() <= {"engineVersion", "data"} and mapping(template, "data"):
        return OperatorOutput({name: frozenset(mapping(template, "data"))})
    if "dataFrom" in spec or template:
        return OperatorOutput({name: None})
    return OperatorOutput({name: frozenset(text(entry, "secretKey") for _, entry in mappings(spec, "data"))})


def _sealed_secret(manifest: Manifest) -> OperatorOutput:
    name = text(manifest, "spec", "template", "metadata", "name") or name_of(manifest)
    keys = {*mapping(manifest, "spec", "encryptedData"), *mapping(manifest, "spec", "template", "data")}
    return OperatorOutput({name: frozenset(keys)})


def _prometheus(manifest: Manifest) -> OperatorOutput:
    name = name_of(manifest)
    pods = {"prometheus": name, "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": name}
    return OperatorOutput(
        services=("prometheus-operated",),
        pods=({**pods, **texts(manifest, "spec", "podMetadata", "labels")},),
    )


def _alertmanager(manifest: Manifest) -> OperatorOutput:
    name = name_of(manifest)
    pods = {
        "alertmanager": name,
        "app.kubernetes.io/name": "alertmanager",
        "app.kubernetes.io/instance": name,
    }
    return OperatorOutput(
        services=("alertmanager-operated",),
        pods=({**pods, **texts(manifest, "spec", "podMetadata", "labels")},),
    )


_MAKERS: Final[Mapping[str, Callable[[Manifest], OperatorOutput]]] = {
    "RabbitmqCluster": _rabbitmq_cluster,
    "Certificate": _certificate,
    "ExternalSecret": _external_secret,
    "SealedSecret": _sealed_secret,
    "Prometheus": _prometheus,
    "Alertmanager": _alertmanager,
}


def operator_outputs(world: World) -> Iterator[tuple[Manifest, OperatorOutput]]:
    """Yield the known custom resources, each with the objects that its operator creates in the same namespace."""
    for kind, maker in _MAKERS.items():
        for manifest in world.of_kind(kind):
            yield manifest, maker(manifest)
