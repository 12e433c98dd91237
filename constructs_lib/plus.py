"""The seams to cdk8s-plus-27: its objects go into our constructs, and ours into its.

    from constructs_lib import plus

Each function is named after what it returns: `secret_ref`, `config_map_ref`, `service_account_ref`, `env_value`,
`endpoint` and `pod_peer` make one of our handles from an object of theirs; `service`, `pods`, `service_account`,
`secret` and `config_map` make an object of theirs from one of ours.

They are written out, rather than that each argument takes the objects of both libraries: so a Secret has one type
everywhere, its keys are known and checked, and who doesn't use cdk8s-plus doesn't pay for its import. It comes with
the extra `constructs-lib[plus]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import cdk8s
import cdk8s_plus_27 as kplus
from constructs import Construct, IConstruct

from constructs_lib.app.validation import state_of
from constructs_lib.errors import InputError
from constructs_lib.inventory.cluster import ExistingKeys
from constructs_lib.kubernetes.manifest import mapping, mappings, namespace_of, texts
from constructs_lib.manifests.networking.network_policies import PodPeer, egress_rule
from constructs_lib.manifests.pods.env import ConfigMapRef, Env, EnvValue, FieldRef, ResourceFieldRef, SecretRef
from constructs_lib.manifests.pods.template import ServiceAccountRef
from constructs_lib.workloads.api_service import ApiService
from constructs_lib.workloads.dedicated_stateful import DedicatedStateful
from constructs_lib.workloads.endpoints import Endpoint, ServiceEndpoint, address_env
from constructs_lib.workloads.workload import Workload

T = TypeVar("T")

# Theirs into ours


def secret_ref(secret: kplus.ISecret, keys: Iterable[str] = (), *, version: str | None = None) -> SecretRef:
    """Their Secret, for `env=`, `env_from=`, `credentials=` and `SecretVolume`.

    Args:
        secret: one of the app, or from `kplus.Secret.from_secret_name`, which then counts as existing.
        keys: keys beyond those of its manifest; for an imported object, all keys that are used.
        version: change it when the content changes, and the pods that use it are replaced.
    """
    every = (*_keys(secret, "data", "stringData"), *keys)
    _declare(secret, "secrets", secret.name, every)
    return SecretRef(secret.name, every, version)


def config_map_ref(config_map: kplus.IConfigMap, keys: Iterable[str] = ()) -> ConfigMapRef:
    """Their ConfigMap, for `env=` and `env_from=`.

    Args:
        config_map: one of the app, or from `kplus.ConfigMap.from_config_map_name`, which then counts as existing.
        keys: keys beyond those of its manifest; for an imported object, all keys that are used.
    """
    every = (*_keys(config_map, "data", "binaryData"), *keys)
    _declare(config_map, "config_maps", config_map.name, every)
    return ConfigMapRef(config_map.name, every)


def service_account_ref(account: kplus.IServiceAccount) -> ServiceAccountRef:
    """Their ServiceAccount, for `PodOptions(service_account=...)`; its pods get a token where it says so.

    One from `kplus.ServiceAccount.from_service_account_name` counts as existing, and gives none.
    """
    _declare(account, "service_accounts", account.name, ())
    return ServiceAccountRef(account.name, isinstance(account, kplus.ServiceAccount) and account.automount_token)


def env_value(value: kplus.EnvValue) -> EnvValue:
    """Their value of a variable, such as `secret.env_value("password")`, for `env=`.

    Raises:
        InputError: there is nothing like it here.
    """
    if value.value_from is None:
        return str(value.value or "")
    for source, convert in _SOURCES.items():
        fields = mapping(value.value_from, source)
        if fields and "containerName" not in fields:
            return convert(fields)
    raise InputError([f"plus.env_value: expected one of {', '.join(_SOURCES)}, got {value.value_from}"])


def endpoint(service: kplus.Service) -> Endpoint:
    """Their Service, for `uses=`: brings `<NAME>_HOST` and `<NAME>_PORT`, and lets our pods out to its first port.

    Who comes in to their pods remains theirs to say: a `kplus.NetworkPolicy` with `plus.pods(...)` as a peer.

    Raises:
        InputError: it has no port, or no pods behind it.
    """
    manifest = cdk8s.ApiObject.of(service).to_json()
    ports = [port for _, port in mappings(manifest, "spec", "ports")]
    labels = texts(manifest, "spec", "selector")
    if not ports or not labels:
        raise InputError([f"{service.node.path}: plus.endpoint needs a Service with a port and a selector"])
    port = ports[0]["port"]
    return _TheirService(service.name, namespace_of(manifest), port, ports[0].get("targetPort", port), labels)


def pod_peer(workload: kplus.Workload) -> PodPeer:
    """Their pods, for `admit`: `waste.admit(plus.pod_peer(deployment))` lets them in to its port.

    Raises:
        InputError: they are selected by more than labels.
    """
    if workload.match_expressions:
        raise InputError([f"{workload.node.path}: plus.pod_peer takes pods that are selected by labels alone"])
    return PodPeer(namespace_of(cdk8s.ApiObject.of(workload).to_json()), dict(workload.match_labels))


# Ours into theirs


def service(workload: ApiService | DedicatedStateful) -> kplus.Service:
    """The workload's Service, for `kplus.IngressBackend.from_service` and `expose_via_ingress`.

    A view with its name and ports, as they are by now: it writes nothing itself.
    """

    def make(scope: Construct, construct_id: str) -> kplus.Service:
        manifest = workload.service.to_json()
        ports = [
            kplus.ServicePort(port=port["port"], name=port.get("name"))
            for _, port in mappings(manifest, "spec", "ports")
        ]
        metadata = cdk8s.ApiObjectMetadata(name=workload.name, namespace=workload.namespace)
        view = kplus.Service(scope, construct_id, metadata=metadata, ports=ports)
        # Its object must not be written a second time; what is made below the view, such as an Ingress, must.
        view.node.try_remove_child("Resource")
        return view

    return _once(workload, "plus-service", make)


def pods(workload: Workload) -> kplus.Pods:
    """The workload's pods, as selector or peer of a `kplus.NetworkPolicy` in any namespace."""

    def make(scope: Construct, construct_id: str) -> kplus.Pods:
        home = kplus.Namespaces.select(scope, f"{construct_id}-namespace", names=[workload.namespace])
        return kplus.Pods.select(scope, construct_id, labels=workload.selector, namespaces=home)

    return _once(workload, "plus-pods", make)


