"""Alerts that mean something for what the library's constructs run.

They need kube-state-metrics and the kubelet's metrics, as kube-prometheus-stack brings them; those of queues need
RabbitMQ's detailed metrics (`/metrics/detailed`).

Sources: https://prometheus.io/docs/practices/alerting/ and
https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import cdk8s
from constructs import Construct

from constructs_lib.app.api_objects import Manifest, add_manifest
from constructs_lib.app.argument_types import checked
from constructs_lib.app.validation import free_id, state_of
from constructs_lib.errors import Fault, did_you_mean, shown

Severity = Literal["critical", "warning", "info"]

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DURATION: Final = re.compile(r"(\d+(ms|[smhdwy]))+")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One rule; its runbook is the page of its name.

    Args:
        name: name in CamelCase.
        expr: PromQL expression; the alert fires for each series in its result.
        wait: duration before the alert fires, such as `30s`, `10m` or `1h`.
        severity: `critical` needs action now, `warning` on the next working day, `info` is only information.
        summary: one line; it can use labels, such as `{{ $labels.namespace }}`.
        description: meaning of the alert, and the first things to check.
    """

    name: str
    expr: str
    wait: str = "10m"
    severity: Severity = "warning"
    summary: str
    description: str

    def render(self, runbooks: str) -> dict[str, Any]:
        """The rule."""
        return {
            "alert": self.name,
            "expr": self.expr,
            "for": self.wait,
            "labels": {"severity": self.severity},
            "annotations": {
                "summary": self.summary,
                "description": self.description,
                "runbook_url": f"{runbooks.rstrip('/')}/{self.name}.md",
            },
        }

    def faults(self) -> Iterator[Fault]:
        """Yield the faults that need no Prometheus tool."""
        if not _NAME.fullmatch(self.name):
            yield Fault(f"alert {shown(self.name)}", "a name has letters, digits and '_' and begins with no digit")
        if not _DURATION.fullmatch(self.wait):
            yield Fault(f"alert {self.name}", f"wait: {shown(self.wait)} is not a duration; write it like 10m or 1h")
        if self.severity not in get_args(Severity):
            yield Fault(
                f"alert {self.name}",
                f"severity: {shown(self.severity)}{did_you_mean(self.severity, get_args(Severity))}",
            )
        for field in ("summary", "description"):
            if not getattr(self, field).strip():
                yield Fault(f"alert {self.name}", f"{field}: must not be empty")
        fault = _unbalanced(self.expr)
        if fault:
            yield Fault(f"alert {self.name}", f"expr: {fault}")


class Alerts(Construct):
    """A PrometheusRule for the namespaces of some charts; its name is the id.

    Args:
        charts: charts whose namespaces are monitored.
        runbooks: URL of the folder with a page for each alert, `<name>.md`.
        labels: labels by which Prometheus selects rules, such as `{"release": "prometheus"}`.
        broker: namespace of RabbitMQ, if its queues are monitored.
        queues: names of the queues.
        backlog: number of waiting tasks in a queue above which a growing queue fires an alert.
        backups: the CronJobs that make backups.
        backup_hours: greatest age of the last backup in hours.
        further: your own alerts. If `promtool` is on the PATH, it checks them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        charts: Sequence[cdk8s.Chart],
        runbooks: str,
        labels: Mapping[str, str] | None = None,
        broker: str | None = None,
        queues: Sequence[str] = (),
        backlog: int = 100,
        backups: Sequence[Construct] = (),
        backup_hours: int = 26,
        further: Sequence[Alert] = (),
    ) -> None:
        super().__init__(scope, free_id(scope, construct_id))
        namespaces = [chart.namespace for chart in charts if chart.namespace]
        self.alerts = [
            *workload_alerts(namespaces),
            *(queue_alerts(broker, queues, backlog) if broker and queues else ()),
            *(backup_alerts([backup.node.id for backup in backups], namespaces, backup_hours) if backups else ()),
            *further,
        ]
        faults = [fault for alert in further for fault in alert.faults()]
        names = [alert.name for alert in self.alerts]
        twice = [
            Fault(f"alert {name}", "is defined twice; rename one")
            for name in dict.fromkeys(names)
            if names.count(name) > 1
        ]
        refused = promtool_faults(further) if further and not faults else []
        state_of(self).report(
            self, *([] if namespaces else [Fault("charts", "name at least one")]), *faults, *twice, *refused
        )
        rules = [alert.render(runbooks) for alert in self.alerts]
        self.rule = add_manifest(self, "rule", prometheus_rule(construct_id, rules, labels or {}))


def prometheus_rule(name: str, rules: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> Manifest:
    """The PrometheusRule with one group."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": name, "labels": dict(labels)},
        "spec": {"groups": [{"name": name, "rules": list(rules)}]},
    }


