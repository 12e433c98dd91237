"""The real API server's verdict on an object, without storing it."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from tests.e2e import build
from tests.e2e.agreement.owned import owned_objects
from tests.e2e.control_plane import control_plane
from tests.e2e.kube import Manifest
from tests.e2e.manifests import ROOT, namespace, prepare, read_folder

CONNECTIONS: Final = 4
ATTEMPTS: Final = 4
SECONDS_BETWEEN_ATTEMPTS: Final = 0.5
PLUGINS_ON_OTHER_OBJECTS: Final = (
    "CertificateApproval",
    "CertificateSigning",
    "DefaultIngressClass",
    "DefaultStorageClass",
    "LimitRanger",
    "MutatingAdmissionWebhook",
    "NamespaceLifecycle",
    "PersistentVolumeClaimResize",
    "Priority",
    "ResourceQuota",
    "RuntimeClass",
    "ServiceAccount",
    "StorageObjectInUseProtection",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionWebhook",
)
"""Admission plugins that depend on other objects. PodSecurity runs, because it validates labels of Namespaces."""
_DEPENDS_ON_THE_CLUSTER: Final = re.compile(
    r"provided IP is not in the valid range|failed to allocate IP|provided port is already allocated"
)
_SUCCESS: Final = 300
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_TOO_MANY: Final = 429
_INTERNAL: Final = 500
# Metadata alone comes back, so that large objects don't have to be read again.
_ACCEPT: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
_PATH_SEGMENT: Final = re.compile(r"(?!\.{1,2}$)[^/%]+$")


@dataclass(frozen=True)
class Verdict:
    """The answer to one request.

    Args:
        status: the HTTP status.
        message: the server's reason; empty if the object was accepted.
        warnings: the server's warnings.
    """

    status: int
    message: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Return True if the server would store the object."""
        # All checks of an object come before the server finds one of the same name.
        return self.status < _SUCCESS or (self.status == _CONFLICT and "already exists" in self.message)

    @property
    def usable(self) -> bool:
        """Return True if the answer is about the object itself."""
        passing = self.status == _TOO_MANY or self.status >= _INTERNAL
        return not passing and not _DEPENDS_ON_THE_CLUSTER.search(self.message)


@dataclass(frozen=True)
class Verdicts:
    """The answers about one object.

    Args:
        create: the answer to a POST, as `kubectl create` sends it.
        apply: the answer to server-side apply.
        owned: the answers to the objects that the controller of an accepted StatefulSet creates.
    """

    create: Verdict
    apply: Verdict
    owned: tuple[Verdict, ...] = ()

    @property
    def owned_message(self) -> str:
        """Return why the server rejects an object of the controller; empty if it accepts all."""
        return next((verdict.message for verdict in self.owned if not verdict.accepted), "")


