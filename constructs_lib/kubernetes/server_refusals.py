"""Kinds of answers with which the API server rejects an object, as kubectl prints them."""

from __future__ import annotations

import re
from typing import Final

_REASON: Final = re.compile(r"Error from server \((\w+)\)")
_INVALID: Final = re.compile(r'The \S+ ".*" is invalid:')
_PERMISSION: Final = re.compile(r'is forbidden: User "[^"]*" cannot \w+ resource')
_NO_NAMESPACE: Final = re.compile(
    r'Error from server \(NotFound\): (?:error when .*?: )?namespaces "([^"]+)" not found'
)
_NO_KIND: Final = re.compile(r'error: .*no matches for kind "([^"]+)" in version "([^"]+)"')
_NO_CONNECTION: Final = re.compile(
    r"Unable to connect to the server|The connection to the server|You must be logged in|failed to download openapi|"
    r"dial tcp|i/o timeout|context deadline exceeded|Client\.Timeout|request canceled|"
    r"\((?:Unauthorized|ServiceUnavailable|Timeout|TooManyRequests)\)"
)
_NO_OBJECT: Final = (
    ("ServiceAccount", re.compile(r'error looking up service account \S+: serviceaccount "([^"]+)" not found')),
    ("PriorityClass", re.compile(r"no PriorityClass with name (\S+) was found")),
    ("RuntimeClass", re.compile(r'RuntimeClass "([^"]+)" not found')),
)
_NO_DRY_RUN: Final = re.compile(r'admission webhook "[^"]*" does not support dry run')


def reason_of(answer: str) -> str:
    """Return the reason of the server's status, such as `Forbidden`, or an empty string."""
    found = _REASON.match(answer)
    return found[1] if found else "Invalid" if _INVALID.match(answer) else ""


def lacks_permission(answer: str) -> bool:
    """Return True if the user may not do what was asked, whatever the object contains."""
    return reason_of(answer) == "Forbidden" and bool(_PERMISSION.search(answer))


def lacks_connection(answer: str) -> bool:
    """Return True if the server did not answer, or did not accept the user's credentials."""
    return bool(_NO_CONNECTION.search(answer)) and "webhook" not in answer and reason_of(answer) != "Invalid"


def lacks_dry_run(answer: str) -> bool:
    """Return True if a webhook would have had to be called that cannot be called in a dry run."""
    return bool(_NO_DRY_RUN.search(answer))


def missing_namespace(answer: str) -> str:
    """Return the name of the namespace that the cluster does not have, or an empty string."""
    found = _NO_NAMESPACE.match(answer)
    return found[1] if found else ""


def missing_object(answer: str) -> tuple[str, str] | None:
    """Return kind and name of an object that a pod needs and the cluster does not have."""
    found = ((kind, pattern.search(answer)) for kind, pattern in _NO_OBJECT)
    return next(((kind, match[1]) for kind, match in found if match), None)


def unknown_kind(answer: str) -> tuple[str, str] | None:
    """Return the API group and the kind that the cluster does not know."""
    found = _NO_KIND.match(answer)
    return (found[2].rpartition("/")[0], found[1]) if found else None
