"""Rules of FlowSchemas and PriorityLevelConfigurations, and of Events.

Sources: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/flowcontrol/validation/validation.go and
https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/events.go
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, items, text
from constructs_lib.kubernetes.names import DNS_LABEL, DNS_NAME
from constructs_lib.kubernetes.validation.rule import (
    NOT_NEGATIVE,
    FieldFault,
    Rules,
    between,
    label_key,
    name,
    needs,
    one_of,
)

_SUBJECTS: Final = {"ServiceAccount": "serviceAccount", "User": "user", "Group": "group"}
_VERBS: Final = (
    *("*", "get", "list", "create", "update", "delete", "deletecollection", "patch", "watch", "proxy"),
    *("connect", "bind", "escalate", "impersonate", "use"),
)


def _level(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if text(spec, "type") == "Limited":
        yield from needs(where, spec, "limited", "with type: Limited")
        if spec.get("exempt") is not None:
            yield where / "exempt", "cannot be set with type: Limited"
    elif text(spec, "type") == "Exempt" and spec.get("limited") is not None:
        yield where / "limited", "cannot be set with type: Exempt"


def _named_level(where: FieldPath, level: Manifest) -> Iterator[FieldFault]:
    is_exempt = text(level, "metadata", "name") == "exempt"
    if (text(level, "spec", "type") == "Exempt") != is_exempt and text(level, "spec", "type"):
        yield where / "spec" / "type", "must be Exempt for the level named exempt, and for no other"


def _response(where: FieldPath, response: Manifest) -> Iterator[FieldFault]:
    if text(response, "type") == "Queue":
        if response.get("queuing") is None:
            yield where / "queuing", "is required with type: Queue"
    elif text(response, "type") == "Reject" and response.get("queuing") is not None:
        yield where / "queuing", "cannot be set with type: Reject"


def _queuing(where: FieldPath, queuing: Manifest) -> Iterator[FieldFault]:
    queues, hand = integer(queuing, "queues"), integer(queuing, "handSize")
    queues, hand = 64 if queues is None else queues, 8 if hand is None else hand
    if hand > queues > 0:
        yield where / "handSize", f"must be at most queues ({queues}), got {hand}"


def _schema(where: FieldPath, schema: Manifest) -> Iterator[FieldFault]:
    if integer(schema, "spec", "matchingPrecedence") == 1 and text(schema, "metadata", "name") != "exempt":
        yield where / "spec" / "matchingPrecedence", "must be at least 2; 1 is for the schema named exempt"


def _subject(where: FieldPath, subject: Manifest) -> Iterator[FieldFault]:
    field = _SUBJECTS.get(text(subject, "kind"))
    if field is not None:
        yield from needs(where, subject, field, f"with kind: {text(subject, 'kind')}")
        for other in _SUBJECTS.values():
            if other != field and subject.get(other) is not None:
                yield where / other, f"cannot be set with kind: {text(subject, 'kind')}"


def _rules(where: FieldPath, rule: Manifest) -> Iterator[FieldFault]:
    if not rule.get("resourceRules") and not rule.get("nonResourceRules"):
        yield where, "must set resourceRules or nonResourceRules"
    yield from needs(where, rule, "subjects", "in a rule")


def _resource_rule(where: FieldPath, rule: Manifest) -> Iterator[FieldFault]:
    if rule.get("clusterScope") is not True:
        yield from needs(where, rule, "namespaces", "without clusterScope: true")
    for place, namespace in enumerate(items(rule, "namespaces")):
        if isinstance(namespace, str) and namespace != "*" and not DNS_LABEL.fits(namespace):
            yield where / "namespaces" / place, f"{shown(namespace)} is not a valid namespace"


def _verbs(value: Sequence[Any]) -> Iterator[str]:
    yield from _alone(value)
    wrong = [verb for verb in value if isinstance(verb, str) and verb not in _VERBS]
    if wrong and "*" not in value:
        yield f"{shown(wrong[0])} is not a verb; write one of {', '.join(_VERBS)}"


def _alone(value: Sequence[Any]) -> Iterator[str]:
    if "*" in value and len(value) > 1:
        yield 'must hold nothing beside "*"'


def _paths(value: Sequence[Any]) -> Iterator[str]:
    yield from _alone(value)
    for path in value:
        if isinstance(path, str) and path != "*" and (not path.startswith("/") or " " in path or "//" in path):
            yield f"{shown(path)} is not a valid path; write it like /healthz"


def _event(where: FieldPath, event: Manifest) -> Iterator[FieldFault]:
    namespace, about = text(event, "metadata", "namespace") or "default", text(event, "regarding", "namespace")
    if not about and namespace not in ("default", "kube-system"):
        yield where / "regarding" / "namespace", f"must be {namespace}"
    for field, most in (("action", 128), ("reason", 128), ("reportingInstance", 128), ("note", 1024)):
        if len(text(event, field)) > most:
            yield where / field, f"must have at most {most} characters"


RULES: Final = Rules(
    fields={
        "flowcontrol.v1.PriorityLevelConfigurationSpec": {"type": one_of("Exempt", "Limited")},
        "flowcontrol.v1.LimitedPriorityLevelConfiguration": {
            "nominalConcurrencyShares": NOT_NEGATIVE,
            "lendablePercent": between(0, 100),
            "borrowingLimitPercent": NOT_NEGATIVE,
        },
        "flowcontrol.v1.ExemptPriorityLevelConfiguration": {
            "nominalConcurrencyShares": NOT_NEGATIVE,
            "lendablePercent": between(0, 100),
        },
        "flowcontrol.v1.LimitResponse": {"type": one_of("Queue", "Reject")},
        "flowcontrol.v1.QueuingConfiguration": {
            "queues": between(0, 10_000_000),
            "handSize": NOT_NEGATIVE,
            "queueLengthLimit": NOT_NEGATIVE,
        },
        "flowcontrol.v1.FlowSchemaSpec": {"matchingPrecedence": between(0, 10_000)},
        "flowcontrol.v1.FlowDistinguisherMethod": {"type": one_of("ByUser", "ByNamespace")},
        "flowcontrol.v1.PriorityLevelConfigurationReference": {"name": name(DNS_NAME, "name")},
        "flowcontrol.v1.Subject": {"kind": one_of(*_SUBJECTS)},
        "flowcontrol.v1.ServiceAccountSubject": {
            "name": name(DNS_NAME, "name"),
            "namespace": name(DNS_LABEL, "namespace"),
        },
        "flowcontrol.v1.ResourcePolicyRule": {
            "verbs": _verbs,
            "apiGroups": _alone,
            "resources": _alone,
            "namespaces": _alone,
        },
        "flowcontrol.v1.NonResourcePolicyRule": {"verbs": _verbs, "nonResourceURLs": _paths},
        "events.v1.Event": {"type": one_of("Normal", "Warning"), "reportingController": label_key},
        "events.v1.EventSeries": {"count": lambda value: () if value >= 2 else ("must be at least 2",)},
    },
    objects={
        "flowcontrol.v1.FlowSchema": (_schema,),
        "flowcontrol.v1.PriorityLevelConfiguration": (_named_level,),
        "flowcontrol.v1.PriorityLevelConfigurationSpec": (_level,),
        "flowcontrol.v1.LimitResponse": (_response,),
        "flowcontrol.v1.QueuingConfiguration": (_queuing,),
        "flowcontrol.v1.Subject": (_subject,),
        "flowcontrol.v1.PolicyRulesWithSubjects": (_rules,),
        "flowcontrol.v1.ResourcePolicyRule": (_resource_rule,),
        "events.v1.Event": (_event,),
    },
    required={
        "flowcontrol.v1.PriorityLevelConfiguration": ("spec",),
        "flowcontrol.v1.FlowSchema": ("spec",),
        "flowcontrol.v1.LimitedPriorityLevelConfiguration": ("limitResponse",),
        "events.v1.Event": ("type", "reason", "action", "reportingController", "reportingInstance"),
    },
    optional={"flowcontrol.v1.PolicyRulesWithSubjects": ("subjects",), "core.v1.Event": ("involvedObject",)},
)
