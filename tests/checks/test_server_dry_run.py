"""`check --server-dry-run` with a kubectl that answers as a real one does."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.cli import main
from constructs_lib.kubernetes.server_messages import answer_faults, first_line, warning_fault
from constructs_lib.kubernetes.server_paths import server_path
from constructs_lib.kubernetes.server_refusals import (
    lacks_connection,
    lacks_permission,
    missing_namespace,
    reason_of,
    unknown_kind,
)

KUBECTL = """\
#!PYTHON
import json, sys
scenario = json.load(open("FOLDER/scenario.json"))
words = sys.argv[1:]
rest, objects = sys.stdin.read().strip() if words[0] in ("apply", "create") else "", []
while rest:
    one, end = json.JSONDecoder().raw_decode(rest)
    objects.append(one)
    rest = rest[end:].strip()
with open("FOLDER/calls", "a") as log:
    log.write(json.dumps([words, objects]) + "\\n")
name = {"config": words[1], "get": "namespaces"}.get(words[0])
if name:
    code, out, err = scenario[name]
    sys.stdout.write(out)
    sys.stderr.write(err)
    sys.exit(code)
failed, errors, warnings = 0, [], []
for one in objects:
    key = one["kind"] + "/" + one["metadata"].get("name", "")
    code, text = scenario["answers"].get(words[0] + " " + key, scenario["answers"].get(key, [0, ""]))
    failed |= code
    (errors if code else warnings).extend(filter(None, [text]))
    if not code:
        print(key.lower())