def workload_alerts(namespaces: Iterable[str]) -> list[Alert]:
    """Alerts for the workloads, claims and quotas of the namespaces."""
    where = f'namespace=~"{_any_of(namespaces)}"'
    return [
        Alert(
            name="ContainerCrashLooping",
            expr="max by (namespace, pod, container) "
            f'(max_over_time(kube_pod_container_status_waiting_reason{{reason="CrashLoopBackOff",{where}}}[5m])) >= 1',
            severity="critical",
            summary="{{ $labels.namespace }}/{{ $labels.pod }} starts and dies again and again",
            description="Container {{ $labels.container }} has been restarting for more than 10 minutes.",
        ),
        Alert(
            name="ReplicasUnavailable",
            expr=f"kube_deployment_spec_replicas{{{where}}} - kube_deployment_status_replicas_available{{{where}}} > 0",
            wait="15m",
            summary="{{ $labels.namespace }}/{{ $labels.deployment }} lacks {{ $value }} pods",
            description="Pods have been missing or not ready for 15 minutes: a rollout hangs, or they find no node.",
        ),
        Alert(
            name="StoreUnavailable",
            expr=f"kube_statefulset_replicas{{{where}}} - kube_statefulset_status_replicas_ready{{{where}}} > 0",
            wait="5m",
            severity="critical",
            summary="{{ $labels.namespace }}/{{ $labels.statefulset }} is not ready",
            description="A data store has been away for 5 minutes; what uses it fails.",
        ),
        Alert(
            name="AutoscalerAtMaximum",
            expr=f"kube_horizontalpodautoscaler_status_current_replicas{{{where}}} >= "
            f"kube_horizontalpodautoscaler_spec_max_replicas{{{where}}} "
            f"and kube_horizontalpodautoscaler_spec_max_replicas{{{where}}} > "
            f"kube_horizontalpodautoscaler_spec_min_replicas{{{where}}}",
            wait="30m",
            summary="{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} can't scale any further",
            description="It has been at its maximum of {{ $value }} pods for half an hour; more load makes it slower.",
        ),
        Alert(
            name="JobFailed",
            expr=f'max by (namespace, job_name) (kube_job_failed{{condition="true",{where}}}) > 0',
            wait="1m",
            summary="Job {{ $labels.namespace }}/{{ $labels.job_name }} has failed",
            description="It used up its retries or its time. A failed migration keeps a release from being rolled out.",
        ),
        *_space_alerts(where),
    ]


def _space_alerts(where: str) -> list[Alert]:
    # Claims are counted as soon as a data store is there: they say nothing of how full it is.
    used = f'resource!~"persistentvolumeclaims|requests[.]storage",{where}'
    return [
        Alert(
            name="ClaimNearlyFull",
            expr=f"kubelet_volume_stats_available_bytes{{{where}}} / "
            f"kubelet_volume_stats_capacity_bytes{{{where}}} < 0.15",
            wait="15m",
            severity="critical",
            summary="{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has less than 15 % left",
            description="{{ $value | humanizePercentage }} is free; a full disk stops the data store.",
        ),
        Alert(
            name="QuotaNearlyFull",
            expr=f'kube_resourcequota{{type="used",{used}}} / ignoring (type) '
            f'(kube_resourcequota{{type="hard",{used}}} > 0) > 0.9',
            wait="15m",
            summary="{{ $labels.resource }} of namespace {{ $labels.namespace }} is nearly used up",
            description="{{ $value | humanizePercentage }} of the quota is in use; soon no pod can be made any more.",
        ),
    ]


