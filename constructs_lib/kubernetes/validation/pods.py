"""Fields of a pod's spec and its containers.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.addresses import port_faults
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, mapping, mappings
from constructs_lib.kubernetes.mount_paths import rejected_mount_path
from constructs_lib.kubernetes.names import rejected_variable_name
from constructs_lib.kubernetes.validation.values import FieldFault, at, minimum

_CONTAINERS: Final = ("initContainers", "containers")
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_PROBE_NUMBERS: Final = (
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "failureThreshold",
    "successThreshold",
)
_ACTIONS: Final = ("httpGet", "tcpSocket", "grpc")
_IDS: Final = ("runAsUser", "runAsGroup", "fsGroup")


def pod_faults(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a pod's spec.

    Args:
        where: path of the spec in its manifest.
        spec: the pod's spec.
    """
    yield from _ids(where, spec)
    for group in _CONTAINERS:
        for place, container in mappings(spec, group):
            yield from _container(where / group / place, container)


def _container(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    yield from _ids(where, container)
    yield from _ports(where, container)
    yield from _mounts(where, container)
    for place, variable in mappings(container, "env"):
        name = variable.get("name")
        if isinstance(name, str):
            yield from at(where / "env" / place / "name", rejected_variable_name("", name))
    for probe in _PROBES:
        yield from _probe(where / probe, mapping(container, probe))


def _ids(where: FieldPath, owner: Manifest) -> Iterator[FieldFault]:
    for field in _IDS:
        yield from minimum(where / "securityContext", mapping(owner, "securityContext"), field)


def _ports(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    for place, port in mappings(container, "ports"):
        for field in ("containerPort", "hostPort"):
            number = integer(port, field)
            # A host port of 0 means none.
            if number is not None and not (field == "hostPort" and number == 0):
                yield from at(where / "ports" / place / field, port_faults("", number))


def _mounts(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    seen: set[str] = set()
    for place, mount in mappings(container, "volumeMounts"):
        field, path = where / "volumeMounts" / place / "mountPath", mount.get("mountPath")
        if not isinstance(path, str):
            continue
        yield from at(field, rejected_mount_path("", path))
        if path in seen:
            yield field, f"{shown(path)} is mounted twice; remove one of the mounts"
        seen.add(path)


def _probe(where: FieldPath, probe: Manifest) -> Iterator[FieldFault]:
    for field in _PROBE_NUMBERS:
        # 0 is read as the default.
        yield from minimum(where, probe, field)
    yield from minimum(where, probe, "terminationGracePeriodSeconds", 1)
    threshold = integer(probe, "successThreshold")
    if where[-1] != "readinessProbe" and threshold is not None and threshold > 1:
        yield where / "successThreshold", f"must be 1, got {threshold}; only a readinessProbe can need more"
    for action in _ACTIONS:
        number = integer(probe, action, "port")
        if number is not None:
            yield from at(where / action / "port", port_faults("", number))
    if "exec" in probe and not mapping(probe, "exec").get("command"):
        yield where / "exec" / "command", "must name a command"
