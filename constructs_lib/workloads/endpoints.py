"""Endpoints that pods connect to: handles with host, port, environment variables and the policies of both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from constructs_lib.errors import Fault, shown
from constructs_lib.inventory.cluster import ExistingService
from constructs_lib.kubernetes.addresses import port_faults
from constructs_lib.kubernetes.names import SERVICE_NAME, host_faults, label_faults, label_name_faults
from constructs_lib.manifests.networking.network_policies import Peer, PodPeer, egress_rule, internet_rule
from constructs_lib.manifests.pods.env import Env, SecretRef
from constructs_lib.workloads.ingress_rules import IngressRules


@dataclass(frozen=True)
class Queue:
    """A queue of the broker.

    Args:
        name: as Celery's `-Q` and `task_routes` have it.
    """

    name: str


class Endpoint(Protocol):
    """Interface for the argument `uses`: an ApiService, a data store, an `ExternalService` or `Internet`."""

    def faults(self) -> Iterable[Fault]:
        """Return its own faults, which each client reports; none for a construct, which reports them itself."""

    def existing(self) -> Iterable[ExistingService]:
        """Return the Services that it expects in the cluster; none if the app creates them."""

    def addresses(self) -> Sequence[str]:
        """Return the addresses that clients connect to, as `host:port`."""

    def client_env(self) -> Env:
        """Return the environment variables that clients get."""

    def client_egress(self, client: PodPeer, cidrs: Sequence[str]) -> Mapping[str, Any]:
        """Return the egress rule of a client's policy; `cidrs` are the address ranges of the cluster."""

    def admit(self, client: PodPeer) -> None:
        """Admit the client's pods in the policy of this side, if the app writes it."""


class ServiceEndpoint:
    """The endpoint of a workload with a Service: clients connect to the Service's port.

    The workload sets the attributes.
    """

    name: str
    namespace: str
    selector: dict[str, str]
    port: int
    ingress_rules: IngressRules | None

    @property
    def host(self) -> str:
        """The DNS name of its Service, as seen from any namespace."""
        return f"{self.name}.{self.namespace}.svc"

    def faults(self) -> Iterable[Fault]:
        """Return nothing: the construct reports its own faults."""
        return ()

    def existing(self) -> Iterable[ExistingService]:
        """Return nothing: the app creates the Service."""
        return ()

    def addresses(self) -> Sequence[str]:
        """Return the host and port of its Service."""
        return [f"{self.host}:{self.port}"]

    def client_egress(self, client: PodPeer, cidrs: Sequence[str]) -> Mapping[str, Any]:
        """Return the egress rule to its pods."""
        return egress_rule([PodPeer(self.namespace, self.selector)], client.namespace, [self.port])

    def admit(self, client: Peer) -> None:
        """Admit a client to the port: pods (`PodPeer`) or addresses (`CidrPeer`)."""
        if self.ingress_rules is not None:
            self.ingress_rules.let_in(client, self.port)


@dataclass(frozen=True)
class ExternalService:
    """A Service in a namespace that the app does not own. Clients may connect to it; its side is not changed.

    Args:
        name: the Service's name, and the prefix of the variables (`RABBITMQ_HOST`, `RABBITMQ_PORT`).
        namespace: where it is.
        port: the port that clients use.
        pod_labels: labels of the pods behind it, for the clients' policies.
        credentials: the Secret that clients have in their own namespace; each of its keys becomes a variable
            (`RABBITMQ_PASSWORD`).
        env: further variables for clients.
        inbound: a policy on its side that lets clients in, if you own one. Nothing by default: the first policy
            for its pods would block all other clients, including its own operator.
    """

    name: str
    namespace: str
    port: int
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    credentials: SecretRef | None = None
    env: Env = field(default_factory=dict)
    inbound: IngressRules | None = None

    @property
    def host(self) -> str:
        """Its DNS name, as seen from any namespace."""
        return f"{self.name}.{self.namespace}.svc"

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of name, namespace, port and labels."""
        if not SERVICE_NAME.pattern.fullmatch(self.name):
            yield Fault("", f"{shown(self.name)} is not a valid Service name; write lower-case letters, digits and '-'")
        yield from label_name_faults(f"{self.name}: namespace", self.namespace, "Namespace")
        yield from label_faults(f"{self.name}: pod_labels", self.pod_labels)
        yield from port_faults(self.name, self.port)

    def existing(self) -> Iterator[ExistingService]:
        """Yield the Service."""
        ports = {"": self.port}
        yield ExistingService(namespace=self.namespace, name=self.name, ports=ports, pod_labels=self.pod_labels)

    def addresses(self) -> Sequence[str]:
        """Host and port."""
        return [f"{self.host}:{self.port}"]

    def client_env(self) -> Env:
        """Host, port and each key of the credentials."""
        return {
            **address_env(self.name, self.host, self.port),
            **secret_env(self.name, self.credentials),
            **self.env,
        }

    def client_egress(self, client: PodPeer, cidrs: Sequence[str]) -> Mapping[str, Any]:
        """Out to the pods behind it."""
        return egress_rule([PodPeer(self.namespace, self.pod_labels)], client.namespace, [self.port])

    def admit(self, client: PodPeer) -> None:
        """Let the client in, where the policy is ours."""
        if self.inbound is not None:
            self.inbound.let_in(client, self.port)


@dataclass(frozen=True)
class Internet:
    """Hosts outside the cluster: clients may connect to public addresses on the port, not to the cluster's.

    Args:
        hosts: their names, such as `api.openai.com` (policies know addresses only; the names are for people
            and checks).
        port: 443 by default.
        env: variables for clients.
    """

    hosts: tuple[str, ...]
    port: int = 443
    env: Env = field(default_factory=dict)

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of hosts and port."""
        if not self.hosts:
            yield Fault("Internet", "must name at least one host")
        for host in self.hosts:
            yield from host_faults("Internet", host)
        yield from port_faults("Internet", self.port)

    def existing(self) -> Iterable[ExistingService]:
        """Return nothing: it is not a Service of the cluster."""
        return ()

    def addresses(self) -> Sequence[str]:
        """Hosts and port."""
        return [f"{host}:{self.port}" for host in self.hosts]

    def client_env(self) -> Env:
        """Return `env`."""
        return self.env

    def client_egress(self, client: PodPeer, cidrs: Sequence[str]) -> Mapping[str, Any]:
        """Out to everywhere but the cluster's own addresses."""
        return internet_rule(cidrs, [self.port])

    def admit(self, client: PodPeer) -> None:
        """Do nothing: it is outside the cluster."""


def env_prefix(name: str) -> str:
    """`waste-api` as the beginning of a variable's name: `WASTE_API`."""
    return name.upper().replace("-", "_").replace(".", "_")


def address_env(name: str, host: str, port: int) -> Env:
    """`<NAME>_HOST` and `<NAME>_PORT`."""
    return {f"{env_prefix(name)}_HOST": host, f"{env_prefix(name)}_PORT": str(port)}


def secret_env(name: str, secret: SecretRef | None) -> Env:
    """`<NAME>_<KEY>` for each key of the Secret.

    Separate variables: `$(VAR)` can't percent-encode, so a URL put together from them would break on a password
    with `@` or `/`. Where clients want a URL, the Secret has it as a key of its own.
    """
    if secret is None:
        return {}
    return {f"{env_prefix(name)}_{env_prefix(key)}": secret.key(key) for key in secret.keys}