def queue_alerts(namespace: str, queues: Iterable[str], backlog: int) -> list[Alert]:
    """Alerts for the queues of the RabbitMQ in the namespace."""
    where = f'{{namespace="{namespace}",queue=~"{_any_of(queues)}"}}'
    ready = f"rabbitmq_detailed_queue_messages_ready{where}"
    return [
        Alert(
            name="QueueGrowing",
            expr=f"sum by (queue) ({ready}) > {backlog} and sum by (queue) (deriv({ready}[15m])) > 0",
            wait="15m",
            summary="{{ $labels.queue }} grows: {{ $value }} tasks wait",
            description="Its workers take fewer tasks than are sent, for a quarter of an hour already.",
        ),
        Alert(
            name="QueueWithoutConsumers",
            expr=f"sum by (queue) (rabbitmq_detailed_queue_consumers{where}) == 0 and sum by (queue) ({ready}) > 0",
            severity="critical",
            summary="Nobody takes tasks from {{ $labels.queue }}",
            description="Tasks wait and no worker is connected to the queue.",
        ),
    ]


def backup_alerts(names: Iterable[str], namespaces: Iterable[str], hours: int) -> list[Alert]:
    """Alerts for CronJobs without a recent backup."""
    where = f'{{cronjob=~"{_any_of(names)}",namespace=~"{_any_of(namespaces)}"}}'
    by = "max by (namespace, cronjob)"
    last = f"{by} (kube_cronjob_status_last_successful_time{where})"
    return [
        Alert(
            name="BackupMissing",
            expr=f"time() - {last} > {hours * 3600} or "
            f"(time() - {by} (kube_cronjob_created{where}) > {hours * 3600} unless {last})",
            wait="5m",
            severity="critical",
            summary="{{ $labels.namespace }}/{{ $labels.cronjob }} has made no backup lately",
            description=f"The last one that succeeded is older than {hours} hours, or there is none.",
        )
    ]


def promtool_faults(alerts: Sequence[Alert]) -> list[Fault]:
    """Return the faults that Prometheus' promtool finds; none if it is not installed."""
    tool = shutil.which("promtool")
    if tool is None:
        return []
    faults: list[Fault] = []
    with tempfile.TemporaryDirectory() as folder:
        for alert in alerts:
            path = Path(folder) / "rules.json"  # JSON is YAML
            path.write_text(json.dumps({"groups": [{"name": "alerts", "rules": [alert.render("x")]}]}))
            result = subprocess.run([tool, "check", "rules", str(path)], capture_output=True, text=True, check=False)
            if result.returncode:
                lines = [line for line in result.stderr.splitlines() if "rule 1" in line] or result.stderr.splitlines()
                reason = lines[0].rpartition(f'"{alert.name}": ')[2] if lines else "promtool refuses it"
                faults.append(Fault(f"alert {alert.name}: expr", reason))
    return faults


def _any_of(names: Iterable[str]) -> str:
    """A regular expression for any of the names; brackets rather than backslashes, which PromQL would want doubled."""
    return "|".join(re.sub(r"[.+*?()|{}$]", lambda found: f"[{found[0]}]", name) for name in names)


def _unbalanced(expr: str) -> str | None:
    if not expr.strip():
        return "an alert needs one"
    stack: list[str] = []
    for character in re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'', "", expr):
        if character in _PAIRS.values():
            stack.append(character)
        elif character in _PAIRS and (not stack or stack.pop() != _PAIRS[character]):
            return f"{character} closes nothing in {shown(expr)}"
    return f"{stack[-1]} is not closed in {shown(expr)}" if stack else None
