"""Wrong parts of what constructs take: containers, volumes, labels, variables, routes; the lines in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from constructs_lib import (
    Autoscaling,
    CeleryBeat,
    CeleryWorker,
    ClaimVolume,
    ConfigMapRef,
    Container,
    CronJob,
    CustomMetric,
    Defaults,
    EmptyDir,
    ExternalService,
    FieldRef,
    HeartbeatLiveness,
    HttpProbe,
    IngressOptions,
    InputError,
    Internet,
    KedaScaling,
    Metrics,
    NamespaceChart,
    PodOptions,
    Probes,
    PrometheusTrigger,
    Redis,
    ResourceFieldRef,
    Resources,
    Rollout,
    SecretRef,
    Security,
    ServiceAccountRef,
    TcpProbe,
)
from tests.constructs.build import api, build, chart_faults, postgresql, redis, stateful, worker

KEY = (
    "is not a valid label key; write [DNS name/]name, the name with at most 63 characters: "
    "letters, digits, '-', '_' and '.', a letter or digit at either end"
)
FILE = "the path must be absolute, without a colon and without '..'; its name has letters, digits, '.', '_' and '-'"

Case = tuple[dict[str, Any], Sequence[str]]

API: list[Case] = [
    (
        {"ports": {"": 9000, "GRPC": 9001}},
        [
            "ports: \"\" is not a valid port name; write lower-case letters (one at least), digits and single '-' "
            "within",
            'ports: "GRPC" is not a valid port name; write lower-case letters (one at least), digits and single '
            "'-' within",
        ],
    ),
    ({"path": "/é\n"}, ['path: "/é\\n" must not contain "é"', 'path: "/é\\n" must not contain "\\n"']),
    ({"path": "/100%"}, ['path: "/100%" must not contain "%"']),
    ({"path": ["/a", "/a/"]}, ['path: "/a/": shop has the same path of example.com; choose another']),
    (
        {"path": "/", "host": "b.org:80"},
        ['host: "b.org:80" is not a valid host; write it like api.example.com, in lower case, without https://'],
    ),
    (
        {"path": "/", "host": f"{'a' * 64}.org"},
        [
            'host: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is too long; hosts have at '
            "most 253 characters, and 63 between two dots"
        ],
    ),
    (
        {"labels": {"a b": "x", "team": "a b", "long": "x" * 64}},
        [
            'labels: "a b" is not a valid label key; write [DNS name/]name, the name with at most 63 characters: '
            "letters, digits, '-', '_' and '.', a letter or digit at either end",
            "labels.team: \"a b\" is not a valid label value; write letters, digits, '-', '_' and '.', a letter or "
            "digit at either end",
            'labels.long: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." has 64 characters; '
            "label values have at most 63",
        ],
    ),
    (
        {"labels": {"app.kubernetes.io/name": "x"}},
        ["labels: app.kubernetes.io/name is part of the selector; set it with the argument app_name"],
    ),
    (
        {"pod": PodOptions(labels={"app.kubernetes.io/component": "x"})},
        ["pod.labels: app.kubernetes.io/component is part of the selector; set it with the argument component"],
    ),
    (
        {"annotations": {"a b": "x"}},
        [
            'annotations: "a b" is not a valid annotation key; write [DNS name/]name, the name with at most 63 '
            "characters: letters, digits, '-', '_' and '.', a letter or digit at either end"
        ],
    ),
    (
        {"component": "", "app_name": "a b"},
        [
            "component: \"\" is not a valid label value; write letters, digits, '-', '_' and '.', a letter or "
            "digit at either end",
            "app_name: \"a b\" is not a valid label value; write letters, digits, '-', '_' and '.', a letter or "
            "digit at either end",
        ],
    ),
    (
        {"service_annotations": {"/x": "y"}},
        [
            'service_annotations: "/x" is not a valid annotation key; write [DNS name/]name, the name with at '
            "most 63 characters: letters, digits, '-', '_' and '.', a letter or digit at either end"
        ],
    ),
    (
        {"service_type": "LoadBalancer"},
        [
            'service_type: "LoadBalancer": its NetworkPolicy would admit no caller; set from_cidrs to the '
            "addresses that call it, such as ['0.0.0.0/0'] for all addresses"
        ],
    ),
    (
        {"from_cidrs": ["10.0.0.1/8"], "service_type": "NodePort"},
        ['from_cidrs: "10.0.0.1/8" is an address inside a network; write 10.0.0.0/8'],
    ),
    (
        {"drain_seconds": 30, "pod": PodOptions(termination_grace_period_seconds=30)},
        [
            "drain_seconds: 30 must be less than the pod's grace period of 30 seconds, or the pod is killed "
            "while it drains"
        ],
    ),
    ({"metrics": Metrics(path="metrics")}, ['metrics.path: "metrics" must begin with a slash']),
    (
        {"env": {"A": "$(B) $$(C)", "B": "x", "C": "y"}},
        ["env A: $(B) is defined below it, and would stay as it is; write it before"],
    ),
    (
        {"env": {"A": FieldRef("metadata.nam")}},
        [
            "env A: FieldRef('metadata.nam'): no variable can have that field; there are metadata.name, "
            ".namespace, .uid, .labels['key'] and .annotations['key'], spec.nodeName and "
            ".serviceAccountName, status.hostIP and .podIP"
        ],
    ),
    (
        {"env": {"A": ResourceFieldRef("limits.cpu", "1Mi")}},
        ["env A: ResourceFieldRef('limits.cpu'): \"1Mi\" is not a valid divisor; write 1 or 1m"],
    ),
    (
        {"env_from": [SecretRef("A b"), ConfigMapRef("")]},
        [
            "Secret: \"A b\" is not a valid Secret name; write lower-case letters, digits, '-' and '.', a letter "
            "or digit at either end",
            "ConfigMap: \"\" is not a valid ConfigMap name; write lower-case letters, digits, '-' and '.', a "
            "letter or digit at either end",
        ],
    ),
    (
        {"env": {"A": SecretRef("login", ("a b",)).key("a b")}},
        ["Secret login: \"a b\" is not a valid key; write letters, digits, '-', '_' and '.'"],
    ),
    (
        {"env_from": [SecretRef("login", version="")]},
        [
            'Secret login: version="" needs a string, and a Secret name of at most 48 characters, because both '
            "become an annotation"
        ],
    ),
    (
        {"env_from": [SecretRef("l" * 49, version="1")]},
        [
            'Secret lllllllllllllllllllllllllllllllllllllllllllllllll: version="1" needs a string, and a Secret '
            "name of at most 48 characters, because both become an annotation"
        ],
    ),
    (
        {"volumes": [EmptyDir("/")]},
        ['volume "/": "/" is not a valid mount path; write an absolute path without ":" and ".."'],
    ),
    (
        {"volumes": [EmptyDir("/a/../b")]},
        ['volume "/a/../b": "/a/../b" is not a valid mount path; write an absolute path without ":" and ".."'],
    ),
    ({"volumes": [EmptyDir("/é")]}, ['volume "/é": its path makes no name for it; give it one (name)']),
    (
        {"volumes": [EmptyDir("/a", name="A")]},
        [
            "volume \"/a\": name: \"A\" is not a valid volume name; write lower-case letters, digits and '-', no '-' "
            "at either end"
        ],
    ),
    (
        {"volumes": [EmptyDir("/a"), EmptyDir("/a/", name="b")]},
        ['volumes: "/a" is mounted twice; remove one of the mounts'],
    ),
    (
        {"volumes": [EmptyDir("/a/b"), EmptyDir("/a-b", size_limit="1Gi")]},
        ['volume "/a-b": another one is called "a-b"; give it a name'],
    ),
    (
        {"volumes": [ClaimVolume("/a", claim_name="")]},
        [
            'volume "/a": claim_name: "" is not a valid PersistentVolumeClaim name; write lower-case letters, '
            "digits, '-' and '.', a letter or digit at either end"
        ],
    ),
    (
        {"volumes": [EmptyDir("/config")], "config_files": {"/etc/x": ""}},
        ['volume "/config": another one is called "config"; give it a name'],
    ),
    (
        {"volumes": [EmptyDir("/etc/x")], "config_files": {"/etc/x": ""}},
        ['config_files "/etc/x": a volume is mounted at this path; choose another path'],
    ),
    (
        {"config_files": {"/a": "x" * 2**20 + "y"}},
        ["config_files: they have 1048577 bytes; a ConfigMap holds 1048576 at most"],
    ),
    (
        {"config_files": {"/a/../b": "", "/a:b/c": ""}},
        [
            "config_files \"/a/../b\": the path must be absolute, without a colon and without '..'; its name has "
            "letters, digits, '.', '_' and '-'",
            "config_files \"/a:b/c\": the path must be absolute, without a colon and without '..'; its name has "
            "letters, digits, '.', '_' and '-'",
        ],
    ),
    (
        {"pod": PodOptions(sidecars=[Container(name="", image="a:1", sidecar=True)])},
        [
            "pod.sidecars : name: \"\" is not a valid container name; write lower-case letters, digits and '-', no "
            "'-' at either end",
            "pod.sidecars : sidecar=True belongs to init_containers; move the container there, or remove sidecar",
        ],
    ),
    (
        {"pod": PodOptions(sidecars=[Container(name="a", image="a:1", ports={"x": 8000, "http": 1})])},
        [
            "port x: container api already listens on 8000; choose another port",
            "port http: container api has a port of that name; rename one",
        ],
    ),
    (
        {"pod": PodOptions(init_containers=[Container(name="a", image="a:1", ports={"x": 8000}, sidecar=True)])},
        ["port x: container api already listens on 8000; choose another port"],
    ),
    (
        {
            "pod": PodOptions(
                init_containers=[
                    Container(name="a", image="a:1", pre_stop=["x"], probes=Probes(startup=TcpProbe(port=1)))
                ]
            )
        },
        [
            "pod.init_containers a: probes: an init container that ends has no probes; remove them, or set "
            "sidecar=True",
            "pod.init_containers a: pre_stop: an init container that ends has no preStop hook; remove it, or set "
            "sidecar=True",
        ],
    ),
    (
        {"pod": PodOptions(sidecars=[Container(name="a", image="a:1", probes=Probes(liveness=TcpProbe()))])},
        ["pod.sidecars a: probes.liveness.port: is required, because the container has no port"],
    ),
    (
        {"pod": PodOptions(priority_class_name="", image_pull_secrets=["A"], service_account=ServiceAccountRef("A"))},
        [
            'pod.priority_class_name: "" is not a valid PriorityClass name; write lower-case letters, digits, '
            "'-' and '.', a letter or digit at either end",
            "pod.service_account: \"A\" is not a valid ServiceAccount name; write lower-case letters, digits, '-' "
            "and '.', a letter or digit at either end",
            "pod.image_pull_secrets: \"A\" is not a valid Secret name; write lower-case letters, digits, '-' and "
            "'.', a letter or digit at either end",
        ],
    ),
    (
        {"pod": PodOptions(annotations={"a b": "x"}, service_account_annotations={"a b": "x"})},
        [
            'pod.annotations: "a b" is not a valid annotation key; write [DNS name/]name, the name with at most '
            "63 characters: letters, digits, '-', '_' and '.', a letter or digit at either end",
            'pod.service_account_annotations: "a b" is not a valid annotation key; write [DNS name/]name, the '
            "name with at most 63 characters: letters, digits, '-', '_' and '.', a letter or digit at either end",
        ],
    ),
    (
        {"pod": PodOptions(security=Security(run_as_user=0))},
        [
            "pod.security.run_as_user: 0 is root, which run_as_non_root forbids; set another user, or "
            "run_as_non_root=None"
        ],
    ),
    (
        {"resources": Resources(memory="256m")},
        ['resources.memory: must be at least 1Mi, got "256m"; write it like 256Mi or 2Gi'],
    ),
    (
        {"autoscaling": Autoscaling(2, memory="80")},
        ['autoscaling.memory: must be at least 1Mi, got "80"; write it like 256Mi or 2Gi'],
    ),
    (
        {"rollout": Rollout("²%", "101%")},
        [
            'rollout.max_surge: must be a number of at least 0 or a percentage such as 25%, got "²%"',
            'rollout.max_unavailable: must be at most 100%, got "101%"',
        ],
    ),
    (
        {
            "autoscaling": Autoscaling(
                2, behavior={"scaleUp": {"window": 1, "stabilizationWindowSeconds": 3601, "selectPolicy": "max"}}
            )
        },
        [
            'autoscaling.behavior.scaleUp: unknown key "window"; known: policies, selectPolicy, '
            "stabilizationWindowSeconds, tolerance",
            "autoscaling.behavior.scaleUp.stabilizationWindowSeconds: must be between 0 and 3600, got 3601",
            'autoscaling.behavior.scaleUp.selectPolicy: expected "Max", "Min" or "Disabled", got "max"; did you '
            'mean "Max"?',
        ],
    ),
    (
        {
            "autoscaling": Autoscaling(
                2, behavior={"scaleUp": {"policies": [{"type": "Pod", "value": 0, "periodSeconds": 1801}, 1]}}
            )
        },
        [
            "autoscaling.behavior.scaleUp.policies[1]: expected a mapping with type, value, periodSeconds, got 1 (int)",
            'autoscaling.behavior.scaleUp.policies[0].type: expected "Pods" or "Percent", got "Pod"; did you '
            'mean "Pods"?',
            "autoscaling.behavior.scaleUp.policies[0].value: must be between 1 and 2147483647, got 0",
            "autoscaling.behavior.scaleUp.policies[0].periodSeconds: must be between 1 and 1800, got 1801",
        ],
    ),
    (
        {"autoscaling": Autoscaling(2, behavior={"scaleUp": {"policies": []}, "scaleDown": "slow"})},
        [
            "autoscaling.behavior.scaleDown: expected a mapping with stabilizationWindowSeconds, selectPolicy, "
            'policies, tolerance, got "slow" (string)',
            "autoscaling.behavior.scaleUp.policies: must hold at least one policy",
        ],
    ),
    (
        {"autoscaling": Autoscaling(2, metrics=[CustomMetric(name="", average_value="0", labels={"a b": "c"})])},
        [
            "autoscaling.metrics: a CustomMetric needs a name",
            'autoscaling.metrics : must be more than 0, got "0"',
            'autoscaling.metrics : labels: "a b" is not a valid label key; write [DNS name/]name, the name with '
            "at most 63 characters: letters, digits, '-', '_' and '.', a letter or digit at either end",
        ],
    ),
    (
        {"uses": [ExternalService("db", "A", 1, {"a b": "c"})]},
        [
            "uses: db: namespace: \"A\" is not a valid Namespace name; write lower-case letters, digits and '-', "
            "no '-' at either end",
            'uses: db: pod_labels: "a b" is not a valid label key; write [DNS name/]name, the name with at most '
            "63 characters: letters, digits, '-', '_' and '.', a letter or digit at either end",
        ],
    ),
    (
        {"uses": [Internet(("https://a.org", ""))]},
        [
            'uses: Internet: "https://a.org" is not a valid host; write it like api.example.com, in lower case, '
            "without https://",
            'uses: Internet: "" is not a valid host; write it like api.example.com, in lower case, without https://',
        ],
    ),
    (
        {"sends_to": ["", "a", "a"]},
        [
            'sends_to: "" is not a valid queue name; write it without blanks and commas',
            'sends_to: "a" is given twice; remove one',
        ],
    ),
    (
        {"overrides": {"Deployment": {"kind": "X", "metadata": {"name": 3, "labels": {"a": 1}, "annotations": "x"}}}},
        [
            "overrides.Deployment.kind: cannot be changed",
            "overrides.Deployment.metadata.name: expected a string, got 3 (int)",
            'overrides.Deployment.metadata.labels.a: expected a string, got 1 (int); write "1"',
            'overrides.Deployment.metadata.annotations: expected a mapping, got "x" (string)',
        ],
    ),
    (
        {"overrides": {"Service": {"metadata": "x", "spec": {"ports": "x"}}}},
        [
            'overrides.Service.metadata: expected a mapping, got "x" (string)',
            'overrides.Service.spec.ports: expected a list, got "x" (string)',
        ],
    ),
]

WORKER: list[Case] = [
    ({"queues": ["a", "a"]}, ['queues: "a" is given twice; remove one']),
    ({"app": "shop tasks"}, ['app: "shop tasks" is not a module; write it like shop.tasks or shop.tasks:app']),
    (
        {"extra_args": ["-Q", "--loglevel=info", "-cx", "--hostname=a"]},
        [
            'extra_args: "-Q" is set by the argument queues; set it there',
            'extra_args: "--loglevel=info" is set by the argument log_level; set it there',
            'extra_args: "-cx" is set by the argument concurrency; set it there',
        ],
    ),
    (
        {"command": ["run"], "extra_args": ["-E"], "log_level": "DEBUG"},
        [
            "extra_args: has no effect with a command; put it into the command",
            "log_level: has no effect with a command; put it into the command",
        ],
    ),
    (
        {"reject_on_worker_lost": True},
        [
            "reject_on_worker_lost: has no effect without acks_late=True, because the task is already "
            "acknowledged; set both"
        ],
    ),
    (
        {"reject_on_worker_lost": True, "acks_late": True, "pool": "gevent"},
        ['reject_on_worker_lost: pool="gevent" ignores it; remove it, or set pool=prefork'],
    ),
    (
        {"liveness": HeartbeatLiveness(), "pod": PodOptions(security=Security(writable_tmp=False))},
        ["liveness: it writes to /tmp, which is read-only; mount an EmptyDir there"],
    ),
    (
        {"probes": Probes(liveness=HttpProbe("/"))},
        ["probes.liveness.port: is required, because the container has no port"],
    ),
    (
        {
            "autoscaling": KedaScaling(
                max_replicas=2,
                triggers=[PrometheusTrigger(query="x", threshold=float("nan"), activation=-1, server="prometheus")],
            )
        },
        [
            "autoscaling.triggers threshold: must be more than 0, got nan",
            "autoscaling.triggers activation: must be at least 0, got -1",
            'autoscaling.triggers server: "prometheus" is not a URL; write it like '
            "http://prometheus-operated.monitoring.svc:9090",
        ],
    ),
    (
        {
            "autoscaling": KedaScaling(
                max_replicas=2, triggers=[PrometheusTrigger(query="x", threshold=1)], behavior={"scaledown": {}}
            )
        },
        ['autoscaling.behavior: unknown key "scaledown"; did you mean "scaleDown"?'],
    ),
]

STATEFUL: list[Case] = [
    ({"data_path": "/"}, ['volume "/": "/" is not a valid mount path; write an absolute path without ":" and ".."']),
    (
        {"storage_class": ""},
        [
            "storage_class: \"\" is not a valid StorageClass name; write lower-case letters, digits, '-' and '.', "
            "a letter or digit at either end"
        ],
    ),
    ({"volumes": [EmptyDir("/x", name="data")]}, ['volume "/x": another one is called "data"; give it a name']),
    (
        {"port_name": "", "container_name": ""},
        [
            "name: \"\" is not a valid container name; write lower-case letters, digits and '-', no '-' at either end",
            "ports: \"\" is not a valid port name; write lower-case letters (one at least), digits and single '-' "
            "within",
        ],
    ),
]

POSTGRESQL: list[Case] = [
    ({"database": ""}, ['database: "" is not a valid database name; write 1 to 63 bytes']),
    (
        {"database": "ä" * 32},
        ['database: "ääääääääääääääääääääääääääääääää" is not a valid database name; write 1 to 63 bytes'],
    ),
    ({"parameters": {"work mem": "5"}}, ['parameters: "work mem" is not a valid setting name']),
    (
        {"resources": Resources(memory="63Mi")},
        ['resources: a memory limit of "63Mi" is too little; it needs 64Mi at least'],
    ),
]

REDIS: list[Case] = [
    (
        {"maxmemory_policy": "allkeys"},
        [
            'maxmemory_policy: expected "noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random", '
            '"volatile-lru", "volatile-lfu", "volatile-random" or "volatile-ttl", got "allkeys"; '
            'did you mean "allkeys-lru"?'
        ],
    ),
    (
        {"settings": {"save": "1\nrequirepass x", "": "1"}},
        [
            'settings: "save" "1\\nrequirepass x" is not a valid line of redis.conf; both parts need text without '
            "line breaks",
            'settings: "" "1" is not a valid line of redis.conf; both parts need text without line breaks',
        ],
    ),
    (
        {"resources": Resources(memory="15Mi")},
        ['resources: a memory limit of "15Mi" is too little; it needs 16Mi at least'],
    ),
]

TYPES: list[Case] = [
    ({"replicas": 2**31}, ["replicas: must be at most 2147483647, got 2147483648"]),
    ({"env": {"A": "\ud800"}}, ['env.A: "\\ud800" contains "\\ud800", which is half a character']),
    ({"uses": [Redis]}, ["uses.0: expected Endpoint, got the class Redis"]),
    ({"env_from": [SecretRef("a", ["b"])]}, ['env_from.0.keys: expected a tuple, got ["b"] (list); write ("b",)']),  # type: ignore[arg-type]
    (
        {"overrides": {"Deployment": {"spec": {"a": (1, 2), "b": {1: 2}, "c": [float("nan")], "d": {"e": b"x"}}}}},
        [
            "overrides.Deployment.spec.a: expected a string, number, boolean, list, mapping or null, got [1, 2] "
            "(tuple); write [1, 2]",
            'overrides.Deployment.spec.b: expected a string as key, got 1 (int); write "1"',
            "overrides.Deployment.spec.c.0: must be a finite number, got nan",
            "overrides.Deployment.spec.d.e: expected a string, number, boolean, list, mapping or null, got a bytes",
        ],
    ),
]


CHART: list[Case] = [
    (
        {"namespace": "A b"},
        [
            "namespace: \"A b\" is not a valid Namespace name; write lower-case letters, digits and '-', no '-' at "
            "either end"
        ],
    ),
    (
        {"namespace": ""},
        [
            "namespace: \"\" is not a valid Namespace name; write lower-case letters, digits and '-', no '-' at "
            "either end"
        ],
    ),
    (
        {"labels": {"a b": "x", "Example.COM/team": "x"}},
        [f'labels: "{key}" {KEY}' for key in ("a b", "Example.COM/team")],
    ),
    (
        {"defaults": Defaults(metrics_namespace="", image_pull_secrets=["A"])},
        [
            'defaults.metrics_namespace: "" is not a valid Namespace name; write lower-case letters, digits and '
            "'-', no '-' at either end",
            "defaults.image_pull_secrets: \"A\" is not a valid Secret name; write lower-case letters, digits, '-' "
            "and '.', a letter or digit at either end",
        ],
    ),
    (
        {
            "ingress": IngressOptions(
                class_name="", host="A", tls_secret="", from_namespace="A", annotations={"a b": "x"}
            )
        },
        [
            'ingress.host: "A" is not a valid host; write it like api.example.com, in lower case, without https://',
            'ingress.annotations: "a b" is not a valid annotation key; write [DNS name/]name, the name with at '
            "most 63 characters: letters, digits, '-', '_' and '.', a letter or digit at either end",
            'ingress.from_namespace: "A" is not a valid Namespace name; write lower-case letters, digits and '
            "'-', no '-' at either end",
            "ingress.class_name: \"\" is not a valid IngressClass name; write lower-case letters, digits, '-' and "
            "'.', a letter or digit at either end",
            "ingress.tls_secret: \"\" is not a valid Secret name; write lower-case letters, digits, '-' and '.', a "
            "letter or digit at either end",
        ],
    ),
]


@pytest.mark.parametrize(("arguments", "lines"), CHART)
def test_each_fault_of_a_chart_is_one_line(arguments: dict[str, Any], lines: list[str]) -> None:
    assert chart_faults(**arguments) == [f"web: {line}" for line in lines]


def beat(**arguments: Any) -> object:
    def make(chart: NamespaceChart) -> None:
        CeleryBeat(chart, "beat", worker=CeleryWorker(chart, "cook", image="c:1", app="c", queues=["q"]), **arguments)

    return build(make)


def cron(**arguments: Any) -> object:
    return build(lambda chart: CronJob(chart, "nightly", **{"image": "a:1", "schedule": "@daily", **arguments}))


BEAT: list[Case] = [
    (
        {"schedule_path": path},
        [f'schedule_path: "{path}" must be the absolute path of a file in a folder, such as /var/run/celery/schedule'],
    )
    for path in ("schedule", "/schedule", "/var/run/")
] + [({"extra_args": ["-l", "INFO"]}, ['extra_args: "-l" is set by the argument log_level; set it there'])]

CRON: list[Case] = [
    ({"time_zone": "Europe/Berln"}, ['time_zone: "Europe/Berln" is not a time zone; did you mean "Europe/Berlin"?']),
    ({"time_zone": ""}, ['time_zone: "" is not a time zone; write it like Europe/Berlin']),
    ({"time_zone": "../etc"}, ['time_zone: "../etc" is not a time zone; write it like Europe/Berlin']),
]


def cases() -> list[Any]:
    tables: list[tuple[str, Callable[..., Any], list[Case]]] = [
        ("shop", api, API),
        ("shop", api, TYPES),
        ("cook", worker, WORKER),
        ("store", stateful, STATEFUL),
        ("db", postgresql, POSTGRESQL),
        ("cache", redis, REDIS),
        ("beat", beat, BEAT),
        ("nightly", cron, CRON),
    ]
    return [
        pytest.param(
            make, arguments, [f"web/{name}: {line}" for line in lines], id=f"{name}-{place}-{'-'.join(arguments)}"
        )
        for name, make, table in tables
        for place, (arguments, lines) in enumerate(table)
    ]


@pytest.mark.parametrize(("make", "arguments", "lines"), cases())
def test_each_fault_is_one_line(make: Callable[..., Any], arguments: dict[str, Any], lines: list[str]) -> None:
    with pytest.raises(InputError) as error:
        make(**arguments)
    assert list(error.value.faults) == lines
