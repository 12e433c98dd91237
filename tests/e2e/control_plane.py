"""A Kubernetes control plane on loopback, from plain processes: no container, no kubelet, nodes played by kwok."""

from __future__ import annotations

import json
import re
import secrets
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e import build
from tests.e2e.kube import Kube
from tests.e2e.processes import Processes, free_ports, running
from tests.e2e.volumes import providing_volumes
from tests.e2e.waiting import eventually

STAGES = Path(__file__).with_name("stages.yaml")
# Tests create more in a second than people do in a minute.
UNHURRIED = ("--kube-api-qps=1000", "--kube-api-burst=2000")


@dataclass(frozen=True)
class ControlPlane:
    """A running one.

    Attributes:
        kube: its API.
        kubeconfig: for other programs.
        folder: for their files; removed at the end.
        processes: to run them in.
    """

    kube: Kube
    kubeconfig: Path
    folder: Path
    processes: Processes


@contextmanager
def control_plane(
    *, version: str = build.KUBERNETES[0], controllers: bool = True, without: Sequence[str] = ()
) -> Iterator[ControlPlane]:
    """An empty cluster without nodes; nothing of it is left at the end.

    Args:
        version: the name of what was built.
        controllers: without them only the API server runs: it admits and stores objects, and nobody acts on them.
        without: the admission plugins that do not run; default none.
    """
    with TemporaryDirectory(prefix="e2e-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with running(folder) as processes:
            kubeconfig = _start_api(folder, processes, build.folder(version), without)
            kube = Kube(_start_proxy(processes, kubeconfig))
            plane = ControlPlane(kube, kubeconfig, folder, processes)
            if not controllers:
                yield plane
                return
            _start_controllers(folder, processes, kubeconfig, build.folder(version))
            with providing_volumes(kube):
                eventually(lambda: kube.find("v1/ServiceAccount", "default", "default"), what="the controllers")
                yield plane
            processes.assert_alive()


@contextmanager
def given_cluster(kubeconfig: Path) -> Iterator[ControlPlane]:
    """A throw-away cluster that somebody else made."""
    with TemporaryDirectory(prefix="e2e-") as name, running(Path(name)) as processes:
        yield ControlPlane(Kube(_start_proxy(processes, kubeconfig)), kubeconfig, Path(name), processes)


def _start_api(folder: Path, processes: Processes, programs: Path, without: Sequence[str]) -> Path:
    etcd, peer, api = free_ports(3)
    key, public, tokens = folder / "sa.key", folder / "sa.pub", folder / "tokens.csv"
    _run("openssl", "genrsa", "-out", key, "2048")
    _run("openssl", "rsa", "-in", key, "-pubout", "-out", public)
    token = secrets.token_hex()
    tokens.write_text(f"{token},admin,admin,system:masters\n")
    kubeconfig = _write_kubeconfig(folder / "kubeconfig", api, token)

    store = f"http://127.0.0.1:{etcd}"
    processes.start(
        "etcd",
        [
            "etcd",
            f"--data-dir={folder / 'etcd'}",
            f"--listen-client-urls={store}",
            f"--advertise-client-urls={store}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}",
            "--unsafe-no-fsync",
        ],
    )
    processes.start(
        "kube-apiserver",
        [
            programs / "kube-apiserver",
            f"--etcd-servers={store}",
            "--bind-address=127.0.0.1",
            f"--secure-port={api}",
            f"--cert-dir={folder / 'apiserver'}",
            f"--service-account-key-file={public}",
            f"--service-account-signing-key-file={key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--authorization-mode=RBAC",
            f"--token-auth-file={tokens}",
            "--allow-privileged",
            *([f"--disable-admission-plugins={','.join(without)}"] if without else []),
            # Debian's etcd is too old for the newer way of watching, and clients would try it again and again.
            "--feature-gates=WatchList=false",
        ],
    )
    eventually(lambda: _is_ready(processes, api, token), within=120, what="the API server")
    return kubeconfig


def _start_controllers(folder: Path, processes: Processes, kubeconfig: Path, programs: Path) -> None:
    manager, scheduler = free_ports(2)
    processes.start(
        "kube-controller-manager",
        [
            programs / "kube-controller-manager",
            f"--kubeconfig={kubeconfig}",
            f"--service-account-private-key-file={folder / 'sa.key'}",
            f"--root-ca-file={folder / 'apiserver' / 'apiserver.crt'}",
            "--bind-address=127.0.0.1",
            f"--secure-port={manager}",
            f"--cert-dir={folder / 'controller-manager'}",
            "--leader-elect=false",
            "--horizontal-pod-autoscaler-sync-period=1s",
            # It counts anew what it may have missed, by default after five minutes.
            "--resource-quota-sync-period=1s",
            *UNHURRIED,
        ],
    )
    processes.start(
        "kube-scheduler",
        [
            programs / "kube-scheduler",
            f"--kubeconfig={kubeconfig}",
            "--bind-address=127.0.0.1",
            f"--secure-port={scheduler}",
            f"--cert-dir={folder / 'scheduler'}",
            "--leader-elect=false",
            *UNHURRIED,
        ],
    )
    stages = folder / "stages.yaml"
    stages.write_text("\n---\n".join([(build.folder("kwok") / "stages.yaml").read_text(), STAGES.read_text()]))
    processes.start(
        "kwok",
        [
            build.folder("kwok") / "kwok",
            "--manage-all-nodes=true",
            f"--kubeconfig={kubeconfig}",
            f"--config={stages}",
        ],
    )


def _write_kubeconfig(path: Path, port: int, token: str) -> Path:
    server = {"server": f"https://127.0.0.1:{port}", "insecure-skip-tls-verify": True}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "e2e", "cluster": server}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": "admin", "namespace": "argocd"}}],
        "current-context": "e2e",
    }
    # YAML reads JSON.
    path.write_text(json.dumps(config))
    path.chmod(0o600)
    return path


def _is_ready(processes: Processes, port: int, token: str) -> bool:
    processes.assert_alive()
    connection = HTTPSConnection("127.0.0.1", port, timeout=5, context=ssl._create_unverified_context())
    try:
        connection.request("GET", "/readyz", headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _start_proxy(processes: Processes, kubeconfig: Path) -> int:
    """The port of kubectl's proxy, which knows every way to log in to a cluster."""
    processes.start("kubectl", ["kubectl", f"--kubeconfig={kubeconfig}", "proxy", "--port=0"])

    def serves() -> int:
        processes.assert_alive()
        found = re.search(r"127\.0\.0\.1:(\d+)", processes.log("kubectl").read_text())
        return int(found[1]) if found else 0

    port = eventually(serves, what="kubectl proxy")
    eventually(lambda: _answers(port), what="the API server")
    return port


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
