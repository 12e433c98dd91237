"""Rules of objects that extend the API server: definitions of custom resources, webhooks, policies and API services.

Sources: https://github.com/kubernetes/apiextensions-apiserver/blob/master/pkg/apis/apiextensions/validation/validation.go,
https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/admissionregistration/validation/validation.go and
https://github.com/kubernetes/kube-aggregator/blob/master/pkg/apis/apiregistration/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, mapping, mappings, text
from constructs_lib.kubernetes.names import DNS_NAME, PATH_SEGMENT, SERVICE_NAME
from constructs_lib.kubernetes.validation.rule import (
    FieldFault,
    FieldRule,
    Rules,
    at_most_entries,
    between,
    each,
    exactly_one,
    label_key,
    name,
    needs,
    one_of,
    one_of_or_default,
    port_number,
    unique,
)

_FAILURE_POLICY: Final = one_of("Fail", "Ignore")
_MATCH_POLICY: Final = one_of("Exact", "Equivalent")
_REVIEW_VERSIONS: Final = ("v1", "v1beta1")
_MOST_CONDITIONS: Final = 64
_VERSION_NAME: Final = name(SERVICE_NAME, "version")
_LABEL: Final = name(SERVICE_NAME, "name")


# Webhooks and admission policies


def _full_name(value: str) -> Iterator[str]:
    if value and (not DNS_NAME.fits(value) or value.count(".") < 2):
        yield f"{shown(value)} is not valid; write at least three parts, like pods.policies.example.com"


def _client(where: FieldPath, config: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, config, ("url", "service"))


def _url(value: str) -> Iterator[str]:
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment or parts.username:
        yield f"{shown(value)} is not valid; write it like https://example.com/path"


def _path(value: str) -> Iterator[str]:
    segments = value.removeprefix("/").removesuffix("/").split("/")
    if (value and (not value.startswith("/"))) or (
        value not in ("", "/") and value and not all(map(DNS_NAME.fits, segments))
    ):
        yield f"{shown(value)} is not a valid path; write it like /validate"


def _review_versions(value: Sequence[Any]) -> Iterator[str]:
    versions = [version for version in value if isinstance(version, str)]
    if any(not SERVICE_NAME.fits(version) for version in versions):
        yield 'must hold versions such as "v1"'
    elif len(set(versions)) < len(versions):
        yield "must hold each version once"
    elif not set(versions) & set(_REVIEW_VERSIONS):
        yield f"must hold one of {', '.join(_REVIEW_VERSIONS)}"


def _wildcard(what: str, *, may_be_empty: bool = False) -> Callable[[Any], Iterator[str]]:
    def rule(value: Sequence[Any]) -> Iterator[str]:
        if "*" in value and len(value) > 1:
            yield f'must hold no other {what} beside "*"'
        elif not may_be_empty and "" in value:
            yield "must not hold an empty string"

    return rule


def _operations(value: Sequence[Any]) -> Iterator[str]:
    yield from _wildcard("operation")(value)
    yield from each(one_of("*", "CONNECT", "CREATE", "DELETE", "UPDATE"))(value)


def _resources(value: Sequence[Any]) -> Iterator[str]:
    names = [resource for resource in value if isinstance(resource, str)]
    plain = [resource for resource in names if "/" not in resource and resource != "*"]
    if "" in names:
        yield "must not hold an empty string"
    elif "*/*" in names and len(names) > 1:
        yield 'must hold no other resource beside "*/*"'
    elif "*" in names and plain and names[-1] in plain:
        yield 'must hold no resource without a subresource beside "*"'
    else:
        yield from _covered(names)


def _covered(names: Sequence[str]) -> Iterator[str]:
    seen: list[tuple[str, str]] = []
    for resource in names:
        first, slash, second = resource.partition("/")
        if not slash:
            continue
        if (first, "*") in seen or ("*", second) in seen:
            yield f"{shown(resource)} is covered by another entry; remove it"
            return
        seen.append((first, second))


def _webhooks(where: FieldPath, configuration: Manifest) -> Iterator[FieldFault]:
    yield from unique(where / "webhooks", mappings(configuration, "webhooks"), ("name",), "two webhooks")


def _conditions(where: FieldPath, owner: Manifest) -> Iterator[FieldFault]:
    yield from unique(where / "matchConditions", mappings(owner, "matchConditions"), ("name",), "two conditions")


def _policy(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    yield from _conditions(where, spec)
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        yield where, "must set validations or auditAnnotations"
    if isinstance(spec.get("matchConstraints"), dict):
        yield from needs(where / "matchConstraints", spec["matchConstraints"], "resourceRules", "in a policy")


def _message(value: str) -> Iterator[str]:
    if value and not value.strip():
        yield "must not be blank"
    elif "\n" in value.strip():
        yield "must have a single line"


def _expression(value: str) -> Iterator[str]:
    if value and not value.strip():
        yield "must not be blank"


def _actions(value: Sequence[Any]) -> Iterator[str]:
    yield from each(one_of("Deny", "Warn", "Audit"))(value)
    if "" in value:
        yield "must not hold an empty string"
    elif {"Deny", "Warn"} <= {str(action) for action in value}:
        yield "cannot hold both Deny and Warn"
    elif len({str(action) for action in value}) < len(value):
        yield "must hold each action once"


def _parameters(where: FieldPath, reference: Manifest) -> Iterator[FieldFault]:
    found = {key: value or None for key, value in reference.items() if key == "name" or value is not None}
    yield from exactly_one(where, found, ("name", "selector"))


# Custom resources


_JSON_TYPES: Final = one_of_or_default("array", "boolean", "integer", "number", "object", "string")
_COLUMN_TYPES: Final = one_of("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS: Final = one_of_or_default(
    *("int32", "int64", "float", "double", "byte", "date", "date-time", "password"),
)
_APPROVED: Final = "api-approved.kubernetes.io"
_SCHEMA: Final = ("schema", "openAPIV3Schema")


def _definition(where: FieldPath, definition: Manifest) -> Iterator[FieldFault]:
    expected = f"{text(definition, 'spec', 'names', 'plural')}.{text(definition, 'spec', 'group')}"
    found = text(definition, "metadata", "name")
    if found and found != expected and not expected.startswith(".") and not expected.endswith("."):
        yield where / "metadata" / "name", f"must be {expected}, the plural name and the group, got {shown(found)}"
    group = text(definition, "spec", "group")
    approval = text(definition, "metadata", "annotations", _APPROVED)
    is_reserved = group.endswith((".k8s.io", ".kubernetes.io"))
    if is_reserved and not approval.startswith(("unapproved", "http://", "https://")):
        yield where / "metadata" / "annotations" / _APPROVED, f"is required, since the group {group} is reserved"


def _definition_spec(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    versions = list(mappings(spec, "versions"))
    yield from unique(where / "versions", versions, ("name",), "two versions")
    if sum(version.get("storage") is True for _, version in versions) != 1:
        yield where / "versions", "must have one version with storage: true"
    for place, version in versions:
        here, schema = FieldPath(*where, "versions", place, *_SCHEMA), mapping(version, *_SCHEMA)
        if not schema:
            yield here, "is required"
        else:
            yield from _structure(here, schema, "root")
    names = mapping(spec, "names")
    if text(names, "kind") and text(names, "kind") == text(names, "listKind"):
        yield where / "names" / "listKind", "must differ from kind"


def _structure(where: FieldPath, schema: Manifest, level: str) -> Iterator[FieldFault]:
    """Yield the faults of a schema that is not structural.

    Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
    """
    kind = schema.get("type")
    is_any = schema.get("x-kubernetes-int-or-string") is True or (
        schema.get("x-kubernetes-preserve-unknown-fields") is True and level != "root"
    )
    if not kind and not is_any:
        yield where / "type", "is required"
    elif level == "root" and kind and kind != "object":
        yield where / "type", f"must be object, got {shown(kind)}"
    elif isinstance(kind, str) and kind:
        yield from ((where / "type", message) for message in _JSON_TYPES(kind))
    if kind == "array" and not isinstance(schema.get("items"), dict):
        yield where / "items", "is required with type: array"
    if schema.get("properties") and schema.get("additionalProperties"):
        yield where / "additionalProperties", "cannot be set beside properties"
    for key, below in mapping(schema, "properties").items():
        if isinstance(below, dict):
            yield from _structure(where / "properties" / str(key), below, "field")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _structure(where / key, schema[key], "item")


def _group(value: str) -> Iterator[str]:
    if value and (not DNS_NAME.fits(value) or "." not in value):
        yield f"{shown(value)} is not a valid API group; write it like example.com"


def _kind_name(value: str) -> Iterator[str]:
    if value and not SERVICE_NAME.fits(value.lower()):
        yield f"{shown(value)} is not a valid kind; write letters and digits, a letter first"


def _json_path(value: str) -> Iterator[str]:
    if value and not value.startswith("."):
        yield f"{shown(value)} is not a valid path; write it like .spec.replicas"


def _below(field: str) -> Callable[[str], Iterator[str]]:
    def rule(value: str) -> Iterator[str]:
        if value and not value.startswith(f".{field}."):
            yield f"{shown(value)} must be a path below .{field}"

    return rule


def _conversion(where: FieldPath, conversion: Manifest) -> Iterator[FieldFault]:
    if text(conversion, "strategy") == "Webhook":
        yield from needs(where, conversion, "webhook", "with strategy: Webhook")
    elif conversion.get("webhook") is not None:
        yield where / "webhook", "requires strategy: Webhook"


# API services


def _api_service(where: FieldPath, service: Manifest) -> Iterator[FieldFault]:
    spec = mapping(service, "spec")
    expected, found = f"{text(spec, 'version')}.{text(spec, 'group')}", text(service, "metadata", "name")
    if found and found != expected:
        yield where / "metadata" / "name", f"must be {expected}, the version and the group, got {shown(found)}"


def _api_service_spec(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if not text(spec, "group") and text(spec, "version") != "v1":
        yield where / "group", "is required"
    if spec.get("service") is None:
        for field in ("caBundle", "insecureSkipTLSVerify"):
            if spec.get(field):
                yield where / field, "requires service"
    elif spec.get("caBundle") and spec.get("insecureSkipTLSVerify") is True:
        yield where / "insecureSkipTLSVerify", "cannot be true beside caBundle"


_SERVICE: Final[dict[str, FieldRule]] = {"port": port_number}
_RULE: Final[dict[str, FieldRule]] = {
    "apiGroups": _wildcard("group", may_be_empty=True),
    "apiVersions": _wildcard("version"),
    "operations": _operations,
    "resources": _resources,
    "scope": one_of("*", "Cluster", "Namespaced"),
}
_WEBHOOK: Final[dict[str, FieldRule]] = {
    "name": _full_name,
    "admissionReviewVersions": _review_versions,
    "failurePolicy": _FAILURE_POLICY,
    "matchPolicy": _MATCH_POLICY,
    "sideEffects": one_of("None", "NoneOnDryRun"),
    "timeoutSeconds": between(1, 30),
    "reinvocationPolicy": one_of("Never", "IfNeeded"),
    "matchConditions": at_most_entries(_MOST_CONDITIONS),
}
_RULE_FIELDS: Final = ("apiGroups", "apiVersions", "operations", "resources")
_WEBHOOK_SERVICE: Final[dict[str, FieldRule]] = {**_SERVICE, "path": _path}

RULES: Final = Rules(
    fields={
        "admissionregistration.v1.ValidatingWebhook": {
            key: rule for key, rule in _WEBHOOK.items() if key != "reinvocationPolicy"
        },
        "admissionregistration.v1.MutatingWebhook": _WEBHOOK,
        "admissionregistration.v1.WebhookClientConfig": {"url": _url},
        "admissionregistration.v1.ServiceReference": _WEBHOOK_SERVICE,
        "admissionregistration.v1.RuleWithOperations": _RULE,
        "admissionregistration.v1.NamedRuleWithOperations": {
            **_RULE,
            "resourceNames": each(name(PATH_SEGMENT, "name")),
        },
        "admissionregistration.v1.ValidatingAdmissionPolicySpec": {
            "failurePolicy": _FAILURE_POLICY,
            "matchConditions": at_most_entries(_MOST_CONDITIONS),
        },
        "admissionregistration.v1.MatchCondition": {"name": label_key},
        "admissionregistration.v1.MatchResources": {"matchPolicy": _MATCH_POLICY},
        "admissionregistration.v1.Validation": {
            "expression": _expression,
            "message": _message,
            "reason": one_of("Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge"),
        },
        "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec": {
            "policyName": name(DNS_NAME, "policy name"),
            "validationActions": _actions,
        },
        "admissionregistration.v1.ParamRef": {"parameterNotFoundAction": one_of("Allow", "Deny")},
        "apiextensions.v1.CustomResourceDefinitionSpec": {"group": _group, "scope": one_of("Cluster", "Namespaced")},
        "apiextensions.v1.CustomResourceDefinitionNames": {
            "plural": _LABEL,
            "singular": _LABEL,
            "kind": _kind_name,
            "listKind": _kind_name,
            "shortNames": each(_LABEL),
            "categories": each(_LABEL),
        },
        "apiextensions.v1.CustomResourceDefinitionVersion": {"name": _VERSION_NAME},
        "apiextensions.v1.CustomResourceColumnDefinition": {
            "type": _COLUMN_TYPES,
            "format": _COLUMN_FORMATS,
            "jsonPath": _json_path,
        },
        "apiextensions.v1.CustomResourceSubresourceScale": {
            "specReplicasPath": _below("spec"),
            "statusReplicasPath": _below("status"),
        },
        "apiextensions.v1.CustomResourceConversion": {"strategy": one_of("None", "Webhook")},
        "apiextensions.v1.JSONSchemaProps": {
            "type": _JSON_TYPES,
            "x-kubernetes-list-type": one_of("atomic", "set", "map"),
            "x-kubernetes-map-type": one_of("atomic", "granular"),
        },
        "apiregistration.v1.APIServiceSpec": {
            "group": name(DNS_NAME, "API group"),
            "version": _VERSION_NAME,
            "groupPriorityMinimum": between(1, 20_000),
            "versionPriority": between(1, 1000),
        },
        "apiregistration.v1.ServiceReference": _SERVICE,
    },
    objects={
        "admissionregistration.v1.ValidatingWebhookConfiguration": (_webhooks,),
        "admissionregistration.v1.MutatingWebhookConfiguration": (_webhooks,),
        "admissionregistration.v1.ValidatingWebhook": (_conditions,),
        "admissionregistration.v1.MutatingWebhook": (_conditions,),
        "admissionregistration.v1.WebhookClientConfig": (_client,),
        "admissionregistration.v1.ValidatingAdmissionPolicySpec": (_policy,),
        "admissionregistration.v1.ParamRef": (_parameters,),
        "apiextensions.v1.CustomResourceDefinition": (_definition,),
        "apiextensions.v1.CustomResourceDefinitionSpec": (_definition_spec,),
        "apiextensions.v1.CustomResourceConversion": (_conversion,),
        "apiregistration.v1.APIService": (_api_service,),
        "apiregistration.v1.APIServiceSpec": (_api_service_spec,),
    },
    optional={"apiextensions.v1.CustomResourceDefinitionVersion": ("served", "storage")},
    required={
        "admissionregistration.v1.RuleWithOperations": _RULE_FIELDS,
        "admissionregistration.v1.NamedRuleWithOperations": _RULE_FIELDS,
        "admissionregistration.v1.ValidatingAdmissionPolicy": ("spec",),
        "admissionregistration.v1.ValidatingAdmissionPolicySpec": ("matchConstraints",),
        "admissionregistration.v1.ValidatingAdmissionPolicyBinding": ("spec",),
        "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec": ("policyName", "validationActions"),
        "admissionregistration.v1.ParamKind": ("apiVersion", "kind"),
        "admissionregistration.v1.ParamRef": ("parameterNotFoundAction",),
        "apiregistration.v1.APIService": ("spec",),
        "apiregistration.v1.APIServiceSpec": ("version",),
        "apiregistration.v1.ServiceReference": ("name", "namespace"),
    },
)
