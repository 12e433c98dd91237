"""Fields of a pod that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, pod_spec, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest


def host_network(random: Random, manifest: Manifest) -> Path | None:
    choices: tuple[dict[str, Any], ...] = (
        {"hostNetwork": True},
        {"hostUsers": False, "hostNetwork": True},
        {"hostPID": True, "shareProcessNamespace": True},
        {"shareProcessNamespace": True},
        {"hostUsers": False},
        {"hostNetwork": False, "hostIPC": True},
        {"setHostnameAsFQDN": True, "hostNetwork": True},
    )
    return set_fields(pod_spec(random, manifest), random.choice(choices))


def restart_policy(random: Random, manifest: Manifest) -> Path | None:
    choices = ({"restartPolicy": word} for word in ("Always", "Never", "OnFailure"))
    extras: tuple[dict[str, Any], ...] = (
        {"restartPolicy": None},
        {"activeDeadlineSeconds": 0},
        {"activeDeadlineSeconds": 60},
    )
    return set_fields(pod_spec(random, manifest), random.choice((*choices, *extras)))


def operating_system(random: Random, manifest: Manifest) -> Path | None:
    return set_fields(pod_spec(random, manifest), {"os": {"name": random.choice(("windows", "linux", "darwin"))}})


def dns(random: Random, manifest: Manifest) -> Path | None:
    servers = [f"10.0.0.{each}" for each in range(1, 5)]
    choices: tuple[dict[str, Any], ...] = (
        {"dnsPolicy": "None", "dnsConfig": None},
        {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.0.0.10"]}},
        {"dnsPolicy": "None", "dnsConfig": {"searches": ["a"]}},
        {"dnsConfig": {"nameservers": servers}},
        {"dnsConfig": {"nameservers": ["dns.example.com"]}},
        {"dnsConfig": {"searches": ["a_b", "A"]}},
        {"dnsConfig": {"searches": ["."]}},
        {"dnsConfig": {"searches": [f"a{each}.example.com" for each in range(33)]}},
        {"dnsConfig": {"options": [{"value": "1"}]}},
        {"dnsConfig": {"options": [{"name": "ndots", "value": "1"}]}},
        {"hostAliases": [{"ip": "10.0.0", "hostnames": ["a"]}]},
        {"hostAliases": [{"hostnames": ["a"]}]},
        {"hostAliases": [{"ip": "10.0.0.1", "hostnames": ["A_b"]}]},
        {"hostname": "Web"},
        {"hostname": "web.a"},
        {"subdomain": "a.b"},
        {"setHostnameAsFQDN": True},
    )
    return set_fields(pod_spec(random, manifest), random.choice(choices))


def placement(random: Random, manifest: Manifest) -> Path | None:
    spread: dict[str, Any] = {
        "maxSkew": 1,
        "topologyKey": "zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}},
    }
    choices: tuple[dict[str, Any], ...] = (
        {"tolerations": [{"operator": "Exists", "value": "x", "key": "a"}]},
        {"tolerations": [{"operator": "Equal"}]},
        {"tolerations": [{"operator": "Exists"}]},
        {"tolerations": [{"key": "a", "tolerationSeconds": 1}]},
        {"tolerations": [{"key": "a", "effect": "NoSchedule", "tolerationSeconds": 1}]},
        {"tolerations": [{"key": "a", "effect": "NoExecute", "tolerationSeconds": 1}]},
        {"tolerations": [{"key": "a", "effect": "NoRun"}]},
        {"tolerations": [{"key": "a b", "operator": "Exists"}]},
        {"topologySpreadConstraints": [{**spread, "maxSkew": 0}]},
        {"topologySpreadConstraints": [{**spread, "minDomains": 2, "whenUnsatisfiable": "ScheduleAnyway"}]},
        {"topologySpreadConstraints": [{**spread, "minDomains": 0}]},
        {"topologySpreadConstraints": [spread, spread]},
        {"topologySpreadConstraints": [spread, {**spread, "whenUnsatisfiable": "ScheduleAnyway"}]},
        {"topologySpreadConstraints": [{**spread, "nodeTaintsPolicy": "Yes"}]},
        {"topologySpreadConstraints": [{**spread, "matchLabelKeys": ["app"]}]},
        {"topologySpreadConstraints": [{**spread, "matchLabelKeys": ["a"], "labelSelector": None}]},
        {
            "topologySpreadConstraints": [
                {key: value for key, value in spread.items() if key != random.choice(list(spread))}
            ]
        },
        {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"labelSelector": {}}]}}},
        {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "a b"}]}}},
        {
            "affinity": {
                "podAffinity": {
                    "preferredDuringSchedulingIgnoredDuringExecution": [
                        {"weight": random.choice((0, 1, 100, 101)), "podAffinityTerm": {"topologyKey": "zone"}}
                    ]
                }
            }
        },
        {
            "affinity": {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": random.choice(
                            (
                                [],
                                [{}],
                                [
                                    {
                                        "matchExpressions": [
                                            {
                                                "key": "a",
                                                "operator": "Gt",
                                                "values": random.choice((["1"], ["a"], ["1", "2"])),
                                            }
                                        ]
                                    }
                                ],
                            )
                        )
                    }
                }
            }
        },
        {
            "affinity": {
                "nodeAffinity": {
                    "preferredDuringSchedulingIgnoredDuringExecution": [
                        {
                            "weight": random.choice((0, 1, 101)),
                            "preference": random.choice(
                                (
                                    {},
                                    {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]},
                                    {"matchFields": [{"key": "spec.name", "operator": "In", "values": ["a"]}]},
                                )
                            ),
                        }
                    ]
                }
            }
        },
        {"nodeName": "Node_1"},
        {"nodeSelector": {"a b": "c"}},
        {"nodeSelector": {"a": "c d"}},
        {"schedulingGates": [{"name": "a"}, {"name": "a"}]},
        {"schedulingGates": [{"name": "example.com/a"}], "nodeName": "a"},
        {"readinessGates": [{"conditionType": "a b"}]},
        {"priorityClassName": "A_b"},
        {"preemptionPolicy": "Always"},
        {"terminationGracePeriodSeconds": -1},
        {"serviceAccountName": "A_b"},
        {"serviceAccountName": "a", "serviceAccount": "b"},
        {"imagePullSecrets": [{"name": "A_b"}]},
        {"imagePullSecrets": [{}]},
        {"enableServiceLinks": "no"},
        {"runtimeClassName": "A_b"},
        {"schedulerName": ""},
        {"schedulerName": "A_b"},
        {"overhead": {"cpu": "1"}},
        {"ephemeralContainers": [{"name": "debug", "image": "debug:1"}]},
        {"containers": []},
        {"initContainers": [{"name": "x"}]},
    )
    return set_fields(pod_spec(random, manifest), random.choice(choices))


COMBINATIONS: Final[tuple[Combination, ...]] = (
    host_network,
    restart_policy,
    operating_system,
    dns,
    placement,
    placement,
)
