"""Rows of a table of arguments, and those that several constructs have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib import ConfigMapRef, EmptyDir, ExternalService, PodOptions, Resources
from tests.constructs.build import LOGIN, Manifests

DEPLOYMENT = "Deployment spec"
POD = f"{DEPLOYMENT} template spec"
MAIN = f"{POD} containers 0"
SET = "StatefulSet spec"
SET_POD = f"{SET} template spec"
SET_MAIN = f"{SET_POD} containers 0"
NOTES = "Deployment metadata annotations"
NAME = "matchLabels app.kubernetes.io/name"
COMPONENT = "matchLabels app.kubernetes.io/component"
UID = "Deployment spec template spec securityContext"

SETTINGS = ConfigMapRef("settings", ("mode", "level"))
RABBITMQ = ExternalService("rabbitmq", "messaging", 5672, {"app": "rabbitmq"})


@dataclass(frozen=True)
class Row:
    """With the argument, the field at `where` is `expected`; `beside` are arguments that both sides have."""

    argument: str
    value: Any
    where: str
    expected: Any
    beside: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A public class, how to use one with given arguments, and the rows of its arguments."""

    cls: type
    use: Callable[..., Manifests]
    rows: Sequence[Row]


def pods(workload: str, template: str) -> list[Row]:
    """Of the pods of any workload, whose template is at that place."""
    pod = f"{template} spec"
    return [
        Row("resources", Resources(cpu="7m"), f"{pod} containers 0 resources requests cpu", "7m"),
        Row("node_pool", "one", f"{pod} nodeSelector", {"work": "one"}),
        Row("node_pool", "one", f"{pod} tolerations 0 key", "one"),
        Row("app_name", "other", f"{template} metadata labels app.kubernetes.io/name", "other"),
        Row("component", "other", f"{template} metadata labels app.kubernetes.io/component", "other"),
        Row("pod", PodOptions(priority_class_name="high"), f"{pod} priorityClassName", "high"),
        Row("labels", {"team": "a"}, f"{workload} metadata labels team", "a"),
        Row("labels", {"team": "a"}, f"{template} metadata labels team", "a"),
        Row("annotations", {"note": "a"}, f"{workload} metadata annotations note", "a"),
    ]


def shared(workload: str, main: str) -> list[Row]:
    """Of what runs until it is taken away."""
    spec = f"{workload} spec"
    return [
        *pods(workload, f"{spec} template"),
        Row("image", "other:2", f"{main} image", "other:2"),
        Row("app_name", "other", f"{spec} selector {NAME}", "other"),
        Row("component", "other", f"{spec} selector {COMPONENT}", "other"),
        Row("overrides", {workload: {"spec": {"minReadySeconds": 5}}}, f"{spec} minReadySeconds", 5),
    ]


def own_container(workload: str, template: str) -> list[Row]:
    """Of the first container, if its command is the user's."""
    main = f"{template} spec containers 0"
    return [
        Row(
            "env", {"B": "2", "A": "$(B)"}, f"{main} env", [{"name": "B", "value": "2"}, {"name": "A", "value": "$(B)"}]
        ),
        Row("env_from", [LOGIN], f"{main} envFrom", [{"secretRef": {"name": "login"}}]),
        Row("env_from", [SETTINGS], f"{main} envFrom", [{"configMapRef": {"name": "settings"}}]),
        Row("uses", [RABBITMQ], f"{main} env 0", {"name": "RABBITMQ_HOST", "value": "rabbitmq.messaging.svc"}),
        Row("uses", [RABBITMQ], f"{workload} metadata annotations constructs-lib/uses", "rabbitmq.messaging.svc:5672"),
        Row("config_files", {"/etc/a.conf": "x"}, "ConfigMap data", {"a.conf": "x"}),
        Row(
            "config_files",
            {"/etc/a.conf": "x"},
            f"{template} metadata annotations constructs-lib/config-checksum",
            "5854aebfc6c3d478",
        ),
        Row("volumes", [EmptyDir("/cache")], f"{template} spec volumes 1", {"name": "cache", "emptyDir": {}}),
        Row("command", ["run"], f"{main} command", ["run"]),
    ]


def secret_variable(name: str, secret: str, key: str) -> dict[str, Any]:
    """A variable with a Secret's key."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
