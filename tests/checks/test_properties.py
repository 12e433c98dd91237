"""Whatever a manifest holds, a check survives it; selectors agree with a slow, obviously right reference."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.registry import run_checks
from constructs_lib.inventory.cluster import Cluster
from constructs_lib.kubernetes.kinds import TEMPLATES
from constructs_lib.kubernetes.label_selectors import matches
from tests.checks.build import manifest

_KINDS = [
    *TEMPLATES,
    *("Service", "Ingress", "HTTPRoute", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler"),
    *("ScaledObject", "ServiceMonitor", "PodMonitor", "Secret", "ConfigMap", "Namespace", "LimitRange"),
    *(
        "ResourceQuota",
        "Application",
        "RabbitmqCluster",
        "Certificate",
        "ExternalSecret",
        "PersistentVolumeClaim",
    ),
]
_CLUSTER = Cluster.model_validate(
    {
        "pools": {
            "big": {"nodes": ["a", "b"], "zones": ["x", "y"], "capacity": {"cpu": 1, "memory": "1Gi"}},
            "own": {"nodes": ["c"], "taints": [{"key": "own"}], "capacity": {"cpu": 1, "memory": "1Gi"}},
        }
    }
)
_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 9), st.floats(), st.sampled_from(["", "a", "web", "1Gi", "10%"])
)
_rubbish = st.recursive(
    _scalars,
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(st.one_of(_scalars.filter(lambda value: not isinstance(value, float))), below, max_size=3),
    ),
    max_leaves=8,
)


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in below for place in _places(value, (*path, key)))]


@st.composite
def _damaged(draw: st.DrawFn) -> Any:
    """A full manifest with rubbish in one to three places."""
    made: Any = manifest({draw(st.sampled_from(_KINDS)): "api/web", **draw(st.sampled_from(_EXTRAS))})
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(_places(made)))
        if not place:
            return draw(_rubbish)
        owner = made
        for part in place[:-1]:
            owner = owner[part]
        owner[place[-1]] = draw(_rubbish)
    return made


_EXTRAS: list[dict[str, Any]] = [
    {},
    {
        "spec.rules": [
            {
                "host": "a",
                "matches": [{}],
                "http": {"paths": [{"backend": {"service": {"port": {"number": 1}}}}]},
            }
        ]
    },
    {"spec.source": {"path": "a", "directory": {"include": "b"}}, "metadata.annotations": {"a": "b"}},
    {"spec.triggers": [{"type": "rabbitmq", "metadata": {"queueName": "q"}}], "data": {"password": "x"}},
    {"spec.volumes": [{"name": "v", "secret": {"secretName": "s", "items": [{"key": "k"}]}}]},
    {"spec.limits": [{"type": "Container", "default": {"cpu": 1}}], "spec.hard": {"limits.cpu": 1}},
    {
        "pod.affinity": {
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}, "namespaceSelector": {}}
                ]
            },
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]}]
                }
            },
        },
        "pod.tolerations": [{"key": "own", "operator": "Exists"}],
    },
    {
        "pod.topologySpreadConstraints": [
            {
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": {},
            }
        ],
        "spec.strategy": {"rollingUpdate": {"maxSurge": "10%", "maxUnavailable": 0}},
        "container.env": [
            {"name": "A_URL", "value": "http://a.data:1/$(B)"},
            {"name": "B", "value": "x.data.svc"},
        ],
        "metadata.annotations": {"constructs-lib/uses": "web.api.svc:80 b.c:1 d:e"},
    },
    {
        "spec.policyTypes": ["Egress"],
        "spec.egress": [
            {"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}], "ports": [{"port": 1}]}
        ],
        "spec.ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": 1, "endPort": 2}]}],
    },
    {"spec.endpoints": [{"port": "x"}], "spec.metrics": [{"resource": {"name": "cpu", "target": {}}}]},
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_damaged(), max_size=5))
def test_damaged_manifests_never_crash(objects: list[Any]) -> None:
    sound = [manifest({kind: "api/web"}) for kind in ("Deployment", "Service", "Namespace")]
    run_checks(World((*sound, *objects), cluster=_CLUSTER, complete=True, environment="prod"))


@settings(max_examples=100, deadline=None)
@given(st.lists(_rubbish, max_size=4))
def test_rubbish_never_crashes(objects: list[Any]) -> None:
    run_checks(World(tuple(objects), cluster=_CLUSTER))


_keys, _values = st.sampled_from("abc"), st.sampled_from("xy")
_labels = st.dictionaries(_keys, _values)
_expression = st.fixed_dictionaries(
    {
        "key": _keys,
        "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
        "values": st.lists(_values, max_size=2),
    }
)
_selector = st.fixed_dictionaries(
    {}, optional={"matchLabels": _labels, "matchExpressions": st.lists(_expression, max_size=3)}
)


def _reference(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """As the documentation puts it, requirement by requirement."""
    answers = [labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()]
    for entry in selector.get("matchExpressions", []):
        value = labels.get(entry["key"])
        answers.append(
            {
                "In": value is not None and value in entry["values"],
                "NotIn": value is None or value not in entry["values"],
                "Exists": value is not None,
                "DoesNotExist": value is None,
            }[entry["operator"]]
        )
    return not any(answer is False for answer in answers)


@given(_selector, _labels)
def test_selectors(selector: dict[str, Any], labels: dict[str, str]) -> None:
    assert matches(selector, labels) == _reference(selector, labels)


@given(_selector, st.lists(_labels, max_size=4))
def test_the_index_selects_like_a_search(selector: dict[str, Any], pods: list[dict[str, str]]) -> None:
    objects = [manifest({"Pod": f"api/p{place}", "metadata.labels": labels}) for place, labels in enumerate(pods)]
    found = [workload.name for workload in World(tuple(objects)).selected("api", selector)]
    assert found == [f"p{place}" for place, labels in enumerate(pods) if _reference(selector, labels)]


def test_no_selector_selects_nothing() -> None:
    assert not matches(None, {"a": "x"})
    assert not matches({"matchExpressions": [{"key": "a", "operator": "Has"}]}, {"a": "x"})
