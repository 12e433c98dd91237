"""The checks on manifests that others wrote and that work: `make foreign`, which needs Go and the network.

Three projects at pinned versions, as their Go modules ship them. Every finding of error level is listed below
with what it tells; any other, and one that is gone, fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.loading import environments
from constructs_lib.checks.loading.loader import in_namespace, read
from constructs_lib.checks.registry import run_checks
from constructs_lib.inventory.cluster import Existing


class Folder(NamedTuple):
    """A path of a module, and its correct errors, each as `<check> <object>`."""

    module: str
    path: str
    namespace: str | None = None
    errors: tuple[str, ...] = ()


ARGO_CD: Final = "github.com/argoproj/argo-cd/v3@v3.1.16"
KWOK: Final = "sigs.k8s.io/kwok@v0.8.0"
KUBERNETES: Final = "k8s.io/kubernetes@v1.36.3"
GCE_BINDINGS: Final = ("controller-attacher", "controller-provisioner", "controller-snapshotter", "resizer")
FOLDERS: Final = (
    Folder(ARGO_CD, "manifests/install.yaml", "argocd"),
    Folder(ARGO_CD, "manifests/ha/install.yaml", "argocd"),
    Folder(ARGO_CD, "manifests/namespace-install.yaml", "argocd"),
    Folder(ARGO_CD, "manifests/ha/namespace-install.yaml", "argocd"),
    Folder(ARGO_CD, "manifests/core-install.yaml", "argocd"),
    Folder(ARGO_CD, "manifests/install-with-hydrator.yaml", "argocd"),
    Folder(ARGO_CD, "examples"),
    Folder(KWOK, "kustomize/crd"),
    Folder(KWOK, "kustomize/rbac"),
    Folder(KWOK, "kustomize/kwok"),
    Folder(KWOK, "kustomize/metrics"),
    Folder(KWOK, "demo"),
    # Two ways to install the node problem detector, of which one is chosen; its nodeSelector is misspelled.
    Folder(
        KUBERNETES,
        "cluster/addons",
        None,
        (
            "duplicate-object ClusterRoleBinding/npd-binding",
            "unknown-field kube-system/DaemonSet/node-problem-detector",
        ),
    ),
    # Variants of one test, of which each is applied without the others. The tests set the namespaces of the subjects,
    # and decode the Service without strict validation.
    Folder(
        KUBERNETES,
        "test/e2e/testing-manifests",
        None,
        (
            "duplicate-object ClusterRoleBinding/psp-csi-controller-driver-registrar-role",
            "duplicate-object PodDisruptionBudget/tester-pdb",
            "duplicate-object Service/test-server",
            "duplicate-object StatefulSet/csi-mockplugin",
            "duplicate-object kube-system/DaemonSet/sample-device-plugin-beta",
            "invalid-value ClusterRoleBinding/backup-app-cluster-role-binding",
            *(f"invalid-value ClusterRoleBinding/csi-gce-pd-{name}-binding" for name in GCE_BINDINGS),
            "invalid-value ClusterRoleBinding/psp-csi-controller-driver-registrar-role",
            "unknown-field Service/netexec",
        ),
    ),
)


def main() -> int:
    """Check all folders; return 1 if the errors differ from the listed ones."""
    modules = {module: _download(module) for module in dict.fromkeys(folder.module for folder in FOLDERS)}
    objects: Counter[str] = Counter()
    wrong = 0
    for folder in FOLDERS:
        count, findings = _check(modules[folder.module] / folder.path, folder.namespace)
        objects[folder.module] += count
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        wrong += _compare(folder, errors)
        kinds = Counter(finding.check for finding in findings if finding.severity is Severity.WARNING)
        warnings = ", ".join(f"{number} {check}" for check, number in sorted(kinds.items())) or "none"
        print(f"{folder.module} {folder.path}: {count} objects, {len(errors)} errors; warnings: {warnings}")
    for module, count in objects.items():
        print(f"{count:5} objects of {module}")
    return 1 if wrong else 0


def _download(module: str) -> Path:
    answer = subprocess.run(["go", "mod", "download", "-json", module], capture_output=True, text=True, check=True)
    return Path(json.loads(answer.stdout)["Dir"])


def _check(path: Path, namespace: str | None) -> tuple[int, list[Finding]]:
    reading = read([str(path)])
    sources = in_namespace(reading.sources, namespace) if namespace else reading.sources
    existing = Existing(namespaces=(namespace,) if namespace else ())
    found: dict[tuple[Finding, int], Finding] = {}
    for part in environments.split(sources):
        world = World(tuple(source.manifest for source in part.sources), existing=existing)
        # An object beside the environments is in each.
        found |= {(finding, id(finding.manifest)): finding for finding in run_checks(world).findings}
    return len(sources), list(found.values())


def _compare(folder: Folder, errors: list[Finding]) -> int:
    named = sorted(f"{error.check} {error.subject}" for error in errors)
    for what in _difference(named, folder.errors):
        print(f"{folder.path}: unexpected: {what}")
    for what in _difference(folder.errors, named):
        print(f"{folder.path}: no longer found: {what}")
    return int(named != sorted(folder.errors))


def _difference(left: Iterable[str], right: Iterable[str]) -> Iterator[str]:
    return (Counter(left) - Counter(right)).elements()


if __name__ == "__main__":
    sys.exit(main())
