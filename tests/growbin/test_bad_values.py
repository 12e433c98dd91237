"""Bad input in the values files: one line for each fault, with file and line, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from constructs_lib.kubernetes.yaml_reader import read_documents
from growbin.schema import values_schema
from tests.conftest import ROOT, run, snapshot_of
from tests.growbin.test_synth import replace
from tests.growbin.test_values import append, refused

PROD = "values/values-prod.yaml"

# What is appended to values-prod.yaml, which ends with `api:` and nine lines; what is told.
APPENDED = {
    "a tab": (
        "\t- x\n",
        ["{prod}:10: a tab or another character that cannot start a value; indent with spaces, quote the value"],
    ),
    "a key twice": ("api: {}\n", ['{prod}:10: the key "api" appears twice; first on line 7']),
    "an open bracket": ("data: [1\n", ["{prod}:11: not YAML: did not find expected ',' or ']'"]),
    "an unknown key": (
        "  users: {replica: 3}\n",
        ['{prod}:10: api.users: unknown field "replica"; did you mean "replicas"?'],
    ),
    "a key that is known elsewhere": (
        "  users: {nodeSelector: {a: b}}\n",
        [
            '{prod}:10: api.users: unknown field "nodeSelector"; known: autoscaling, enabled, env, healthPath, image, '
            "metrics, migration, path, port, replicas, resources, sendsTo, uses"
        ],
    ),
    "an unknown key for all services": (
        "  defaults: {replcas: 5}\n",
        ['{prod}:10: api.defaults: unknown field "replcas"; did you mean "replicas"?'],
    ),
    "a word for a number": (
        "  users: {replicas: two}\n",
        ['{prod}:10: api.users.replicas: expected an integer, got "two" (string)'],
    ),
    "a switch for a number": (
        "  users: {replicas: true}\n",
        ["{prod}:10: api.users.replicas: expected an integer, got true (boolean)"],
    ),
    "a text for a number": (
        "  users: {replicas: '3'}\n",
        ['{prod}:10: api.users.replicas: expected an integer, got "3" (string); write 3'],
    ),
    "a text for a switch": (
        "  users: {enabled: 'false'}\n",
        ['{prod}:10: api.users.enabled: expected a boolean, got "false" (string); write false'],
    ),
    "a text for a list": (
        "  users: {uses: redis}\n",
        ['{prod}:10: api.users.uses: expected a list, got "redis" (string)'],
    ),
    "an empty list": (
        "  users: {migration: {command: []}}\n",
        ["{prod}:10: api.users.migration.command: must not be empty"],
    ),
    "an empty text": ("async: {vision: {queue: ''}}\n", ["{prod}:10: async.vision.queue: must not be empty"]),
    "a key that is a number": (
        "  5: {replicas: 1}\n",
        ['{prod}:10: api: expected a string as key, got 5 (int); write "5"'],
    ),
    "a number for a mapping": ("data: 5\n", ["{prod}:10: data: expected a mapping, got 5 (int)"]),
    "no replicas": (
        "  users: {replicas: 0}\n",
        ["{prod}:10: api.users.replicas: must be at least 1, got 0"],
    ),
    "negative replicas": (
        "  users: {replicas: -1}\n",
        ["{prod}:10: api.users.replicas: must be at least 1, got -1"],
    ),
    "a port out of range": (
        "  users: {port: 70000}\n",
        ["{prod}:10: api.users.port: must be at most 65535, got 70000"],
    ),
    "a path without a slash": ("  users: {path: api}\n", ["{prod}:10: api.users.path: 'api' must begin with a slash"]),
    "the same path twice": (
        "  users: {path: /api/v1/waste}\n",
        [
            'prod: api/users-api: path: "/api/v1/waste": waste-api has the same path of api.growbin.example.com; '
            "choose another  [{prod}:10]"
        ],
    ),
    "the same path but for a slash": (
        "  users: {path: /api/v1/waste/}\n",
        [
            'prod: api/users-api: path: "/api/v1/waste/": waste-api has the same path of '
            "api.growbin.example.com; choose another  [{prod}:10]"
        ],
    ),
    "the same name twice": (
        "namespaces: {async: api}\n",
        ["{prod}:10: namespaces.async: 'api' is already the namespace of api; async needs its own namespace"],
    ),
    "a namespace that isn't called so": (
        "  namespace: apy\n",
        ["{prod}:10: api.namespace: namespaces has no 'apy'; did you mean \"api\"?"],
    ),
    "a namespace of no section": (
        "namespaces: {apo: x}\n",
        ['{prod}:10: namespaces.apo: no section uses this namespace; did you mean "api"?'],
    ),
    "no namespace's name": (
        "namespaces: {api: API_1}\n",
        [
            "{prod}:10: namespaces.api: \"API_1\" is not a valid name; write lower-case letters, digits and '-', a "
            "letter first"
        ],
    ),
    "a namespace of Kubernetes": (
        "namespaces: {api: kube-system}\n",
        [
            'prod: kube-system: namespace: "kube-system" belongs to Kubernetes, whose pods its quota and '
            "policies would stop; choose another, or say existing=True  [values/values.yaml:58]"
        ],
    ),
    "a namespace of Argo CD": (
        "namespaces: {api: argocd}\n",
        ["{prod}:10: namespaces.api: 'argocd' is already the namespace of argocd; api needs its own namespace"],
    ),
    "no quantity": (
        "  users: {resources: {requests: {cpu: 1x}}}\n",
        [
            '{prod}:10: api.users.resources.requests.cpu: "1x" is not a quantity; write it like 200m, 1 or 0.5 '
            "(CPU), 256Mi or 2Gi (memory)"
        ],
    ),
    "no CPU": (
        "  users: {resources: {requests: {cpu: -100m}}}\n",
        ['{prod}:10: api.users.resources.requests.cpu: must be more than 0, got "-100m"'],
    ),
    "thousandths of a byte": (
        "  users: {resources: {requests: {memory: 256m}}}\n",
        [
            '{prod}:10: api.users.resources.requests.memory: must be at least 1Mi, got "256m"; write it like '
            "256Mi or 2Gi",
        ],
    ),
    "a limit below the request": (
        "  users: {resources: {limits: {memory: 64Mi}}}\n",
        [
            "prod: api/users-api: resources.memory_limit: the request 192Mi is greater than the limit 64Mi; "
            "raise the limit  [{prod}:10]"
        ],
    ),
    "a limit below the request, for all": (
        "  defaults: {resources: {limits: {memory: 64Mi}}}\n",
        [
            "prod: api/users-api: resources.memory_limit: the request 192Mi is greater than the limit 64Mi; "
            "raise the limit  [{prod}:10]"
        ],
    ),
    "a minimum above the maximum": (
        "  users: {autoscaling: {minReplicas: 5, maxReplicas: 2}}\n",
        ["prod: api/users-api: autoscaling.max_replicas: must be at least the minimum of 5, got 2  [{prod}:10]"],
    ),
    "no DNS label": (
        "  Users: {replicas: 3}\n",
        [
            "{prod}:10: api.Users: \"Users\" is not a valid name; write lower-case letters, digits and '-', a "
            "letter first"
        ],
    ),
    "a name too long": (
        f"  {'u' * 51}: {{replicas: 3}}\n",
        [
            "{prod}:10: api.uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu: "
            '"uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu" has 51 characters; names have at most 50, '
            "because suffixes such as -worker are added to it"
        ],
    ),
    "an unknown pool of Celery's": (
        "async: {vision: {pool: gevnt}}\n",
        [
            '{prod}:10: async.vision.pool: expected "prefork", "processes", "gevent", "eventlet", "threads" or '
            '"solo", got "gevnt"; did you mean "gevent"?'
        ],
    ),
    "an option that the pool ignores": (
        "async: {rag: {softTimeLimit: 5}}\n",
        [
            'prod: async/rag-worker: soft_time_limit: pool="gevent" ignores it; remove it, or set pool=prefork  '
            "[{prod}:10]",
        ],
    ),
    "an unknown connection": (
        "async: {vision: {uses: [rabitmq]}}\n",
        ["prod: async/vision-worker: uses: 'rabitmq': nothing has that name; did you mean \"rabbitmq\"?  [{prod}:10]"],
    ),
    "an unknown key of a Secret": (
        "secrets: {redis: [pass]}\n",
        ['{prod}:10: secrets.redis: lacks password; did you mean "pass"?'],
    ),
    "no Secret": ("secrets: {rabbitmq: null}\n", ["{prod}:10: secrets.rabbitmq: lacks username, password, url"]),
    "a Secret that is no list": (
        "secrets: {redis: password}\n",
        ['{prod}:10: secrets.redis: expected a list, got "password" (string)'],
    ),
    "a Secret that nothing reads": (
        "secrets: {postgresq: [username]}\n",
        ['{prod}:10: secrets.postgresq: no component reads it; did you mean "postgresql"?'],
    ),
    "an unknown Secret": (
        "internet: {openai: {secret: opnai}}\n",
        ["{prod}:10: internet.openai.secret: secrets has no 'opnai'; did you mean \"openai\"?"],
    ),
    "an address for a host": (
        "internet: {openai: {hosts: ['https://api.openai.com']}}\n",
        [
            '{prod}:10: internet.openai.hosts.0: "https://api.openai.com" is not a valid host; write it like '
            "api.example.com, in lower case, without https://"
        ],
    ),
    "neither Ingress nor Gateway": (
        "ingress: {className: null}\n",
        ["{prod}:10: ingress: needs a className, or a gateway"],
    ),
    "nobody can come in": (
        "ingress: {fromNamespace: null}\n",
        [
            "prod: api: ingress: no traffic would be allowed in; set from_namespace to the ingress controller's "
            "namespace, or from_cidrs to the load balancer's addresses  [{prod}:10]"
        ],
    ),
    "several faults": (
        "  users: {replicas: 0, path: api}\nasync: {vision: {uses: [rabitmq]}}\n",
        [
            "{prod}:10: api.users.replicas: must be at least 1, got 0",
            "{prod}:10: api.users.path: 'api' must begin with a slash",
            "prod: async/vision-worker: uses: 'rabitmq': nothing has that name; did you mean \"rabbitmq\"?  "
            "[{prod}:11]",
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
        (PROD, b"\xff\xfe", "values/values-prod.yaml: is not UTF-8 text"),
        ("values/values.yaml", None, "values/values.yaml: can't be read: No such file or directory"),
        ("values/cluster.yaml", None, "values/cluster.yaml: can't be read: No such file or directory"),
        (
            "values/cluster.yaml",
            "pools: {a: {nodes: [n], capacity: {cpu: -1, memory: 1Gi}}}\n",
            "values/cluster.yaml:1: pools.a.capacity.cpu: must be at least 0, got -1",
        ),
        (
            "values/cluster.yaml",
            "pools: {a: {nodes: [n], labels: {a b: c}, capacity: {cpu: 1, memory: 1Gi}}}\n",
            'values/cluster.yaml:1: pools.a.labels.a b: "a b" is not a valid label key; write [DNS name/]name, '
            "the name with at most 63 letters, digits, '-', '_' and '.', a letter or digit at either end",
        ),
        (
            "values/cluster.yaml",
            "pools: {a: {nodes: [n], taints: [{key: a, value: b c}], capacity: {cpu: 1, memory: 1Gi}}}\n",
            'values/cluster.yaml:1: pools.a.taints.0.value: "b c" is not a valid label value; write at most 63 '
            "letters, digits, '-', '_' and '.', a letter or digit at either end",
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


LATEST = (
    "prod: error image  api/Deployment/waste-api  spec.template.spec.containers[0].image (argument "
    "image): ghcr.io/your-org/growbin-backend:latest has the tag latest: the content can change without "
    "a change of this manifest, and a rollback cannot restore it; set a version  "
    "[api/waste-api/Deployment, values/values-prod.yaml:5]"
)


@pytest.mark.parametrize(
    ("image", "line"),
    [
        # One value is told once, whatever runs the image.
        ("tag: latest", LATEST),
        ("tag: 1.10", f"{PROD}:5: global.image.tag: expected a string, got 1.1 (float); put it in quotes"),
        ("tag: null", f"{PROD}:5: global.image: needs a tag, or a digest"),
        (
            "tag: a b",
            "values/values-prod.yaml:5: global.image.tag: \"a b\" is not a valid tag; write letters, digits, '.', "
            "'_' and '-', no '.' or '-' at the start",
        ),
        (
            "tag: 1.0.0, repository: Your-Org/x",
            'values/values-prod.yaml:5: global.image.repository: "Your-Org/x" is not a valid repository; write '
            "lower-case letters, digits and single '.', '_', '-' or '/' within",
        ),
    ],
)
def test_an_image_that_all_services_share(checkout: Path, image: str, line: str) -> None:
    replace(checkout / PROD, "tag: 1.0.0", image)
    assert refused(checkout) == [line]


def test_a_default_that_fits_nothing_is_told_where_it_is_written(checkout: Path) -> None:
    append(checkout / PROD, "data: {postgresql: {enabled: false}}\n")
    assert refused(checkout) == [
        f"prod: {path}: uses: 'postgresql': nothing has that name; known: openai, rabbitmq, redis  "
        f"[values/values.yaml:{line}]"
        for path, line in (("api/waste-api", 62), ("async/preprocess-worker", 85))
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "values-A b.yaml",
            'values/values-A b.yaml: the environment "A b" is not a valid name; write lower-case letters, digits '
            "and '-', a letter first",
        ),
        # Else its files in dist/ would go without a word.
        ("values-dev.yml", "values/values-dev.yml: is ignored because of its suffix; rename it to values-dev.yaml"),
    ],
)
def test_a_file_that_is_called_otherwise(checkout: Path, name: str, line: str) -> None:
    (checkout / "values" / "values-dev.yaml").rename(checkout / "values" / name)
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


def test_the_schema_allows_what_layers_may_say() -> None:
    text = (ROOT / "values" / "values.yaml").read_text(encoding="utf-8")
    (document,) = read_documents(text)
    schema = jsonschema.Draft202012Validator(json.loads(values_schema()))
    for path in _paths(document.data):
        layer: object = None  # which removes what is below
        for key in reversed(path):
            layer = {key: layer}
        schema.validate(layer)
    schema.validate({"api": {"users": {"resources": {"requests": {"cpu": 1}}}}})


def _paths(data: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in data.items() if isinstance(data, dict) else ():
        yield (*path, key)
        yield from _paths(value, (*path, key))
