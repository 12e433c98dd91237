"""Grafana dashboards, as ConfigMaps that its sidecar finds by their label.

Source: https://github.com/grafana/helm-charts/tree/main/charts/grafana#sidecar-for-dashboards
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from constructs import Construct

from constructs_lib.app.api_objects import Manifest, add_manifest
from constructs_lib.app.argument_types import checked
from constructs_lib.app.validation import free_id, state_of
from constructs_lib.errors import Fault

_POD: Final = 'namespace="$namespace",container!=""'
_PANELS: Final = (
    ("Pods ready", 'sum by (deployment) (kube_deployment_status_replicas_available{namespace="$namespace"})', "short"),
    (
        "Autoscalers: pods of their maximum",
        'kube_horizontalpodautoscaler_status_current_replicas{namespace="$namespace"} / '
        'kube_horizontalpodautoscaler_spec_max_replicas{namespace="$namespace"}',
        "percentunit",
    ),
    ("CPU", f"sum by (pod) (rate(container_cpu_usage_seconds_total{{{_POD}}}[5m]))", "short"),
    ("Memory", f"sum by (pod) (container_memory_working_set_bytes{{{_POD}}})", "bytes"),
    (
        "Restarts in an hour",
        'sum by (pod) (increase(kube_pod_container_status_restarts_total{namespace="$namespace"}[1h]))',
        "short",
    ),
    (
        "Quota used",
        'kube_resourcequota{namespace="$namespace",type="used"} / ignoring (type) '
        '(kube_resourcequota{namespace="$namespace",type="hard"} > 0)',
        "percentunit",
    ),
)


class Dashboard(Construct):
    """A dashboard of workloads, by namespace, and of the queues between them.

    Args:
        title: title in Grafana.
        namespaces: namespaces to choose from.
        broker: namespace of the RabbitMQ whose queues are shown; all of the cluster by default.
        labels: labels by which Grafana selects dashboards.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        title: str,
        namespaces: Sequence[str],
        broker: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, free_id(scope, construct_id))
        if not namespaces:
            state_of(self).report(self, Fault("namespaces", "must name at least one"))
        found_by = {"grafana_dashboard": "1"} if labels is None else dict(labels)
        content = json.dumps(dashboard(construct_id, title, namespaces, broker), indent=1)
        manifest: Manifest = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": construct_id, "labels": found_by},
            "data": {f"{construct_id}.json": content},
        }
        self.config_map = add_manifest(self, "config-map", manifest)


def dashboard(uid: str, title: str, namespaces: Sequence[str], broker: str | None = None) -> dict[str, Any]:
    """The dashboard's JSON model."""
    where = f'{{namespace="{broker}"}}' if broker else ""
    queues = ("Tasks that wait", f"sum by (queue) (rabbitmq_detailed_queue_messages_ready{where})", "short")
    panels = [_panel(place, *panel) for place, panel in enumerate((*_PANELS, queues))]
    source = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    namespace = {
        "name": "namespace",
        "label": "Namespace",
        "type": "custom",
        "query": ",".join(namespaces),
        "current": {"text": namespaces[0], "value": namespaces[0]} if namespaces else {},
    }
    return {
        "uid": uid,
        "title": title,
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [source, namespace]},
        "panels": panels,
    }


def _panel(place: int, title: str, expr: str, unit: str) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "id": place + 1,
        "title": title,
        "type": "timeseries",
        "datasource": source,
        "gridPos": {"h": 8, "w": 12, "x": place % 2 * 12, "y": place // 2 * 8},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": source, "expr": expr}],
    }
