"""Wrong arguments: the lines that a user reads, in full."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cdk8s
import cdk8s_plus_27 as kplus
import jsii
import pytest
from constructs import IValidation

from constructs_lib import (
    ApiService,
    App,
    Autoscaling,
    CeleryWorker,
    ConfigMapRef,
    Container,
    Dashboard,
    DedicatedStateful,
    Defaults,
    EmptyDir,
    ExecProbe,
    ExternalService,
    FieldRef,
    GrpcProbe,
    Headroom,
    HttpProbe,
    IngressOptions,
    InputError,
    Internet,
    Metrics,
    NamespaceChart,
    PodOptions,
    PostgreSQL,
    Probes,
    Redis,
    ResourceFieldRef,
    Resources,
    Rollout,
    SecretRef,
    Security,
    ServiceAccountRef,
    TcpProbe,
    http_probes,
)
from constructs_lib.app.validation import synthesize
from tests.conftest import ROOT, snapshot_of
from tests.constructs.build import api, build, chart_faults, new_app, stateful, worker

QUANTITY = "is not a quantity; write it like 200m, 1 or 0.5 (CPU), 256Mi or 2Gi (memory)"
IMAGE = "is not a valid image; write registry/repository:tag with the repository in lower case"
VARIABLE = "a variable's name has letters, digits, '_', '.' and '-' and begins with no digit"
CONFIG_FILE = (
    "the path must be absolute, without a colon and without '..'; its name has letters, digits, '.', '_' and '-'"
)
WAY_OUT = "ignores it; remove it, or set pool="
PORTS = "must be between 1 and 65535"
LONG = "a" * 64

Case = tuple[dict[str, Any], Sequence[str]]

API: list[Case] = [
    ({"image": ""}, [f'image: "" {IMAGE}']),
    ({"image": "Shop:1"}, [f'image: "Shop:1" {IMAGE}']),
    ({"image": "shop:1 "}, [f'image: "shop:1 " {IMAGE}']),
    ({"port": 0}, [f"port http: {PORTS}, got 0"]),
    ({"port": 65536}, [f"port http: {PORTS}, got 65536"]),
    ({"ports": {"grpc": -1}}, [f"port grpc: {PORTS}, got -1"]),
    ({"ports": {"grpc": 8000}}, ["port grpc: 8000 is http's already"]),
    ({"ports": {"http": 80}}, ['ports: "http" is the name of the argument port; set it there']),
    ({"path": "shop"}, ['path: "shop" must begin with a slash']),
    ({"path": "/a?b"}, ['path: "/a?b" must not contain "?"']),
    ({"path": ["/a", "/a"]}, ['path: "/a": shop has the same path of example.com; choose another']),
    ({"host": "a.org"}, ["host: \"a.org\": a host needs a path; add path='/'"]),
    ({"replicas": 0}, ["replicas: must be at least 1, got 0"]),
    ({"replicas": -1}, ["replicas: must be at least 1, got -1"]),
    ({"drain_seconds": -1}, ["drain_seconds: must be at least 0, got -1"]),
    ({"metrics": Metrics("admin")}, ['metrics.port: unknown port "admin"; its ports are (http)']),
    ({"autoscaling": Autoscaling(0)}, ["autoscaling.max_replicas: must be at least the minimum of 1, got 0"]),
    ({"autoscaling": Autoscaling(2), "replicas": 3}, [
            "autoscaling.max_replicas: must be at least "
            "the minimum of 3, got 2"]),
    ({"autoscaling": Autoscaling(2, 0)}, ["autoscaling.min_replicas: must be at least 1, got 0"]),
    (
        {"autoscaling": Autoscaling(2, cpu=None)},
        ["autoscaling: needs a target; give cpu or memory in percent of the request"],
    ),
    (
        {"autoscaling": Autoscaling(2, cpu=0, memory=-5)},
        [
            "autoscaling.cpu: must be at least 1 (percent of the request), got 0",
            "autoscaling.memory: must be at least 1 (percent of the request), got -5",
        ],
    ),
    (
        {"autoscaling": Autoscaling(2, behavior={"scaledown": {}})},
        ['autoscaling.behavior: unknown key "scaledown"; did you mean "scaleDown"?'],
    ),
    (
        {"rollout": Rollout(0, 0)},
        ["rollout: the maximum surge and the maximum unavailable are both 0, so no pod could be replaced"],
    ),
    (
        {"rollout": Rollout(max_surge="a", max_unavailable=-1)},
        [
            'rollout.max_surge: must be a number of at least 0 or a percentage such as 25%, got "a"',
            "rollout.max_unavailable: must be a number of at least 0 or a percentage such as 25%, got -1",
        ],
    ),
    (
        {"rollout": Rollout(min_ready_seconds=-1, revision_history_limit=-1)},
        [
            "rollout.min_ready_seconds: must be at least 0, got -1",
            "rollout.revision_history_limit: must be at least 0, got -1",
        ],
    ),
    (
        {"rollout": Rollout(min_ready_seconds=9, progress_deadline_seconds=9)},
        [
            "rollout.progress_deadline_seconds: the progress deadline of 9 s must be greater "
            "than the 9 s that a new pod must be ready"],
    ),
    ({"resources": Resources(cpu="a")}, [
            'resources.cpu: "a" is not a quantity; write it like 200m, 1 or '
            "0.5 (CPU), 256Mi or 2Gi (memory)"]),
    ({"resources": Resources(memory="1gb")}, [
            'resources.memory: "1gb" is not a quantity; write it like 200m, 1 '
            "or 0.5 (CPU), 256Mi or 2Gi (memory)"]),
    ({"resources": Resources(memory="0")}, ['resources.memory: must be more than 0, got "0"']),
    ({"resources": Resources(cpu="-1")}, ['resources.cpu: must be more than 0, got "-1"']),
    (
        {"resources": Resources(cpu="1", cpu_limit="500m", memory="1Gi", memory_limit="1G")},
        [
            "resources.cpu_limit: the request 1 is greater than the limit 500m; raise the limit",
            "resources.memory_limit: the request 1Gi is greater than the limit 1G; raise the limit",
        ],
    ),
    ({"env": {"1A": "x"}}, [
            'env: "1A" is not a valid environment variable name; write letters, '
            "digits, '_', '.' and '-', no digit first"]),
    (
        {"env": {"A": SecretRef("login", ("password",)).key("pasword")}},
        ['env A: Secret login is declared without the key "pasword"; did you mean "password"?'],
    ),
    (
        {"env": {"A": ConfigMapRef("settings", ("mode", "level")).key("x")}},
        ['env A: ConfigMap settings is declared without the key "x"; known: level, mode'],
    ),
    (
        {"env": {"A": FieldRef("name")}},
        [
            "env A: FieldRef('name'): no variable can have that field; there are metadata.name, .namespace, .uid, "
            ".labels['key'] and .annotations['key'], spec.nodeName and .serviceAccountName, status.hostIP and .podIP"
        ],
    ),
    (
        {"env": {"A": ResourceFieldRef("memory")}},
        ["env A: ResourceFieldRef('memory'): write limits.memory, requests.cpu or the like"],
    ),
    ({"probes": http_probes("a", "b")}, [
        'probes.startup.path: "a" must begin with a slash',
        'probes.readiness.path: "a" must begin with a slash',
        'probes.liveness.path: "b" must begin with a slash',
    ]),
    (
        {"probes": Probes(readiness=TcpProbe(port=0, period_seconds=0, timeout_seconds=0, failure_threshold=0))},
        [
            "probes.readiness.period_seconds: must be at least 1, got 0",
            "probes.readiness.timeout_seconds: must be at least 1, got 0",
            "probes.readiness.failure_threshold: must be at least 1, got 0",
            f"probes.readiness.port: {PORTS}, got 0",
        ],
    ),
    (
        {"probes": Probes(readiness=GrpcProbe(port=-1, initial_delay_seconds=-1))},
        [
            "probes.readiness.initial_delay_seconds: must be at least 0, got -1",
            f"probes.readiness.port: {PORTS}, got -1",
        ],
    ),
    ({"probes": Probes(startup=ExecProbe(command=()))}, ["probes.startup.command: names no command"]),
    ({"probes": Probes(liveness=HttpProbe("/", port=70000))}, [f"probes.liveness.port: {PORTS}, got 70000"]),
    ({"volumes": [EmptyDir("cache")]}, [
        'volume "cache": "cache" is not a valid mount path; write an absolute path without ":" and ".."'
    ]),
    (
        {"volumes": [EmptyDir("/a", "one"), EmptyDir("/a", "two")]},
        ['volumes: "/a" is mounted twice; remove one of the mounts'],
    ),
    ({"volumes": [EmptyDir("/a", size_limit="big")]}, [
            'volume "/a": size_limit: "big" is not a quantity; write it like 200m, '
            "1 or 0.5 (CPU), 256Mi or 2Gi (memory)"]),
    ({"config_files": {"a.conf": ""}}, [
            "config_files \"a.conf\": the path must be absolute, without a colon and without '..'; "
            "its name has letters, digits, '.', '_' and '-'"]),
    ({"config_files": {"/etc/": ""}}, [
            "config_files \"/etc/\": the path must be absolute, without a colon and without '..'; "
            "its name has letters, digits, '.', '_' and '-'"]),
    (
        {"config_files": {"/a/x": "", "/b/x": "", "/a_x": ""}},
        ['config_files "/a_x": "/a/x" would have the same key "a_x" in the ConfigMap; rename one'],
    ),
    ({"node_pool": "tow"}, ['node_pool: the cluster has no pool "tow"; did you mean "two"?']),
    ({"pod": PodOptions(service_account=ServiceAccountRef("robot"), service_account_annotations={"role": "a"})}, [
        "pod.service_account_annotations: robot is not created by this construct; annotate it where it is " "created"
    ]),
    ({"pod": PodOptions(termination_grace_period_seconds=-1)}, [
        "pod.termination_grace_period_seconds: must be at least 0, got -1"
    ]),
    ({"pod": PodOptions(security=Security(run_as_user=-1, run_as_group=-2, fs_group=-3))}, [
        "pod.security.run_as_user: must be between 0 and 2147483647, got -1",
        "pod.security.run_as_group: must be between 0 and 2147483647, got -2",
        "pod.security.fs_group: must be between 0 and 2147483647, got -3",
    ]),
    ({"pod": PodOptions(
        init_containers=[Container(name="first", image="")],
        sidecars=[Container(name="side", image="a:1", resources=Resources(cpu="0"))],
    )}, [
        'pod.init_containers first: image: "" is not a valid image; write registry/repository:tag '
            "with the repository in lower case",
        'pod.sidecars side: resources.cpu: must be more than 0, got "0"',
    ]),
    ({"uses": [ExternalService("a b", "messaging", 0)]}, [
        "uses: \"a b\" is not a valid Service name; write lower-case letters, digits and '-'",
        f"uses: a b: {PORTS}, got 0",
        'env: "A B_HOST" is not a valid environment variable name; write letters, '
            "digits, '_', '.' and '-', no digit first",
        'env: "A B_PORT" is not a valid environment variable name; write letters, '
            "digits, '_', '.' and '-', no digit first",
    ]),
    ({"uses": [Internet(())]}, ["uses: Internet: must name at least one host"]),
    (
        {"uses": [Internet(("https://api.example.com",))]},
        [
            'uses: Internet: "https://api.example.com" is not a valid host; write it like '
            "api.example.com, in lower case, without https://"
        ],
    ),
    (
        {"overrides": {"Deploymet": {}}},
        [
            "overrides: this construct makes no Deploymet; it makes Deployment, NetworkPolicy, Service, "
            "ServiceAccount"
        ],
    ),
    (
        {"overrides": {"Deployment": {"metadata": None, "spec": {"template": None}}}},
        [
            "overrides.Deployment.metadata.name: cannot be removed",
            "overrides.Deployment.spec.template.spec.containers: cannot be removed",
        ],
    ),
]  # fmt: skip

WORKER: list[Case] = [
    ({"queues": []}, ["queues: must name at least one queue"]),
    ({"queues": ["a b", ""]}, [
        'queues: "a b" is not a valid queue name; write it without blanks and commas',
        'queues: "" is not a valid queue name; write it without blanks and commas',
    ]),
    ({"app": None}, ["app: set the Celery app's module, as for celery -A, or a command"]),
    ({"concurrency": 0}, ["concurrency: must be at least 1, got 0"]),
    (
        {"pool": "solo", "concurrency": 2},
        ["concurrency: 2 is not possible with pool='solo', which runs one task at a time; remove it"],
    ),
    ({"prefetch_multiplier": 0}, ["prefetch_multiplier: must be at least 1, got 0"]),
    ({"time_limit": -1}, ["time_limit: must be at least 1, got -1"]),
    ({"time_limit": 60, "pool": "eventlet"}, [
            'time_limit: pool="eventlet" ignores it; remove it, or '
            "set pool=gevent or prefork"]),
    ({"soft_time_limit": 5, "pool": "gevent"}, [
            'soft_time_limit: pool="gevent" ignores it; remove '
            "it, or set pool=prefork"]),
    (
        {"soft_time_limit": 60, "time_limit": 60},
        ["soft_time_limit: must be less than time_limit (60) to have an effect, got 60"],
    ),
    ({"max_tasks_per_child": 9, "pool": "threads"}, [
            'max_tasks_per_child: pool="threads" ignores it; remove it, or set pool=prefork']),
    ({"replicas": 0}, ["replicas: must be at least 1, got 0"]),
]  # fmt: skip

STATEFUL: list[Case] = [
    (
        {"storage": "20GB"},
        ['storage: "20GB" is not a quantity; write it like 200m, 1 or 0.5 (CPU), 256Mi or 2Gi (memory)'],
    ),
    ({"storage": "0"}, ['storage: must be more than 0, got "0"']),
    ({"replicas": 0}, ["replicas: must be at least 1, got 0"]),
    ({"port": 0}, [f"port server: {PORTS}, got 0"]),
]

TYPES: list[Case] = [
    ({"replicas": "3"}, ['replicas: expected an integer, got "3" (string); write 3']),
    ({"replicas": True}, ["replicas: expected an integer, got true (boolean)"]),
    ({"port": None}, ["port: expected an integer, got null"]),
    ({"path": 3}, ['path: expected a string or a list, got 3 (int); write "3"']),
    (
        {"env": {"A": 1}},
        ['env.A: expected a string, SecretKey, ConfigMapKey, FieldRef or ResourceFieldRef, got 1 (int); write "1"'],
    ),
    ({"env": {1: "A"}}, ['env: expected a string as key, got 1 (int); write "1"']),
    ({"env": ["A"]}, ['env: expected a mapping, got ["A"] (list)']),
    ({"uses": ["redis"]}, ['uses.0: expected Endpoint, got "redis" (string)']),
    (
        {"uses": [ExternalService("a", "b", "5672")]},  # type: ignore[arg-type]
        ['uses.0.port: expected an integer, got "5672" (string); write 5672'],
    ),
    ({"command": "run"}, ['command: expected a list, got "run" (string); write ["run"]']),
    ({"resources": {"cpu": "1"}}, ['resources: expected Resources, got {"cpu": "1"} (mapping); write Resources(...)']),
    ({"resources": Resources(cpu=1)}, ['resources.cpu: expected a string, got 1 (int); write "1"']),  # type: ignore[arg-type]
    ({"autoscaling": 5}, ["autoscaling: expected Autoscaling, QueueScaling or KedaScaling, got 5 (int)"]),
    (
        {"service_type": "LoadBalancr"},
        [
            'service_type: expected "ClusterIP", "NodePort" or "LoadBalancer", got "LoadBalancr"; '
            'did you mean "LoadBalancer"?'
        ],
    ),
    (
        {"pod": PodOptions(sidecars=[Container(name="a", image=None)])},  # type: ignore[arg-type]
        ["pod.sidecars.0.image: expected a string, got null"],
    ),
    (
        {"probes": Probes(liveness=HttpProbe(8000))},  # type: ignore[arg-type]
        ['probes.liveness.path: expected a string, got 8000 (int); write "8000"'],
    ),
    ({"imag": "shop:1"}, ['unknown argument "imag"; did you mean "image"?']),
    (
        {"replica": 3, "port": "x"},
        ['unknown argument "replica"; did you mean "replicas"?', 'port: expected an integer, got "x" (string)'],
    ),
    # Without a default the construct can't go on; all that is known by then is told.
    (
        {"image": None, "port": "80"},
        ["image: expected a string, got null", 'port: expected an integer, got "80" (string); write 80'],
    ),
]

WORKER_TYPES: list[Case] = [
    (
        {"pool": "prefrok"},
        [
            'pool: expected "prefork", "processes", "gevent", "eventlet", "threads" or "solo", got "prefrok"; '
            'did you mean "prefork"?'
        ],
    ),
    ({"log_level": 1}, ['log_level: expected "DEBUG", "INFO", "WARNING", "ERROR" or "CRITICAL", got 1']),
    ({"time_limit": 1.5}, ["time_limit: expected an integer, got 1.5 (float)"]),
]


def cases() -> list[Any]:
    tables: list[tuple[str, Callable[..., Any], list[Case]]] = [
        ("shop", api, API),
        ("shop", api, TYPES),
        ("cook", worker, WORKER),
        ("cook", worker, WORKER_TYPES),
        ("store", stateful, STATEFUL),
    ]
    return [
        pytest.param(
            make, arguments, [f"web/{name}: {line}" for line in lines], id=f"{name}-{'-'.join(arguments)}-{place}"
        )
        for name, make, table in tables
        for place, (arguments, lines) in enumerate(table)
    ]


@pytest.mark.parametrize(("make", "arguments", "lines"), cases())
def test_each_fault_is_one_line(make: Callable[..., Any], arguments: dict[str, Any], lines: list[str]) -> None:
    with pytest.raises(InputError) as error:
        make(**arguments)
    assert list(error.value.faults) == lines


CHARTS: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"ingress": IngressOptions(class_name="alb", host="a.org")},
        [
            "web: ingress: no traffic would be allowed in; set from_namespace to the ingress controller's "
            "namespace, or from_cidrs to the load balancer's addresses"
        ],
    ),
    (
        {"ingress": IngressOptions(class_name="alb", host="a.org", from_cidrs=["10.0.0.0/33"])},
        ['web: ingress.from_cidrs: "10.0.0.0/33" is not a valid CIDR; write it like 10.0.0.0/16 or fd00::/8'],
    ),
    (
        {"ingress": IngressOptions(class_name="alb", host="A.org", from_cidrs=["10.0.0.0/16"])},
        [
            'web: ingress.host: "A.org" is not a valid host; write it like api.example.com, in lower case, '
            "without https://"
        ],
    ),
    (
        {"namespace": "kube-public"},
        [
            'web: namespace: "kube-public" belongs to Kubernetes, whose pods its quota and policies would stop; '
            "choose another, or say existing=True"
        ],
    ),
    (
        {"headroom": Headroom(-1, Resources(cpu="a"))},
        [
            "web: headroom.pods: must be at least 0, got -1",
            'web: headroom.resources.cpu: "a" is not a quantity; write it like 200m, 1 or 0.5 (CPU), 256Mi or '
            "2Gi (memory)",
        ],
    ),
    (
        {"defaults": Defaults(security=Security(run_as_user=-1))},
        ["web: defaults.security.run_as_user: must be between 0 and 2147483647, got -1"],
    ),
    (
        {"pod_security": "restrictd"},
        [
            'web: pod_security: expected "privileged", "baseline" or "restricted", got "restrictd"; '
            'did you mean "restricted"?'
        ],
    ),
]


@pytest.mark.parametrize(("arguments", "lines"), CHARTS)
def test_each_fault_of_a_chart_is_one_line(arguments: dict[str, Any], lines: list[str]) -> None:
    assert chart_faults(**arguments) == lines


@pytest.mark.parametrize(
    ("name", "longest"),
    [("Shop", 0), ("1shop", 0), ("shop_", 0), ("shöp", 0), (LONG, 63)],
)
def test_names(name: str, longest: int) -> None:
    with pytest.raises(InputError) as error:
        build(lambda chart: ApiService(chart, name, image="shop:1"))
    reason = (
        f'"{"a" * 57}..." has 64 characters; the id has at most {longest}, because suffixes follow'
        if longest
        else f"\"{name}\" is not a valid id; write lower-case letters, digits and '-', a letter first"
    )
    assert error.value.faults[0] == f"web/{name}: {reason}"


def test_a_stateful_name_leaves_room_for_what_is_added_to_it() -> None:
    name = "a" * 53
    with pytest.raises(InputError) as error:
        build(lambda chart: Redis(chart, name))
    assert error.value.faults == (
        f'web/{name}: "{name}" has 53 characters; the id has at most 52, because suffixes follow',
    )


def test_two_constructs_in_conflict() -> None:
    def make(chart: NamespaceChart) -> None:
        ApiService(chart, "shop", image="shop:1", app_name="one", path="/shop")
        ApiService(chart, "desk", image="desk:1", app_name="one", path="/shop")

    with pytest.raises(InputError) as error:
        build(make)
    assert error.value.faults == (
        "web/desk: web/shop has the same selector app.kubernetes.io/name=one, "
        "app.kubernetes.io/component=api-sync; give it another app_name",
        'web/desk: path: "/shop": shop has the same path of example.com; choose another',
    )


def test_what_a_construct_needs_of_its_chart_and_app() -> None:
    app = cdk8s.App()
    ApiService(cdk8s.Chart(app, "web"), "shop", image="shop:1", node_pool="one", path="/")
    assert list(synthesize(app).faults) == [
        "web/shop: its chart has no namespace; use a NamespaceChart or Chart(namespace=...)",
        'web/shop: node_pool: cannot use pool "one" without a cluster; write App(cluster=Cluster.from_yaml(...))',
        'web/shop: path: "/": its chart has no Ingress or Gateway; write '
        "NamespaceChart(ingress=IngressOptions(class_name=..., host=..., from_namespace=...))",
    ]


def test_postgresql_and_redis_name_wrong_amounts_once() -> None:
    def make(chart: NamespaceChart) -> None:
        login = SecretRef("login", ("username", "password"))
        PostgreSQL(chart, "db", credentials=login, resources=Resources(memory="1gb"), max_connections=0)
        PostgreSQL(chart, "db2", credentials=SecretRef("login", ("user",)))
        Redis(chart, "cache", resources=Resources(memory="1gb"))

    with pytest.raises(InputError) as error:
        build(make)
    assert error.value.faults == (
        'web/db: resources.memory: "1gb" is not a quantity; write it like 200m, 1 or 0.5 (CPU), 256Mi or 2Gi (memory)',
        "web/db: max_connections: must be at least 1, got 0",
        'web/db2: env POSTGRES_USER: Secret login is declared without the key "username"; did you mean "user"?',
        'web/db2: env POSTGRES_PASSWORD: Secret login is declared without the key "password"; known: user',
        'web/cache: resources.memory: "1gb" is not a quantity; write it like 200m, 1 or 0.5 (CPU), 256Mi or '
        "2Gi (memory)",
    )


def test_an_app_names_its_own_wrong_arguments() -> None:
    with pytest.raises(InputError) as error:
        App(cluster="values/cluster.yaml", enviroment="prod")  # type: ignore[arg-type,call-arg]
    assert error.value.faults == (
        'App: unknown argument "enviroment"; did you mean "environment"?',
        'App: cluster: expected Cluster, got "values/cluster.yaml" (string)',
    )


def test_every_fault_of_a_run_is_told_at_once() -> None:
    app = new_app()
    web, data = NamespaceChart(app, "web"), NamespaceChart(app, "data")
    ApiService(web, "shop", image="Shop:1", replicas=0)
    CeleryWorker(web, "cook", image="cook:1", queues=[], app="cook")
    DedicatedStateful(data, "store", image="store:1", port=0, storage="1Gi", data_path="/d", replicas="3")  # type: ignore[arg-type]
    with pytest.raises(InputError) as error:
        app.synth()
    assert error.value.faults == (
        'web/shop: image: "Shop:1" is not a valid image; write registry/repository:tag with the repository '
        "in lower case",
        "web/shop: replicas: must be at least 1, got 0",
        "web/cook: queues: must name at least one queue",
        'data/store: replicas: expected an integer, got "3" (string); write 3',
        f"data/store: port server: {PORTS}, got 0",
    )


FAULTY = """
import sys
import cdk8s
import constructs_lib as lib

