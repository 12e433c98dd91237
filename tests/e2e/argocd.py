"""A real Argo CD beside a control plane: it applies what is committed to a git repository on this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.e2e import build
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest
from tests.e2e.manifests import namespace, read_folder
from tests.e2e.processes import free_ports
from tests.e2e.waiting import eventually

APPLICATION = "argoproj.io/v1alpha1/Application"
NAMESPACE = "argocd"
BRANCH = "main"


class Repository:
    """A git repository with a folder of manifests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._git("init", "--quiet", f"--initial-branch={BRANCH}")

    @property
    def url(self) -> str:
        return f"file://{self.folder}"

    def commit(self, files: dict[str, list[Manifest]]) -> None:
        """Make the repository exactly these files, below dist/."""
        shutil.rmtree(self.folder / "dist", ignore_errors=True)
        for name, manifests in files.items():
            path = self.folder / "dist" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump_all(manifests))
        self._git("add", "--all")
        self._git("-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "commit", "--quiet", "--message=change")

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True)


def start(plane: ControlPlane) -> None:
    """Its repo server and application controller, with a Redis of their own."""
    plane.kube.apply(namespace(NAMESPACE))
    home = build.folder("argocd")
    for part in ("crds", "config"):
        for manifest in read_folder(home / part):
            if manifest["kind"] != "Kustomization":
                manifest["metadata"].setdefault("namespace", NAMESPACE)
                plane.kube.apply(manifest)
    redis, repo_server, repo_metrics, controller_metrics = free_ports(4)
    environment = _environment(plane)
    plane.processes.start("redis", ["redis-server", "--bind", "127.0.0.1", "--port", str(redis), "--save", ""])
    plane.processes.start(
        "argocd-repo-server",
        [
            home / "argocd-repo-server",
            f"--redis=127.0.0.1:{redis}",
            "--address=127.0.0.1",
            f"--port={repo_server}",
            "--metrics-address=127.0.0.1",
            f"--metrics-port={repo_metrics}",
            "--disable-tls",
        ],
        environment,
    )
    plane.processes.start(
        "argocd-application-controller",
        [
            home / "argocd-application-controller",
            f"--redis=127.0.0.1:{redis}",
            f"--repo-server=127.0.0.1:{repo_server}",
            "--repo-server-plaintext",
            f"--metrics-port={controller_metrics}",
            "--app-resync=10",
            "--self-heal-timeout-seconds=1",
            "--persist-resource-health",
        ],
        environment,
    )


def _environment(plane: ControlPlane) -> dict[str, str]:
    folders = {
        f"ARGOCD_{name}": plane.folder / name.lower()
        for name in ("TLS_DATA_PATH", "SSH_DATA_PATH", "PLUGINSOCKFILEPATH", "GNUPGHOME")
    }
    scratch = plane.folder / "scratch"
    for folder in (*folders.values(), scratch):
        folder.mkdir()
    return {
        **{name: str(folder) for name, folder in folders.items()},
        "KUBECONFIG": str(plane.kubeconfig),
        "ARGOCD_FAKE_IN_CLUSTER": "true",
        "ARGOCD_GPG_ENABLED": "false",
        "TMPDIR": str(scratch),
    }


def refresh(kube: Kube) -> list[str]:
    """Let all Applications look at the repository now, as a webhook does; their names."""
    names = [each["metadata"]["name"] for each in kube.list(APPLICATION, NAMESPACE)]
    change = {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}
    for name in names:
        kube.patch(APPLICATION, name, NAMESPACE, change)
    return names


def wait_for_sync(kube: Kube, *, within: float = 120) -> None:
    """Until all Applications have what was committed last, and all of it is healthy."""
    names = refresh(kube)

    def settled() -> bool:
        states = {name: _state(kube.get(APPLICATION, name, NAMESPACE)) for name in names}
        assert set(states.values()) == {"Synced, Healthy"}, states
        return True

    eventually(settled, within=within, what="all Applications")


def _state(application: Manifest) -> str:
    if "argocd.argoproj.io/refresh" in application["metadata"].get("annotations", {}):
        return "not looked at"
    status = application.get("status", {})
    sync, health = status.get("sync", {}).get("status"), status.get("health", {}).get("status")
    if (sync, health) == ("Synced", "Healthy"):
        return "Synced, Healthy"
    unhealthy = [
        f"{each['kind']} {each['name']}: {each.get('health', {}).get('message', each.get('health', {}).get('status'))}"
        for each in status.get("resources", [])
        if each.get("health", {}).get("status", "Healthy") != "Healthy" or each.get("status") != "Synced"
    ]
    conditions = [each["message"] for each in status.get("conditions", [])]
    return f"{sync}, {health} {unhealthy} {conditions}"


def replaced(value: Any, change: Callable[[str, Any], Any]) -> Any:
    """A copy of nested mappings in which `change` had its say on each entry."""
    if isinstance(value, dict):
        return {key: change(key, replaced(each, change)) for key, each in value.items()}
    return [replaced(each, change) for each in value] if isinstance(value, list) else value
