"""Rules of containers: names, images, ports, environment, mounts, probes and hooks.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, dig, integer, mapping, mappings, text
from constructs_lib.kubernetes.mount_paths import backstep_faults, relative_path_faults
from constructs_lib.kubernetes.names import (
    DNS_LABEL,
    DNS_NAME,
    KEY,
    is_qualified,
    rejected_variable_name,
    variable_name_faults,
)
from constructs_lib.kubernetes.quantities import parse_quantity
from constructs_lib.kubernetes.validation.resources import container_resources
from constructs_lib.kubernetes.validation.rule import (
    LABEL_NAME,
    NOT_NEGATIVE,
    POSITIVE,
    PROTOCOL,
    FieldFault,
    FieldRule,
    Rules,
    at,
    exactly_one,
    messages,
    name,
    needs,
    one_of,
    one_of_or_default,
    optional_port,
    port,
    port_name,
    port_number,
    since,
    unique,
    until,
)

_RESIZE: Final = {"resourceName": ("cpu", "memory"), "restartPolicy": ("NotRequired", "RestartContainer")}
PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
"""The probes of a container."""

_FIELD_PATHS: Final = (
    *("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName"),
    *("status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"),
)
_FILE_FIELD_PATHS: Final = (
    *("metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"),
)
_SUBSCRIPT: Final = re.compile(r"(?P<map>.+)\['(?P<key>[^']*)'\]")
_RESOURCE_FIELDS: Final = re.compile(r"(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.*)")
_HEADER: Final = re.compile(r"[-A-Za-z0-9]+")


def _container(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    yield from unique(where / "ports", mappings(container, "ports"), ("name",), "two ports of the container")
    yield from _mounts(where, container)
    yield from _devices(where, container)
    yield from _probes(where, container)
    if isinstance(container.get("resources"), dict):
        yield from container_resources(where / "resources", container["resources"])


@since("1.33")
def _resize(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    policies = list(mappings(container, "resizePolicy"))
    for place, policy in policies:
        here = where / "resizePolicy" / place
        yield from needs(here, policy, "resourceName", "for a resize policy")
        for field, choices in _RESIZE.items():
            if text(policy, field):
                yield from ((here / field, message) for message in one_of(*choices)(text(policy, field)))
    yield from unique(where / "resizePolicy", mappings(container, "resizePolicy"), ("resourceName",), "two entries")


def _probes(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    for probe in ("livenessProbe", "startupProbe"):
        threshold = integer(container, probe, "successThreshold")
        if threshold is not None and threshold > 1:
            message = f"must be 1, got {threshold}; only a readinessProbe can need more"
            yield where / probe / "successThreshold", message
    if dig(container, "readinessProbe", "terminationGracePeriodSeconds") is not None:
        yield (
            where / "readinessProbe" / "terminationGracePeriodSeconds",
            "cannot be set for a readinessProbe; remove it",
        )


def _mounts(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    seen: set[str] = set()
    is_privileged = dig(container, "securityContext", "privileged") is True
    for place, mount in mappings(container, "volumeMounts"):
        here, path = where / "volumeMounts" / place, text(mount, "mountPath")
        if path and path in seen:
            yield here / "mountPath", f"{shown(path)} is mounted twice; remove one of the mounts"
        seen.add(path)
        if mount.get("mountPropagation") == "Bidirectional" and not is_privileged:
            yield here / "mountPropagation", "is allowed only for privileged containers"


def _devices(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    mounts = {text(mount, "name"): text(mount, "mountPath") for _, mount in mappings(container, "volumeMounts")}
    yield from unique(where / "volumeDevices", mappings(container, "volumeDevices"), ("devicePath",), "two devices")
    yield from unique(where / "volumeDevices", mappings(container, "volumeDevices"), ("name",), "two devices")
    for place, device in mappings(container, "volumeDevices"):
        here = where / "volumeDevices" / place
        if text(device, "name") in mounts:
            yield here / "name", f"{shown(text(device, 'name'))} is also mounted by volumeMounts; remove one of them"
        elif text(device, "devicePath") in mounts.values():
            yield here / "devicePath", "is also a mountPath of volumeMounts; change one of them"


def _mount(where: FieldPath, mount: Manifest) -> Iterator[FieldFault]:
    if text(mount, "subPath") and text(mount, "subPathExpr"):
        yield where / "subPathExpr", "cannot be set beside subPath; remove one of them"


@since("1.31")
def _recursive(where: FieldPath, mount: Manifest) -> Iterator[FieldFault]:
    if mount.get("recursiveReadOnly") in ("Enabled", "IfPossible") and mount.get("readOnly") is not True:
        yield where / "recursiveReadOnly", "requires readOnly: true"


@since("1.31")
def _recursive_choice(value: str) -> Iterator[str]:
    yield from one_of("Disabled", "IfPossible", "Enabled")(value)


@until("1.32")
def _sleep(where: FieldPath, hook: Manifest) -> Iterator[FieldFault]:
    if not integer(hook, "seconds"):
        yield where / "seconds", "must be at least 1"


@until("1.31")
def _old_variable_name(where: FieldPath, variable: Manifest) -> Iterator[FieldFault]:
    if text(variable, "name"):
        yield from at(where / "name", variable_name_faults("", text(variable, "name")))


def _variable(where: FieldPath, variable: Manifest) -> Iterator[FieldFault]:
    if variable.get("value") and variable.get("valueFrom") is not None:
        yield where / "valueFrom", "cannot be set beside value; remove one of them"


_SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")


def _value_source(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, source, _SOURCES if "fileKeyRef" in source else _SOURCES[:-1])
    yield from _field_reference(where / "fieldRef", mapping(source, "fieldRef"), _FIELD_PATHS)


def _env_source(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, source, ("configMapRef", "secretRef"))


def _file(where: FieldPath, file: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, file, ("fieldRef", "resourceFieldRef"))
    yield from _field_reference(where / "fieldRef", mapping(file, "fieldRef"), _FILE_FIELD_PATHS)
    reference = file.get("resourceFieldRef")
    if isinstance(reference, dict):
        yield from needs(where / "resourceFieldRef", reference, "containerName", "in a volume")


def _field_reference(where: FieldPath, reference: Manifest, known: tuple[str, ...]) -> Iterator[FieldFault]:
    path, version = text(reference, "fieldPath"), text(reference, "apiVersion")
    if version not in ("", "v1"):
        yield where / "apiVersion", f'must be "v1", got {shown(version)}'
    elif path and not _is_field(path, known):
        shorter = ", ".join(known)
        yield where / "fieldPath", f"{shown(path)} is not available; write one of {shorter}, or metadata.labels['key']"


def _is_field(path: str, known: tuple[str, ...]) -> bool:
    match = _SUBSCRIPT.fullmatch(path)
    if match is None:
        return path in known
    key = match["key"].lower() if match["map"] == "metadata.annotations" else match["key"]
    return match["map"] in ("metadata.labels", "metadata.annotations") and is_qualified(key)


def _resource_field(where: FieldPath, reference: Manifest) -> Iterator[FieldFault]:
    resource, divisor = text(reference, "resource"), reference.get("divisor")
    if not resource:
        return
    if not _RESOURCE_FIELDS.fullmatch(resource):
        yield where / "resource", f"{shown(resource)} is not available; write it like limits.cpu or requests.memory"
    elif divisor and not _divides(resource, divisor):
        units = "1 or 1m" if resource.endswith(".cpu") else "1, or one unit such as 1Mi"
        yield where / "divisor", f"must be {units}, got {shown(divisor)}"


def _divides(resource: str, divisor: object) -> bool:
    try:
        amount = parse_quantity(divisor)  # type: ignore[arg-type]  # the schema has checked its type
    except ValueError:
        return True  # has a fault of its own
    units = (
        ("1", "1m")
        if resource.endswith(".cpu")
        else ("1", *(f"1{unit}" for unit in "kMGTPE"), *(f"1{unit}i" for unit in "KMGTPE"))
    )
    return amount == 0 or amount in map(parse_quantity, units)


_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc")


def _probe(where: FieldPath, probe: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, probe, _HANDLERS)


def _hook(where: FieldPath, hook: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, hook, ("exec", "httpGet", "tcpSocket", "sleep"))


def _header(value: str) -> Iterator[str]:
    if value and not _HEADER.fullmatch(value):
        yield f"{shown(value)} is not a valid header name; write letters, digits and '-'"


def _variable_name(value: str) -> Iterator[str]:
    return messages(rejected_variable_name("", value)) if value else iter(())


def _image(value: str) -> Iterator[str]:
    if value != value.strip():
        yield f"{shown(value)} must not begin or end with a blank"


def _device_path(value: str) -> Iterator[str]:
    return messages(backstep_faults("", value))


def _relative(value: str) -> Iterator[str]:
    return messages(relative_path_faults("", value)) if value else iter(())


def check_only_in_pods(where: FieldPath, container: Manifest) -> Iterator[FieldFault]:
    """Yield the fault of an image with blanks around it, which the API server rejects in a Pod."""
    yield from ((where / "image", message) for message in _image(text(container, "image")))


_CONTAINER_FIELDS: Final = {
    "name": name(DNS_LABEL, "container name"),
    "imagePullPolicy": one_of_or_default("Always", "IfNotPresent", "Never"),
    "terminationMessagePolicy": one_of_or_default("File", "FallbackToLogsOnError"),
}
_KEY: Final = name(KEY, "key")
_SELECTOR_FIELDS: Final = {"name": name(DNS_NAME, "name"), "key": _KEY}


def _prefix(what: str) -> FieldRule:
    """Return the rule of a name at whose end the API server accepts a hyphen."""
    return lambda value: name(DNS_NAME, what)(re.sub("(?<=.)-$", "a", value))


RULES: Final = Rules(
    fields={
        "core.v1.Container": _CONTAINER_FIELDS,
        "core.v1.EphemeralContainer": _CONTAINER_FIELDS,
        "core.v1.ContainerPort": {
            "containerPort": port_number,
            "hostPort": optional_port,
            "name": lambda value: port_name(value) if value else (),
            "protocol": PROTOCOL,
        },
        "core.v1.EnvVar": {"name": _variable_name},
        "core.v1.EnvFromSource": {"prefix": _variable_name},
        "core.v1.ConfigMapEnvSource": {"name": _prefix("ConfigMap name")},
        "core.v1.SecretEnvSource": {"name": _prefix("Secret name")},
        "core.v1.ConfigMapKeySelector": _SELECTOR_FIELDS,
        "core.v1.SecretKeySelector": _SELECTOR_FIELDS,
        "core.v1.FileKeySelector": {"volumeName": LABEL_NAME, "path": _device_path},
        "core.v1.VolumeMount": {
            "subPath": _relative,
            "subPathExpr": _relative,
            "mountPropagation": one_of("None", "HostToContainer", "Bidirectional"),
            "recursiveReadOnly": _recursive_choice,
        },
        "core.v1.VolumeDevice": {"devicePath": _device_path},
        "core.v1.Probe": {
            "initialDelaySeconds": NOT_NEGATIVE,
            "timeoutSeconds": NOT_NEGATIVE,
            "periodSeconds": NOT_NEGATIVE,
            "successThreshold": NOT_NEGATIVE,
            "failureThreshold": NOT_NEGATIVE,
            "terminationGracePeriodSeconds": POSITIVE,
        },
        "core.v1.HTTPGetAction": {"port": port, "scheme": one_of_or_default("HTTP", "HTTPS")},
        "core.v1.HTTPHeader": {"name": _header},
        "core.v1.TCPSocketAction": {"port": port},
        "core.v1.GRPCAction": {"port": port_number},
        "core.v1.SleepAction": {"seconds": NOT_NEGATIVE},
    },
    objects={
        "core.v1.Container": (_container, _resize),
        "core.v1.EphemeralContainer": (_container, _resize),
        "core.v1.VolumeMount": (_mount, _recursive),
        "core.v1.EnvVar": (_variable, _old_variable_name),
        "core.v1.EnvVarSource": (_value_source,),
        "core.v1.EnvFromSource": (_env_source,),
        "core.v1.DownwardAPIVolumeFile": (_file,),
        "core.v1.ResourceFieldSelector": (_resource_field,),
        "core.v1.Probe": (_probe,),
        "core.v1.LifecycleHandler": (_hook,),
        "core.v1.SleepAction": (_sleep,),
    },
    required={
        "core.v1.Container": ("image",),
        "core.v1.ConfigMapKeySelector": ("name",),
        "core.v1.SecretKeySelector": ("name",),
        "core.v1.ConfigMapEnvSource": ("name",),
        "core.v1.SecretEnvSource": ("name",),
        "core.v1.ExecAction": ("command",),
    },
    optional={"core.v1.HTTPHeader": ("value",), "core.v1.SleepAction": ("seconds",)},
)
