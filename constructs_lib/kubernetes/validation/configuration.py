"""Rules of ConfigMaps, Secrets, quotas, limit ranges and namespaces.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, items, mapping, mappings, text, texts
from constructs_lib.kubernetes.names import is_qualified, key_faults
from constructs_lib.kubernetes.quantities import amount_of
from constructs_lib.kubernetes.validation.labels import finalizer_name, values_by_operator
from constructs_lib.kubernetes.validation.resources import (
    CONTAINER_RESOURCES,
    is_extended,
    is_huge_page,
    is_overcommitted,
    resource_name,
)
from constructs_lib.kubernetes.validation.rule import FieldFault, Rules, at, each, one_of, unique

_MOST_BYTES: Final = 2**20
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
"""The keys that a type of Secret requires.

Source: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
"""

_ACCOUNT_TOKEN: Final = "kubernetes.io/service-account-token"
_ACCOUNT: Final = "kubernetes.io/service-account.name"

_COUNTED: Final = (
    *("pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps"),
    *("persistentvolumeclaims", "services.nodeports", "services.loadbalancers"),
)
_QUOTA_RESOURCES: Final = (
    *CONTAINER_RESOURCES,
    *(f"{side}.{resource}" for side in ("requests", "limits") for resource in CONTAINER_RESOURCES),
    "requests.storage",
    *_COUNTED,
)
_COMPUTE: Final = (*("pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"),)
_SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "BestEffort": ("pods",),
    **dict.fromkeys(
        ("Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"), _COMPUTE
    ),
    "VolumeAttributesClass": ("persistentvolumeclaims", "requests.storage"),
}
"""The scopes of a quota, with the resources that they can limit."""

_EXCLUDING: Final = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))


def _config_map(where: FieldPath, config: Manifest) -> Iterator[FieldFault]:
    data, binary = mapping(config, "data"), mapping(config, "binaryData")
    for field, values in (("data", data), ("binaryData", binary)):
        yield from _keys(where / field, values)
    for key in data:
        if key in binary:
            yield where / "data" / key, "is also a key of binaryData; remove one of them"
    size = sum(len(value.encode()) for value in texts(data).values()) + sum(map(_size, texts(binary).values()))
    if size > _MOST_BYTES:
        yield where / "data", f"holds {size} bytes; a ConfigMap has at most {_MOST_BYTES}"


def _secret(where: FieldPath, secret: Manifest) -> Iterator[FieldFault]:
    data, plain, kind = mapping(secret, "data"), mapping(secret, "stringData"), text(secret, "type")
    for field, values in (("data", data), ("stringData", plain)):
        yield from _keys(where / field, values)
    size = sum(len(value.encode()) for value in texts(plain).values()) + sum(map(_size, texts(data).values()))
    if size > _MOST_BYTES:
        yield where / "data", f"holds {size} bytes; a Secret has at most {_MOST_BYTES}"
    keys = {*data, *plain}
    for key in _TYPES.get(kind, ()):
        if key not in keys:
            yield where / "data" / key, f"is required in a Secret of type {kind}"
        elif key.startswith(".docker") and not _is_json(data, plain, key):
            yield where / "data" / key, "must hold a JSON object"
    if kind == "kubernetes.io/basic-auth" and not keys & {"username", "password"}:
        yield where / "data", f"must hold username or password in a Secret of type {kind}"
    if kind == _ACCOUNT_TOKEN and not texts(secret, "metadata", "annotations").get(_ACCOUNT):
        yield where / "metadata" / "annotations" / _ACCOUNT, f"is required in a Secret of type {kind}"


def _keys(where: FieldPath, values: Manifest) -> Iterator[FieldFault]:
    for key in map(str, values):
        yield from at(where / key, key_faults("", [key]))


def _size(encoded: str) -> int:
    return len(encoded) * 3 // 4


def _is_json(data: Manifest, plain: Manifest, key: str) -> bool:
    if isinstance(plain.get(key), str):
        content = plain[key]
    else:
        try:
            content = base64.b64decode(str(data.get(key) or ""), validate=True).decode()
        except (binascii.Error, ValueError):
            return True  # has a fault of its own
    try:
        return isinstance(json.loads(content), (dict, type(None)))
    except ValueError:
        return False


def _quota(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    for resource, value in mapping(spec, "hard").items():
        yield from _quota_resource(where / "hard" / str(resource), str(resource), value)
    scopes = [str(scope) for scope in items(spec, "scopes")]
    expressions = mappings(spec, "scopeSelector", "matchExpressions")
    selected = [text(item, "scopeName") for _, item in expressions if text(item, "scopeName")]
    for field, names in ((where / "scopes", scopes), (where / "scopeSelector" / "matchExpressions", selected)):
        yield from _scopes(field, names, mapping(spec, "hard"))


def _quota_resource(where: FieldPath, resource: str, value: object) -> Iterator[FieldFault]:
    amount = amount_of(value)
    plain = resource.removeprefix("requests.")
    if not is_qualified(resource):
        yield where, f"{shown(resource)} is not a valid resource name"
    elif "/" not in resource and resource not in _QUOTA_RESOURCES and not is_huge_page(plain):
        yield (
            where,
            f"{shown(resource)} is not a resource of a quota; write it like requests.cpu, pods or count/jobs.batch",
        )
    elif amount is not None and amount < 0:
        yield where, f"must be at least 0, got {shown(value)}"
    elif amount is not None and amount % 1 and (resource in _COUNTED or is_extended(resource)):
        yield where, f"must be a whole number, got {shown(value)}"


def _scopes(where: FieldPath, scopes: list[str], hard: Manifest) -> Iterator[FieldFault]:
    for scope in scopes:
        known = _SCOPES.get(scope)
        if known is None:
            yield where, f"{shown(scope)} is not a scope; write {', '.join(_SCOPES)}"
            continue
        wrong = [str(resource) for resource in hard if resource in _QUOTA_RESOURCES and resource not in known]
        if wrong:
            yield where, f"the scope {scope} cannot limit {', '.join(wrong)}"
    for pair in _EXCLUDING:
        if set(pair) <= set(scopes):
            yield where, f"{pair[0]} and {pair[1]} exclude each other; remove one of them"


def _scope_requirement(where: FieldPath, requirement: Manifest) -> Iterator[FieldFault]:
    scope, operator = text(requirement, "scopeName"), text(requirement, "operator")
    if scope in _SCOPES and scope not in ("PriorityClass", "VolumeAttributesClass") and operator not in ("Exists", ""):
        yield where / "operator", f"must be Exists for the scope {scope}"
    else:
        yield from values_by_operator(where, requirement)


_KNOWN_LIMITS: Final = ("Pod", "Container", "PersistentVolumeClaim")


def _limit_range(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    yield from unique(where / "limits", mappings(spec, "limits"), ("type",), "two entries")


def _limit(where: FieldPath, limit: Manifest) -> Iterator[FieldFault]:
    kind = text(limit, "type")
    if kind and kind not in _KNOWN_LIMITS and ("/" not in kind or not is_qualified(kind)):
        yield where / "type", f"{shown(kind)} is not a kind of limit; write {', '.join(_KNOWN_LIMITS)}"
    if kind == "Pod":
        for field in ("default", "defaultRequest"):
            if limit.get(field):
                yield where / field, "cannot be set with type: Pod"
    if kind == "PersistentVolumeClaim" and not any("storage" in mapping(limit, field) for field in ("min", "max")):
        yield where, "must set min.storage or max.storage with type: PersistentVolumeClaim"
    names = {str(name): None for field in _AMOUNTS for name in mapping(limit, field)}
    for resource in names:
        field = next(field for field in _AMOUNTS if resource in mapping(limit, field))
        if kind in ("Pod", "Container"):
            yield from resource_name(where / field / resource, resource)
        elif not is_qualified(resource) or ("/" not in resource and resource not in (*_QUOTA_RESOURCES, "storage")):
            yield where / field / resource, f"{shown(resource)} is not a resource; write it like storage"
        yield from _limit_order(where, limit, resource)


_AMOUNTS: Final = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
_ORDER: Final = (
    ("min", "max"),
    ("min", "defaultRequest"),
    ("defaultRequest", "max"),
    ("defaultRequest", "default"),
    ("min", "default"),
    ("default", "max"),
)


def _limit_order(where: FieldPath, limit: Manifest, resource: str) -> Iterator[FieldFault]:
    given = {field: mapping(limit, field) for field in _AMOUNTS}
    # The API server reads null as 0.
    amounts = {
        field: amount_of(0 if values[resource] is None else values[resource]) if resource in values else None
        for field, values in given.items()
    }
    for low, high in _ORDER:
        small, large = amounts[low], amounts[high]
        if small is not None and large is not None and small > large:
            values = mapping(limit, low)[resource], mapping(limit, high)[resource]
            yield where / low / resource, f"{low} {values[0]} is greater than {high} {values[1]}"
            return
    ratio, low_bound, high_bound = amounts["maxLimitRequestRatio"], amounts["min"], amounts["max"]
    here = where / "maxLimitRequestRatio" / resource
    if ratio is not None and ratio < 1:
        yield here, f"must be at least 1, got {ratio.normalize():f}"
    elif ratio is not None and low_bound and high_bound and ratio > high_bound / low_bound:
        yield here, f"must be at most max / min ({(high_bound / low_bound).normalize():f})"
    default, request = amounts["default"], amounts["defaultRequest"]
    if not is_overcommitted(resource) and None not in (default, request) and default != request:
        yield where / "defaultRequest" / resource, "must equal default"


def _namespace(where: FieldPath, namespace: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of labels that choose the Pod Security Standards of a namespace.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces
    """
    here, given = where / "metadata" / "labels", mapping(namespace, "metadata", "labels")
    labels = texts({key: "" if value is None else value for key, value in given.items()})
    for mode in _MODES:
        level, version = f"{_SECURITY}{mode}", f"{_SECURITY}{mode}-version"
        yield from ((here / level, message) for message in one_of(*_LEVELS)(labels.get(level, _LEVELS[0])))
        if not _LEVEL_VERSION.fullmatch(labels.get(version, "latest")):
            yield here / version, f"must be latest or a version such as v1.30, got {shown(labels[version])}"


_SECURITY: Final = "pod-security.kubernetes.io/"
_MODES: Final = ("enforce", "audit", "warn")
_LEVELS: Final = ("privileged", "baseline", "restricted")
_LEVEL_VERSION: Final = re.compile(r"latest|v1\.(\d|[1-9]\d+)")


RULES: Final = Rules(
    fields={
        "core.v1.NamespaceSpec": {"finalizers": each(finalizer_name)},
        "core.v1.ScopedResourceSelectorRequirement": {"operator": one_of("In", "NotIn", "Exists", "DoesNotExist")},
    },
    objects={
        "core.v1.ConfigMap": (_config_map,),
        "core.v1.Secret": (_secret,),
        "core.v1.Namespace": (_namespace,),
        "core.v1.ResourceQuotaSpec": (_quota,),
        "core.v1.ScopedResourceSelectorRequirement": (_scope_requirement,),
        "core.v1.LimitRangeSpec": (_limit_range,),
        "core.v1.LimitRangeItem": (_limit,),
    },
    optional={"core.v1.LimitRangeSpec": ("limits",)},
)