kind, outdir = sys.argv[1:]
app = lib.App(outdir=outdir) if kind == "ours" else cdk8s.App(outdir=outdir)
good = lib.NamespaceChart(app, "good")
lib.ApiService(good, "desk", image="desk:1")
web = lib.NamespaceChart(app, "web")
lib.ApiService(web, "shop", image="Shop:1", replicas="3")
lib.ApiService(web, "till", image="till:1", port=0)
app.synth()
"""
LINES = [
    'web/shop: replicas: expected an integer, got "3" (string); write 3',
    'web/shop: image: "Shop:1" is not a valid image; write registry/repository:tag with the repository in lower case',
    f"web/till: port http: {PORTS}, got 0",
]


def test_a_program_ends_with_the_lines_alone_and_writes_nothing(tmp_path: Path) -> None:
    program, out = tmp_path / "main.py", tmp_path / "out"
    program.write_text(FAULTY)
    out.mkdir()
    (out / "web.k8s.yaml").write_text("kept: as it was\n")
    before = snapshot_of(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-B", program, "ours", out],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            # An older jsii says at length that it doesn't know a newer Node.
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        },
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.splitlines() == LINES
    assert snapshot_of(tmp_path) == before


def test_a_plain_app_stops_before_it_writes(tmp_path: Path) -> None:
    app = cdk8s.App(outdir=str(tmp_path))
    ApiService(NamespaceChart(app, "web"), "shop", image="Shop:1")
    with pytest.raises(InputError) as error:
        app.synth()
    assert error.value.faults == (
        'web/shop: image: "Shop:1" is not a valid image; write registry/repository:tag with the repository '
        "in lower case",
    )
    assert snapshot_of(tmp_path) == {}


@jsii.implements(IValidation)
class Refusal:
    """A team's own validation."""

    def validate(self) -> list[str]:
        return ["not on Fridays"]


