"""One finding for one cause: what a check of the files and the API server both say is shown once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.rules import missing_namespace, server_dry_run
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import dig, mapping

_Place = tuple[int, FieldPath]

_SELECTOR: Final = "`selector` does not match template `labels`"


def without_repetition(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings without those of the server that repeat an error at the same field of the same object.

    A namespace that the cluster does not have is an error of the server, which replaces the warning of the files.
    """
    server = [finding for finding in findings if finding.check == server_dry_run.CHECK.id]
    if not server:
        return tuple(findings)
    others = [finding for finding in findings if finding.check != server_dry_run.CHECK.id]
    errors = {_place(finding) for finding in others if finding.severity is Severity.ERROR}
    repeated = {id(finding) for finding in server if not errors.isdisjoint(_places(finding))}
    answered = {_place(finding) for finding in server if finding.severity is Severity.ERROR}
    repeated |= {id(finding) for finding in others if _is_confirmed(finding) and _place(finding) in answered}
    return tuple(finding for finding in findings if id(finding) not in repeated)


def _is_confirmed(finding: Finding) -> bool:
    """Return True for a warning that an answer of the server at the same field confirms."""
    return finding.check == missing_namespace.CHECK.id and finding.severity is Severity.WARNING


def _place(finding: Finding, field: FieldPath | None = None) -> _Place:
    return id(finding.manifest), finding.field if field is None else field


def _places(finding: Finding) -> Iterator[_Place]:
    """Yield the field that the server names, and fields at which a check reports the same cause."""
    field = finding.field
    yield _place(finding)
    if _SELECTOR in finding.message:
        yield _place(finding, FieldPath("spec", "selector"))
    is_default = field[-1:] == ("targetPort",) and dig(finding.manifest, *field) is None
    if is_default:  # the server sets it to the port
        yield _place(finding, FieldPath(*field[:-1], "port"))
    if field[:2] == ("metadata", "labels") or field[:2] == ("metadata", "annotations"):
        # The server names the mapping, a check the key in it.
        keys = mapping(finding.manifest, "metadata", str(field[1])) if len(field) == 2 else {}
        yield from (
            _place(finding, field / key) for key in keys if isinstance(key, str) and f'"{key}"' in finding.message
        )
