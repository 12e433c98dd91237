"""Asking a cluster whether it would accept the objects, without changing anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.wording import counted
from constructs_lib.checks.loading.kubectl import Kubectl, Reply, Verb
from constructs_lib.checks.rules.server_dry_run import CHECK
from constructs_lib.errors import InputError
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import CLUSTER_WIDE
from constructs_lib.kubernetes.manifest import Manifest, kind_of, mapping, name_of, text
from constructs_lib.kubernetes.server_messages import answer_faults, first_line, warning_fault
from constructs_lib.kubernetes.server_refusals import (
    lacks_connection,
    lacks_dry_run,
    lacks_permission,
    missing_namespace,
    missing_object,
    reason_of,
    unknown_kind,
)

STAND_IN: Final = "default"
"""The namespace in which objects of a namespace that the cluster does not have yet are tried."""

_OF_ITS_NAMESPACE: Final = ("Forbidden", "NotFound", "Conflict")
"""Reasons that may come from the stand-in and not from the object."""


@dataclass
class ServerAnswers:
    """The answers of a cluster.

    Args:
        findings: what the server says against the objects; None if it could not be asked.
        namespaces: the namespaces of the cluster, if the user may list them.
        notes: the context, and objects that the server did not judge.
        faults: why the cluster could not be asked.
    """

    findings: tuple[Finding, ...] | None = None
    namespaces: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    faults: tuple[str, ...] = ()


def ask_server(manifests: Iterable[Manifest], declared: Collection[str], context: str | None) -> ServerAnswers:
    """Ask the cluster to apply the objects in a dry run.

    Args:
        manifests: the objects.
        declared: names of namespaces that are declared as existing.
        context: the context of kubectl; its current one by default.
    """
    answers = ServerAnswers()
    try:
        kubectl = Kubectl.with_context(context)
        answers.notes.append(f"server dry run with {kubectl}")
        known = _known_namespaces(kubectl)
        dry_run = _DryRun(kubectl, tuple(manifests), declared, known)
        dry_run.run()
    except InputError as error:
        answers.faults = error.faults
        return answers
    answers.findings = tuple(dry_run.findings)
    answers.namespaces = tuple(known or ())
    answers.notes += dry_run.notes()
    return answers


def _known_namespaces(kubectl: Kubectl) -> frozenset[str] | None:
    """Return the namespaces of the cluster, or None if the user may not list them.

    Raises:
        InputError: the cluster cannot be asked.
    """
    reply = kubectl.namespaces()
    if reply.code == 0:
        return frozenset(line.removeprefix("namespace/") for line in reply.output)
    if lacks_permission(reply.answer):
        return None
    raise InputError([f"{kubectl}: the cluster cannot be asked: {first_line(reply.answer)}"])


class _DryRun:
    """One dry run: the objects, and what the server has said so far."""

    def __init__(
        self,
        kubectl: Kubectl,
        manifests: tuple[Manifest, ...],
        declared: Collection[str],
        known: frozenset[str] | None,
    ) -> None:
        self._kubectl = kubectl
        self._manifests = manifests
        self._known = known
        self._new_namespaces = {name_of(one) for one in manifests if kind_of(one) == "Namespace"} | {*declared}
        self._new_kinds = {
            (text(one, "spec", "group"), text(one, "spec", "names", "kind"))
            for one in manifests
            if kind_of(one) == "CustomResourceDefinition"
        }
        self._new_objects = {(kind_of(one), name_of(one)) for one in manifests}
        self._homeless: dict[str, list[Manifest]] = {}
        self._strange: dict[tuple[str, str], list[Manifest]] = {}
        self._tried_elsewhere = 0
        self._not_judged: dict[str, list[str]] = {}
        self.findings: list[Finding] = []

    def run(self) -> None:
        """Ask about all objects.

        Raises:
            InputError: the server did not answer about any of them.
        """
        askable = [one for one in self._manifests if self._is_askable(one)]
        there = [one for one in askable if not self._set_aside(one)]
        self._ask("create", [one for one in there if _is_named_by_server(one)], self._judge)
        self._ask("apply", [one for one in there if not _is_named_by_server(one)], self._judge)
        self._report_missing_namespaces()
        moved = [one for group in self._homeless.values() for one in group]
        self._ask("create", moved, self._judge_elsewhere)
        self._report_unknown_kinds()
        self._refuse_silence()

    def notes(self) -> Iterator[str]:
        """Return lines on the objects that the server did not judge, or not in their own namespace."""
        if self._tried_elsewhere:
            names = ", ".join(sorted(self._homeless))
            yield (
                f"{counted(self._tried_elsewhere, 'object')} checked by the server in namespace {STAND_IN}, because "
                f"the cluster lacks their own ({names}); the quotas and admission rules there are unknown"
            )
        for reason, answers in self._not_judged.items():
            example = next(filter(None, answers), "")
            yield f"{counted(len(answers), 'object')} not checked by the server: {reason}" + (
                f"; it says: {example}" if example else ""
            )

    def _is_askable(self, manifest: Manifest) -> bool:
        try:
            json.dumps(manifest)
        except (TypeError, ValueError, RecursionError):
            self._skip("JSON cannot express them")
            return False
        return True

    def _set_aside(self, manifest: Manifest) -> bool:
        """Return True if the object is in a namespace that the cluster does not have."""
        namespace = text(manifest, "metadata", "namespace")
        if self._known is None or not namespace or namespace in self._known or kind_of(manifest) in CLUSTER_WIDE:
            return False
        self._homeless.setdefault(namespace, []).append(manifest)
        return True

    def _ask(self, verb: Verb, manifests: Sequence[Manifest], judge: Callable[[Manifest, Reply], None]) -> None:
        sent = [_in_stand_in(one) for one in manifests] if judge == self._judge_elsewhere else manifests
        for manifest, reply in zip(manifests, self._kubectl.ask_each(verb, sent), strict=True):
            judge(manifest, reply)

    def _judge(self, manifest: Manifest, reply: Reply) -> None:
        namespace = missing_namespace(reply.answer)
        if namespace:
            self._homeless.setdefault(namespace, []).append(manifest)
        elif not self._could_not_judge(manifest, reply):
            self._report(manifest, reply)

    def _judge_elsewhere(self, manifest: Manifest, reply: Reply) -> None:
        reason = reason_of(reply.answer)
        if self._could_not_judge(manifest, reply):
            return
        if reason in _OF_ITS_NAMESPACE:
            self._skip(f"the cluster does not have their namespace yet, and namespace {STAND_IN} does not admit them")
            return
        self._tried_elsewhere += 1
        if reason == "AlreadyExists":  # the server compares names only after it has accepted all fields
            reply = Reply(0, warnings=reply.warnings)
        warnings = tuple(line for line in reply.warnings if "PodSecurity" not in line)
        self._report(manifest, Reply(reply.code, answer=reply.answer, warnings=warnings))

    def _could_not_judge(self, manifest: Manifest, reply: Reply) -> bool:
        """Return True, and note it, if the answer is not about the object."""
        answer = reply.answer
        if unknown_kind(answer) in self._new_kinds:
            self._skip("the cluster does not have their CustomResourceDefinition yet, which is among the files")
        elif missing_object(answer) in self._new_objects:
            self._skip("they need another object of the files, which the cluster does not have yet", first_line(answer))
        elif lacks_permission(answer):
            self._skip("you lack the permission", first_line(answer))
        elif lacks_connection(answer):
            self._skip("the server did not answer", first_line(answer))
        elif lacks_dry_run(answer):
            self._skip("a webhook does not support dry runs", first_line(answer))
        else:
            return False
        return True

    def _skip(self, reason: str, answer: str = "") -> None:
        self._not_judged.setdefault(reason, []).append(answer)

    def _report(self, manifest: Manifest, reply: Reply) -> None:
        kind = unknown_kind(reply.answer)
        if kind:
            self._strange.setdefault(kind, []).append(manifest)
        elif reply.code:
            # The server names several faults in an order that changes from call to call.
            faults = sorted(answer_faults(manifest, reply.answer), key=lambda fault: str(fault[0]))
            self.findings += (CHECK.error(manifest, where, message) for where, message in faults)
        warnings = (warning_fault(manifest, line) for line in reply.warnings)
        self.findings += (CHECK.warning(manifest, where, message) for where, message in warnings)

    def _report_unknown_kinds(self) -> None:
        """Report each kind that the cluster does not know, at its first object."""
        for (_, kind), group in self._strange.items():
            version = text(group[0], "apiVersion")
            message = (
                f"the cluster does not know the kind {kind} in {version}, so {_this_object(group)} cannot be created; "
                "install its CustomResourceDefinition, or correct apiVersion and kind"
            )
            self.findings.append(CHECK.error(group[0], FieldPath("apiVersion"), message))

    def _report_missing_namespaces(self) -> None:
        """Report each namespace that neither the cluster nor the files have, at its first object."""
        for namespace, group in self._homeless.items():
            if namespace not in self._new_namespaces:
                message = (
                    f'namespace "{namespace}" does not exist in the cluster, so '
                    f"{_this_object(group)} cannot be created; correct the name, or add the Namespace"
                )
                self.findings.append(CHECK.error(group[0], FieldPath("metadata", "namespace"), message))

    def _refuse_silence(self) -> None:
        for reason in ("the server did not answer", "you lack the permission"):
            answers = self._not_judged.get(reason, [])
            if answers and len(answers) == len(self._manifests):
                raise InputError([f"{self._kubectl}: the cluster cannot be asked: {reason}; it says: {answers[0]}"])


def _this_object(group: Sequence[Manifest]) -> str:
    return f"this object (and {len(group) - 1} more)" if len(group) > 1 else "this object"


def _is_named_by_server(manifest: Manifest) -> bool:
    """Return True if the server chooses the name, as for many Jobs; `kubectl apply` takes no such object."""
    return not name_of(manifest) and bool(text(manifest, "metadata", "generateName"))


def _in_stand_in(manifest: Manifest) -> Manifest:
    return {**manifest, "metadata": {**mapping(manifest, "metadata"), "namespace": STAND_IN}}
