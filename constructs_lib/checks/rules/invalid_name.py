"""Names, labels and annotations that the API server rejects.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import Fault, shown, wrong_type
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import TEMPLATES
from constructs_lib.kubernetes.manifest import (
    Manifest,
    dig,
    group_of,
    items,
    kind_of,
    mapping,
    mappings,
    text,
)
from constructs_lib.kubernetes.names import (
    DNS_LABEL,
    DNS_NAME,
    SERVICE_NAME,
    Form,
    annotation_key_faults,
    form_faults,
    label_key_faults,
    label_name_faults,
    label_value_faults,
    port_name_faults,
)
from constructs_lib.kubernetes.pod_owners import Workload

_PATH_SEGMENT: Final = Form(re.compile(r"(?!\.{1,2}$)[^/%]+"), "anything but '/' and '%'", 10_000)
_FORMS: Final[Mapping[str, Form]] = {
    "Namespace": DNS_LABEL,
    "Service": SERVICE_NAME,
    "CronJob": DNS_NAME._replace(longest=52, reason="its Jobs' names get 11 characters more"),
    "Job": DNS_NAME._replace(longest=63, reason="its pods carry the name as a label"),
    "StatefulSet": DNS_NAME._replace(longest=52, reason="its pods carry the name and a hash as a label"),
    **dict.fromkeys(("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"), _PATH_SEGMENT),
    "CertificateSigningRequest": _PATH_SEGMENT,
}
_LABEL_MAPS: Final = (
    ("metadata", "labels"),
    ("spec", "selector", "matchLabels"),
    ("spec", "podSelector", "matchLabels"),
)


def _invalid_names(world: World) -> Iterator[Finding]:
    for manifest in world.objects:
        yield from _object_name(manifest)
        for path in _LABEL_MAPS:
            yield from _labels(manifest, mapping(manifest, *path), FieldPath(*path))
        yield from _texts_only(
            manifest, mapping(manifest, "metadata", "annotations"), FieldPath("metadata", "annotations")
        )
    for service in world.of_kind("Service"):
        yield from _labels(service, mapping(service, "spec", "selector"), FieldPath("spec", "selector"))
    for workload in world.workloads:
        yield from _pod_names(workload)
        yield from _container_texts(workload)
    for manifest in world.of_kind("ConfigMap", "Secret"):
        for field in ("data", "stringData"):
            for key, value in mapping(manifest, field).items():
                yield from _no_text(manifest, value, FieldPath(field, key))


def _object_name(manifest: Manifest) -> Iterator[Finding]:
    kind, name = kind_of(manifest), dig(manifest, "metadata", "name")
    if not kind or text(manifest, "metadata", "generateName"):
        return
    if name is None:
        # Configuration files of tools have a kind, too, but neither metadata nor a name.
        if "metadata" in manifest or "spec" in manifest:
            yield CHECK.error(manifest, FieldPath("metadata", "name"), f"a {kind} needs a name; set it")
    elif not isinstance(name, str):
        yield from _no_text(manifest, name, FieldPath("metadata", "name"))
    else:
        is_core = kind != "Service" or not group_of(manifest)
        form = _FORMS.get(kind, DNS_NAME) if is_core else DNS_NAME
        yield from _found(manifest, FieldPath("metadata", "name"), form_faults("", name, f"{kind} name", form))


def _found(manifest: Manifest, where: FieldPath, faults: Iterable[Fault]) -> Iterator[Finding]:
    return (CHECK.error(manifest, where, fault.message) for fault in faults)


def _labels(manifest: Manifest, labels: Manifest, where: FieldPath) -> Iterator[Finding]:
    yield from _texts_only(manifest, labels, where)
    for key, value in labels.items():
        if isinstance(value, str) and value:
            yield from _found(manifest, where / key, label_value_faults("", value))


def _texts_only(manifest: Manifest, pairs: Manifest, where: FieldPath) -> Iterator[Finding]:
    key_faults = annotation_key_faults if where[-1] == "annotations" else label_key_faults
    for key, value in pairs.items():
        yield from _no_text(manifest, value, where / key)
        yield from _found(manifest, where, key_faults("", str(key)))


def _no_text(manifest: Manifest, value: object, where: FieldPath) -> Iterator[Finding]:
    """Yield a finding for a value that must be a string, such as a port number in an environment variable."""
    if value is not None and not isinstance(value, str):
        advice = f'; write "{shown(value)}"' if isinstance(value, (int, float)) else ""
        message = wrong_type(value, "a string", advice)
        yield CHECK.error(manifest, where, message)


def _container_texts(workload: Workload) -> Iterator[Finding]:
    for where, container in workload.containers():
        for place, variable in mappings(container, "env"):
            yield from _no_text(workload.manifest, variable.get("value"), where / "env" / place / "value")
        for field in ("command", "args"):
            for place, word in enumerate(items(container, field)):
                yield from _no_text(workload.manifest, word, where / field / place)


def _pod_names(workload: Workload) -> Iterator[Finding]:
    manifest = workload.manifest
    if workload.kind != "Pod":
        where = workload.template_path / "metadata"
        template = mapping(manifest, *TEMPLATES.get(workload.kind, ()), "metadata")
        yield from _labels(manifest, mapping(template, "labels"), where / "labels")
        yield from _texts_only(manifest, mapping(template, "annotations"), where / "annotations")
    node_selector = mapping(workload.spec, "nodeSelector")
    yield from _texts_only(manifest, node_selector, workload.where("nodeSelector"))
    seen: set[str] = set()
    for where, container in workload.containers():
        name = text(container, "name")
        if name in seen and name:
            message = f"two containers of the pod have the name {name}; rename one"
            yield CHECK.error(manifest, where / "name", message)
        seen.add(name)
        if name:
            yield from _found(manifest, where / "name", label_name_faults("", name, "container"))
        for place, port in mappings(container, "ports"):
            if text(port, "name"):
                path = where / "ports" / place / "name"
                yield from _found(manifest, path, port_name_faults("", text(port, "name")))


CHECK: Final = Check(
    id="invalid-name",
    title="an invalid name, label or annotation",
    description="The API server rejects the object. Or it accepts the object, and its controller fails because a "
    "suffix makes the name too long for a label: a StatefulSet with a name of 55 characters never gets "
    "a pod.",
    example="kind: CronJob\nmetadata:\n  name: "
    "recalculate-all-the-statistics-of-every-user-since-ever  # 58 characters",
    remediation="Shorten the name, use only the characters that its kind allows, and put numbers and booleans in "
    "quotes.",
    run=_invalid_names,
)
