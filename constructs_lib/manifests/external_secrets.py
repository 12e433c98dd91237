"""Secrets that the External Secrets Operator creates from a store, such as AWS Secrets Manager or Vault.

Sources: https://external-secrets.io/latest/api/externalsecret/ and
https://external-secrets.io/latest/guides/templating/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from constructs_lib.errors import Fault, did_you_mean, shown
from constructs_lib.manifests.pods.env import SecretRef

_NAMED: Final = re.compile(r'index \. "([^"]+)"|\{\{-?\s*\.([A-Za-z_]\w*)')
_INTERVAL: Final = re.compile(r"(\d+(h|m|s))+")


@dataclass(frozen=True)
class SecretStore:
    """A SecretStore or ClusterSecretStore.

    Args:
        name: the store's name.
        kind: `ClusterSecretStore`, for all namespaces, or a `SecretStore` of the same one.
    """

    name: str
    kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"


@dataclass(frozen=True)
class RemoteKey:
    """One value in a store.

    Args:
        entry: name of the entry in the store, such as `growbin/prod/postgresql`.
        property: field of the entry, if it has several.
    """

    entry: str
    property: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExternalSource:
    """A source that creates a Secret from a store: `SecretRef("rabbitmq", keys, source=ExternalSource(...))`.

    An ExternalSecret is added to each namespace that uses the Secret.

    Args:
        store: the store.
        remote: place of each key's value in the store.
        templates: keys assembled from other keys:`{"url": "amqp://" + url_encoded("username") + "@..."}`.
        refresh: interval at which the operator looks for changes, such as `1h` or `30m`. Pods see a changed
            variable when they are replaced.
    """

    store: SecretStore
    remote: Mapping[str, RemoteKey]
    templates: Mapping[str, str] = field(default_factory=dict)
    refresh: str = "1h"

    def manifest(self, secret: SecretRef) -> dict[str, Any]:
        """The ExternalSecret."""
        return {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": {"name": secret.name},
            "spec": {
                "refreshInterval": self.refresh,
                "secretStoreRef": {"kind": self.store.kind, **({"name": self.store.name} if self.store.name else {})},
                "target": {"name": secret.name, **self._template()},
                "data": [{"secretKey": key, "remoteRef": _reference(remote)} for key, remote in self.remote.items()],
            },
        }

    def faults(self, secret: SecretRef) -> Iterator[Fault]:
        """Yield the faults of it as the source of the Secret."""
        if not self.store.name:
            yield Fault(f"Secret {secret.name}", "an ExternalSecret needs a store; name it in SecretStore(...)")
        if not self.remote:
            yield Fault(f"Secret {secret.name}", "remote names no key of the store")
        if not _INTERVAL.fullmatch(self.refresh):
            yield Fault(
                f"Secret {secret.name}", f"refresh: {shown(self.refresh)} is not a duration; write it like 1h or 30m"
            )
        made = {*self.remote, *self.templates}
        for key in secret.keys:
            if key not in made:
                yield Fault(
                    f"Secret {secret.name}",
                    f"its ExternalSecret doesn't make the key {shown(key)}{did_you_mean(key, made)}",
                )
        for key, template in self.templates.items():
            for name in (quoted or plain for quoted, plain in _NAMED.findall(template)):
                if name not in self.remote:
                    hint = did_you_mean(name, self.remote)
                    yield Fault(
                        f"Secret {secret.name}",
                        f"the template of {key} names {shown(name)}, which remote does not have{hint}",
                    )

    def _template(self) -> dict[str, Any]:
        """Return the template of the Secret if it has more than the fetched values."""
        if not self.templates:
            return {}
        fetched = {key: f'{{{{ index . "{key}" }}}}' for key in self.remote if key not in self.templates}
        return {"template": {"engineVersion": "v2", "data": {**fetched, **self.templates}}}


def properties(entry: str, *keys: str) -> dict[str, RemoteKey]:
    """Keys that are fields of one entry, each under its own name: `remote=properties("prod/redis", "password")`."""
    return {key: RemoteKey(entry, key) for key in keys}


def url_encoded(key: str) -> str:
    """A key's value within a template, percent-encoded: a password may hold `@`, `/` and blanks.

    `urlquery` writes a blank as `+`, which only counts as one behind the `?` of a URL.
    """
    return f'{{{{ index . "{key}" | urlquery | replace "+" "%20" }}}}'


def _reference(remote: RemoteKey) -> dict[str, str]:
    return {"key": remote.entry, **({"property": remote.property} if remote.property else {})}
