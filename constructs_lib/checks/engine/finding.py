"""The findings that checks report."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, subject_of


class Severity(str, Enum):
    """Severity of a finding: an error fails in the cluster or loses data, a warning probably does."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One fault in one object.

    Args:
        check: the check's stable id, such as `unschedulable`.
        severity: error or warning.
        subject: the object as people write it, `namespace/Kind/name` (`Kind/name` where it has no namespace).
        field: path of the field in the object, such as `spec.template.spec.nodeSelector`; empty for the whole object.
        message: what would happen in the cluster and what to change, in one sentence.
        argument: the argument of a construct that set the field, if it is known: `resources.cpu`.
        origin: the source of the object: the path of a construct, or file and line.
        manifest: the object itself, from which the origin is found; equal findings may differ in it.
    """

    check: str
    severity: Severity
    subject: str
    field: FieldPath
    message: str
    origin: str = ""
    argument: str = ""
    manifest: Manifest | None = dataclasses.field(default=None, compare=False, repr=False)

    @classmethod
    def about(cls, manifest: Manifest, check: str, severity: Severity, where: FieldPath, message: str) -> Finding:
        """A finding about an object, `where` being the path of the field."""
        return cls(check, severity, subject_of(manifest), where, message, manifest=manifest)

    def __str__(self) -> str:
        argument = f" (argument {self.argument})" if self.argument else ""
        where = f"{self.subject}  {self.field}{argument}" if self.field else self.subject
        source = f"  [{self.origin}]" if self.origin else ""
        return f"{self.severity.value} {self.check}  {where}: {self.message}{source}"