# As kubectl does: equal warnings appear once, and errors come last.
print(*dict.fromkeys(warnings), *errors, sep="\\n", file=sys.stderr)
sys.exit(failed)
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      nodeSelector:
        beta.kubernetes.io/os: linux
      containers:
      - name: side
        image: side:1
        resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {memory: 1Mi}}
      - name: web
        image: web:1
        resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {memory: 1Mi}}
        env:
        - {name: A, value: b}
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, namespace: shop}\n"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
"""
NO_KIND = (
    'error: resource mapping not found for name: "t" namespace: "shop" from "STDIN": no matches for kind "Thing" in '
    'version "example.com/v1"\nensure CRDs are installed first'
)
THING = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t, namespace: shop}\n"
FORBIDDEN = 'Error from server (Forbidden): configmaps "a" is forbidden: User "bob" cannot patch resource "configmaps"'
REFUSED = "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?"
LOG = 'E1127 10:39:27.444660    9649 memcache.go:265] "Unhandled Error" err="connection refused"\n'
NOTE = 'note: server dry run with the kubectl context "test"'
DRY_RUN = ["--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict"]

Capture = pytest.CaptureFixture[str]
Fake = Callable[..., None]
Call = tuple[list[str], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """A kubectl on PATH; called, it sets the answers to objects as `Kind/name`, or to a verb as `create Kind/name`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "kubectl"
    program.write_text(KUBECTL.replace("PYTHON", sys.executable).replace("FOLDER", str(folder)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.chdir(tmp_path)

    def answer(answers: dict[str, tuple[int, str]] | None = None, **replies: tuple[int, str, str]) -> None:
        known = {
            "current-context": (0, "test\n", ""),
            "get-contexts": (0, "test\nother\n", ""),
            "namespaces": (0, "namespace/default\nnamespace/shop\n", ""),
            "answers": answers or {},
        }
        (folder / "scenario.json").write_text(json.dumps({**known, **replies}))

    answer()
    return answer


def _calls(tmp_path: Path, *verbs: str) -> list[Call]:
    calls = [json.loads(line) for line in (tmp_path / "bin" / "calls").read_text().splitlines()]
    return [(words, objects) for words, objects in calls if words[0] in (verbs or ("apply", "create"))]


def _check(capsys: Capture, content: str, *options: str, flag: str = "--server-dry-run") -> tuple[int, Any, list[str]]:
    Path("a.yaml").write_text(content)
    code = main(["check", "a.yaml", flag, "--format", "json", *options])
    captured = capsys.readouterr()
    findings = json.loads(captured.out)["findings"]
    shown = [(one["severity"], one["check"], one["field"], one["message"], one["line"]) for one in findings]
    return code, shown, captured.err.splitlines()


def _error(field: str, message: str, line: int) -> tuple[str, str, str, str, int]:
    return "error", "server-dry-run", field, message, line


def _many(count: int) -> str:
    return "---\n".join(CONFIG_MAP.replace("NAME", f"c{number}") for number in range(count))


def test_accepted(capsys: Capture, tmp_path: Path) -> None:
    assert _check(capsys, DEPLOYMENT) == (0, [], [NOTE])
    [(words, objects)] = _calls(tmp_path)
    assert words[0] == "apply"
    assert {*DRY_RUN, "--field-manager=constructs-lib", "--context=test"} <= {*words}
    assert [one["metadata"] for one in objects] == [{"name": "web", "namespace": "shop"}]


def test_fields_and_lines(capsys: Capture, fake: Fake) -> None:
    answer = (
        'The Deployment "web" is invalid: \n* spec.progressDeadlineSeconds: Invalid value: 0: must be greater\n'
        "* spec.template.spec.containers[1].env[0].valueFrom: Invalid value: {}: may not be specified"
    )
    fake({"Deployment/web": (1, answer)})
    code, found, _ = _check(capsys, DEPLOYMENT)
    assert (code, found) == (
        1,
        [
            _error("spec.progressDeadlineSeconds", "Invalid value: 0: must be greater", 4),
            _error("spec.template.spec.containers[1].env[0].valueFrom", "Invalid value: {}: may not be specified", 22),
        ],
    )


def test_warnings_are_found_at_each_object(capsys: Capture, fake: Fake) -> None:
    """kubectl prints a warning once in a call, whatever the number of its objects."""
    warning = 'Warning: spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "x" instead'
    fake({"Deployment/web": (0, warning), "Deployment/two": (0, warning)})
    code, found, _ = _check(capsys, f"{DEPLOYMENT}---\n{DEPLOYMENT.replace('name: web, n', 'name: two, n')}")
    warnings = [one for one in found if one[1] == "server-dry-run"]
    field = "spec.template.spec.nodeSelector.beta.kubernetes.io/os"
    message = 'deprecated since v1.14; use "x" instead'
    assert warnings == [("warning", "server-dry-run", field, message, line) for line in (13, 36)]
    assert code == 0


def test_one_finding_for_one_cause(capsys: Capture, fake: Fake) -> None:
    answer = (
        'The Deployment "web" is invalid: \n* spec.replicas: Invalid value: -1: must be greater than or equal to 0\n'
        '* spec.template.metadata.labels: Invalid value: {"app":"wab"}: `selector` does not match template `labels`\n'
        "* spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"
    )
    fake({"Deployment/web": (1, answer)})
    spoilt = DEPLOYMENT.replace("replicas: 2", "replicas: -1").replace("labels: {app: web}", "labels: {app: wab}")
    _, found, _ = _check(capsys, spoilt)
    assert [(check, field) for _, check, field, _, _ in found] == [
        ("invalid-value", "spec.replicas"),
        ("selector-mismatch", "spec.selector"),
        ("server-dry-run", "spec.minReadySeconds"),
    ]


def test_one_finding_for_a_label(capsys: Capture, fake: Fake) -> None:
    label = CONFIG_MAP.replace("NAME", 'a, labels: {x: "no good!", y: fine}')
    answer = 'The ConfigMap "a" is invalid: metadata.labels: Invalid value: "VALUE": a valid label must be short'
    fake({"ConfigMap/a": (1, answer.replace("VALUE", "no good!"))})
    assert [check for _, check, *_ in _check(capsys, label)[1]] == ["invalid-name"]
    fake({"ConfigMap/a": (1, answer.replace("VALUE", "other"))})
    assert [check for _, check, *_ in _check(capsys, label)[1]] == ["invalid-name", "server-dry-run"]


def test_a_port_that_is_the_target_by_default(capsys: Capture, fake: Fake) -> None:
    service = CONFIG_MAP.replace("ConfigMap", "Service").replace("NAME", "s") + "spec: {ports: [{port: 99999}]}\n"
    fault = "Invalid value: 99999: must be between 1 and 65535, inclusive"
    fake(
        {
            "Service/s": (
                1,
                f'The Service "s" is invalid: \n* spec.ports[0].port: {fault}\n* spec.ports[0].targetPort: {fault}',
            )
        }
    )
    assert [check for _, check, *_ in _check(capsys, service)[1]] == ["invalid-value"]


def test_many_objects_are_asked_in_batches(capsys: Capture, fake: Fake, tmp_path: Path) -> None:
    denial = 'Error from server (Forbidden): admission webhook "w" denied the request: not on Fridays'
    fake({"ConfigMap/c7": (1, denial), "ConfigMap/c151": (1, denial)})
    code, found, _ = _check(capsys, _many(200))
    message = 'admission webhook "w" denied the request: not on Fridays'
    assert (code, found) == (1, [_error("", message, 4 * 7 + 1), _error("", message, 4 * 151 + 1)])
    sizes = sorted(len(objects) for _, objects in _calls(tmp_path))
    assert sizes == [1] * 40 + [20] * 10


def test_a_namespace_of_the_same_files(capsys: Capture, fake: Fake, tmp_path: Path) -> None:
    invalid = 'The ConfigMap "a" is invalid: data[x y]: Invalid value: "x y": a valid config key must be short'
    warning = "Warning: would violate PodSecurity"
    fake(
        {"create ConfigMap/a": (1, invalid), "create ConfigMap/b": (0, warning), "apply ConfigMap/a": (1, "never")},
        namespaces=(0, "namespace/default\n", ""),
    )
    content = "---\n".join([NAMESPACE, CONFIG_MAP.replace("NAME", "a"), CONFIG_MAP.replace("NAME", "b")])
    code, found, notes = _check(capsys, content)
    message = 'Invalid value: "x y": a valid config key must be short'
    assert (code, found) == (1, [_error("data.x y", message, 5)])
    assert notes == [
        NOTE,
        "note: 2 objects checked by the server in namespace default, because the cluster lacks their own (shop); the "
        "quotas and admission rules there are unknown",
    ]
    created = [one for words, objects in _calls(tmp_path, "create") for one in objects if "--dry-run=server" in words]
    assert {one["metadata"]["namespace"] for one in created} == {"default"}


@pytest.mark.parametrize("option", [["--existing", "e.yaml"], ["--namespace", "shop"]])
def test_a_namespace_that_is_declared(capsys: Capture, fake: Fake, option: list[str]) -> None:
    Path("e.yaml").write_text("namespaces: [shop]\n")
    fake(namespaces=(0, "namespace/default\n", ""))
    code, found, notes = _check(capsys, CONFIG_MAP.replace("NAME", "a"), *option)
    assert (code, found, len(notes)) == (0, [], 2)


def test_a_namespace_that_does_not_exist(capsys: Capture, fake: Fake) -> None:
    fake(namespaces=(0, "namespace/default\n", ""))
    code, found, _ = _check(capsys, _many(3))
    message = (
        'namespace "shop" does not exist in the cluster, so this object (and 2 more) cannot be created; correct the '
        "name, or add the Namespace"
    )
    assert (code, found) == (1, [_error("metadata.namespace", message, 3)])


def test_a_namespace_that_only_the_cluster_has(capsys: Capture) -> None:
    content = CONFIG_MAP.replace("NAME", "a")
    assert _check(capsys, content)[1] == []
    main(["check", "a.yaml", "--format", "json"])
    assert [one["check"] for one in json.loads(capsys.readouterr().out)["findings"]] == ["missing-namespace"]


def test_namespaces_that_may_not_be_listed(capsys: Capture, fake: Fake) -> None:
    listing = 'Error from server (Forbidden): namespaces is forbidden: User "bob" cannot list resource "namespaces"'
    missing = 'Error from server (NotFound): namespaces "shop" not found'
    fake({"apply ConfigMap/a": (1, missing)}, namespaces=(1, "", listing))
    code, found, notes = _check(capsys, f"{NAMESPACE}---\n{CONFIG_MAP.replace('NAME', 'a')}")
    assert (code, found) == (0, [])
    assert notes[1].startswith("note: 1 object checked by the server in namespace default")


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        ('Error from server (Forbidden): error when creating "STDIN": no room', "not checked by the server: the clu"),
        (
            'Error from server (AlreadyExists): error when creating "STDIN": configmaps "a" already exists',
            "checked by the server in",
        ),
    ],
)
def test_an_answer_that_is_about_the_stand_in(capsys: Capture, fake: Fake, answer: str, note: str) -> None:
    fake({"create ConfigMap/a": (1, answer)}, namespaces=(0, "namespace/default\n", ""))
    code, found, notes = _check(capsys, f"{NAMESPACE}---\n{CONFIG_MAP.replace('NAME', 'a')}")
    assert (code, found, len(notes)) == (0, [], 2)
    assert note in notes[1]


