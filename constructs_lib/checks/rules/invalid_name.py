"""Names, labels and annotations that the API server rejects, or that leave no room for a suffix.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.validity import invalid_fields, is_name
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import Fault
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import CLUSTER_WIDE
from constructs_lib.kubernetes.manifest import Manifest, dig, group_of, kind_of, text
from constructs_lib.kubernetes.names import DNS_LABEL, DNS_NAME, PATH_SEGMENT, SERVICE_NAME, Form, form_faults
from constructs_lib.kubernetes.schemas.builtin import is_older, served_kinds
from constructs_lib.kubernetes.validation.structure import Problem

_FORMS: Final[Mapping[str, Form]] = {
    "Namespace": DNS_LABEL,
    "Service": SERVICE_NAME,
    "CronJob": DNS_NAME._replace(longest=52, reason="its Jobs' names get 11 characters more"),
    "Job": DNS_NAME._replace(longest=63, reason="its pods carry the name as a label"),
    "StatefulSet": DNS_LABEL._replace(longest=52, reason="its pods carry the name and a hash as a label"),
    **dict.fromkeys(("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"), PATH_SEGMENT),
    **dict.fromkeys(("CertificateSigningRequest", "PodDisruptionBudget"), PATH_SEGMENT),
}
_ANY_NAME: Final = frozenset({("v1", "Event")})
_PREFIX: Final = 58
_NAMED_BY_THE_SERVER: Final = ("LimitRange",)
_ANY_SERVICE_NAME: Final = "1.36"
"""The first version whose Services may have a name that begins with a digit."""


def _invalid_names(world: World) -> Iterator[Finding]:
    for manifest in world.objects:
        yield from _object_name(world, manifest)
        yield from _namespace(world, manifest)
    for manifest, fault, is_certain, _ in invalid_fields(world):
        if is_name(fault.field) and fault.problem is not Problem.UNKNOWN:
            yield (CHECK.error if is_certain else CHECK.warning)(manifest, fault.field, fault.message)


def _object_name(world: World, manifest: Manifest) -> Iterator[Finding]:
    kind, name = kind_of(manifest), dig(manifest, "metadata", "name")
    prefix = text(manifest, "metadata", "generateName")
    where = FieldPath("metadata", "name")
    is_free = (text(manifest, "apiVersion"), kind) in _ANY_NAME
    if kind and prefix and not is_free:
        # Five characters are added to the first 58.
        faults = form_faults("", re.sub("-$", "a", prefix[:_PREFIX]), f"{kind} name", _form(world, manifest, kind))
        yield from _found(manifest, FieldPath("metadata", "generateName"), faults)
    if not kind or prefix:
        return
    if name is None or name == "":
        if _needs_name(world, manifest):
            # The API server gives a LimitRange a name, and kubectl does not apply it without one.
            report = CHECK.warning if kind in _NAMED_BY_THE_SERVER else CHECK.error
            yield report(manifest, where, f"a {kind} needs a name; set it")
    elif isinstance(name, str) and not is_free:
        yield from _found(manifest, where, form_faults("", name, f"{kind} name", _form(world, manifest, kind)))


def _needs_name(world: World, manifest: Manifest) -> bool:
    kind, api_version = kind_of(manifest), text(manifest, "apiVersion")
    if kind in served_kinds().get(api_version, {}):
        return True
    # Configuration files of tools have a kind, too, but neither metadata nor a name.
    is_known = world.custom_resources.find(api_version, kind) is not None
    return is_known or "metadata" in manifest or "spec" in manifest


def _form(world: World, manifest: Manifest, kind: str) -> Form:
    if kind != "Service":
        return _FORMS.get(kind, DNS_NAME)
    if group_of(manifest):
        return DNS_NAME
    return SERVICE_NAME if is_older(world.version, _ANY_SERVICE_NAME) else DNS_LABEL


def _namespace(world: World, manifest: Manifest) -> Iterator[Finding]:
    namespace = text(manifest, "metadata", "namespace")
    api_version, kind = text(manifest, "apiVersion"), kind_of(manifest)
    is_builtin = kind in served_kinds().get(api_version, {})
    is_namespaced = kind not in CLUSTER_WIDE if is_builtin else world.custom_resources.is_namespaced(api_version, kind)
    if namespace and is_namespaced:
        faults = form_faults("", namespace, "namespace", DNS_LABEL)
        yield from _found(manifest, FieldPath("metadata", "namespace"), faults)


def _found(manifest: Manifest, where: FieldPath, faults: Iterable[Fault]) -> Iterator[Finding]:
    return (CHECK.error(manifest, where, fault.message) for fault in faults)


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