def test_a_plain_app_is_written(tmp_path: Path) -> None:
    app = cdk8s.App(outdir=str(tmp_path))
    ApiService(NamespaceChart(app, "web"), "shop", image="shop:1")
    app.synth()
    assert [*snapshot_of(tmp_path)] == ["web.k8s.yaml"]


@pytest.mark.parametrize("make", [App, cdk8s.App])
def test_validations_of_others_are_lines_among_ours(make: Callable[..., cdk8s.App], tmp_path: Path) -> None:
    app = make(outdir=str(tmp_path))
    web = NamespaceChart(app, "web")
    ApiService(web, "shop", image="Shop:1")
    ApiService(web, "desk", image="desk:1", env={"DB_HOST": "nowhere.web.svc"})
    app.node.add_validation(Refusal())
    web.node.add_validation(Refusal())
    with pytest.raises(InputError) as error:
        app.synth()
    assert error.value.faults == (
        'web/shop: image: "Shop:1" is not a valid image; write registry/repository:tag with the repository '
        "in lower case",
        "not on Fridays",
        "web: not on Fridays",
        "error unknown-host  web/Deployment/desk  spec.template.spec.containers[0].env[0].value "
        "(argument env.DB_HOST): nowhere.web.svc does not resolve: Service nowhere does not exist in namespace web; "
        "known there: desk, shop  "
        "[web/desk/Deployment]",
    )
    assert snapshot_of(tmp_path) == {}


