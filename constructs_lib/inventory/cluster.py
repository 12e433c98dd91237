"""The inventory of a cluster: its nodes, and its existing objects.

Both are read from YAML (`Cluster.from_yaml`) or written in Python; the checks use them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from constructs_lib.errors import InputError, shown, wrong_type
from constructs_lib.inventory.layered_yaml import argument_faults, load_model
from constructs_lib.kubernetes.addresses import PRIVATE_IPV4_CIDRS
from constructs_lib.kubernetes.names import LABEL_VALUE, is_qualified
from constructs_lib.kubernetes.quantities import parse_quantity
from constructs_lib.kubernetes.schemas.builtin import known_version

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass as _Checked
else:

    class _Checked(type(BaseModel)):
        """Makes a class called from Python raise an InputError in our words; reading YAML does not pass here."""

        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            try:
                return super().__call__(*args, **kwargs)
            except ValidationError as error:
                faults = argument_faults(cls, kwargs, error)
            raise InputError(replace(fault, path=cls.__name__) for fault in faults)


class StrictModel(BaseModel, metaclass=_Checked):
    """Frozen mapping from YAML: keys are in camel case as in Kubernetes, and unknown keys are faults.

    Raises:
        InputError: with every wrong argument.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


def _positive_quantity(value: object) -> Decimal:
    if not isinstance(value, (str, int, float, Decimal)):
        raise ValueError(wrong_type(value, "a quantity such as 200m or 256Mi"))
    number = value if isinstance(value, Decimal) else parse_quantity(value)
    if number < 0:
        raise ValueError(f"must be at least 0, got {shown(value)}")
    return number


def _label_key(value: str) -> str:
    if not is_qualified(value):
        raise ValueError(f"{shown(value)} is not a valid label key; write [DNS name/]name, the name with {_LABEL_FORM}")
    return value


def _label_value(value: str) -> str:
    if value and not LABEL_VALUE.fits(value):
        raise ValueError(f"{shown(value)} is not a valid label value; write {_LABEL_FORM}")
    return value


_LABEL_FORM: Final = f"at most {LABEL_VALUE.longest} {LABEL_VALUE.words}"
"""Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set"""


