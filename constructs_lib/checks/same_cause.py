"""One finding for one cause, of all that several checks, or a check and the API server, report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.validity import explained_fields
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.rules import missing_namespace, server_dry_run
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import dig

_Place = tuple[int, FieldPath]

_EXPLAINING: Final = ("api-version", "unknown-field", "invalid-value", "invalid-name")
_MAPPINGS_OF_STRINGS: Final = (("labels",), ("annotations",), ("matchLabels",), ("nodeSelector",), ("data",))
_SELECTOR: Final = "`selector` does not match template `labels`"


def first_causes(world: World, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out the findings about a field that an unknown field, or a value of another type, explains."""
    explained = explained_fields(world)
    for finding in findings:
        fields = explained.get(id(finding.manifest), ())
        parts = (FieldPath(*finding.field[:end]) for end in range(len(finding.field) + 1))
        if finding.check in _EXPLAINING or not any(part in fields for part in parts):
            yield finding


def without_repetition(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings without those of the server that repeat an error at the same field of the same object.

    A namespace that the cluster does not have is an error of the server, which replaces the warning of the files.
    """
    server = [finding for finding in findings if finding.check == server_dry_run.CHECK.id]
    if not server:
        return tuple(findings)
    others = [finding for finding in findings if finding.check != server_dry_run.CHECK.id]
    errors = {_place(finding) for finding in others if finding.severity is Severity.ERROR}
    repeated = {id(finding) for finding in server if _is_repeated(finding, errors)}
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


def _is_repeated(finding: Finding, errors: Collection[_Place]) -> bool:
    return any(place in errors for place in _places(finding)) or any(
        _names_entry(finding, field) for manifest, field in errors if manifest == id(finding.manifest)
    )


def _names_entry(finding: Finding, field: FieldPath) -> bool:
    """Return True if the server names a mapping, such as labels, and means the entry that another check names."""
    if field[:-1] != finding.field or field[-2:-1] not in _MAPPINGS_OF_STRINGS:
        return False
    value = dig(finding.manifest, *field)
    return finding.message.startswith("expected ") or any(f'"{part}"' in finding.message for part in (field[-1], value))
