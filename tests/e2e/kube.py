"""A thin client of the Kubernetes API: dictionaries in and out, and the warnings that the server gave."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

Manifest = dict[str, Any]

_APPLY = "application/apply-patch+yaml"
_MERGE = "application/merge-patch+json"
_STATUS_OF_ERRORS = 400


class RefusedError(Exception):
    """The API server said no.

    Attributes:
        status: the HTTP status.
        message: why, in the server's words.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status, self.message = status, message


class Kube:
    """The API at a plain-HTTP address of this machine, which `kubectl proxy` provides.

    Kinds are written as in a manifest: `v1/Pod`, `apps/v1/Deployment`.

    Attributes:
        warnings: what the server warned of, in all answers so far.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._threads = threading.local()
        self._resources: dict[str, dict[str, Manifest]] = {}
        self.warnings: list[str] = []

    def request(
        self, method: str, path: str, body: object = None, *, content_type: str = "application/json", **query: str
    ) -> Any:
        """One request.

        Raises:
            RefusedError: if the server did not accept it.
        """
        url = f"{path}?{urlencode(query)}" if query else path
        data = None if body is None else json.dumps(body)
        response, text = self._send(method, url, data, {"Content-Type": content_type})
        self.warnings += response.headers.get_all("Warning") or []
        if response.status >= _STATUS_OF_ERRORS:
            raise RefusedError(response.status, _message(text))
        return json.loads(text) if text.startswith("{") else text

    def apply(self, manifest: Mapping[str, Any], *, manager: str = "e2e", force: bool = False) -> Manifest:
        """Server-side apply with strict field validation."""
        path = self.path_of(manifest)
        query = {"fieldManager": manager, "fieldValidation": "Strict", "force": str(force).lower()}
        answer: Manifest = self.request("PATCH", path, manifest, content_type=_APPLY, **query)
        return answer

    def create(self, manifest: Mapping[str, Any]) -> Manifest:
        path = self.path_of(manifest).rsplit("/", 1)[0]
        answer: Manifest = self.request("POST", path, manifest, fieldValidation="Strict")
        return answer

    def get(self, kind: str, name: str, namespace: str | None = None) -> Manifest:
        answer: Manifest = self.request("GET", self.path(kind, namespace, name))
        return answer

    def find(self, kind: str, name: str, namespace: str | None = None) -> Manifest | None:
        """The object, or None if there is none."""
        try:
            return self.get(kind, name, namespace)
        except RefusedError as refused:
            if refused.status != http.client.NOT_FOUND:
                raise
            return None

    def list(self, kind: str, namespace: str | None = None, labels: Mapping[str, str] | None = None) -> list[Manifest]:
        selector = ",".join(f"{key}={value}" for key, value in (labels or {}).items())
        answer = self.request("GET", self.path(kind, namespace), **({"labelSelector": selector} if selector else {}))
        items: list[Manifest] = answer["items"]
        return items

    def patch(self, kind: str, name: str, namespace: str | None, change: object, *, part: str = "") -> Manifest:
        """Merge a change into an object, or into a part of it such as `/scale`."""
        path = self.path(kind, namespace, name) + part
        answer: Manifest = self.request("PATCH", path, change, content_type=_MERGE, fieldManager="somebody")
        return answer

    def delete(self, kind: str, name: str, namespace: str | None = None, **query: str) -> None:
        self.request("DELETE", self.path(kind, namespace, name), **query)

    def delete_all(self, kind: str, namespace: str | None = None) -> None:
        self.request("DELETE", self.path(kind, namespace), gracePeriodSeconds="0")

    def scale(self, kind: str, name: str, namespace: str, replicas: int) -> None:
        """As an autoscaler does: by the scale subresource."""
        self.patch(kind, name, namespace, {"spec": {"replicas": replicas}}, part="/scale")

    def evict(self, pod: Manifest) -> None:
        """As a drain does."""
        meta = {key: pod["metadata"][key] for key in ("name", "namespace")}
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": meta}
        self.request("POST", self.path("v1/Pod", meta["namespace"], meta["name"]) + "/eviction", body)

    def path_of(self, manifest: Mapping[str, Any]) -> str:
        meta = manifest["metadata"]
        return self.path(f"{manifest['apiVersion']}/{manifest['kind']}", meta.get("namespace"), meta.get("name", ""))

    def path(self, kind: str, namespace: str | None = None, name: str | None = None) -> str:
        """Where a kind's objects are."""
        version, short = kind.rsplit("/", 1)
        root = f"/{'apis' if '/' in version else 'api'}/{version}"
        resource = self._resource(root, short)
        inside = [root, *(["namespaces", namespace] if namespace and resource["namespaced"] else []), resource["name"]]
        return "/".join([*inside, *([name] if name is not None else [])])

    def _resource(self, root: str, kind: str) -> Manifest:
        if kind not in self._resources.get(root, {}):
            answers = self.request("GET", root)["resources"]
            self._resources[root] = {each["kind"]: each for each in answers if "/" not in each["name"]}
        if kind not in self._resources[root]:
            raise RefusedError(http.client.NOT_FOUND, f"no kind {kind} in {root}")
        return self._resources[root][kind]

    def _send(
        self, method: str, url: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        for attempt in (1, 2):
            try:
                self._connection().request(method, url, body, headers=headers)
                response = self._connection().getresponse()
                return response, response.read().decode()
            except (http.client.HTTPException, ConnectionError):
                # The server may have closed a connection that rested.
                self._threads.connection = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _connection(self) -> http.client.HTTPConnection:
        if getattr(self._threads, "connection", None) is None:
            self._threads.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection: http.client.HTTPConnection = self._threads.connection
        return connection


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text