def test_a_custom_resource_of_the_same_files(capsys: Capture, fake: Fake) -> None:
    fake({"Thing/t": (1, NO_KIND)})
    assert _check(capsys, f"{CRD}---\n{THING}") == (
        0,
        [],
        [
            NOTE,
            "note: 1 object not checked by the server: the cluster does not have their CustomResourceDefinition yet, "
            "which is among the files",
        ],
    )


def test_a_custom_resource_that_the_cluster_does_not_know(capsys: Capture, fake: Fake) -> None:
    fake({"Thing/t": (1, NO_KIND)})
    message = (
        "the cluster does not know the kind Thing in example.com/v1, so this object cannot be created; install its "
        "CustomResourceDefinition, or correct apiVersion and kind"
    )
    assert _check(capsys, THING)[:2] == (1, [_error("apiVersion", message, 1)])


def test_a_service_account_of_the_same_files(capsys: Capture, fake: Fake) -> None:
    account = CONFIG_MAP.replace("ConfigMap", "ServiceAccount").replace("NAME", "runner")
    pod = CONFIG_MAP.replace("ConfigMap", "LimitRange").replace("NAME", "p")
    missing = 'error looking up service account shop/runner: serviceaccount "runner" not found'
    fake({"LimitRange/p": (1, f'Error from server (Forbidden): pods "p" is forbidden: {missing}')})
    code, found, notes = _check(capsys, f"{account}---\n{pod}")
    assert (code, found) == (0, [])
    assert notes[1].startswith("note: 1 object not checked by the server: they need another object of the files")
    assert _check(capsys, pod)[1] == [_error("", missing, 1)]


