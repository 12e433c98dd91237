"""The command line: what it reads, what it says, and how it ends."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.checks import registry
from constructs_lib.checks.loading import loader as reading
from constructs_lib.checks.registry import CHECKS
from constructs_lib.checks.reporting.catalogue import markdown
from constructs_lib.cli import main
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.yaml_reader import read_documents

_ROOT = Path(__file__).parents[2]
SOUND = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n"
FAULTY = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Bad_Name\n"
WARNED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: nowhere}\n"
FAULT = (
    'error invalid-name  ConfigMap/Bad_Name  metadata.name: "Bad_Name" is not a valid ConfigMap name; '
    "write lower-case letters, digits, '-' and '.', a letter or digit at either end"
)
NOT_RUN = "not run, because they need --cluster: unschedulable, node-capacity"

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _write(**files: str | bytes) -> None:
    for name, content in files.items():
        path = Path(name.replace("__", "/") + ("" if "." in name else ".yaml"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def _run(capsys: Capture, *arguments: str) -> tuple[int, list[str], list[str]]:
    try:
        code = main(["check", *arguments])
    except SystemExit as error:
        code = int(str(error.code))
    captured = capsys.readouterr()
    notes = [line for line in captured.err.splitlines() if line != NOT_RUN]
    return code, captured.out.splitlines(), notes


def test_what_did_not_run_is_said(capsys: Capture) -> None:
    cluster = "pools: {a: {nodes: [n], capacity: {cpu: 1, memory: 1Gi}}}\n"
    _write(a=SOUND, c=cluster)
    main(["check", "a.yaml"])
    assert NOT_RUN in capsys.readouterr().err.splitlines()
    main(["check", "a.yaml", "--cluster", "c.yaml"])
    assert NOT_RUN not in capsys.readouterr().err.splitlines()


def test_sound(capsys: Capture) -> None:
    _write(a=SOUND)
    assert _run(capsys, "a.yaml") == (0, [], ["0 errors, 0 warnings in 1 object"])


def test_an_error_names_file_and_line(capsys: Capture) -> None:
    _write(a=FAULTY)
    assert _run(capsys, "a.yaml") == (
        1,
        [
            'error invalid-name  ConfigMap/Bad_Name  metadata.name: "Bad_Name" is not a valid ConfigMap name; '
            "write lower-case letters, digits, '-' and '.', a letter or digit at either end  [a.yaml:4]"
        ],
        ["1 error, 0 warnings in 1 object"],
    )


def test_many_findings_in_one_file_compose_it_once(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    compose_all = yaml.compose_all

    def counted(text: str, **options: Any) -> Any:
        calls.append(text)
        return compose_all(text, **options)

    monkeypatch.setattr(yaml, "compose_all", counted)
    _write(a="---\n".join(FAULTY.replace("Bad_Name", f"Bad_{n}") for n in range(20)))
    _, out, _ = _run(capsys, "a.yaml")
    assert [line.split("[")[-1] for line in out if line] == [f"a.yaml:{4 + 5 * n}]" for n in range(20)]
    assert len(calls) == 1


def test_warnings_are_errors_if_strict(capsys: Capture) -> None:
    _write(a=WARNED)
    assert _run(capsys, "a.yaml")[0] == 0
    assert _run(capsys, "a.yaml", "--strict")[0] == 1


def test_findings_of_one_object_stand_together(capsys: Capture) -> None:
    bad = FAULTY + "  namespace: nowhere\n"
    _write(a=f"{bad}---\n{FAULTY}")
    _, out, _ = _run(capsys, "a.yaml")
    assert [line[:40] for line in out] == [
        "error invalid-name  nowhere/ConfigMap/Ba",
        "warning missing-namespace  nowhere/Confi",
        "",
        "error invalid-name  ConfigMap/Bad_Name  ",
    ]


def test_colors(capsys: Capture) -> None:
    _write(a=FAULTY)
    assert "\x1b[31merror\x1b[0m invalid-name" in _run(capsys, "a.yaml", "--color", "always")[1][0]
    assert "\x1b" not in _run(capsys, "a.yaml")[1][0]


@pytest.mark.parametrize("path", ["folder", "folder/*.yaml", "folder/../folder/b.yaml"])
def test_folders_and_patterns(capsys: Capture, path: str) -> None:
    _write(folder__b=FAULTY)
    assert _run(capsys, path)[0] == 1


def test_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FAULTY.encode())))
    assert _run(capsys, "-")[1] == [
        'error invalid-name  ConfigMap/Bad_Name  metadata.name: "Bad_Name" is not a valid ConfigMap name; '
        "write lower-case letters, digits, '-' and '.', a letter or digit at either end  [<stdin>:4]"
    ]


def _stdin(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content))


@pytest.mark.parametrize(
    ("stdin", "fault"),
    [
        (_stdin(b"\xff\xfe\x00"), "<stdin>: is not UTF-8 text"),
        (_stdin(b"a" * 33), "<stdin>: has more than the 32 MB that are read: split it"),
        (None, "<stdin>: is closed"),
    ],
)
def test_unusable_standard_input(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, stdin: io.TextIOWrapper | None, fault: str
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    monkeypatch.setattr(reading, "LARGEST", 32)
    assert _run(capsys, "-") == (2, [], [fault, "0 errors, 0 warnings in 0 objects"])


def test_what_no_line_can_hold_is_escaped(capsys: Capture) -> None:
    _write(**{"a.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "two\\nlines\\e[31m"}\n'})
    _, out, _ = _run(capsys, "a.yaml")
    assert [line.split("  ")[1] for line in out] == [r"ConfigMap/two\nlines\x1b[31m"]


def test_names_that_the_terminal_cannot_show(tmp_path: Path) -> None:
    Path(os.fsdecode(b"\xff.yaml")).write_text(FAULTY.replace("Bad_Name", "B\u00e4d"), encoding="utf-8")
    for chosen in ("text", "json", "sarif", "github"):
        command = [sys.executable, "-m", "constructs_lib.cli", "check", ".", "--format", chosen]
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert (ended.returncode, b"Traceback" in ended.stderr, b"invalid-name" in ended.stdout) == (1, False, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux only")
def test_output_that_cannot_be_written() -> None:
    _write(a=FAULTY)
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "constructs_lib.cli", "check", "a.yaml", "--format", "json"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (2, "cannot write the output: No space left on device\n")


def test_lists_in_lists_and_of_one_kind(capsys: Capture) -> None:
    inner = {"apiVersion": "v1", "kind": "ConfigMapList", "items": [{"metadata": {"name": "Bad_Name"}}]}
    _write(**{"a.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": [inner]}, indent=1)})
    assert _run(capsys, "a.json")[:2] == (
        1,
        [
            'error invalid-name  ConfigMap/Bad_Name  metadata.name: "Bad_Name" is not a valid ConfigMap name; '
            "write lower-case letters, digits, '-' and '.', a letter or digit at either end  [a.json:11]"
        ],
    )


def test_a_list_that_holds_itself(capsys: Capture) -> None:
    _write(a="&a\napiVersion: v1\nkind: List\nitems: [*a, *a]\n")
    assert _run(capsys, "a.yaml")[0] in (0, 2)


def test_lists_json_and_empty_documents(capsys: Capture) -> None:
    items = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}} for name in ("ok", "Bad_Name")]
    _write(**{"a.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent="\t")})
    _write(b=f"---\n---\n# nothing\n---\n{SOUND}---\n")
    assert _run(capsys, ".")[::2] == (1, ["1 error, 0 warnings in 3 objects"])


def test_the_line_of_an_item_in_a_list(capsys: Capture) -> None:
    _write(a="apiVersion: v1\nkind: List\nitems:\n- " + FAULTY.replace("\n", "\n  "))
    assert _run(capsys, "a.yaml")[1] == [
        'error invalid-name  ConfigMap/Bad_Name  metadata.name: "Bad_Name" is not a valid ConfigMap name; '
        "write lower-case letters, digits, '-' and '.', a letter or digit at either end  [a.yaml:7]"
    ]


def test_namespace_for_objects_that_name_none(capsys: Capture) -> None:
    _write(a=f"{SOUND}---\n{SOUND.replace('{name: settings}', '{name: settings, namespace: api}')}")
    assert _run(capsys, "a.yaml")[0] == 0
    code, out, _ = _run(capsys, "a.yaml", "--namespace", "api")
    assert (code, out[0].split(":")[0]) == (
        1,
        "error duplicate-object  api/ConfigMap/settings  metadata.name",
    )


def test_namespace_leaves_cluster_wide_objects_alone(capsys: Capture) -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: A/b}\n"
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b}\n"
        "spec: {scope: Cluster, names: {kind: Wide}}\n"
    )
    wide = "apiVersion: b/v1\nkind: Wide\nmetadata: {name: A}\n"
    _write(a="---\n".join((role, definition, wide)))
    _, out, _ = _run(capsys, "a.yaml", "--namespace", "api")
    assert {line.split("  ")[1] for line in out if "invalid-name" in line} == {"ClusterRole/A/b", "Wide/A"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [", "bad.yaml:2: not YAML: did not find expected node content"),
        ("kind: A\nkind: B\n", 'bad.yaml:2: the key "kind" appears twice; first on line 1'),
        ("kind: A\n\tb: c", "bad.yaml:2: "),
        (b"\xff\xfe\x00\x01", "bad.yaml: is not UTF-8 text"),
        (b"kind: \x00", "bad.yaml:1: "),
        ("{{ if .Values.x }}\na: b\n{{ end }}", "bad.yaml:1: a template, not YAML ("),
        ("a: &a [x, x]\nb: &b [*a, *a]\n", "bad.yaml: contains YAML without apiVersion and kind"),
        ("[" * 100_000 + "]" * 100_000, "bad.yaml:1: it is nested more than 500 levels deep"),
        ("- " * 100_000 + "x", "bad.yaml:1: it is nested more than 500 levels deep"),
        ("a: '" + "[" * 600 + "'", "bad.yaml: contains YAML without apiVersion and kind"),
        ("just text", "bad.yaml: contains YAML without apiVersion and kind"),
        ("x: 1" + "\n---\nx: {" * 3, "bad.yaml:"),
    ],
)
def test_what_is_no_manifest_is_named_and_the_rest_checked(capsys: Capture, content: str | bytes, message: str) -> None:
    _write(bad=content, good=FAULTY)
    code, out, err = _run(capsys, "bad.yaml", "good.yaml")
    assert (code, out) == (
        2,
        [
            'error invalid-name  ConfigMap/Bad_Name  metadata.name: "Bad_Name" is not a valid ConfigMap name; '
            "write lower-case letters, digits, '-' and '.', a letter or digit at either end  [good.yaml:4]"
        ],
    )
    assert err[0].startswith(message)


def test_a_bomb(capsys: Capture) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    _write(bomb=bomb)
    assert _run(capsys, "bomb.yaml") == (
        2,
        [],
        [
            "bomb.yaml:1: its aliases expand to more than a million values; write them out",
            "0 errors, 0 warnings in 0 objects",
        ],
    )


def test_a_large_file_is_not_read(capsys: Capture) -> None:
    with Path("large.yaml").open("wb") as file:
        file.truncate(50 * 2**20)
    assert _run(capsys, "large.yaml")[2][0] == "large.yaml: has 50 MB, more than the 32 MB that are read: split it"


def test_links_in_a_circle(capsys: Capture) -> None:
    _write(folder__a=FAULTY)
    Path("folder/loop").symlink_to(Path("folder").resolve())
    Path("folder/self.yaml").symlink_to("self.yaml")
    code, out, err = _run(capsys, "folder")
    assert (code, len(out)) == (2, 1)
    assert err[0] == "folder/self.yaml: can't be read: Too many levels of symbolic links"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(capsys: Capture) -> None:
    _write(a=SOUND)
    Path("a.yaml").chmod(0)
    assert _run(capsys, "a.yaml")[2][0] == "a.yaml: can't be read: Permission denied"


def test_a_file_that_vanishes_while_reading(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    _write(a=SOUND)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert _run(capsys, "a.yaml")[2][0] == "a.yaml: can't be read: Permission denied"


def test_nothing_to_check(capsys: Capture) -> None:
    _write(**{"folder__values": "replicas: 2\n"})
    code, _, err = _run(capsys, "folder")
    assert (code, err[:2]) == (
        2,
        ["no Kubernetes objects in folder", "note: folder/values.yaml: skipped, no Kubernetes objects"],
    )
    assert _run(capsys, "nowhere")[2][0] == "nowhere: no such file or folder, and no file matches the pattern"


def test_configuration_of_tools_is_skipped(capsys: Capture) -> None:
    _write(a__kustomization="apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", a__b=SOUND)
    assert _run(capsys, "a")[0] == 0


@pytest.mark.parametrize("arguments", [[], ["a.yaml", "--format", "xml"], ["a.yaml", "--cluster", "none.yaml"]])
def test_wrong_arguments(capsys: Capture, arguments: list[str]) -> None:
    _write(a=SOUND)
    code, out, err = _run(capsys, *arguments)
    assert (code, out) == (2, [])
    assert err


def test_an_impossible_inventory(capsys: Capture) -> None:
    _write(a=SOUND, c="pools:\n  a:\n    nodes: [x]\n    capacity: {cpu: -1}\n")
    code, _, err = _run(capsys, "a.yaml", "--cluster", "c.yaml")
    assert (code, err) == (2, ["c.yaml:4: pools.a.capacity.cpu: must be at least 0, got -1"])


@pytest.mark.parametrize("labels", ["commonLabels: {app: x}", "labels: [{includeSelectors: true, pairs: {app: x}}]"])
def test_objects_without_the_selector_that_kustomize_adds(capsys: Capture, labels: str) -> None:
    bare = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n"
    _write(o__bare=bare, o__other=SOUND, o__kustomization=f"resources: [bare.yaml, other.yaml]\n{labels}\n")
    code, out, err = _run(capsys, "o")
    assert (code, out) == (0, [])
    assert err[1].startswith("note: o/bare.yaml: skipped, a part of an object that kustomize puts together")
    assert err[-1] == "0 errors, 0 warnings in 1 object"


def test_objects_whose_kustomization_adds_no_selector(capsys: Capture) -> None:
    bare = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n"
    _write(o__bare=bare, o__kustomization="resources: [bare.yaml]\nlabels: [{pairs: {app: x}}]\n")
    assert _run(capsys, "o")[0] == 1


def test_kustomize_patches_are_no_objects(capsys: Capture) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 3}\n"
    kustomization = "resources: [base.yaml]\npatches:\n- path: patch.yaml\n- patch: '[]'\n- old.yaml\n"
    _write(o__base=SOUND, o__patch=patch, o__old=patch, o__kustomization=kustomization)
    code, _, err = _run(capsys, "o")
    assert code == 0
    assert len(err) == 4
    assert err[2].startswith("note: o/patch.yaml: skipped, a part of an object that kustomize puts together")


def test_a_kustomization_that_changes_names(capsys: Capture) -> None:
    _write(o__base=SOUND, o__kustomization="resources: [base.yaml]\nnamePrefix: a-\nsecretGenerator: [{name: s}]\n")
    code, _, err = _run(capsys, "o")
    assert code == 0
    note = "kustomize changes or adds objects (namePrefix, secretGenerator); check what `kustomize build` writes"
    assert f"note: o/kustomization.yaml: {note}" in err


def test_what_exists(capsys: Capture) -> None:
    _write(a=WARNED, e="namespaces: [nowhere]\n")
    assert _run(capsys, "a.yaml", "--existing", "e.yaml")[1] == []


def test_environments_are_not_mixed(capsys: Capture) -> None:
    _write(
        dist__dev__a=SOUND,
        dist__prod__a=SOUND,
        dist__prod__b=FAULTY,
        dist__common=SOUND.replace("settings", "x"),
    )
    code, out, err = _run(capsys, "dist")
    assert (code, out) == (
        1,
        [
            'error invalid-name  ConfigMap/Bad_Name  metadata.name: "Bad_Name" is not a valid ConfigMap name; '
            "write lower-case letters, digits, '-' and '.', a letter or digit at either end  [dist/prod/b.yaml:4]"
        ],
    )
    assert err == [
        "1 error, 0 warnings in 4 objects",
        "checked apart, as they define the same objects: dev, prod",
    ]


def test_environments_by_annotation_even_with_other_objects(capsys: Capture) -> None:
    for name in ("dev", "prod"):
        _write(
            **{
                f"{name}__n": f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: n-{name}\n"
                f"  annotations: {{constructs-lib/environment: {name}}}\n"
            }
        )
    assert _run(capsys, ".")[2][-1] == "checked apart, as they define the same objects: dev, prod"


def test_one_object_twice_in_two_folders_is_no_environment(capsys: Capture) -> None:
    others = "---\n".join(SOUND.replace("settings", f"x{n}") for n in range(3))
    _write(a__a=SOUND, a__b=others, b__a=SOUND, b__b=others.replace("x", "y"))
    code, out, _ = _run(capsys, ".")
    assert (code, len(out), out[0].split("  ")[0]) == (1, 1, "error duplicate-object")


def test_a_cluster_wide_object_is_the_same_in_any_namespace(capsys: Capture) -> None:
    role = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: standard}\n"
    _write(aws__a=role, local__a=role.replace("standard", "standard, namespace: kube-system"))
    assert _run(capsys, ".")[2][-1] == "checked apart, as they define the same objects: aws, local"


def test_the_folder_names_the_environment(capsys: Capture) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n"
    _write(dist__dev__a=pod, dist__prod__a=pod)
    _, out, _ = _run(capsys, "dist")
    assert [(line.split("  ")[0], line[line.rindex("[") :]) for line in out if line] == [
        ("warning resources", "[dist/dev/a.yaml:4]"),
        ("warning resources", "[dist/prod/a.yaml:4]"),
        ("error image", "[dist/prod/a.yaml:4]"),
    ]


def test_each_environment_has_an_inventory_of_its_own(capsys: Capture) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  nodeSelector: {pool: ENV}\n  containers: "
        "[{name: a, image: a:1, resources: {requests: {cpu: 1, memory: 1Mi}, limits: {memory: 1Mi}}}]\n"
    )
    pools = "pools: {a: {nodes: [n], labels: {pool: ENV}, capacity: {cpu: 1, memory: 1Gi}}}\n"
    _write(**{f"dist__{name}__a": pod.replace("ENV", name) for name in ("dev", "prod")})
    _write(**{name: pools.replace("ENV", name) for name in ("dev", "prod")})
    counted = ["0 errors, 0 warnings in 2 objects", "checked apart, as they define the same objects: dev, prod"]
    own = ("--cluster", "dev=dev.yaml", "--cluster", "prod=prod.yaml")
    assert _run(capsys, "dist", *own) == (0, [], counted)
    assert _run(capsys, "dist", "--cluster", "dev.yaml", *own[2:]) == (0, [], counted)
    assert _run(capsys, "dist/prod", "--environment", "prod", *own[2:]) == (
        0,
        [],
        [counted[0].replace("2 objects", "1 object")],
    )
    assert _run(capsys, "dist", *own[2:]) == (
        0,
        [],
        [*counted, "not run in dev, because they need --cluster: unschedulable, node-capacity"],
    )
    code, out, _ = _run(capsys, "dist", "--cluster", "dev=prod.yaml", *own[2:])
    assert (code, out) == (
        1,
        [
            "error unschedulable  Pod/a  spec.nodeSelector: no node carries pool=dev; nodes carry prod (n)  "
            "[dist/dev/a.yaml:5]"
        ],
    )
    main(["check", "dist", *own[2:], "--format", "json"])
    shown = json.loads(capsys.readouterr().out)
    assert (shown["notRun"], shown["notRunIn"]) == (["unschedulable", "node-capacity"], ["dev"])


def test_an_inventory_of_no_environment(capsys: Capture) -> None:
    _write(dist__dev__a=SOUND, dist__prod__a=SOUND, c="pools: {a: {nodes: [n], capacity: {cpu: 1, memory: 1Gi}}}\n")
    found = _run(capsys, "dist", "--cluster", "prd=c.yaml")
    assert found == (2, [], ['--cluster prd=: no environment prd is checked; did you mean "prod"?'])
    found = _run(capsys, "dist/prod", "--cluster", "prod=c.yaml")
    only_one = "--cluster prod=: no environment prod is checked; name an environment only where there are several"
    assert found == (2, [], [only_one])


def test_every_fault_of_what_is_given_is_told_at_once(capsys: Capture) -> None:
    _write(a=SOUND, c="pools: {a: {nodes: [n], capacity: {cpu: 1, memory: 1Gi}}}\n", e="what: 1\n")
    files = ("--cluster", "c.yaml", "--cluster", "c.yaml", "--cluster", "x=no.yaml", "--existing", "e.yaml")
    assert _run(capsys, "a.yaml", *files, "--ignore-file", "none.yaml") == (
        2,
        [],
        [
            "--cluster c.yaml: the inventory is given twice; name an environment for each",
            "no.yaml: can't be read: No such file or directory",
            'e.yaml:1: unknown field "what"; known: claims, configMaps, namespaces, secrets, serviceAccounts, services',
            "none.yaml: can't be read: No such file or directory",
        ],
    )


def test_an_application_of_the_checked_folder(capsys: Capture) -> None:
    application = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n"
        "spec: {project: default, destination: {name: a}, source: {repoURL: r, path: dist/prd}}\n"
    )
    _write(dist__prod__a=SOUND, dist__argocd__a=application)
    _, out, _ = _run(capsys, "dist")
    assert out == [
        "error argocd  Application/a  spec.source.path: there are no manifests in dist/prd, so it deploys "
        'nothing; did you mean "dist/prod"?  [dist/argocd/a.yaml:4]'
    ]


def test_suppression_file(capsys: Capture) -> None:
    _write(a=FAULTY, i='ignore:\n- {check: invalid-name, object: "ConfigMap/Bad*", reason: legacy}\n')
    assert _run(capsys, "a.yaml", "--ignore-file", "i.yaml")[:2] == (0, [])
    _write(a=SOUND)
    assert _run(capsys, "a.yaml", "--ignore-file", "i.yaml")[:2] == (
        0,
        [
            "warning suppression  ConfigMap/Bad*: the suppression of invalid-name suppresses nothing; remove it  "
            "[i.yaml:2]"
        ],
    )
    _write(i="ignore:\n- {check: invalid-name, object: x}\n")
    assert _run(capsys, "a.yaml", "--ignore-file", "i.yaml")[2] == ["i.yaml:2: ignore.0.reason: is required"]


def test_json(capsys: Capture) -> None:
    _write(a=FAULTY)
    _, out, err = _run(capsys, "a.yaml", "--format", "json")
    message = FAULT.split(": ", 1)[1]
    assert json.loads("\n".join(out))["findings"] == [
        {
            "check": "invalid-name",
            "severity": "error",
            "object": "ConfigMap/Bad_Name",
            "field": "metadata.name",
            "message": message,
            "file": "a.yaml",
            "line": 4,
            "environment": "",
        }
    ]
    assert err == []


def test_sarif(capsys: Capture) -> None:
    _write(**{"a b.yaml": FAULTY})
    _, out, _ = _run(capsys, "a b.yaml", "--format", "sarif")
    run = json.loads("\n".join(out))["runs"][0]
    (result,) = run["results"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [check.id for check in CHECKS]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "invalid-name"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.yaml"},
        "region": {"startLine": 4},
    }


def test_sarif_places_everything_in_a_file(capsys: Capture) -> None:
    """GitHub refuses a whole upload for one result without a physical location."""
    _write(a=SOUND, i="ignore:\n- {check: image, object: x, reason: y}\n- {check: imgae, object: x, reason: y}\n")
    _, out, _ = _run(capsys, "./a.yaml", "--ignore-file", "i.yaml", "--format", "sarif")
    found = json.loads("\n".join(out))["runs"][0]["results"]
    assert [(one["message"]["text"], one["locations"][0]["physicalLocation"]["region"]) for one in found] == [
        ("x: the suppression of image suppresses nothing; remove it", {"startLine": 2}),
        ('x: unknown check imgae; did you mean "image"?', {"startLine": 3}),
    ]


def test_github_escapes(capsys: Capture) -> None:
    _write(**{"a,b.yaml": FAULTY.replace("Bad_Name", '"100%\\nBad"')})
    _, out, _ = _run(capsys, "a,b.yaml", "--format", "github")
    assert len(out) == 1
    assert out[0].startswith(
        "::error title=invalid-name ConfigMap/100%25%0ABad,file=a%2Cb.yaml,line=4::metadata.name: "
    )


def test_explain(capsys: Capture) -> None:
    assert main(["explain", "image"]) == 0
    assert capsys.readouterr().out.startswith("image (error): an image without a fixed version")
    assert main(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CHECKS)
    assert main(["explain", "imag"]) == 2
    assert capsys.readouterr().err == 'unknown check imag; did you mean "image"?\n'


def test_the_reference_is_up_to_date() -> None:
    assert (_ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == markdown()


def test_it_starts_without_node() -> None:
    code = (
        "import sys; from constructs_lib.cli import main; main(['explain']); "
        "sys.exit(bool({'jsii', 'constructs', 'cdk8s'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, check=False, env={"PATH": ""})
    assert (done.returncode, done.stderr) == (0, b"")


def test_line_of_a_field_below_a_key_with_dots() -> None:
    _write(a="metadata:\n  annotations:\n    a: ''\n    a.b/c: ''\nspec:\n  ports:\n  - {}\n  - name: x\n")
    [document] = read_documents(Path("a.yaml").read_text(encoding="utf-8"))
    loaded = reading.LoadedObject(document.data, "a.yaml", document)
    assert loaded.line(FieldPath("metadata", "annotations", "a.b/c")) == 4
    assert loaded.line(FieldPath("spec", "ports", 1, "name")) == 8
    assert loaded.line(FieldPath("spec", "missing", "field")) == 5


def test_checks_that_need_nodes_say_that_they_did_not_run(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    check = dataclasses.replace(CHECKS[0], id="needs-nodes", needs_cluster=True)
    monkeypatch.setattr(registry, "CHECKS", (*CHECKS, check))
    _write(a=SOUND, c="pools: {a: {nodes: [x], capacity: {cpu: 1, memory: 1Gi}}}\n")
    assert _run(capsys, "a.yaml")[2][-1].endswith("because they need --cluster: " + _needing("needs-nodes"))
    assert _run(capsys, "a.yaml", "--cluster", "c.yaml")[2] == ["0 errors, 0 warnings in 1 object"]


def _needing(*more: str) -> str:
    return ", ".join([*(check.id for check in CHECKS if check.needs_cluster), *more])
