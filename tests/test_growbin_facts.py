"""What dist/prod must show, read from the committed files."""

from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]


def of_kind(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {m["metadata"]["name"]: m for m in manifests if m["kind"] == kind}


def test_nine_deployments(prod: list[Manifest]) -> None:
    assert sorted(of_kind(prod, "Deployment")) == [
        "auth-api",
        "llm-worker",
        "locations-api",
        "preprocess-worker",
        "rag-worker",
        "recycling-api",
        "users-api",
        "vision-worker",
        "waste-api",
    ]