def test_a_name_that_the_server_chooses(capsys: Capture, fake: Fake, tmp_path: Path) -> None:
    fake({"apply ConfigMap/": (1, "error: from a-: cannot use generate name with apply")})
    assert _check(capsys, CONFIG_MAP.replace("name: NAME", "generateName: a-"))[0] == 0
    assert len(_calls(tmp_path, "create")) == 1


def test_permission_for_some_objects(capsys: Capture, fake: Fake) -> None:
    fake({"ConfigMap/c0": (1, FORBIDDEN)})
    code, found, notes = _check(capsys, _many(2))
    assert (code, found) == (0, [])
    assert notes[1].startswith("note: 1 object not checked by the server: you lack the permission; it says: ")
    assert notes[1].endswith('User "bob" cannot patch resource "configmaps"')


@pytest.mark.parametrize(("answer", "reason"), [(FORBIDDEN, "you lack the permission"), (REFUSED, "did not answer")])
def test_no_answer_about_any_object(capsys: Capture, fake: Fake, answer: str, reason: str) -> None:
    fake({"ConfigMap/c0": (1, answer), "ConfigMap/c1": (1, answer)})
    code, found, notes = _check(capsys, _many(2))
    assert (code, [check for _, check, *_ in found], notes[0], len(notes)) == (2, ["missing-namespace"], NOTE, 2)
    assert notes[1].startswith('the kubectl context "test": the cluster cannot be asked: ')
    assert reason in notes[1]


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (LOG * 5 + REFUSED, REFUSED),
        ("error: You must be logged in to the server (Unauthorized)", "You must be logged in to the server"),
        ("Unable to connect to the server: dial tcp: lookup x: no such host", "Unable to connect to the server: dial"),
        ("fetching a token\nerror: the token is too old", "the token is too old"),
    ],
)
def test_a_cluster_that_cannot_be_asked(capsys: Capture, fake: Fake, answer: str, shown: str) -> None:
    fake(namespaces=(1, "", answer))
    code, found, notes = _check(capsys, CONFIG_MAP.replace("NAME", "Bad_Name"))
    assert (code, [check for _, check, *_ in found]) == (2, ["invalid-name", "missing-namespace"])
    assert notes[0] == NOTE
    assert notes[1].startswith(f'the kubectl context "test": the cluster cannot be asked: {shown}')
    assert len(notes) == 2


