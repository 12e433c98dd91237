"""The reference of all checks.

`python -m constructs_lib.checks.reporting.catalogue docs/checks.md` writes it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.registry import CHECKS
from constructs_lib.kubernetes.annotations import IGNORE


def overview() -> str:
    """The checks' ids and titles, a line each."""
    width = max(len(check.id) for check in CHECKS)
    return "".join(f"{check.id:{width}}  {check.title}\n" for check in CHECKS)


def explanation(check: Check) -> str:
    """Return the description of a check as plain text: title, reason, example and fix."""
    example = "".join(f"    {line}\n" for line in check.example.splitlines())
    needs = "It needs an inventory of nodes (--cluster).\n" if check.needs_cluster else ""
    return (
        f"{check.id} ({check.severity.value}): {check.title}\n\n{check.description}\n{needs}\n"
        f"Refused:\n\n{example}\nCure: {check.remediation}\n"
    )


def markdown() -> str:
    """The reference documentation."""
    head = (
        "# Checks\n\n"
        "Made from the table in `constructs_lib/checks/registry.py` by "
        "`python -m constructs_lib.checks.reporting.catalogue docs/checks.md`.\n\n"
        f"A finding is accepted by the annotation `{IGNORE}<check>: <reason>` on its object, or by an entry "
        "`{check, object, reason}` under `ignore:` in the file of `--ignore-file`. The reason is "
        "required.\n\n"
        "| check | severity | finds |\n|---|---|---|\n"
    )
    rows = "".join(f"| [`{c.id}`](#{c.id}) | {c.severity.value} | {c.title} |\n" for c in CHECKS)
    return head + rows + "".join(_section(check) for check in CHECKS)


def _section(check: Check) -> str:
    needs = " It needs an inventory of nodes (`--cluster`)." if check.needs_cluster else ""
    return (
        f"\n## {check.id}\n\n{check.title[0].upper()}{check.title[1:]}.\n\n{check.description}{needs}\n\n"
        f"```yaml\n{check.example}\n```\n\nCure: {check.remediation}\n"
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")
