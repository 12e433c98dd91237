"""Findings of the checks in a synth: all are told at once, nothing is written, warnings can be made to stop it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, run, snapshot_of

PROGRAM = """
import sys
import cdk8s
import constructs_lib as lib

kind, state, outdir, strict = sys.argv[1:]
app = lib.App(outdir=outdir) if kind == "ours" else cdk8s.App(outdir=outdir)
web = cdk8s.Chart(app, "web", namespace="default", disable_resource_name_hashes=True)
faulty = state == "faulty"


def add(kind, name, spec, version="apps/v1"):
    made = cdk8s.ApiObject(web, f"{name}-{kind}", api_version=version, kind=kind, metadata={"name": name})
    made.add_json_patch(cdk8s.JsonPatch.add("/spec", spec))


memory = None if state == "unwise" else "64Mi"
container = {
    "name": "web",
    "image": "web:1",
    "ports": [{"name": "http", "containerPort": 8000}],
    "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"memory": memory} if memory else {}},
    "readinessProbe": {"tcpSocket": {"port": "htp" if faulty else "http"}},
    "env": [{"name": "PASSWORD", "value": "hunter2"}] if faulty else [],
}
add("Deployment", "web", {
    "replicas": 2,
    "selector": {"matchLabels": {"app": "web"}},
    "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}},
})
port = {"port": 80, "targetPort": "hhtp" if faulty else "http"}
add("Service", "web", {"selector": {"app": "web"}, "ports": [port]}, "v1")
budget = {"selector": {"matchLabels": {"app": "web"}}, "maxUnavailable": 0 if faulty else 1}
add("PodDisruptionBudget", "web", budget, "policy/v1")
target = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web"}
if faulty:
    add("HorizontalPodAutoscaler", "web", {"scaleTargetRef": target, "maxReplicas": 3}, "autoscaling/v2")
lib.synth(app, strict=strict == "strict")
"""
ARGOCD = """
import cdk8s
import constructs_lib as lib

WHERE = {"project": "default", "destination": {"name": "here"}}
apps = {name: lib.App() for name in ("dev", "prod")}
for name, app in apps.items():
    chart = cdk8s.Chart(app, "web", namespace="default", disable_resource_name_hashes=True)
    cdk8s.ApiObject(chart, "web", api_version="v1", kind="ServiceAccount", metadata={"name": "web"})
    sources = {
        "dev": [{"path": f"dist/{name}", "directory": {"include": "web.k8s.yaml"}}, {"path": "dist/by-hand"}],
        "prod": [{"path": f"dist/{name}", "directory": {"include": "wbe.k8s.yaml"}}, {"path": "dist/prd"}],
    }
    for place, source in enumerate(sources[name]):
        made = cdk8s.ApiObject(chart, f"a{place}", api_version="argoproj.io/v1alpha1", kind="Application")
        made.add_json_patch(cdk8s.JsonPatch.add("/spec", {**WHERE, "source": {"repoURL": "r", **source}}))
lib.synth(apps, output="dist")
"""
FAULTS = [
    "error plain-secret  default/Deployment/web  spec.template.spec.containers[0].env[0].value: the "
    "variable PASSWORD holds a credential in plain text, and anyone who can read the object or its "
    "repository can read it; take it from a Secret  [web/web-Deployment]",
    "error probe  default/Deployment/web  "
    "spec.template.spec.containers[0].readinessProbe.tcpSocket.port: container web declares no port "
    'named htp, so the probe always fails; did you mean "http"?  [web/web-Deployment]',
    "error service-port  default/Service/web  spec.ports[0].targetPort: the pods of Deployment/web "
    'declare no port named hhtp, so they get no connections; did you mean "http"?  [web/web-Service]',
    "error disruption  default/PodDisruptionBudget/web  spec.maxUnavailable: no pod of Deployment/web may ever be "
    "evicted, so a node's drain hangs; use maxUnavailable: 1  [web/web-PodDisruptionBudget]",
    "error autoscaler  default/HorizontalPodAutoscaler/web  spec.scaleTargetRef.name: StatefulSet web "
    "does not exist in namespace default, so the autoscaler scales nothing; correct the target  "
    "[web/web-HorizontalPodAutoscaler]",
]
WARNING = (
    "warning resources  default/Deployment/web  spec.template.spec.containers[0].resources: container web has no "
    "memory limit, so one leak takes the memory of its neighbours; set it  [web/web-Deployment]"
)


def _end(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """Run the program beside a dist/ that is there already."""
    (folder / "main.py").write_text(PROGRAM)
    kind, state, *strict = arguments
    ended = subprocess.run(
        [sys.executable, "-B", "main.py", kind, state, "dist", *(strict or ["no"])],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )
    assert ended.stdout == ""
    return ended.returncode, ended.stderr.splitlines()


@pytest.mark.parametrize("kind", ["ours", "plain"])
def test_five_faults_of_five_checks_are_told_in_five_lines(tmp_path: Path, kind: str) -> None:
    assert _end(tmp_path, kind, "sound") == (0, [])
    written = snapshot_of(tmp_path)
    assert [*written] == ["dist/web.k8s.yaml", "main.py"]
    assert _end(tmp_path, kind, "faulty") == (1, FAULTS)
    assert snapshot_of(tmp_path) == written
    assert _end(tmp_path, kind, "sound") == (0, [])
    assert snapshot_of(tmp_path) == written


def test_a_warning_is_told_and_stops_a_strict_synth(tmp_path: Path) -> None:
    assert _end(tmp_path, "ours", "unwise", "strict") == (1, [WARNING])
    assert not (tmp_path / "dist").exists()
    assert _end(tmp_path, "ours", "unwise") == (0, [WARNING])
    assert (tmp_path / "dist" / "web.k8s.yaml").is_file()


def test_an_application_of_a_file_that_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "dist" / "by-hand").mkdir(parents=True)
    (tmp_path / "dist" / "by-hand" / "a.yaml").write_text("kind: ConfigMap\n")
    ended = run(sys.executable, "-c", ARGOCD, cwd=tmp_path)
    assert (ended.returncode, ended.stderr.splitlines()) == (
        1,
        [
            "prod: error argocd  default/Application/web-a0  spec.source.directory.include: no file in dist/prod "
            'matches wbe.k8s.yaml, so it deploys nothing; did you mean "web.k8s.yaml"?  [web/a0]',
            "prod: error argocd  default/Application/web-a1  spec.source.path: there are no manifests in "
            'dist/prd, so it deploys nothing; did you mean "dist/prod"?  [web/a1]',
        ],
    )
