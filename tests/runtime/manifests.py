"""Reads a container out of generated YAML, as the kubelet would start it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from constructs_lib.kubernetes.annotations import CONSUMES
from constructs_lib.kubernetes.kinds import TEMPLATES
from constructs_lib.kubernetes.manifest import dig
from constructs_lib.kubernetes.quantities import parse_quantity

Manifest = dict[str, Any]
Secrets = Mapping[str, Mapping[str, str]]
"""Contents by the Secret's name and key: the one thing that isn't in the YAML."""


@dataclass(frozen=True)
class Workload:
    """A Deployment, StatefulSet or CronJob and the ConfigMaps beside it."""

    manifest: Manifest
    config_maps: Mapping[str, Mapping[str, str]]

    @property
    def name(self) -> str:
        return str(self.manifest["metadata"]["name"])

    @property
    def strategy(self) -> Manifest:
        return dict(self.manifest["spec"]["strategy"])

    @property
    def template(self) -> Manifest:
        return dict(dig(self.manifest, *TEMPLATES[self.manifest["kind"]]))

    @property
    def pod(self) -> Manifest:
        return dict(self.template["spec"])

    @property
    def annotations(self) -> Mapping[str, str]:
        return dict(self.template["metadata"].get("annotations", {}))

    @property
    def queues(self) -> list[str]:
        """Those that it consumes."""
        return str(self.manifest["metadata"].get("annotations", {}).get(CONSUMES, "")).split()

    @property
    def container(self) -> Manifest:
        """Its own; behind it stand sidecars such as exporters."""
        return dict(self.pod["containers"][0])

    @property
    def command(self) -> list[str]:
        return list(self.container.get("command", []))

    @property
    def args(self) -> list[str]:
        return list(self.container.get("args", []))

    def with_command(self, *words: str) -> Workload:
        """The same with another command."""
        manifest = deepcopy(self.manifest)
        dig(manifest, *TEMPLATES[manifest["kind"]], "spec")["containers"][0]["command"] = list(words)
        return Workload(manifest, self.config_maps)

    @property
    def read_only_root(self) -> bool:
        return bool(self.container["securityContext"]["readOnlyRootFilesystem"])

    @property
    def writable(self) -> list[str]:
        """The mounts that it may write."""
        return [mount["mountPath"] for mount in self.container["volumeMounts"] if not mount.get("readOnly")]

    @property
    def grace_seconds(self) -> int:
        return int(self.pod["terminationGracePeriodSeconds"])

    @property
    def memory_limit(self) -> int:
        return int(parse_quantity(self.container["resources"]["limits"]["memory"]))

    @property
    def repository(self) -> str:
        """`growbin-backend` of `ghcr.io/your-org/growbin-backend:1.0.0`."""
        return str(self.container["image"]).rsplit("/", 1)[-1].split(":")[0]

    @property
    def version(self) -> str:
        return str(self.container["image"]).rsplit(":", 1)[-1]

    def probe(self, name: str) -> Manifest | None:
        found = self.container.get(f"{name}Probe")
        return dict(found) if found else None

    @property
    def pre_stop(self) -> list[str]:
        return list(self.container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", []))

    def env(self, secrets: Secrets) -> dict[str, str]:
        """The variables, in order: each may name those before it."""
        env: dict[str, str] = {}
        for variable in self.container.get("env", []):
            if "value" in variable:
                env[variable["name"]] = expand(variable["value"], env)
            else:
                reference = variable["valueFrom"]["secretKeyRef"]
                env[variable["name"]] = secrets[reference["name"]][reference["key"]]
        return env

    def mounts(self) -> dict[str, str | None]:
        """Where something is mounted: a folder (None), or a file with this content."""
        volumes = {volume["name"]: volume for volume in self.pod.get("volumes", [])}
        found: dict[str, str | None] = {}
        for mount in self.container["volumeMounts"]:
            source = volumes.get(mount["name"], {}).get("configMap")
            found[mount["mountPath"]] = self.config_maps[source["name"]][mount["subPath"]] if source else None
        return found


def read_workloads(folder: Path) -> dict[str, Workload]:
    """The workloads of all files, by name."""
    manifests = [doc for path in sorted(folder.glob("*.yaml")) for doc in yaml.safe_load_all(path.read_text()) if doc]
    config_maps = {m["metadata"]["name"]: m["data"] for m in manifests if m["kind"] == "ConfigMap"}
    return {
        m["metadata"]["name"]: Workload(m, config_maps)
        for m in manifests
        if m["kind"] in ("CronJob", "Deployment", "StatefulSet")
    }


_REFERENCE = re.compile(r"\$\$|\$\(([^()]*)\)")


def expand(text: str, env: Mapping[str, str]) -> str:
    """`$(NAME)` is the variable's value, or stays where there is none; `$$` is a dollar.

    Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """

    def value(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else env.get(match[1], match[0])

    return _REFERENCE.sub(value, text)
