"""What a check reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How bad a finding is: errors fail in the cluster or lose data, warnings are merely unwise."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One fault in one object.

    Args:
        check: the check's stable id, such as `unschedulable`.
        severity: error or warning.
        subject: the object as people write it, `namespace/Kind/name` (`Kind/name` where it has no namespace).
        field: path of the field in the object, such as `spec.template.spec.nodeSelector`.
        message: what would happen in the cluster and what to change, in one sentence.
        origin: where the object comes from: a construct's path, or file and line.
    """

    check: str
    severity: Severity
    subject: str
    field: str
    message: str
    origin: str = ""

    def __str__(self) -> str:
        where = f"{self.subject}  {self.field}" if self.field else self.subject
        source = f"  [{self.origin}]" if self.origin else ""
        return f"{self.severity.value} {self.check}  {where}: {self.message}{source}"
