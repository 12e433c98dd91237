"""Bad input in the values files: one line for each fault, with file and line, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from constructs_lib.yaml_reader import read_documents
from growbin.schema import values_schema
from tests.conftest import ROOT, run, snapshot_of
from tests.growbin.test_values import refused

PROD = "values/values-prod.yaml"

# What is appended to values-prod.yaml, which ends with `api:` and nine lines; what is told.
APPENDED = {
    "a tab": (
        "\t- x\n",
        ["{prod}:10: a tab or another character that can't begin a value; indent with spaces, quote the value"],
    ),
    "a key twice": ("api: {}\n", ["{prod}:10: the key 'api' is there twice; first on line 7"]),
    "an open bracket": ("data: [1\n", ["{prod}:11: not YAML: did not find expected ',' or ']'"]),
    "an unknown key": (
        "  users: {replica: 3}\n",
        ["{prod}:10: api.users.replica: unknown key; did you mean replicas?"],
    ),
    "a key that is known elsewhere": (
        "  users: {nodeSelector: {a: b}}\n",
        [
            "{prod}:10: api.users.nodeSelector: unknown key; known: autoscaling, enabled, env, healthPath, image, "
            "metrics, migration, path, port, replicas, resources, sendsTo, uses"
        ],
    ),
    "an unknown key for all services": (
        "  defaults: {replcas: 5}\n",
        ["{prod}:10: api.defaults.replcas: unknown key; did you mean replicas?"],
    ),
    "a word for a number": (
        "  users: {replicas: two}\n",
        ["{prod}:10: api.users.replicas: 'two': input should be a valid integer, unable to parse string as an integer"],
    ),
    "a number for a mapping": ("data: 5\n", ["{prod}:10: data: 5 must be a mapping"]),
    "no replicas": (
        "  users: {replicas: 0}\n",
        ["{prod}:10: api.users.replicas: 0: input should be greater than or equal to 1"],
    ),
    "negative replicas": (
        "  users: {replicas: -1}\n",
        ["{prod}:10: api.users.replicas: -1: input should be greater than or equal to 1"],
    ),
    "a port out of range": (
        "  users: {port: 70000}\n",
        ["{prod}:10: api.users.port: 70000: input should be less than or equal to 65535"],
    ),
    "a path without a slash": ("  users: {path: api}\n", ["{prod}:10: api.users.path: 'api' must begin with a slash"]),
    "the same path twice": (
        "  users: {path: /api/v1/waste}\n",
        [
            "prod: api/users-api: path='/api/v1/waste': waste-api has the same path of api.growbin.example.com; "
            "choose another"
        ],
    ),
    "the same name twice": (
        "namespaces: {async: api}\n",
        ["prod: api: 'api' is there already; give one of the two another id"],
    ),
    "no quantity": (
        "  users: {resources: {requests: {cpu: 1x}}}\n",
        [
            "{prod}:10: api.users.resources.requests.cpu: '1x' is not a quantity; write it like 200m, 1 or 0.5 (CPU), "
            "256Mi or 2Gi (memory)"
        ],
    ),
    "a limit below the request": (
        "  users: {resources: {limits: {memory: 64Mi}}}\n",
        [
            "prod: api/users-api: resources.memory_limit: '64Mi' is below the request '192Mi'; the API server refuses "
            "such a container"
        ],
    ),
    "a minimum above the maximum": (
        "  users: {autoscaling: {minReplicas: 5, maxReplicas: 2}}\n",
        ["prod: api/users-api: autoscaling.max_replicas: 2 is below the minimum of 5"],
    ),
    "no DNS label": (
        "  Users: {replicas: 3}\n",
        [
            "{prod}:10: api.Users: 'Users' is no name: lower-case letters, digits and '-', a letter first, none of '-' "
            "last"
        ],
    ),
    "a name too long": (
        f"  {'u' * 51}: {{replicas: 3}}\n",
        [f"{{prod}}:10: api.{'u' * 51}: '{'u' * 51}' has 51 characters; the most are 50"],
    ),
    "an unknown pool of Celery's": (
        "async: {vision: {pool: gevnt}}\n",
        ["{prod}:10: async.vision.pool: 'gevnt' is unknown; did you mean gevent?"],
    ),
    "an option that the pool ignores": (
        "async: {rag: {softTimeLimit: 5}}\n",
        [
            "prod: async/rag-worker: soft_time_limit: pool='gevent' ignores it; leave it out, or take pool=prefork",
        ],
    ),
    "an unknown connection": (
        "async: {vision: {uses: [rabitmq]}}\n",
        ["prod: async: uses 'rabitmq': nothing has that name; known: openai, rabbitmq, postgresql, redis"],
    ),
    "an unknown key of a Secret": (
        "secrets: {redis: [pass]}\n",
        [
            "prod: data/redis: env REDISCLI_AUTH: Secret redis is declared without the key 'password'; did you mean "
            "pass?"
        ],
    ),
    "nobody can come in": (
        "ingress: {fromNamespace: null}\n",
        [
            "prod: api: ingress: nobody could reach the services; name the controller's namespace (from_namespace), or "
            "the load balancer's addresses (from_cidrs)"
        ],
    ),
    "several faults": (
        "  users: {replicas: 0, path: api}\nasync: {vision: {uses: [rabitmq]}}\n",
        [
            "{prod}:10: api.users.replicas: 0: input should be greater than or equal to 1",
            "{prod}:10: api.users.path: 'api' must begin with a slash",
            "prod: async: uses 'rabitmq': nothing has that name; known: openai, rabbitmq, postgresql, redis",
        ],
    ),
}


@pytest.mark.parametrize("case", APPENDED)
def test_a_fault_is_told_in_one_line(checkout: Path, case: str) -> None:
    text, lines = APPENDED[case]
    path = checkout / PROD
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    assert refused(checkout) == [line.replace("{prod}", PROD) for line in lines]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        (PROD, "", f"{PROD}: is empty"),
        (PROD, "- a\n", f"{PROD}: holds a list, not one mapping"),
        (PROD, "a: 1\n---\nb: 2\n", f"{PROD}: holds 2 documents, not one mapping"),
        (PROD, b"\xff\xfe", f"{PROD}: not a text in UTF-8"),
        ("values/values.yaml", None, "values/values.yaml: can't be read: No such file or directory"),
        ("values/cluster.yaml", None, "values/cluster.yaml: can't be read: No such file or directory"),
        (
            "values/cluster.yaml",
            "pools: {a: {nodes: [n], capacity: {cpu: -1, memory: 1Gi}}}\n",
            "values/cluster.yaml:1: pools.a.capacity.cpu: -1 is negative; the least is 0",
        ),
    ],
)
def test_a_file_that_can_not_be_used(checkout: Path, name: str, content: str | bytes | None, line: str) -> None:
    path = checkout / name
    if content is None:
        path.unlink()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8")
    assert refused(checkout) == [line]


def test_no_environment_at_all(checkout: Path) -> None:
    for path in (checkout / "values").glob("values-*.yaml"):
        path.unlink()
    assert refused(checkout) == ["values: holds no values-<environment>.yaml"]


def test_main_ends_with_one_and_no_traceback(checkout: Path) -> None:
    text, lines = APPENDED["several faults"]
    path = checkout / PROD
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    result = run("python", "main.py", cwd=checkout)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [line.replace("{prod}", PROD) for line in lines]
    assert snapshot_of(checkout / "dist") == snapshot_of(ROOT / "dist")


def test_the_schema_is_made_from_the_model() -> None:
    assert (ROOT / "values" / "values.schema.json").read_text(encoding="utf-8") == values_schema()


@pytest.mark.parametrize("path", sorted((ROOT / "values").glob("values*.yaml")), ids=lambda path: str(path.name))
def test_each_file_names_the_schema_and_fits_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=values.schema.json\n")
    (document,) = read_documents(text)
    jsonschema.Draft202012Validator(json.loads(values_schema())).validate(document.data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json.loads(values_schema())).validate({"api": {"users": {"replica": 1}}})
