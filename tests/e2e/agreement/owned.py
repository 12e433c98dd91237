"""The objects that the controller of a StatefulSet creates.

Kubernetes 1.30 accepts a StatefulSet whose pod template or claim templates are invalid; its controller then fails
to create the pods.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tests.e2e.kube import Manifest

_HASH: Final = "5d4c9c7b8f"
"""A hash of a template, which has up to 10 characters."""


def owned_objects(stateful_set: Manifest) -> Iterator[Manifest]:
    """Yield the claims of the first pod of an accepted StatefulSet, and the pod."""
    metadata, spec = stateful_set["metadata"], stateful_set["spec"]
    namespace = {"namespace": metadata["namespace"]} if metadata.get("namespace") else {}
    pod_name = f"{metadata.get('name') or 'pod'}-0"
    claims = spec.get("volumeClaimTemplates") or []
    names = [str(_map(claim, "metadata").get("name", "")) for claim in claims]
    for name, claim in zip(names, claims, strict=True):
        own = {**_map(claim, "metadata"), "name": f"{name}-{pod_name}", **namespace}
        yield {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": own, "spec": _map(claim, "spec")}
    template = spec["template"]
    pod = _map(template, "spec")
    volumes = [volume for volume in pod.get("volumes") or [] if volume.get("name") not in names]
    volumes += [{"name": name, "persistentVolumeClaim": {"claimName": f"{name}-{pod_name}"}} for name in names]
    metadata = _map(template, "metadata")
    labels = {**_map(metadata, "labels"), "controller-revision-hash": f"{pod_name.removesuffix('-0')}-{_HASH}"}
    own = {**metadata, "labels": labels, "name": pod_name, **namespace}
    yield {"apiVersion": "v1", "kind": "Pod", "metadata": own, "spec": {**pod, "volumes": volumes}}


def _map(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
