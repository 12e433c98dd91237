"""A corpus: objects and the API server's verdicts on them, in memory and as a file of JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from tests.e2e.agreement.mutations import mutate
from tests.e2e.agreement.objects import Choice, Original, originals
from tests.e2e.agreement.server import Server, Verdicts, api_server
from tests.e2e.kube import Manifest

UNCHANGED: Final = "unchanged"
BATCH: Final = 400


@dataclass(frozen=True)
class Record:
    """One object and the verdicts on it; a line of the file.

    Args:
        kind: the kind before the change.
        reason: the name of the mutation, or `unchanged`.
        path: the field that was changed.
        object: the changed object.
        accepted: True if the server accepts it.
        status: the HTTP status.
        message: the server's reason.
        warnings: the server's warnings.
        apply_accepted: True if server-side apply accepts it too.
        apply_message: the reason of server-side apply.
        pod_message: why the server rejects a pod or claim of an accepted StatefulSet; empty if it accepts them.
    """

    kind: str
    reason: str
    path: str
    object: Manifest
    accepted: bool
    status: int
    message: str
    warnings: tuple[str, ...]
    apply_accepted: bool
    apply_message: str
    pod_message: str = ""


@dataclass(frozen=True)
class Corpus:
    """Recorded verdicts.

    Args:
        records: the verdicts on objects, those on the unchanged originals first.
        unsound: originals that the server rejects as they are, each with the server's reason.
        unusable: answers that are not about the object itself, such as HTTP status 500.
    """

    records: tuple[Record, ...]
    unsound: tuple[str, ...]
    unusable: tuple[str, ...]


@dataclass(frozen=True)
class _Case:
    kind: str
    reason: str
    path: str
    object: Manifest


def record(version: str, seed: int, count: int) -> Corpus:
    """Return the verdicts on all originals that the server accepts and on `count` changed ones.

    Args:
        version: `kubernetes` or `old_kubernetes`.
        seed: the same seed gives the same objects.
        count: the number of changed objects.
    """
    candidates = originals()
    namespaces = {str(each.manifest["metadata"].get("namespace") or "default") for each in candidates}
    records: list[Record] = []
    unsound: list[str] = []
    unusable: list[str] = []
    sound: list[Original] = []
    with api_server(version, sorted(namespaces)) as server:
        unchanged = (_Case(each.kind[1], UNCHANGED, "", each.manifest) for each in candidates)
        for original, (case, verdicts) in zip(candidates, _judged(server, unchanged), strict=True):
            if verdicts.create.accepted and not verdicts.owned_message:
                sound.append(original)
                records.append(_record(case, verdicts))
            else:
                unsound.append(
                    f"{original.source} {_subject(case.object)}: {verdicts.create.message or verdicts.owned_message}"
                )
        for case, verdicts in _judged(server, _changed(sound, seed, count)):
            if verdicts.create.usable:
                records.append(_record(case, verdicts))
            else:
                unusable.append(f"{_subject(case.object)} {case.path}: {verdicts.create.message}")
    return Corpus(tuple(records), tuple(unsound), tuple(unusable))


def write(corpus: Corpus, file: Path) -> None:
    """Write the records, one on each line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{json.dumps(asdict(each))}\n" for each in corpus.records)


def read(file: Path) -> Iterator[Record]:
    """Yield the records of a file."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            yield Record(**{**fields, "warnings": tuple(fields["warnings"])})


def _changed(sound: list[Original], seed: int, count: int) -> Iterator[_Case]:
    choice = Choice(sound)
    for number in range(count):
        random = Random(f"{seed}/{number}")
        manifest = choice.object(random)
        changed, reason, path = mutate(random, manifest)
        yield _Case(str(manifest["kind"]), reason, path, changed)


def _judged(server: Server, cases: Iterable[_Case]) -> Iterator[tuple[_Case, Verdicts]]:
    rest = iter(cases)
    # In batches, so that not all objects are in memory at once.
    while batch := list(islice(rest, BATCH)):
        yield from zip(batch, server.judge_all([case.object for case in batch]), strict=True)


def _record(case: _Case, verdicts: Verdicts) -> Record:
    create, apply = verdicts.create, verdicts.apply
    return Record(
        kind=case.kind,
        reason=case.reason,
        path=case.path,
        object=case.object,
        accepted=create.accepted,
        status=create.status,
        message=create.message,
        warnings=create.warnings,
        apply_accepted=apply.accepted,
        apply_message=apply.message,
        pod_message=verdicts.owned_message,
    )


def _subject(manifest: Manifest) -> str:
    metadata = manifest.get("metadata")
    return f"{manifest.get('kind')}/{metadata.get('name') if isinstance(metadata, dict) else None}"
