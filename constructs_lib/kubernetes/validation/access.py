"""Rules of roles and their bindings.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/rbac/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, mapping, mappings, text
from constructs_lib.kubernetes.names import DNS_NAME, PATH_SEGMENT, form_faults
from constructs_lib.kubernetes.validation.rule import FieldFault, ObjectRule, Rules, at, name, needs, one_of

_GROUP: Final = "rbac.authorization.k8s.io"
_SUBJECTS: Final = ("ServiceAccount", "User", "Group")


def _policy_rule(where: FieldPath, rule: Manifest) -> Iterator[FieldFault]:
    if rule.get("nonResourceURLs"):
        for field in ("apiGroups", "resources", "resourceNames"):
            if rule.get(field):
                yield where / field, "cannot be set beside nonResourceURLs; write two rules"
    else:
        for field in ("apiGroups", "resources"):
            yield from needs(where, rule, field, "in a rule for resources")


def _role(where: FieldPath, role: Manifest) -> Iterator[FieldFault]:
    for place, rule in mappings(role, "rules"):
        if rule.get("nonResourceURLs"):
            yield where / "rules" / place / "nonResourceURLs", "can be set only in a ClusterRole"


def _binding(kinds: tuple[str, ...], *, is_namespaced: bool) -> ObjectRule:
    def rule(where: FieldPath, binding: Manifest) -> Iterator[FieldFault]:
        role = mapping(binding, "roleRef")
        yield from _role_reference(where / "roleRef", role, kinds)
        for place, subject in mappings(binding, "subjects"):
            here = where / "subjects" / place
            if text(subject, "kind") == "ServiceAccount" and not (is_namespaced or text(subject, "namespace")):
                yield here / "namespace", "is required for a ServiceAccount in a ClusterRoleBinding"

    return rule


def _role_reference(where: FieldPath, role: Manifest, kinds: tuple[str, ...]) -> Iterator[FieldFault]:
    if text(role, "kind") and text(role, "kind") not in kinds:
        yield from ((where / "kind", message) for message in one_of(*kinds)(text(role, "kind")))
    group = text(role, "apiGroup")
    if group and group != _GROUP:
        yield where / "apiGroup", f"must be {_GROUP}, got {shown(group)}"


def _subject(where: FieldPath, subject: Manifest) -> Iterator[FieldFault]:
    kind, group = text(subject, "kind"), text(subject, "apiGroup")
    expected = "" if kind == "ServiceAccount" else _GROUP
    if kind in _SUBJECTS and group and group != expected:
        advice = "must be empty for a ServiceAccount" if not expected else f"must be {expected}"
        yield where / "apiGroup", f"{advice}, got {shown(group)}"
    if kind == "ServiceAccount" and text(subject, "name"):
        yield from at(where / "name", form_faults("", text(subject, "name"), "ServiceAccount name", DNS_NAME))


def _aggregation(where: FieldPath, rule: Manifest) -> Iterator[FieldFault]:
    yield from needs(where, rule, "clusterRoleSelectors", "in an aggregation rule")


RULES: Final = Rules(
    fields={
        "rbac.v1.Subject": {"kind": one_of(*_SUBJECTS)},
        "rbac.v1.RoleRef": {"name": name(PATH_SEGMENT, "name of a role")},
    },
    objects={
        "rbac.v1.PolicyRule": (_policy_rule,),
        "rbac.v1.Role": (_role,),
        "rbac.v1.AggregationRule": (_aggregation,),
        "rbac.v1.RoleBinding": (_binding(("Role", "ClusterRole"), is_namespaced=True),),
        "rbac.v1.ClusterRoleBinding": (_binding(("ClusterRole",), is_namespaced=False),),
        "rbac.v1.Subject": (_subject,),
    },
    # Since the group has one value, the API server sets it if it is missing.
    optional={"rbac.v1.RoleRef": ("apiGroup",), "rbac.v1.Role": ("rules",), "rbac.v1.ClusterRole": ("rules",)},
)