def test_what_cdk8s_plus_cannot_make_is_told_once() -> None:
    app = new_app()
    kplus.Deployment(NamespaceChart(app, "web"), "empty")
    assert synthesize(app).faults == ("web/empty: Deployment web-empty: PodSpec must have at least 1 container",)


@pytest.mark.parametrize("make", [new_app, cdk8s.App])
def test_a_patch_that_cannot_be_applied_is_a_line_beside_the_others(make: Callable[[], cdk8s.App]) -> None:
    app = make()
    web = NamespaceChart(app, "web")
    shop = ApiService(web, "shop", image="shop:1")
    shop.deployment.add_json_patch(cdk8s.JsonPatch.replace("/spec/nothing/here", 1))
    desk = ApiService(web, "desk", image="desk:1")
    desk.service.add_json_patch(cdk8s.JsonPatch.test("/spec/type", "NodePort"))
    ApiService(web, "till", image="Till:1")
    own = cdk8s.ApiObject(web, "own", api_version="v1", kind="ConfigMap", metadata={"name": "own"})
    own.add_json_patch(cdk8s.JsonPatch.replace("/nothing/here", 1))
    assert synthesize(app).faults == (
        'web/till: image: "Till:1" is not a valid image; write registry/repository:tag with the repository '
        "in lower case",
        "web/shop: Deployment shop: a JSON patch can't be applied: Cannot read properties of undefined "
        "(reading 'here')",
        "web/desk: Service desk: a JSON patch can't be applied: TEST_OPERATION_FAILED: Test operation failed",
        "web/own: ConfigMap own: a JSON patch can't be applied: Cannot read properties of undefined (reading 'here')",
    )


def test_what_has_no_id_or_no_chart() -> None:
    app = new_app()
    web = NamespaceChart(app, "web")
    for make in (
        lambda: ApiService(web, "", image="shop:1"),
        lambda: NamespaceChart(app, ""),
        lambda: ApiService(app, "shop", image="shop:1"),
    ):
        with pytest.raises(InputError):
            make()
    assert synthesize(app).faults == (
        "web/ApiService: construct_id: must not be empty",
        "NamespaceChart: construct_id: must not be empty",
        "shop: its scope is not inside a chart; create it in a NamespaceChart or cdk8s.Chart",
    )


def test_an_id_that_is_there_already_is_told_once() -> None:
    app = new_app()
    web = NamespaceChart(app, "web")
    for _ in range(2):
        ApiService(web, "shop", image="shop:1")
        Dashboard(web, "board", title="Board", namespaces=["web"])
    assert synthesize(app).faults == (
        'web/shop: another construct already has the id "shop"; rename one of them',
        'web/board: another construct already has the id "board"; rename one of them',
    )
