"""Build the control plane, kwok and Argo CD from source with Go, once for each version pinned in versions.env.

    python -m tests.e2e.build

Each program lands in build/e2e/bin/<name>-<version>/, beside the manifests that its module brings along.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "e2e" / "bin"
VERSIONS_FILE = Path(__file__).with_name("versions.env")

KUBERNETES = ("kubernetes", "old_kubernetes")
KUBERNETES_PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
# One Argo CD binary acts by the name that it is called by.
ARGOCD_PROGRAMS = ("argocd-application-controller", "argocd-repo-server")
# What makes a kwok node ready, keeps it ready, runs its pods. How pods end is ours.
KWOK_STAGES = ("node/fast", "node/heartbeat", "pod/fast")
NOT_A_STAGE = ("kustomization.yaml", "pod-delete.yaml")
DEBIAN_PACKAGES = {
    "etcd": "etcd-server",
    "redis-server": "redis-server",
    "kubectl": "kubectl",
    "git": "git",
    "openssl": "openssl",
}


def read_versions() -> dict[str, str]:
    """The pinned versions, by the name of what is built."""
    lines = (line.strip() for line in VERSIONS_FILE.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def folder(name: str) -> Path:
    """Where the programs of kubernetes, old_kubernetes, kwok or argocd are."""
    return BUILT / f"{name}-{read_versions()[name.upper()]}"


def missing_tools() -> list[str]:
    """One line for each thing that this machine lacks and that is not built here."""
    if os.environ.get("E2E_KUBECONFIG"):
        return [] if shutil.which("kubectl") else ["make e2e needs kubectl on PATH."]
    lines = [] if shutil.which("go") else ["make e2e builds a control plane: it needs Go (https://go.dev/dl) on PATH."]
    packages = sorted(package for program, package in DEBIAN_PACKAGES.items() if not shutil.which(program))
    if packages:
        lines.append(f"make e2e needs {', '.join(packages)}: apt-get install {' '.join(packages)}")
    return lines


def build_all() -> None:
    """Build what is not there yet."""
    BUILT.mkdir(parents=True, exist_ok=True)
    install_nca()
    if not os.environ.get("E2E_KUBECONFIG"):
        build_kwok()
        for name in KUBERNETES:
            build_kubernetes(name)
        build_argocd()


def build_kwok() -> None:
    target = folder("kwok")
    if is_complete(target):
        return
    module = download("sigs.k8s.io/kwok", read_versions()["KWOK"])
    with staged(target) as stage:
        go("install", f"sigs.k8s.io/kwok/cmd/kwok@{module['Version']}", cwd=stage, GOBIN=str(stage))
        stages = Path(module["Dir"], "kustomize", "stage")
        files = [file for name in KWOK_STAGES for file in sorted((stages / name).glob("*.yaml"))]
        texts = [file.read_text() for file in files if file.name not in NOT_A_STAGE]
        (stage / "stages.yaml").write_text("\n---\n".join(texts))


def build_kubernetes(name: str) -> None:
    target, version = folder(name), read_versions()[name.upper()]
    if is_complete(target):
        return
    module = download("k8s.io/kubernetes", version)
    # The staging modules are folders of the repository there, and modules of their own for everybody else.
    staging = f"v0.{version.split('.', 1)[1]}"
    replace = {old: f"{old} {staging}" for old in replaced(module) if old.startswith("k8s.io/")}
    major, minor, _ = version.split(".")
    stamp = {"gitVersion": f"v{version}", "gitMajor": major, "gitMinor": minor}
    flags = " ".join(f"-X k8s.io/component-base/version.{key}={value}" for key, value in stamp.items())
    with staged(target) as stage, go_module(stage, module, replace) as source:
        packages = [f"k8s.io/kubernetes/cmd/{program}" for program in KUBERNETES_PROGRAMS]
        go("build", "-mod=mod", "-ldflags", f"-s -w {flags}", "-o", str(stage), *packages, cwd=source)


def build_argocd() -> None:
    target = folder("argocd")
    if is_complete(target):
        return
    module = download("github.com/argoproj/argo-cd/v3", read_versions()["ARGOCD"])
    with staged(target) as stage, go_module(stage, module, replaced(module)) as source:
        first, *others = (stage / program for program in ARGOCD_PROGRAMS)
        go("build", "-mod=mod", "-ldflags", "-s -w", "-o", str(first), f"{module['Path']}/cmd", cwd=source)
        for other in others:
            other.symlink_to(first.name)
        for name in ("crds", "base/config"):
            shutil.copytree(Path(module["Dir"], "manifests", name), stage / name.replace("base/", ""))


def install_nca() -> None:
    """Into an environment of its own: it insists on other versions of what the library needs."""
    target = folder("nca")
    if is_complete(target):
        return
    with staged(target) as stage:
        run(sys.executable, "-m", "venv", str(stage))
        requirement = f"network-config-analyzer=={read_versions()['NCA']}"
        run(str(stage / "bin" / "python"), "-m", "pip", "install", "--quiet", requirement)


def is_complete(target: Path) -> bool:
    return target.is_dir()


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A folder that becomes the target once everything in it is there: an interrupted build leaves no half of one."""
    stage = target.with_name(f"{target.name}.partial")
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    print(f"building {target.name} (once)", flush=True)
    yield stage
    stage.rename(target)


@contextmanager
def go_module(stage: Path, module: dict[str, Any], replace: dict[str, str]) -> Iterator[Path]:
    """A module that needs the given one and replaces modules as it does itself, which Go ignores in a dependency."""
    template = Path(__file__).with_name("go.mod.in").read_text()
    replacements = "\n".join(f"\t{old} => {new}" for old, new in replace.items())
    source = stage / "source"
    source.mkdir()
    (source / "go.mod").write_text(
        template.format(path=module["Path"], version=module["Version"], replacements=replacements)
    )
    yield source
    shutil.rmtree(source)


def download(path: str, version: str) -> dict[str, Any]:
    """A module's source, from the module proxy; verified against the checksum database."""
    answer: dict[str, Any] = json.loads(go("mod", "download", "-json", f"{path}@v{version}", cwd=BUILT))
    return answer


def replaced(module: dict[str, Any]) -> dict[str, str]:
    """What a module's own go.mod replaces, and by what."""
    replace = json.loads(go("mod", "edit", "-json", module["GoMod"], cwd=BUILT))["Replace"]
    return {entry["Old"]["Path"]: f"{entry['New']['Path']} {entry['New'].get('Version', '')}" for entry in replace}


def go(*arguments: str, cwd: Path, **environment: str) -> str:
    """Go's answer; nice, since a build must not starve what else runs here."""
    # A go.work or go.mod further up belongs to somebody else; a toolchain is what is installed.
    settings = {"GOWORK": "off", "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0", **environment}
    return run("nice", "-n", "10", "go", *arguments, cwd=cwd, environment=settings)


def run(*command: str, cwd: Path = BUILT, environment: Mapping[str, str] | None = None) -> str:
    """A program's answer; what it says on standard error is for people."""
    variables = os.environ | (environment or {})
    return subprocess.run(command, cwd=cwd, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout


def main() -> int:
    if lines := missing_tools():
        print("\n".join(lines), file=sys.stderr)
        return 1
    try:
        build_all()
    except subprocess.CalledProcessError as error:
        print(f"make e2e: could not build: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