def test_contexts(capsys: Capture, fake: Fake, tmp_path: Path) -> None:
    content = CONFIG_MAP.replace("NAME", "a")
    assert _check(capsys, content, "--context", "other")[2] == ['note: server dry run with the kubectl context "other"']
    assert "--context=other" in _calls(tmp_path)[-1][0]
    code, _, notes = _check(capsys, content, "--context", "othr")
    assert (code, notes) == (2, ['--context: unknown context "othr"; did you mean "other"?'])
    fake(**{"current-context": (1, "", "error: current-context is not set\n")})
    assert _check(capsys, content)[2] == ["note: server dry run with the default cluster of kubectl"]
    assert not any("--context" in word for word in _calls(tmp_path)[-1][0])
    with pytest.raises(SystemExit):
        main(["check"])
    assert main(["check", "a.yaml", "--context", "test"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "--context: needs --server-dry-run"


def test_no_kubectl(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "bin" / "kubectl").unlink()
    code, found, notes = _check(capsys, CONFIG_MAP.replace("NAME", "Bad_Name"))
    assert (code, notes) == (2, ["--server-dry-run asks the cluster with kubectl, which is not on PATH; install it"])
    assert found


def test_an_old_kubectl(capsys: Capture, fake: Fake) -> None:
    fake({"ConfigMap/a": (1, 'error: invalid argument "strict" for "--validate" flag: strconv.ParseBool')})
    code, _, notes = _check(capsys, CONFIG_MAP.replace("NAME", "a"))
    assert code == 2
    assert notes[1].startswith("--server-dry-run needs kubectl 1.27 or newer")


def test_values_that_json_cannot_express(capsys: Capture) -> None:
    code, _, notes = _check(capsys, CONFIG_MAP.replace("NAME", "a") + "data: {a: !!binary aGk=}\n")
    assert (code, notes) == (0, [NOTE, "note: 1 object not checked by the server: JSON cannot express them"])


def test_suppressions(capsys: Capture, fake: Fake) -> None:
    invalid = 'The ConfigMap "a" is invalid: data: Invalid value: "x": too long'
    fake({"ConfigMap/a": (1, invalid)})
    annotated = CONFIG_MAP.replace("NAME", "a, annotations: {constructs-lib/ignore.server-dry-run: known}")
    assert _check(capsys, annotated)[:2] == (0, [])
    Path("i.yaml").write_text('ignore:\n- {check: server-dry-run, object: "*/a", reason: known}\n')
    assert _check(capsys, CONFIG_MAP.replace("NAME", "a"), "--ignore-file", "i.yaml")[:2] == (0, [])
    # Without the option the suppressions are not unused: the check does not run.
    assert main(["check", "a.yaml", "--ignore-file", "i.yaml", "--format", "json"]) == 0
    checks = [one["check"] for one in json.loads(capsys.readouterr().out)["findings"]]
    assert checks == ["missing-namespace"]
    fake()
    assert [check for _, check, *_ in _check(capsys, annotated)[1]] == ["suppression"]


def test_other_formats(capsys: Capture, fake: Fake) -> None:
    fake({"ConfigMap/a": (1, 'The ConfigMap "a" is invalid: data: Invalid value: "x": too long')})
    Path("a.yaml").write_text(CONFIG_MAP.replace("NAME", "a") + "data: {}\n")
    shown = 'data: Invalid value: "x": too long'
    main(["check", "a.yaml", "--server-dry-run"])
    assert capsys.readouterr().out == f"error server-dry-run  shop/ConfigMap/a  {shown}  [a.yaml:4]\n"
    main(["check", "a.yaml", "--server-dry-run", "--format", "github"])
    title = "title=server-dry-run shop/ConfigMap/a,file=a.yaml,line=4"
    assert capsys.readouterr().out == f"::error {title}::{shown}\n"
    main(["check", "a.yaml", "--server-dry-run", "--format", "sarif"])
    run = json.loads(capsys.readouterr().out)["runs"][0]
    [result] = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "server-dry-run"


MANIFEST: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "metadata": {"labels": {"app.kubernetes.io/name": "x"}},
    "spec": {
        "containers": [{"name": "side"}, {"name": "web:1", "ports": [{"containerPort": 80}, {"containerPort": 81}]}],
        "finalizers": ["a", "b"],
    },
    "data": {"0": "x"},
}


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("spec.containers[1].image", ("spec", "containers", 1, "image")),
        ('.spec.containers[name="web:1"].imge', ("spec", "containers", 1, "imge")),
        (
            '.spec.containers[name="web:1"].ports[containerPort=81,protocol="TCP"].x',
            ("spec", "containers", 1, "ports", 1, "x"),
        ),
        ('.spec.containers[name="none"].x', ("spec", "containers", 'name="none"', "x")),
        ('.spec.finalizers[="b"]', ("spec", "finalizers", 1)),
        (".metadata.labels.app.kubernetes.io/name", ("metadata", "labels", "app.kubernetes.io/name")),
        ("spec.hard[requests.cpu]", ("spec", "hard", "requests.cpu")),
        ("data[0]", ("data", "0")),
        ("spec.unknown[2].x", ("spec", "unknown", 2, "x")),
        ("spec.broken[", ("spec", "broken", "[")),
        ("", ()),
    ],
)
def test_paths(written: str, path: tuple[str | int, ...]) -> None:
    assert tuple(server_path(MANIFEST, written)) == path