def service_account(workload: Workload) -> kplus.IServiceAccount:
    """The workload's ServiceAccount, as subject of a `kplus.RoleBinding` or for pods of theirs."""

    def make(scope: Construct, construct_id: str) -> kplus.IServiceAccount:
        return kplus.ServiceAccount.from_service_account_name(
            scope, construct_id, workload.service_account.name, namespace_name=workload.namespace
        )

    return _once(workload, "plus-service-account", make)


def secret(scope: Construct, ref: SecretRef) -> kplus.ISecret:
    """The Secret, for pods of theirs in the chart of `scope`; it counts as existing, as with workloads of ours."""

    def make(scope: Construct, construct_id: str) -> kplus.ISecret:
        made = kplus.Secret.from_secret_name(scope, construct_id, ref.name)
        _declare(made, "secrets", ref.name, ref.keys)
        return made

    return _once(scope, f"plus-secret-{ref.name}", make)


def config_map(scope: Construct, ref: ConfigMapRef) -> kplus.IConfigMap:
    """The ConfigMap, for pods of theirs in the chart of `scope`."""

    def make(scope: Construct, construct_id: str) -> kplus.IConfigMap:
        return kplus.ConfigMap.from_config_map_name(scope, construct_id, ref.name)

    return _once(scope, f"plus-config-map-{ref.name}", make)


# Parts


@dataclass(frozen=True)
class _TheirService(ServiceEndpoint):
    """A Service of cdk8s-plus as an Endpoint. Its policies, if there are any, are not ours to change."""

    name: str
    namespace: str
    port: int
    pod_port: int
    selector: dict[str, str]
    ingress_rules: None = None

    def client_env(self) -> Env:
        return address_env(self.name, self.host, self.port)

    def client_egress(self, client: PodPeer, cidrs: Sequence[str]) -> Mapping[str, Any]:
        # Policies see the port of the pods, not the Service's.
        return egress_rule([PodPeer(self.namespace, self.selector)], client.namespace, [self.pod_port])


def _secret_key(fields: Mapping[str, Any]) -> EnvValue:
    return SecretRef(fields["name"], (fields["key"],)).key(fields["key"], optional=fields.get("optional") is True)


def _config_map_key(fields: Mapping[str, Any]) -> EnvValue:
    return ConfigMapRef(fields["name"], (fields["key"],)).key(fields["key"], optional=fields.get("optional") is True)


def _field(fields: Mapping[str, Any]) -> EnvValue:
    return FieldRef(fields["fieldPath"])


def _resource_field(fields: Mapping[str, Any]) -> EnvValue:
    divisor = fields.get("divisor", "1")
    return ResourceFieldRef(fields["resource"], str(getattr(divisor, "value", divisor)))


_SOURCES: Final[Mapping[str, Callable[[Mapping[str, Any]], EnvValue]]] = {
    "secretKeyRef": _secret_key,
    "configMapKeyRef": _config_map_key,
    "fieldRef": _field,
    "resourceFieldRef": _resource_field,
}


def _keys(resource: kplus.IResource, *fields: str) -> tuple[str, ...]:
    """The keys of a Secret or ConfigMap of the app; none of an imported one."""
    if not isinstance(resource, kplus.Resource):
        return ()
    manifest = cdk8s.ApiObject.of(resource).to_json()
    return tuple(key for field in fields for key in mapping(manifest, field))


def _declare(resource: kplus.IResource, kind: str, name: str, keys: Iterable[str]) -> None:
    """Declare an imported object as existing in the namespace of its chart."""
    if not isinstance(resource, kplus.Resource):
        existing = ExistingKeys(namespace=_namespace_of(resource), name=name, keys=tuple(keys))
        state_of(resource).declare(**{kind: [existing]})


def _namespace_of(construct: IConstruct) -> str:
    return cdk8s.Chart.of(construct).namespace or "default"


def _once(scope: Construct, construct_id: str, make: Callable[[Construct, str], T]) -> T:
    """Return the child with the id, created on the first call."""
    found = scope.node.try_find_child(construct_id)
    return make(scope, construct_id) if found is None else cast("T", found)