class Server:
    """An API server that is asked over several connections at a time."""

    def __init__(self, address: str, token: str) -> None:
        self._host = urlsplit(address).netloc
        self._token = token
        self._threads = threading.local()
        self._context = ssl._create_unverified_context()
        self._resources = {f"{version}/{each['kind']}": each for version, each in self._discover()}

    def judge_all(self, manifests: Iterable[Manifest]) -> Iterator[Verdicts]:
        """Yield the verdicts on the objects, in their order."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            yield from pool.map(self.judge, manifests)

    def judge(self, manifest: Manifest) -> Verdicts:
        """Return the verdicts on an object."""
        verdicts = self._judge(manifest)
        if manifest.get("kind") != "StatefulSet" or not verdicts.create.accepted:
            return verdicts
        return replace(verdicts, owned=tuple(self._judge(each).create for each in owned_objects(manifest)))

    def _judge(self, manifest: Manifest) -> Verdicts:
        version, kind = manifest.get("apiVersion"), manifest.get("kind")
        resource = self._resources.get(f"{version}/{kind}")
        if resource is None:
            missing = Verdict(_NOT_FOUND, f'no matches for kind "{kind}" in version "{version}"')
            return Verdicts(missing, missing)
        path = self._path(manifest, resource)
        name = _metadata(manifest).get("name")
        options = {"dryRun": "All", "fieldValidation": "Strict", "fieldManager": "agreement"}
        create = self._ask("POST", path, manifest, "application/json", options)
        if not isinstance(name, str) or not _PATH_SEGMENT.match(name):
            return Verdicts(create, Verdict(400, "server-side apply needs a name"))
        path, options = f"{path}/{quote(name)}", {**options, "force": "true"}
        return Verdicts(create, self._ask("PATCH", path, manifest, "application/apply-patch+yaml", options))

    def _path(self, manifest: Manifest, resource: Manifest) -> str:
        namespace = _metadata(manifest).get("namespace")
        # As kubectl does, an object without a namespace goes to the default one.
        usable = isinstance(namespace, str) and _PATH_SEGMENT.match(namespace)
        inside = f"/namespaces/{quote(str(namespace)) if usable else 'default'}" if resource["namespaced"] else ""
        return f"{_root(manifest['apiVersion'])}{inside}/{resource['name']}"

    def _ask(self, method: str, path: str, body: Manifest, content_type: str, options: dict[str, str]) -> Verdict:
        headers = {"Content-Type": content_type, "Accept": _ACCEPT}
        url = f"{path}?{urlencode(options)}"
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response, text = self._send(method, url, json.dumps(body), headers)
            except (http.client.HTTPException, OSError):
                self._threads.connection = None
                if attempt == ATTEMPTS:
                    raise
                continue
            if response.status != _TOO_MANY or attempt == ATTEMPTS:
                break
            time.sleep(SECONDS_BETWEEN_ATTEMPTS)
        warnings = tuple(_warning(header) for header in response.headers.get_all("Warning") or [])
        return Verdict(response.status, _message(text) if response.status >= _SUCCESS else "", warnings)

    def _send(
        self, method: str, url: str, body: str | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        if getattr(self._threads, "connection", None) is None:
            self._threads.connection = http.client.HTTPSConnection(self._host, timeout=60, context=self._context)
        connection: http.client.HTTPSConnection = self._threads.connection
        connection.request(method, url, body, {"Authorization": f"Bearer {self._token}", **headers})
        response = connection.getresponse()
        return response, response.read().decode()

    def _discover(self) -> Iterator[tuple[str, Manifest]]:
        groups = self._get("/apis")["groups"]
        for version in ("v1", *(each["groupVersion"] for group in groups for each in group["versions"])):
            for resource in self._get(_root(version))["resources"]:
                if "/" not in resource["name"] and "create" in resource["verbs"]:
                    yield version, resource

    def _get(self, path: str) -> Any:
        return json.loads(self._send("GET", path, None, {"Accept": "application/json"})[1])


@contextmanager
def api_server(version: str, namespaces: Iterable[str]) -> Iterator[Server]:
    """Run the API server alone, with the custom resources of crds/ and the given namespaces.

    Args:
        version: `kubernetes` or `old_kubernetes`.
        namespaces: the namespaces that exist, beside those of every cluster.
    """
    assert version in build.KUBERNETES, version
    with control_plane(version=version, controllers=False, without=PLUGINS_ON_OTHER_OBJECTS) as plane:
        prepare(plane.kube, [])
        for name in namespaces:
            plane.kube.apply(namespace(name))
        config = json.loads(plane.kubeconfig.read_text())
        yield Server(config["clusters"][0]["cluster"]["server"], config["users"][0]["user"]["token"])


def custom_kinds() -> set[tuple[str, str]]:
    """Return the apiVersion and kind of the custom resources of crds/."""
    specs = [crd["spec"] for crd in read_folder(ROOT / "crds")]
    return {(f"{spec['group']}/{each['name']}", spec["names"]["kind"]) for spec in specs for each in spec["versions"]}


def _metadata(manifest: Manifest) -> dict[str, Any]:
    metadata = manifest.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _root(version: str) -> str:
    return f"/{'apis' if '/' in version else 'api'}/{version}"


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text


def _warning(header: str) -> str:
    """Return the text of a header such as `299 - "unknown field"`."""
    return header.split(" ", 2)[-1].strip('"').replace('\\"', '"')
