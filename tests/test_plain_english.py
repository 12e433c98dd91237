"""Phrases that make a reader stop, and what to write instead."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

BANNED = {
    r"\bfor ever\b": "forever",
    r"credential in clear\b": "in plain text",
    r"\bAPI server refuses\b": "the API server rejects",
    r"; the least is\b": "must be at least N, got V",
    r"\bisn't there\b": "does not exist",
    r'"""Whether\b': "Return True if",
    r'"""What is wrong\b': "Yield the faults of",
}
FILES = [
    *(path for folder in ("constructs_lib", "growbin", "examples") for path in sorted((ROOT / folder).rglob("*.py"))),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
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