PATCH = "Error from server: failed to create typed patch object (default/web; apps/v1, Kind=Deployment): "
CREATE = 'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled '


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        (
            f'{PATCH}errors:\n  .spec.containers[name="web:1"].x: field not declared in schema\n  .y: unexpected',
            [("spec.containers[1].x", "field not declared in schema"), ("y", "unexpected")],
        ),
        (
            f"{PATCH}.metadata.labels.app.kubernetes.io/name: expected string, got &value.valueUnstructured{{Value:1}}",
            [("metadata.labels.app.kubernetes.io/name", "expected string, got 1")],
        ),
        (f"{PATCH}.data: expected map, got &{{[1]}}", [("data", "expected map, got [1]")]),
        (f"{PATCH}something else", [("", "something else")]),
        (
            f'{CREATE}as a Deployment: strict decoding error: unknown field "spec.foo", duplicate field "spec.bar"',
            [("spec.foo", 'unknown field "spec.foo"'), ("spec.bar", 'duplicate field "spec.bar"')],
        ),
        (
            f"{CREATE}as a Deployment: json: cannot unmarshal number into Go struct field ConfigMap.data of type "
            "map[string]string",
            [("data", "expected a mapping, got a number")],
        ),
        (
            'error: unable to decode "STDIN": json: cannot unmarshal number into Go struct field '
            "ObjectMeta.metadata.labels of type string",
            [("metadata.labels", "expected a string, got a number")],
        ),
        (f"{CREATE}as a Deployment: illegal base64 data", [("", "illegal base64 data")]),
        (
            "Error from server: failed to convert new object (default/s; /v1, Kind=Secret) to proper version: unable "
            "to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data",
            [("", "error decoding from json: illegal base64 data")],
        ),
        (
            'Error from server (Invalid): Deployment.apps "web" is invalid: [spec.a: Invalid value: "x, spec": no, '
            "spec.containers[0].image: Required value, spec.b: Too long: may not be more than 3]",
            [
                ("spec.a", 'Invalid value: "x, spec": no'),
                ("spec.containers[0].image", "Required value"),
                ("spec.b", "Too long: may not be more than 3"),
            ],
        ),
        (
            'The Deployment "web" is invalid: spec.selector: Invalid value: {}: field is immutable',
            [("spec.selector", "field is immutable")],
        ),
        (
            "The configmaps \"x\" is invalid: : ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no",
            [("", "ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no")],
        ),
        (
            'Error from server (Forbidden): error when creating "STDIN": pods "p" is forbidden: exceeded quota: q',
            [("", "exceeded quota: q")],
        ),
        (
            'Error from server: admission webhook "k" denied the request: \n\nresource Pod/p was blocked\n\nlabels: x',
            [("", 'admission webhook "k" denied the request: resource Pod/p was blocked')],
        ),
        ("error: resource name may not be empty", [("metadata.name", "resource name may not be empty")]),
        (
            'error: error validating "STDIN": error validating data: apiVersion not set; if you choose to ignore these '
            "errors, turn validation off with --validate=false",
            [("apiVersion", "apiVersion not set")],
        ),
        (
            "Error from server (BadRequest): metadata.managedFields must be nil",
            [("metadata.managedFields", "metadata.managedFields must be nil")],
        ),
    ],
)
def test_answers(answer: str, faults: list[tuple[str, str]]) -> None:
    assert [(str(field), message) for field, message in answer_faults(MANIFEST, answer)] == faults


