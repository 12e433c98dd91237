"""What is written is read alike by everybody: Kubernetes' rules, PyYAML's and those of cdk8s."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cdk8s
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.kubernetes.yaml_reader import read_documents
from constructs_lib.kubernetes.yaml_writer import write_documents

DOUBTFUL = (
    *("y", "N", "yes", "Off", "true", "~", "null", "=", "<<", "", " ", "-", "?", "|", "#", "- a", "a: b", "a #b"),
    *("1", "-1", "+1", "08", "0755", "0o17", "0x1F", "0b1", "1e3", "1E+3", ".5", "1_000", "12:30", "1.4.2", ".inf"),
    *("2026-01-01", "2026-01-01T00:00:00Z", "1,000", "200m", "256Mi", "10.0.0.0/8", "{{x}}", "[a]", "*a", "&a", "!a"),
    *("a\n", "a\nb", "\na", " a\nb", "a \nb", "a\n\n", "\ta", "a\tb\n", "\u2028", "\x85", "é", "\U0001f33f", "a\r\nb"),
)
texts = st.one_of(
    st.sampled_from(DOUBTFUL),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=12),
    st.from_regex(r"[-+.0-9eExXo_:]{1,8}", fullmatch=True),
)
scalars = st.one_of(texts, st.integers(-(2**53), 2**53), st.booleans(), st.none())
values = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3))
)


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_text_stays_a_text(text: str, tmp_path: Path) -> None:
    assert_read_alike([{"key": text, text: ["x", text]}], tmp_path)


@settings(max_examples=200)
@given(values)
def test_whatever_is_written_is_read_again(value: Any) -> None:
    written = write_documents([{"value": value}, {"again": value}])
    assert [document.data for document in read_documents(written)] == [{"value": value}, {"again": value}]
    assert list(yaml.safe_load_all(written)) == [{"value": value}, {"again": value}]


def test_documents_are_written_as_people_write_them() -> None:
    labels = {"app": "shop"}
    container = {"name": "api", "args": ["--port", "8000"], "ports": [], "script": "set -e\nrun " + "x" * 200 + "\n"}
    deployment = {"kind": "Deployment", "metadata": {"labels": labels}, "spec": {"labels": labels, "c": [container]}}
    assert write_documents([deployment, {"kind": "Service"}]) == (
        "kind: Deployment\n"
        "metadata:\n  labels:\n    app: shop\n"
        "spec:\n  labels:\n    app: shop\n  c:\n"
        "  - name: api\n    args:\n    - --port\n    - '8000'\n    ports: []\n"
        f"    script: |\n      set -e\n      run {'x' * 200}\n"
        "---\nkind: Service\n"
    )


def assert_read_alike(documents: list[Any], folder: Path) -> None:
    path = folder / "written.yaml"
    path.write_text(write_documents(documents), encoding="utf-8")
    assert [document.data for document in read_documents(path.read_text(encoding="utf-8"))] == documents
    assert list(yaml.safe_load_all(path.read_text(encoding="utf-8"))) == documents
    assert cdk8s.Yaml.load(str(path)) == documents
