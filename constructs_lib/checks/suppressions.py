"""Findings that somebody accepted, with the reason.

By annotation on the object (`constructs-lib/ignore.<check>: reason`), or in a file:

    ignore:
    - {check: image, object: api/Deployment/waste-api, reason: pinned by the registry}
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from pydantic import Field

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import did_you_mean
from constructs_lib.inventory.cluster import StrictModel
from constructs_lib.inventory.layered_yaml import load_layers, validate
from constructs_lib.kubernetes.annotations import IGNORE
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, mapping, subject_of


class Ignore(StrictModel):
    """One entry of a suppression file.

    Args:
        check: the check's id.
        object: the object as findings name it; `*` stands for any text.
        reason: why the finding is accepted.
    """

    check: str = Field(min_length=1)
    object: str = Field(min_length=1)
    reason: str = Field(min_length=1, pattern=r"\S")


class IgnoreFile(StrictModel):
    """A suppression file."""

    ignore: tuple[Ignore, ...] = ()


def read_ignores(path: str | Path) -> dict[Ignore, int]:
    """The entries of a suppression file, each with its line.

    Raises:
        InputError: with every fault of the file and its line.
    """
    layers = load_layers(path)
    entries = validate(IgnoreFile, layers).ignore
    return {entry: layers.files[0].document.line(("ignore", place)) for place, entry in enumerate(entries)}


@dataclass(frozen=True)
class Outcome:
    """Findings after suppression.

    Args:
        findings: what is left, and what is wrong with the suppressions themselves.
        accepted: what was suppressed.
        used: the entries of the file that suppressed something.
    """

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    used: frozenset[Ignore]


def suppress(
    world: World,
    findings: Iterable[Finding],
    ignores: Collection[Ignore],
    ran: Collection[str],
    known: Collection[str],
) -> Outcome:
    """Take the accepted findings out.

    Args:
        world: where the annotations are.
        findings: what the checks found.
        ignores: the entries of a suppression file.
        ran: ids of the checks that ran: a suppression of another can't have been of use.
        known: ids of all checks.
    """
    annotated = {(subject, check): reason for _, subject, check, reason in _annotations(world)}
    left: list[Finding] = []
    accepted: list[Finding] = []
    used: set[tuple[str, str]] = set()
    used_entries: set[Ignore] = set()
    for finding in findings:
        key = (finding.subject, finding.check)
        entry = next((entry for entry in ignores if _covers(entry, finding)), None)
        if annotated.get(key):
            used.add(key)
        elif entry is not None:
            used_entries.add(entry)
        else:
            left.append(finding)
            continue
        accepted.append(finding)
    left.extend(_faulty(world, used, ran, known))
    return Outcome(tuple(left), tuple(accepted), frozenset(used_entries))


def unused(
    ignores: Iterable[Ignore], used: Collection[Ignore], ran: Collection[str], known: Collection[str]
) -> Iterator[tuple[Ignore, Finding]]:
    """Each entry of a file that suppressed nothing in any of the checked environments, with a finding."""
    for entry in ignores:
        if entry.check not in known:
            message = f"unknown check {entry.check}{did_you_mean(entry.check, known)}"
        elif entry.check in ran and entry not in used:
            message = f"the suppression of {entry.check} suppresses nothing; remove it"
        else:
            continue
        yield entry, Finding(SUPPRESSION.id, Severity.WARNING, entry.object, FieldPath(), message)


def _annotations(world: World) -> Iterator[tuple[Manifest, str, str, str]]:
    """Object, its subject, the check and the reason of each annotation."""
    for manifest in world.objects:
        for key, reason in mapping(manifest, "metadata", "annotations").items():
            if isinstance(key, str) and key.startswith(IGNORE):
                shown = reason.strip() if isinstance(reason, str) else ""
                yield manifest, subject_of(manifest), key.removeprefix(IGNORE), shown


def _covers(entry: Ignore, finding: Finding) -> bool:
    return entry.check == finding.check and fnmatchcase(finding.subject, entry.object)


def _faulty(
    world: World, used: Collection[tuple[str, str]], ran: Collection[str], known: Collection[str]
) -> Iterator[Finding]:
    for manifest, subject, check, reason in _annotations(world):
        where = FieldPath("metadata", "annotations", f"{IGNORE}{check}")
        if check not in known:
            message = f"unknown check {check}{did_you_mean(check, known)}"
        elif not reason:
            message = f"a suppression needs a reason, so {check} is not suppressed; write the reason as the value"
        elif check in ran and (subject, check) not in used:
            message = f"the suppression of {check} suppresses nothing; remove it"
        else:
            continue
        yield SUPPRESSION.warning(manifest, where, message)


SUPPRESSION: Final = Check(
    id="suppression",
    title="a suppression without a reason, without effect, or of an unknown check",
    description="A suppression that suppresses nothing hides the next fault of its kind.",
    example="metadata:\n  annotations: {constructs-lib/ignore.image: ''}",
    remediation="Write the reason as the value, and remove suppressions that are no longer needed.",
    severity=Severity.WARNING,
    run=lambda world: (),  # judged by what the other checks found: see `suppress`
)