def test_a_long_answer_keeps_its_ends() -> None:
    answer = f'The Job "j" is invalid: spec.template: Invalid value: {"x" * 5000}: is too long'
    [(field, message)] = answer_faults({}, answer)
    assert str(field) == "spec.template"
    assert message.startswith("Invalid value: xxx")
    assert message.endswith(": is too long")
    assert len(message) < 700


@pytest.mark.parametrize(
    ("warning", "field", "message"),
    [
        ("metadata.name: this is used in Pod names", "metadata.name", "this is used in Pod names"),
        ("would violate PodSecurity: x: y", "", "would violate PodSecurity: x: y"),
        ("v1 Endpoints is deprecated in v1.33+", "apiVersion", "v1 Endpoints is deprecated in v1.33+"),
        ("policy: is only advice", "", "policy: is only advice"),
    ],
)
def test_warnings(warning: str, field: str, message: str) -> None:
    found, text = warning_fault(MANIFEST, warning)
    assert (str(found), text) == (field, message)


def test_kinds_of_refusals() -> None:
    assert reason_of(FORBIDDEN) == "Forbidden"
    assert reason_of('The Pod "x" is invalid: y') == "Invalid"
    assert reason_of(REFUSED) == ""
    assert lacks_permission(FORBIDDEN)
    assert not lacks_permission('Error from server (Forbidden): pods "p" is forbidden: exceeded quota')
    webhook = 'Error from server (InternalError): failed calling webhook "w": Post "https://w": dial tcp: refused'
    assert [lacks_connection(answer) for answer in (REFUSED, webhook, FORBIDDEN)] == [True, False, False]
    assert missing_namespace('Error from server (NotFound): namespaces "x" not found') == "x"
    assert missing_namespace('Error from server (NotFound): services "x" not found') == ""
    assert unknown_kind(NO_KIND) == ("example.com", "Thing")
    assert unknown_kind(FORBIDDEN) is None
    assert first_line("") == ""
