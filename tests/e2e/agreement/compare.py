"""How far the checks agree with the API server's recorded verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.registry import run_checks
from constructs_lib.kubernetes.schemas.builtin import known_version
from tests.e2e.agreement.corpus import Record
from tests.e2e.kube import Manifest
from tests.e2e.manifests import ROOT, read_folder

API_CHECKS: Final = frozenset({"api-version", "unknown-field", "invalid-value", "invalid-name"})
"""The checks that say what the API server rejects."""
MOST_MISSED: Final = 0.01
"""The largest share of rejected objects that may be missed."""
MOST_MISSED_OF_A_KIND: Final = 0.03
"""The same for each kind of dist/; a single object may always be missed."""

Judge = Callable[[Manifest], list[Finding]]


@dataclass
class Tally:
    """Counts for some of the objects.

    Args:
        objects: all of them.
        rejected: those that the server rejects.
        found: of the rejected ones, those with an error.
        warned: of the rejected ones, those with warnings only.
        missed: of the rejected ones, those without a finding.
        false: objects that the server accepts, and their pods too, and that have an error.
    """

    objects: int = 0
    rejected: int = 0
    found: int = 0
    warned: int = 0
    missed: int = 0
    false: int = 0

    def add(self, record: Record, findings: list[Finding]) -> None:
        """Count an object."""
        error = any(finding.severity is Severity.ERROR for finding in findings)
        self.objects += 1
        self.rejected += not record.accepted
        self.found += error and not record.accepted
        self.warned += bool(findings) and not error and not record.accepted
        self.missed += not findings and not record.accepted
        self.false += error and record.accepted and not record.pod_message


@dataclass
class Comparison:
    """The checks compared with the verdicts.

    Args:
        all: the counts of all objects.
        kinds: the counts by kind.
        reasons: the counts by the kind of mistake.
        missed: the rejected objects without a finding.
        false: the accepted objects with an error, and their errors.
    """

    all: Tally = field(default_factory=Tally)
    kinds: dict[str, Tally] = field(default_factory=dict)
    reasons: dict[str, Tally] = field(default_factory=dict)
    missed: list[Record] = field(default_factory=list)
    false: list[tuple[Record, list[Finding]]] = field(default_factory=list)


def findings_of(version: str) -> Judge:
    """Return a function that returns the findings of a manifest on its own.

    Args:
        version: the version of Kubernetes, such as 1.30.14.
    """
    definitions = tuple(read_folder(ROOT / "crds"))

    def judge(manifest: Manifest) -> list[Finding]:
        world = World((manifest,), kubernetes_version=known_version(version), definitions=definitions)
        return [each for each in run_checks(world).findings if _is_about_the_api(each)]

    return judge


def _is_about_the_api(finding: Finding) -> bool:
    # The selector of a workload has a check of its own.
    is_selector = finding.check == "selector-mismatch" and finding.severity is Severity.ERROR
    return is_selector or finding.check in API_CHECKS


def compare(records: Iterable[Record], judge: Judge) -> Comparison:
    """Return the comparison of all records.

    Args:
        records: the verdicts.
        judge: returns the findings of a manifest.
    """
    result = Comparison()
    for record in records:
        findings = judge(record.object)
        kind = result.kinds.setdefault(record.kind, Tally())
        reason = result.reasons.setdefault(record.reason, Tally())
        for tally in (result.all, kind, reason):
            tally.add(record, findings)
        if not record.accepted and not findings:
            result.missed.append(record)
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        if errors and record.accepted and not record.pod_message:
            result.false.append((record, errors))
    return result


def shortcomings(comparison: Comparison, kinds: Iterable[str]) -> list[str]:
    """Return one line for each goal that is not reached.

    Args:
        comparison: the counts.
        kinds: the kinds that have a goal of their own.
    """
    tally = comparison.all
    lines = [f"{tally.false} false errors; the goal is 0"] if tally.false else []
    if tally.missed > MOST_MISSED * tally.rejected:
        lines.append(f"{tally.missed} of {tally.rejected} missed; the goal is at most {MOST_MISSED:.0%}")
    for kind in sorted(kinds):
        own = comparison.kinds.get(kind, Tally())
        if own.missed > max(1, MOST_MISSED_OF_A_KIND * own.rejected):
            goal = f"the goal is at most {MOST_MISSED_OF_A_KIND:.0%}"
            lines.append(f"{kind}: {own.missed} of {own.rejected} missed; {goal}")
    return lines


def tables(comparison: Comparison) -> list[str]:
    """Return the lines of a Markdown table by kind, an empty line, and one by kind of mistake."""
    total = {"all": comparison.all}
    return [*_table("kind", comparison.kinds | total), "", *_table("mistake", comparison.reasons | total)]


def examples(comparison: Comparison, count: int) -> Iterator[str]:
    """Yield one line each for up to `count` missed objects and false errors."""
    for record, errors in comparison.false[:count]:
        yield f"false error: {_place(record)}: {'; '.join(map(str, errors))[:400]}"
    for record in comparison.missed[:count]:
        yield f"missed: {_place(record)}: {record.message[:400]}"


def _table(title: str, tallies: dict[str, Tally]) -> Iterator[str]:
    yield f"| {title} | objects | rejected | found | only warned | missed | false errors | found, % |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, tally in tallies.items():
        share = f"{100 * tally.found / tally.rejected:.1f}" if tally.rejected else ""
        counts = (tally.objects, tally.rejected, tally.found, tally.warned, tally.missed, tally.false, share)
        yield f"| {name} | {' | '.join(map(str, counts))} |"


def _place(record: Record) -> str:
    return f"{record.kind} {record.reason} {record.path}"
