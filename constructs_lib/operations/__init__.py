"""Constructs around the workloads: Argo CD Applications, alerts, dashboards and monitors."""
