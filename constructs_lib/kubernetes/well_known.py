"""Names that Kubernetes itself gives."""

from __future__ import annotations

from typing import Final

SYSTEM_NAMESPACES: Final = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces that every cluster has."""

NAMESPACE_LABEL: Final = "kubernetes.io/metadata.name"
"""The label that the API server puts on every namespace."""
