"""What operators make out of custom resources: Secrets, Services and pods that no manifest shows."""

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
class Made:
    """What one custom resource turns into.

    Args:
        secrets: names of Secrets and their keys.
        services: names of Services.
        pods: the labels of its pods, one entry a kind of pod.
    """

    secrets: Mapping[str, Keys] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    pods: tuple[Mapping[str, str], ...] = ()


def _rabbitmq_cluster(manifest: Manifest) -> Made:
    name = name_of(manifest)
    keys = frozenset(
        {"username", "password", "host", "port", "connection_string", "default_user.conf", "provider", "type"}
    )
    secrets = {f"{name}-default-user": keys, f"{name}-erlang-cookie": None}
    return Made(secrets, (name, f"{name}-nodes"), (broker_labels(manifest),))


def _certificate(manifest: Manifest) -> Made:
    spec = mapping(manifest, "spec")
    keys = (
        None
        if "keystores" in spec or "additionalOutputFormats" in spec
        else frozenset({"tls.crt", "tls.key", "ca.crt"})
    )
    return Made({text(spec, "secretName"): keys})


def _external_secret(manifest: Manifest) -> Made:
    spec = mapping(manifest, "spec")
    name = text(spec, "target", "name") or name_of(manifest)
    template = mapping(spec, "target", "template")
    if template.keys() <= {"engineVersion", "data"} and mapping(template, "data"):
        return Made({name: frozenset(mapping(template, "data"))})
    if "dataFrom" in spec or template:
        return Made({name: None})
    return Made({name: frozenset(text(entry, "secretKey") for _, entry in mappings(spec, "data"))})


def _sealed_secret(manifest: Manifest) -> Made:
    name = text(manifest, "spec", "template", "metadata", "name") or name_of(manifest)
    keys = {*mapping(manifest, "spec", "encryptedData"), *mapping(manifest, "spec", "template", "data")}
    return Made({name: frozenset(keys)})


def _prometheus(manifest: Manifest) -> Made:
    name = name_of(manifest)
    pods = {"prometheus": name, "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": name}
    return Made(
        services=("prometheus-operated",),
        pods=({**pods, **texts(manifest, "spec", "podMetadata", "labels")},),
    )


def _alertmanager(manifest: Manifest) -> Made:
    name = name_of(manifest)
    pods = {
        "alertmanager": name,
        "app.kubernetes.io/name": "alertmanager",
        "app.kubernetes.io/instance": name,
    }
    return Made(
        services=("alertmanager-operated",),
        pods=({**pods, **texts(manifest, "spec", "podMetadata", "labels")},),
    )


_MAKERS: Final[Mapping[str, Callable[[Manifest], Made]]] = {
    "RabbitmqCluster": _rabbitmq_cluster,
    "Certificate": _certificate,
    "ExternalSecret": _external_secret,
    "SealedSecret": _sealed_secret,
    "Prometheus": _prometheus,
    "Alertmanager": _alertmanager,
}


def made_in(world: World) -> Iterator[tuple[Manifest, Made]]:
    """The custom resources that are known, each with what its operator makes in the same namespace."""
    for kind, maker in _MAKERS.items():
        for manifest in world.of_kind(kind):
            yield manifest, maker(manifest)
