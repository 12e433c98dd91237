"""Findings as text for people, JSON, SARIF for code scanning, and GitHub's workflow commands."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.wording import counted
from constructs_lib.checks.registry import CHECKS

_RED, _YELLOW, _BOLD, _DIM, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True)
class Located:
    """A finding and its place.

    Args:
        finding: the finding.
        file: the file of its object, an empty text where it has none.
        line: the line of the field.
        environment: the environment in which it was found, an empty text where there is one only.
    """

    finding: Finding
    file: str
    line: int
    environment: str = ""


@dataclass(frozen=True)
class Result:
    """All that a run of `check` says.

    Args:
        findings: what was found.
        not_run: checks that couldn't run.
        not_run_in: the environments in which they couldn't, where they ran in others.
        environments: what was checked apart.
        objects: how many objects were read.
    """

    findings: tuple[Located, ...]
    not_run: tuple[Check, ...]
    not_run_in: tuple[str, ...]
    environments: tuple[str, ...]
    objects: int


def as_text(result: Result, *, color: bool = False) -> str:
    """One line a finding, those of an object together, objects apart by an empty line."""
    groups: dict[tuple[str, str], list[Located]] = {}
    for located in result.findings:
        groups.setdefault((located.environment, located.finding.subject), []).append(located)
    return "\n".join("".join(_line(located, color) for located in group) for group in groups.values())


def _line(located: Located, color: bool) -> str:
    finding = located.finding
    paint = _paint if color else _unpainted
    tone = _RED if finding.severity is Severity.ERROR else _YELLOW
    subject, message = _printable(finding.subject), _printable(finding.message)
    where = f"  {_printable(str(finding.field))}" if finding.field else ""
    source = f"  {paint(f'[{_printable(located.file)}:{located.line}]', _DIM)}" if located.file else ""
    return f"{paint(finding.severity.value, tone)} {finding.check}  {paint(subject, _BOLD)}{where}: {message}{source}\n"


def _printable(text: str) -> str:
    """Without what would break the line or steer the terminal: a name may hold anything before it is refused."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def _paint(text: str, tone: str) -> str:
    return f"{tone}{text}{_PLAIN}"


def _unpainted(text: str, tone: str) -> str:
    return text


def as_json(result: Result) -> str:
    """An object with the findings, the checks that didn't run, the environments and the number of objects."""
    content = {
        "findings": [
            {
                "check": located.finding.check,
                "severity": located.finding.severity.value,
                "object": located.finding.subject,
                "field": str(located.finding.field),
                "message": located.finding.message,
                "file": located.file,
                "line": located.line,
                "environment": located.environment,
            }
            for located in result.findings
        ],
        "notRun": [check.id for check in result.not_run],
        "notRunIn": list(result.not_run_in),
        "environments": list(result.environments),
        "objects": result.objects,
    }
    return json.dumps(content, indent=2) + "\n"


def as_sarif(result: Result) -> str:
    """SARIF 2.1.0, as code scanning takes it.

    Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    places = {check.id: place for place, check in enumerate(CHECKS)}
    driver = {
        "name": "constructs-lib",
        "rules": [
            {
                "id": check.id,
                "shortDescription": {"text": check.title},
                "fullDescription": {"text": check.description},
                "help": {"text": check.remediation},
                "defaultConfiguration": {"level": check.severity.value},
            }
            for check in CHECKS
        ],
    }
    results = [_sarif_result(located, places) for located in result.findings]
    content = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(content, indent=2) + "\n"


def _sarif_result(located: Located, places: Mapping[str, int]) -> dict[str, Any]:
    finding = located.finding
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": finding.subject}]}
    if located.file:
        uri = (
            Path(located.file).as_uri()
            if Path(located.file).is_absolute()
            else quote(os.fsencode(Path(located.file).as_posix()))
        )
        location["physicalLocation"] = {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": located.line},
        }
    return {
        "ruleId": finding.check,
        "ruleIndex": places[finding.check],
        "level": finding.severity.value,
        "message": {"text": f"{'  '.join(filter(None, (finding.subject, str(finding.field))))}: {finding.message}"},
        "locations": [location],
    }


def as_github(result: Result) -> str:
    """Workflow commands, which GitHub shows beside the changed lines.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return "".join(_github_line(located) for located in result.findings)


def _github_line(located: Located) -> str:
    finding = located.finding
    properties = {"title": f"{finding.check} {finding.subject}"}
    if located.file:
        properties |= {"file": Path(located.file).as_posix(), "line": str(located.line)}
    shown = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    message = f"{finding.field}: {finding.message}" if finding.field else finding.message
    return f"::{finding.severity.value} {shown}::{_escaped(message)}\n"


def _escaped(value: str, also: str = "") -> str:
    for character in "%\r\n" + also:  # the percent sign first: the others are written with it
        value = value.replace(character, f"%{ord(character):02X}")
    return value


MACHINE_FORMATS: Final[Mapping[str, Callable[[Result], str]]] = {
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}


def summary(result: Result) -> Sequence[str]:
    """Return the summary lines below the findings."""
    errors = sum(located.finding.severity is Severity.ERROR for located in result.findings)
    warnings = len(result.findings) - errors
    lines = [f"{counted(errors, 'error')}, {counted(warnings, 'warning')} in {counted(result.objects, 'object')}"]
    if len(result.environments) > 1:
        lines.append(f"checked apart, as they define the same objects: {', '.join(result.environments)}")
    if result.not_run:
        names = ", ".join(check.id for check in result.not_run)
        where = f" in {', '.join(result.not_run_in)}" if result.not_run_in else ""
        lines.append(f"not run{where}, because they need --cluster: {names}")
    return lines
