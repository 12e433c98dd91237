"""What is applied: the YAML in dist/ and crds/, and small manifests that tests make up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.e2e.kube import Kube, Manifest
from tests.e2e.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
CRD = "apiextensions.k8s.io/v1/CustomResourceDefinition"
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


def read_folder(folder: Path) -> list[Manifest]:
    """All objects of a folder's YAML files."""
    return [doc for path in sorted(folder.glob("*.yaml")) for doc in yaml.safe_load_all(path.read_text()) if doc]


def environment(name: str) -> list[Manifest]:
    """What is deployed to dev or prod."""
    return read_folder(ROOT / "dist" / name)


def namespaces_of(manifests: list[Manifest]) -> set[str]:
    """The namespaces that objects are in, their own Namespace objects among them or not."""
    return {str(each["metadata"]["namespace"]) for each in manifests if each["metadata"].get("namespace")}


def prepare(kube: Kube, manifests: list[Manifest]) -> None:
    """What is in a cluster before us: custom resource definitions, and the namespaces that others own."""
    for crd in read_folder(ROOT / "crds"):
        kube.apply(crd)
    ours = {each["metadata"]["name"] for each in manifests if each["kind"] == "Namespace"}
    for name in sorted(namespaces_of(manifests) - ours):
        kube.apply(namespace(name))
    names = [crd["metadata"]["name"] for crd in read_folder(ROOT / "crds")]
    eventually(lambda: all(_is_served(kube.get(CRD, name)) for name in names), what="custom resources")


def apply_all(kube: Kube, manifests: list[Manifest], *, force: bool = False) -> list[Manifest]:
    """Apply in the order of the files, Namespaces first, as kubectl and Argo CD do."""
    ordered = sorted(manifests, key=lambda each: each["kind"] != "Namespace")
    return [kube.apply(each, force=force) for each in ordered]


def namespace(name: str, *, level: str | None = None) -> Manifest:
    labels = {"pod-security.kubernetes.io/enforce": level} if level else {}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def pod(name: str, namespace: str = "default", *, cpu: str = "10m", memory: str = "16Mi", **spec: Any) -> Manifest:
    """A pod that any namespace admits, unless `spec` says otherwise."""
    resources = {"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": cpu, "memory": memory}}
    security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    container = {"name": "main", "image": "main:1", "resources": resources, "securityContext": security}
    confined = {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": [container], "securityContext": confined, **spec},
    }


def _is_served(crd: Manifest) -> bool:
    conditions = {each["type"]: each["status"] for each in crd.get("status", {}).get("conditions", [])}
    return conditions.get("Established") == "True"
