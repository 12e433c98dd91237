"""The connections of a workload's pods: declared by annotation, and visible in their environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.annotations import USES
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.hosts import Host, hosts_in_value, service_names
from constructs_lib.kubernetes.manifest import Manifest, dig, items, mapping, mappings, text, texts
from constructs_lib.kubernetes.pod_owners import Workload

_REFERENCE: Final = re.compile(r"\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)")


@dataclass(frozen=True)
class Connection:
    """A host that a workload's pods connect to.

    Args:
        workload: whose pods.
        field: where it is written.
        host: the host's name as written, in lower case.
        port: the port, if it is known.
        declared: whether the annotation says so; then it is meant, wherever the host is.
        manifest: the object with the field: the workload, or a ConfigMap.
    """

    workload: Workload
    field: FieldPath
    host: str
    port: int | None
    declared: bool
    manifest: Manifest


def connections(world: World, workload: Workload) -> Iterator[Connection]:
    """The workload's connections, declared ones first, each place in which one is written once."""
    where = FieldPath("metadata", "annotations", USES)
    for word in text(workload.manifest, "metadata", "annotations", USES).split():
        host, _, port = word.rpartition(":")
        number = int(port) if port.isascii() and port.isdigit() else None
        name = host if host and number is not None else word
        yield Connection(workload, where, name.lower().rstrip("."), number, True, workload.manifest)
    for path, container in workload.containers():
        for field, found in _in_container(world, workload, path, container):
            yield Connection(workload, field, found.name, found.port, False, workload.manifest)
    yield from _in_files(world, workload)


def _in_container(
    world: World, workload: Workload, path: FieldPath, container: Manifest
) -> Iterator[tuple[FieldPath, Host]]:
    variables: dict[str, tuple[str, FieldPath]] = {}
    for name, value, field in _variables(world, workload.namespace, path, container):
        known = {key: text_ for key, (text_, _) in variables.items()} if "$" in value else {}
        variables[name] = (expand(value, known), field)
    for name, (value, field) in variables.items():
        for host in hosts_in_value(name, value):
            yield field, _with_port(name, host, variables)
    known = {key: value for key, (value, _) in variables.items()}
    for key in ("command", "args"):
        words = [expand(word, known) for word in items(container, key) if isinstance(word, str)]
        for place, (flag, word) in enumerate(zip(["", *words], words, strict=False)):
            name, _, value = word.partition("=") if word.startswith("-") and "=" in word else (flag, "", word)
            named = name if name.startswith("-") else ""
            yield from ((path / key / place, host) for host in hosts_in_value(named, value))


def _with_port(variable: str, host: Host, variables: Mapping[str, tuple[str, FieldPath]]) -> Host:
    """The host with the port of the variable beside it: `REDIS_PORT` for `REDIS_HOST`."""
    if host.port is not None:
        return host
    beside = re.sub(r"(HOST|HOSTNAME|ADDR|ADDRESS)$", "PORT", variable)
    value = variables.get(beside, ("", ""))[0] if beside != variable else ""
    return Host(host.name, int(value)) if value.isascii() and value.isdigit() and len(value) <= 5 else host


def _variables(
    world: World, namespace: str, path: FieldPath, container: Manifest
) -> Iterator[tuple[str, str, FieldPath]]:
    """Name, value and field of each variable whose value is visible: later ones win over earlier."""
    for place, source in mappings(container, "envFrom"):
        for key, entry in _config_map(world, namespace, text(source, "configMapRef", "name")).items():
            yield text(source, "prefix") + key, entry, path / "envFrom" / place
    for place, variable in mappings(container, "env"):
        value: object = variable.get("value")
        reference = mapping(variable, "valueFrom", "configMapKeyRef")
        if reference:
            value = _config_map(world, namespace, text(reference, "name")).get(text(reference, "key"))
        if isinstance(value, str):
            here = path / "env" / place
            field = here / "valueFrom" / "configMapKeyRef" if reference else here / "value"
            yield text(variable, "name"), value, field


def expand(value: str, variables: Mapping[str, str]) -> str:
    """The value with `$(NAME)` replaced as the kubelet does: unknown names and `$$(NAME)` stay.

    Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """

    def replacement(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else variables.get(match[1], match[0])

    return _REFERENCE.sub(replacement, value)


def _config_map(world: World, namespace: str, name: str) -> dict[str, str]:
    return texts(world.get(namespace, "ConfigMap", name), "data")


def _in_files(world: World, workload: Workload) -> Iterator[Connection]:
    """Full names of Services in mounted ConfigMaps; shorter ones could be anything in a file."""
    names = [text(volume, "configMap", "name") for _, volume in mappings(workload.spec, "volumes")]
    for _, volume in mappings(workload.spec, "volumes"):
        sources = mappings(volume, "projected", "sources")
        names += [text(source, "configMap", "name") for _, source in sources]
    for name in dict.fromkeys(filter(None, names)):
        manifest = world.get(workload.namespace, "ConfigMap", name)
        if manifest is not None:
            for key, value in texts(manifest, "data").items():
                for found in service_names(value):
                    yield Connection(workload, FieldPath("data", key), found.name, found.port, False, manifest)


def is_on_host(workload: Workload) -> bool:
    """Return True if the pods use their node's network, to which no policy applies."""
    return dig(workload.spec, "hostNetwork") is True
