"""Names that Kubernetes itself gives."""

from __future__ import annotations

from typing import Final

SYSTEM_NAMESPACES: Final = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces that every cluster has."""

CLUSTERS_OWN: Final = frozenset(SYSTEM_NAMESPACES) - {"default"}
"""Namespaces whose objects belong to the cluster itself, so that manifests do not declare them."""

API_SERVER_LABELS: Final = {"component": "apiserver", "provider": "kubernetes"}
"""The labels of the Service `kubernetes`, which every cluster has in `default`."""

NAMESPACE_LABEL: Final = "kubernetes.io/metadata.name"
"""The label that the API server puts on every namespace."""

DNS_PORT: Final = 53
DNS_NAMESPACE: Final = "kube-system"
DNS_LABEL: Final = ("k8s-app", "kube-dns")
"""The label of the cluster's DNS pods: CoreDNS keeps the name of its predecessor.

Source: https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/
"""

OTHER_DNS_LABELS: Final = ("coredns", "node-local-dns")
"""Values that the label has in some distributions, and on the pods of a cache on each node."""