def _cidr(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        message = f"{shown(value)} is not a valid CIDR; write it like 10.0.0.0/8, without host bits"
        raise ValueError(message) from None
    return value


def _kubernetes_version(value: object) -> object:
    if isinstance(value, float):
        raise ValueError(f'expected a string, got {value} (float); write it in quotes, like "1.30"')
    return known_version(value) if isinstance(value, str) else value


Quantity = Annotated[Decimal, BeforeValidator(_positive_quantity)]
"""CPU in cores or memory in bytes, read from `200m`, `256Mi` and the like; never negative."""

Cidr = Annotated[str, AfterValidator(_cidr)]

KubernetesVersion = Annotated[str, BeforeValidator(_kubernetes_version)]
"""The minor version of Kubernetes, read from `1.30`, `v1.30.2` and the like."""

LabelKey = Annotated[str, AfterValidator(_label_key)]
LabelValue = Annotated[str, AfterValidator(_label_value)]
Labels = Mapping[LabelKey, LabelValue]


class Amount(StrictModel):
    """An amount of CPU and memory.

    Args:
        cpu: CPU in cores, read from `200m` or `2`.
        memory: memory in bytes, read from `256Mi` or `4Gi`.
    """

    cpu: Quantity = Decimal(0)
    memory: Quantity = Decimal(0)


class Taint(StrictModel):
    """A taint of a node; pods that do not tolerate it do not run there.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/

    Args:
        key: key, such as `workload`.
        value: value, such as `database`; none by default.
        effect: `NoSchedule`; `PreferNoSchedule` makes the node a second choice; `NoExecute` also evicts running pods.
    """

    key: LabelKey
    value: LabelValue = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"


class NodePool(StrictModel):
    """A group of equal nodes.

    Args:
        nodes: names of the nodes, at least one.
        instance: the instance type, for people.
        labels: labels of the nodes, which the `nodeSelector` of a pod in this pool selects.
        taints: taints that keep other pods away; constructs in the pool tolerate them.
        capacity: CPU and memory of one node.
        reserved: resources of each node that your pods cannot use: the kubelet's reserve and eviction threshold, and
            the requests of DaemonSets.
        max_pods: number of pods that the kubelet allows on one node, 110 by default.
        zones: the nodes' zones in the order of `nodes`, if they have any.
    """

    nodes: tuple[str, ...] = Field(min_length=1)
    instance: str = ""
    labels: Labels = Field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    capacity: Amount
    reserved: Amount = Amount()
    max_pods: int = Field(default=110, ge=1, strict=True)
    zones: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_room(self) -> NodePool:
        for resource in ("cpu", "memory"):
            if getattr(self.reserved, resource) >= getattr(self.capacity, resource):
                raise ValueError(f"reserved {resource} leaves nothing of the node's capacity")
        if self.zones and len(self.zones) != len(self.nodes):
            raise ValueError(f"{len(self.zones)} zones for {len(self.nodes)} nodes; name one for each node, or none")
        return self

    @property
    def allocatable(self) -> Amount:
        """The allocatable of one node: its capacity minus the reserved amount."""
        return Amount(cpu=self.capacity.cpu - self.reserved.cpu, memory=self.capacity.memory - self.reserved.memory)

    def node_labels(self, index: int) -> dict[str, str]:
        """Return the labels of the node at `index`, including those that the kubelet sets."""
        labels = {"kubernetes.io/os": "linux", **self.labels, "kubernetes.io/hostname": self.nodes[index]}
        if self.zones:
            labels["topology.kubernetes.io/zone"] = self.zones[index]
        return labels


class ExistingService(StrictModel):
    """An existing Service.

    Args:
        namespace: where it is.
        name: its name.
        ports: port numbers by name; empty if they are not known.
        pod_labels: labels of the pods behind it; empty if they are not known.
    """

    namespace: str
    name: str
    ports: Mapping[str, int] = Field(default_factory=dict)
    pod_labels: Mapping[str, str] = Field(default_factory=dict)


class ExistingKeys(StrictModel):
    """An existing Secret or ConfigMap with its keys, or a ServiceAccount or claim.

    Args:
        namespace: where it is.
        name: its name.
        keys: its keys; empty if they are not known.
    """

    namespace: str
    name: str
    keys: tuple[str, ...] = ()


class Existing(StrictModel):
    """The objects that exist in the cluster, so that references to them are not faults.

    Args:
        namespaces: their names.
        services: Services that pods connect to, or that routes lead to.
        secrets: Secrets, each with its keys.
        config_maps: ConfigMaps, each with its keys.
        service_accounts: ServiceAccounts that pods run as.
        claims: PersistentVolumeClaims that pods mount.
    """

    namespaces: tuple[str, ...] = ()
    services: tuple[ExistingService, ...] = ()
    secrets: tuple[ExistingKeys, ...] = ()
    config_maps: tuple[ExistingKeys, ...] = ()
    service_accounts: tuple[ExistingKeys, ...] = ()
    claims: tuple[ExistingKeys, ...] = ()

    @classmethod
    def from_yaml(cls, path: str | Path) -> Existing:
        """Read the declaration from a file.

        Raises:
            InputError: with every fault of the file and its line.
        """
        return load_model(cls, path)


class Cluster(StrictModel):
    """The nodes of one cluster, in pools, and the address ranges that are its own.

    Args:
        pools: node pools by name.
        cidrs: address ranges of the cluster's nodes, pods and services, which `Internet` excludes; by
            default all private IPv4 addresses.
        kubernetes_version: minor version of Kubernetes, such as `1.30`, whose API server the manifests must satisfy;
            by default the newest version that is known.
    """

    pools: Mapping[str, NodePool] = Field(min_length=1)
    cidrs: tuple[Cidr, ...] = Field(default=PRIVATE_IPV4_CIDRS, min_length=1)
    kubernetes_version: KubernetesVersion | None = None

    @classmethod
    def from_yaml(cls, path: str | Path) -> Cluster:
        """Read the inventory from a file such as `values/cluster.yaml`.

        Raises:
            InputError: with every fault of the file and its line.
        """
        return load_model(cls, path)

    @model_validator(mode="after")
    def _nodes_once(self) -> Cluster:
        names = [node for pool in self.pools.values() for node in pool.nodes]
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"node {name} is in two pools, or twice in one")
        return self
