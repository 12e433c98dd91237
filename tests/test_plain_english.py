"""Phrases that make a reader stop, and what to write instead."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

BANNED = {
    r"\bfor ever\b": "forever",
    r"credential in clear\b": "in plain text",
    r"\bAPI server refuses\b": "the API server rejects",
    r"; the (least|most) (is|are)\b": "must be at least N, got V",
    r"\bis out of range\b": "must be between N and M, got V",
    r"\bisn't there\b": "does not exist",
    r"\bis there (already|twice)\b": "exists, or: appears twice",
    r"['\"}] is no [a-z]": "is not a valid X",
    r"(?<!`)\b[Nn]obody\b(?! takes)": "name who: no service, no worker",
    r"\b[Ee]verybody\b": "name who: all clients",
    r"\b[Ww]hoever\b": "name who",
    r"\bfor (lack|want) of\b": "because X lacks Y",
    r"\bLooked at are\b": "the check reads",
    r"\bway in\b": "Ingress, route, traffic",
    r"\bthose that\b(?! the| an?\b| it| every| others| are)": "name the thing",
    r'"""(Whether|What|Where|How|Who|Whose|Those|Whom)\b': "a verb or a noun phrase: Return the, The",
}
FILES = [
    *(
        path
        for folder in ("constructs_lib", "growbin", "examples", "benchmarks", "tools")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "values").glob("*.yaml")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "Makefile")),
]


@pytest.mark.parametrize("phrase", BANNED)
def test_phrase_is_not_used(phrase: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(phrase, line)
    ]
    assert found == [], f"write {BANNED[phrase]!r}"
